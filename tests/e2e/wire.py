"""A client at the level of octets: it can send what no library would."""

import os
import select
import socket
import struct
import time
from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha1

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10

TIMEOUT = 5.0
RECEIVE_SIZE = 1 << 20
IDENTIFIER = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


@dataclass(frozen=True)
class Frame:
    fin: bool
    rsv: int
    opcode: int
    payload: bytes


@dataclass
class Response:
    status: int
    reason: str
    fields: list[tuple[str, str]]
    body: bytes = b""

    def get_all(self, name: str) -> list[str]:
        return [value for key, value in self.fields if key.lower() == name.lower()]

    def get(self, name: str) -> str | None:
        """The value of a field that may stand there once."""
        values = self.get_all(name)
        assert len(values) <= 1, f"{name} stands there {len(values)} times"
        return values[0] if values else None

    def elements(self, name: str) -> set[str]:
        values = ",".join(self.get_all(name)).split(",")
        return {value.strip().lower() for value in values if value.strip()}


class Connection:
    """A connection. Every read has a deadline; the end of the stream is never
    mistaken for data, nor a reset for the end."""

    def __init__(
        self,
        address: tuple[str, int],
        timeout: float = TIMEOUT,
        receive_buffer: int | None = None,
        port: int | None = None,
    ):
        self.timeout = timeout
        self._input = bytearray()
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if receive_buffer is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(timeout)
        try:
            if port is not None:
                self.socket.bind(("", port))
            self.socket.connect(address)
        except BaseException:
            self.socket.close()
            raise
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self) -> "Connection":
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def close(self) -> None:
        self.socket.close()

    def send(self, octets: bytes) -> None:
        self.socket.sendall(octets)

    def end_sending(self) -> None:
        self.socket.shutdown(socket.SHUT_WR)

    def send_request(self, method: str, target: str, *fields: str) -> None:
        self.send(request(method, target, *fields))

    def send_frame(self, opcode: int, payload: bytes = b"", **options) -> None:
        self.send(frame(opcode, payload, **options))

    def open_websocket(self, target: str, *fields: str) -> Response:
        """Opens a WebSocket and checks the answer; what comes behind stays."""
        key = b64encode(os.urandom(16)).decode()
        self.send(handshake(target, *fields, key=key))
        response = self.read_response()
        assert response.status == 101, response
        assert response.get("Upgrade").lower() == "websocket"
        assert "upgrade" in response.elements("Connection")
        assert response.get("Sec-WebSocket-Accept") == accept_value(key)
        assert response.get("Content-Length") is None
        return response

    def read_response(self, head_only: bool = False) -> Response:
        """A whole response, framed as RFC 9112 section 6.3 tells."""
        head = self._take_until(b"\r\n\r\n").decode("latin-1")
        status_line, *lines = head[:-4].split("\r\n")
        version, status, reason = status_line.split(" ", 2)
        assert version == "HTTP/1.1", status_line
        fields = [tuple(part.strip() for part in line.split(":", 1)) for line in lines]
        response = Response(int(status), reason, fields)
        if head_only or response.status in (204, 304) or response.status < 200:
            return response
        length = response.get("Content-Length")
        assert length is not None, f"the length of the body is not told: {response}"
        response.body = self.read_exactly(int(length))
        return response

    def read_chunk(self) -> bytes:
        """A chunk of a body; the last one is empty."""
        size = int(self._take_until(b"\r\n"), 16)
        chunk = self.read_exactly(size)
        assert self.read_exactly(2) == b"\r\n"
        return chunk

    def read_frame(self) -> Frame:
        """A frame, which must be as a server sends it: unmasked, no longer than
        it says, its length in the shortest form."""
        first, second = self.read_exactly(2)
        assert not second & 0x80, "a server's frame is masked"
        length = second
        if length == 126:
            (length,) = struct.unpack(">H", self.read_exactly(2))
            assert length > 125
        elif length == 127:
            (length,) = struct.unpack(">Q", self.read_exactly(8))
            assert 0xFFFF < length < 1 << 63
        if first & 0x08:
            assert length <= 125 and first & 0x80, "a control frame is long or fragmented"
        return Frame(bool(first & 0x80), first >> 4 & 7, first & 15, self.read_exactly(length))

    def read_message(self) -> tuple[int, bytes]:
        """The opcode and payload of a message, put together from its frames."""
        frames = self.read_fragments()
        return frames[0].opcode, b"".join(part.payload for part in frames)

    def read_fragments(self) -> list[Frame]:
        """The frames of a message, with no control frame among them."""
        frames = [self.read_frame()]
        assert frames[0].opcode in (TEXT, BINARY), frames[0]
        while not frames[-1].fin:
            frames.append(self.read_frame())
            assert frames[-1].opcode == CONTINUATION, frames[-1]
        assert not any(part.rsv for part in frames)
        return frames

    def read_close(self) -> tuple[int | None, str]:
        """The code and reason of a close frame, which must be the next frame."""
        closing = self.read_frame()
        assert closing.opcode == CLOSE, closing
        if not closing.payload:
            return None, ""
        assert len(closing.payload) >= 2
        return int.from_bytes(closing.payload[:2], "big"), closing.payload[2:].decode()

    def read_end(self) -> None:
        """The end of the stream, which must be next: no octet, no reset."""
        rest = self.read_all()
        assert rest == b"", f"octets came where the end should be: {rest[:200]!r}"

    def read_all(self) -> bytes:
        """Everything until the end of the stream."""
        deadline = time.monotonic() + self.timeout
        while self._receive(deadline):
            pass
        rest = bytes(self._input)
        self._input.clear()
        return rest

    def read_exactly(self, length: int) -> bytes:
        deadline = time.monotonic() + self.timeout
        while len(self._input) < length:
            assert self._receive(deadline), f"the stream ended: {bytes(self._input[:200])!r}"
        octets = bytes(self._input[:length])
        del self._input[:length]
        return octets

    def has_input(self, timeout: float) -> bool:
        """Whether something comes, or the end, within `timeout` seconds."""
        return bool(self._input or select.select([self.socket], [], [], timeout)[0])

    def wait_for_drop(self, timeout: float) -> None:
        """Waits, without reading, until the peer has ended or reset it all."""
        poll = select.poll()
        poll.register(self.socket, select.POLLHUP | select.POLLERR | select.POLLRDHUP)
        assert poll.poll(timeout * 1000), "the connection is still open"

    def _take_until(self, delimiter: bytes) -> bytes:
        deadline = time.monotonic() + self.timeout
        while (at := self._input.find(delimiter)) < 0:
            assert self._receive(deadline), f"the stream ended: {bytes(self._input[:200])!r}"
        return self.read_exactly(at + len(delimiter))

    def _receive(self, deadline: float) -> bool:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError(f"nothing more came; there was {bytes(self._input[:200])!r}")
        self.socket.settimeout(left)
        try:
            octets = self.socket.recv(RECEIVE_SIZE)
        finally:
            self.socket.settimeout(self.timeout)
        self._input += octets
        return bool(octets)


