"""pycurl: libcurl, which connects and then gives frames one by one. It has no extensions."""

import select

import pycurl

import verbs

CHUNK = 64 << 10


class Client:
    def connect(self, url: str, compression: bool, protocols: list[str]) -> str | None:
        fields = {}

        def keep(line: bytes) -> None:
            name, _, value = line.decode().partition(":")
            fields[name.lower()] = value.strip()

        self.curl = pycurl.Curl()
        self.curl.setopt(pycurl.URL, url)
        self.curl.setopt(pycurl.CONNECT_ONLY, 2)
        self.curl.setopt(pycurl.HEADERFUNCTION, keep)
        self.curl.setopt(pycurl.NOPROXY, "*")
        self.curl.setopt(pycurl.HTTPHEADER, [f"Sec-WebSocket-Protocol: {name}" for name in protocols])
        self.curl.perform()
        self.socket = self.curl.getinfo(pycurl.ACTIVESOCKET)
        return fields.get("sec-websocket-protocol")

    def send(self, message: str | bytes) -> None:
        octets = memoryview(message.encode() if isinstance(message, str) else message)
        kind = pycurl.WS_TEXT if isinstance(message, str) else pycurl.WS_BINARY
        # A message that the socket does not take at once is one frame all the same.
        sent = self.when_possible(lambda: self.curl.ws_send(octets, kind | pycurl.WS_OFFSET, len(octets)), True)
        while sent < len(octets):
            rest = octets[sent:]
            sent += self.when_possible(lambda: self.curl.ws_send(rest, kind | pycurl.WS_OFFSET, 0), True)

    def receive(self) -> str | bytes:
        octets, flags = self.receive_message()
        if flags & pycurl.WS_TEXT:
            return octets.decode()
        if flags & pycurl.WS_BINARY:
            return octets
        raise ValueError(f"a frame with flags {flags} came")

    def ping(self, payload: bytes) -> bytes:
        self.curl.ws_send(payload, pycurl.WS_PING)
        return self.receive_control(pycurl.WS_PONG)

    def close(self, code: int) -> int | None:
        self.curl.ws_close(code)
        payload = self.receive_control(pycurl.WS_CLOSE)
        self.curl.close()
        return int.from_bytes(payload[:2], "big") if payload else None

    def receive_message(self) -> tuple[bytes, int]:
        octets = b""
        while True:
            chunk, frame = self.when_possible(lambda: self.curl.ws_recv(CHUNK), False)
            octets += chunk
            if not frame.bytesleft and not frame.flags & pycurl.WS_CONT:
                return octets, frame.flags

    def receive_control(self, awaited: int) -> bytes:
        payload, flags = self.receive_message()
        if not flags & awaited:
            raise ValueError(f"a frame with flags {flags} instead of {awaited}")
        return payload

    def when_possible(self, call, is_output: bool):
        """Calls again when the socket can go on."""
        while True:
            try:
                return call()
            except BlockingIOError:
                sockets = [self.socket]
                ready = select.select([] if is_output else sockets, sockets if is_output else [], [], verbs.TIMEOUT)
                if not any(ready):
                    raise TimeoutError from None


verbs.run(Client(), "pycurl")
