"""A tap on the way between a client and the server: it hands on octets as they are, and keeps them.

So what was offered, agreed on and closed with is known of every client, whatever it tells by itself.
"""

import re
import socket
from dataclasses import dataclass, field
from threading import Condition, Thread

END_TIME = 10.0
CHUNK = 64 << 10
CLOSE, PONG = 8, 10


@dataclass(frozen=True)
class Frame:
    """A frame of a recording."""

    opcode: int
    compressed: bool
    payload: bytes


@dataclass
class Side:
    """What one side sent, and how it ended."""

    octets: bytearray = field(default_factory=bytearray)
    end: str = ""
    """`closed` or `reset`, once it has ended."""

    def head(self) -> str:
        return bytes(self.octets).partition(b"\r\n\r\n")[0].decode("latin-1")

    def value(self, name: str) -> str:
        """The values of a header field."""
        values = re.findall(rf"^{name}:[ \t]*(.*?)\r?$", self.head(), re.MULTILINE | re.IGNORECASE)
        return ", ".join(values)


class Recording:
    """A connection: both sides, as they happen."""

    def __init__(self):
        self.client = Side()
        self.server = Side()
        self._news = Condition()

    def wait_for_end(self) -> None:
        """Returns when both sides have ended."""
        with self._news:
            ended = self._news.wait_for(lambda: self.client.end and self.server.end, END_TIME)
        assert ended, f"client: {self.client.end or 'open'}, server: {self.server.end or 'open'}"

    def frames_of_client(self) -> list[Frame]:
        return frames(self.client)

    def frames_of_server(self) -> list[Frame]:
        return frames(self.server)

    def extensions(self) -> str:
        """What was agreed on."""
        return self.server.value("Sec-WebSocket-Extensions")

    def hand_on(self, side: Side, source: socket.socket, sink: socket.socket) -> None:
        """Keeps what comes from one side, and gives it to the other as long as that takes it."""
        sink_takes = True
        while not side.end:
            octets, end = receive(source)
            with self._news:
                side.octets += octets
            # The end comes after its octets.
            sink_takes = sink_takes and give(sink, octets)
            with self._news:
                side.end = end
                self._news.notify_all()


class Tap:
    """Listens where the server is not, and hands on what comes."""

    def __init__(self, server: tuple[str, int]):
        self._server = server
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._recordings: list[Recording] = []
        self._sockets: list[socket.socket] = []
        self._threads: list[Thread] = []
        self._accepting = Thread(target=self._accept)
        self._accepting.start()

    @property
    def authority(self) -> str:
        return "%s:%d" % self._listener.getsockname()

    def last_websocket(self) -> Recording:
        """The recording of the last handshake; a browser has other connections too."""
        return next(
            recording
            for recording in reversed(self._recordings)
            if recording.client.value("Upgrade").lower() == "websocket"
        )

    def end(self) -> None:
        """Ends it with everything that is still open."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._accepting.join()
        self._listener.close()
        for connection in self._sockets:
            give(connection, b"")
        for thread in self._threads:
            thread.join()
        for connection in self._sockets:
            connection.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(self._server)
            recording = Recording()
            self._recordings.append(recording)
            self._sockets += [client, server]
            for way in ((recording.client, client, server), (recording.server, server, client)):
                self._threads.append(Thread(target=recording.hand_on, args=way))
                self._threads[-1].start()


def receive(source: socket.socket) -> tuple[bytes, str]:
    """What comes next, or how the side ended."""
    try:
        octets = source.recv(CHUNK)
    except ConnectionResetError:
        return b"", "reset"
    return octets, "" if octets else "closed"


def give(sink: socket.socket, octets: bytes) -> bool:
    """Sends, or ends the direction with no octets; false when the sink takes no more."""
    try:
        sink.sendall(octets)
        if not octets:
            sink.shutdown(socket.SHUT_WR)
    except OSError:
        return False
    return bool(octets)


def frames(side: Side) -> list[Frame]:
    """The whole frames behind the head."""
    octets = memoryview(bytes(side.octets).partition(b"\r\n\r\n")[2])
    found = []
    while len(octets) >= 2:
        masked, length, at = octets[1] & 0x80, octets[1] & 0x7F, 2
        if length >= 126:
            size = 2 if length == 126 else 8
            length, at = int.from_bytes(octets[at : at + size], "big"), at + size
        mask = bytes(octets[at : at + 4]) if masked else bytes(4)
        at += 4 if masked else 0
        if len(octets) < at + length:
            break
        payload = bytes(octet ^ mask[index & 3] for index, octet in enumerate(octets[at : at + length]))
        found.append(Frame(octets[0] & 0x0F, bool(octets[0] & 0x40), payload))
        octets = octets[at + length :]
    return found
