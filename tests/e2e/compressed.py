"""A WebSocket client with permessage-deflate (RFC 7692), by zlib."""

import json
import zlib

from wire import BINARY, TEXT, Connection

TAIL = b"\x00\x00\xff\xff"
RSV1 = 4


class Compressed:
    """A WebSocket whose client compresses by zlib, with the windows that were agreed to."""

    def __init__(self, connection: Connection, offer: str, target: str = "/echo"):
        self.connection = connection
        response = connection.open_websocket(target, f"Sec-WebSocket-Extensions: {offer}")
        self.agreed = response.get("Sec-WebSocket-Extensions")
        self.parameters = [part.strip() for part in (self.agreed or "").split(";")[1:]]
        self.windows = {"server_max_window_bits": 15, "client_max_window_bits": 15}
        for parameter in self.parameters:
            name, _, value = parameter.partition("=")
            if name in self.windows:
                self.windows[name] = int(value)
        self.deflater, self.inflater = self._fresh_deflater(), self._fresh_inflater()

    def _fresh_deflater(self):
        return zlib.compressobj(wbits=-self.windows["client_max_window_bits"])

    def _fresh_inflater(self):
        return zlib.decompressobj(wbits=-self.windows["server_max_window_bits"])

    def send(self, message: bytes, opcode: int = TEXT) -> None:
        if "client_no_context_takeover" in self.parameters:
            self.deflater = self._fresh_deflater()
        deflated = self.deflater.compress(message) + self.deflater.flush(zlib.Z_SYNC_FLUSH)
        assert deflated.endswith(TAIL)
        self.connection.send_frame(opcode, deflated[:-4], rsv=RSV1)

    def receive(self) -> tuple[bytes, int]:
        """A message, and the octets that it took on the wire."""
        frame = self.connection.read_frame()
        assert frame.fin and frame.opcode in (TEXT, BINARY)
        if not frame.rsv:
            return frame.payload, len(frame.payload)
        assert frame.rsv == RSV1
        if "server_no_context_takeover" in self.parameters:
            self.inflater = self._fresh_inflater()
        return self.inflater.decompress(frame.payload + TAIL), len(frame.payload)


def readings(octets: int, seed: int) -> bytes:
    """JSON of about so many octets."""
    rows = [
        {"sensor": f"shore-{(index * 7 + seed) % 97}", "temperature": (index * 31 + seed) % 400 / 10, "wet": index % 3 == 0}
        for index in range(octets // 60 + 1)
    ]
    return json.dumps(rows).encode()[:octets]
