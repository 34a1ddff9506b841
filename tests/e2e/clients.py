"""The libraries that people write clients with, behind one set of verbs."""

from queue import Queue

import websocket
import websockets.exceptions
from websockets.frames import Frame, Opcode
from websockets.sync.client import ClientConnection, connect

TIMEOUT = 10.0
LARGEST = 32 << 20


class WebSocketClient:
    """The package websocket-client."""

    name = "websocket-client"
    most_fragments = None

    def __init__(self, url: str, protocols: list[str] | None = None):
        # With its own option it refuses a server that accepts none of them.
        header = [f"Sec-WebSocket-Protocol: {', '.join(protocols)}"] if protocols else []
        self.library = websocket.create_connection(url, timeout=TIMEOUT, header=header)

    @property
    def protocol(self) -> str | None:
        return self.library.getheaders().get("sec-websocket-protocol")

    def send(self, message: str | bytes) -> None:
        if isinstance(message, str):
            self.library.send_text(message)
        else:
            self.library.send_binary(message)

    def send_fragments(self, fragments: list[str] | list[bytes]) -> None:
        kind = websocket.ABNF.OPCODE_TEXT
        if isinstance(fragments[0], bytes):
            kind = websocket.ABNF.OPCODE_BINARY
        for index, fragment in enumerate(fragments):
            opcode = kind if index == 0 else websocket.ABNF.OPCODE_CONT
            last = int(index == len(fragments) - 1)
            octets = fragment.encode() if isinstance(fragment, str) else fragment
            self.library.send_frame(websocket.ABNF(last, opcode=opcode, data=octets))

    def receive(self) -> str | bytes:
        opcode, payload = self.library.recv_data()
        assert opcode in (websocket.ABNF.OPCODE_TEXT, websocket.ABNF.OPCODE_BINARY), opcode
        return payload.decode() if opcode == websocket.ABNF.OPCODE_TEXT else payload

    def ping(self, payload: bytes) -> None:
        self.library.ping(payload)

    def pong(self, payload: bytes) -> None:
        self.library.pong(payload)

    def receive_control(self) -> tuple[str, bytes]:
        """The next ping or pong; a ping is answered by the library."""
        opcode, payload = self.library.recv_data(control_frame=True)
        names = {websocket.ABNF.OPCODE_PING: "ping", websocket.ABNF.OPCODE_PONG: "pong"}
        return names[opcode], payload

    def close(self) -> int | None:
        """Closes with 1000 and returns the code of the answer."""
        self.library.send_close()
        opcode, payload = self.library.recv_data(control_frame=True)
        assert opcode == websocket.ABNF.OPCODE_CLOSE
        self.library.shutdown()
        return int.from_bytes(payload[:2], "big") if payload else None

    def __enter__(self) -> "WebSocketClient":
        return self

    def __exit__(self, *_) -> None:
        self.library.shutdown()


class Recording(ClientConnection):
    """Keeps the control frames that arrive."""

    def __init__(self, *arguments, **options):
        self.controls: Queue[tuple[str, bytes]] = Queue()
        super().__init__(*arguments, **options)

    def process_event(self, event) -> None:
        names = {Opcode.PING: "ping", Opcode.PONG: "pong"}
        if isinstance(event, Frame) and event.opcode in names:
            self.controls.put((names[event.opcode], bytes(event.data)))
        super().process_event(event)


class Websockets:
    """The package websockets."""

    name = "websockets"
    # It gives up a message in more.
    most_fragments = 4096

    def __init__(self, url: str, protocols: list[str] | None = None):
        self._context = connect(
            url,
            subprotocols=protocols,
            open_timeout=TIMEOUT,
            close_timeout=TIMEOUT,
            max_size=LARGEST,
            ping_interval=None,
            proxy=None,
            create_connection=Recording,
        )
        self.library = self._context.__enter__()

    @property
    def protocol(self) -> str | None:
        return self.library.subprotocol

    def send(self, message: str | bytes) -> None:
        self.library.send(message)

    def send_fragments(self, fragments: list[str] | list[bytes]) -> None:
        self.library.send(iter(fragments))

    def receive(self) -> str | bytes:
        return self.library.recv(timeout=TIMEOUT)

    def ping(self, payload: bytes) -> None:
        self.library.ping(payload)

    def pong(self, payload: bytes) -> None:
        self.library.pong(payload)

    def receive_control(self) -> tuple[str, bytes]:
        return self.library.controls.get(timeout=TIMEOUT)

    def close(self) -> int | None:
        self.library.close()
        return self.library.close_code

    def __enter__(self) -> "Websockets":
        return self

    def __exit__(self, *_) -> None:
        self._context.__exit__(None, None, None)


CLIENTS = [WebSocketClient, Websockets]

REFUSED = (websocket.WebSocketBadStatusException, websockets.exceptions.InvalidStatus)


def refusal(error: Exception) -> tuple[int, bytes]:
    """The status and body of a refused handshake."""
    if isinstance(error, websocket.WebSocketBadStatusException):
        return error.status_code, error.resp_body
    return error.response.status_code, error.response.body