def request(method: str, target: str, *fields: str, host: str = "dunlin.test") -> bytes:
    lines = [f"{method} {target} HTTP/1.1", f"Host: {host}", *fields, "", ""]
    return "\r\n".join(lines).encode("latin-1")


def handshake(target: str, *fields: str, key: str = "dGhlIHNhbXBsZSBub25jZQ==") -> bytes:
    """The opening handshake of RFC 6455 section 1.2, with fields added."""
    own = (
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {key}",
        "Sec-WebSocket-Version: 13",
    )
    return request("GET", target, *own, *fields)


def accept_value(key: str) -> str:
    """RFC 6455 section 4.2.2."""
    return b64encode(sha1((key + IDENTIFIER).encode()).digest()).decode()


def frame(
    opcode: int,
    payload: bytes = b"",
    *,
    fin: bool = True,
    rsv: int = 0,
    masked: bool = True,
    length: int | None = None,
    length_size: int | None = None,
    key: bytes | None = None,
) -> bytes:
    """A client's frame; `length` declares another length than the payload's,
    `length_size` writes it in 0, 2 or 8 octets, `key` masks it."""
    declared = len(payload) if length is None else length
    if length_size is None:
        length_size = 0 if declared < 126 else 2 if declared < 1 << 16 else 8
    marker = {0: declared, 2: 126, 8: 127}[length_size]
    head = bytes([fin << 7 | rsv << 4 | opcode, masked << 7 | marker])
    head += declared.to_bytes(length_size, "big") if length_size else b""
    if not masked:
        return head + payload
    key = key or os.urandom(4)
    return head + key + apply_mask(key, payload)


def apply_mask(key: bytes, payload: bytes) -> bytes:
    stream = (key * (len(payload) // 4 + 1))[: len(payload)]
    masked = int.from_bytes(stream, "big") ^ int.from_bytes(payload, "big")
    return masked.to_bytes(len(payload), "big")


def close_payload(code: int, reason: bytes = b"") -> bytes:
    return code.to_bytes(2, "big") + reason


def send_until_blocked(stream: socket.socket, octets: bytes, limit: int, patience: float = 0.2) -> int:
    """Sends the octets over and over until none is taken for `patience` seconds, or `limit`
    are."""
    stream.setblocking(False)
    sent = 0
    try:
        while sent < limit and select.select([], [stream], [], patience)[1]:
            at = sent % len(octets)
            sent += stream.send(octets[at:])
    finally:
        stream.setblocking(True)
    return sent
