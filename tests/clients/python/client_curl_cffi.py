"""curl_cffi: libcurl as browsers are imitated with it. It has no extensions."""

from struct import pack

from curl_cffi import CurlWsFlag, WebSocket, WebSocketClosed

import verbs


class Client:
    def connect(self, url: str, compression: bool, protocols: list[str]) -> str | None:
        header = {"Sec-WebSocket-Protocol": ", ".join(protocols)} if protocols else {}
        self.connection = WebSocket(autoclose=False)
        self.connection.connect(url, headers=header, timeout=verbs.TIMEOUT)
        # What was agreed on is not told.
        return None

    def send(self, message: str | bytes) -> None:
        if isinstance(message, str):
            self.connection.send_str(message)
        else:
            self.connection.send_binary(message)

    def receive(self) -> str | bytes:
        octets, flags = self.connection.recv(timeout=verbs.TIMEOUT)
        return octets.decode() if flags & CurlWsFlag.TEXT else octets

    def ping(self, payload: bytes) -> None:
        # The pong is not told.
        self.connection.ping(payload)

    def close(self, code: int) -> int | None:
        # Its own `close` does not wait for the answer.
        self.connection.send(pack("!H", code), CurlWsFlag.CLOSE)
        try:
            answer, _ = self.connection.recv(timeout=verbs.TIMEOUT)
            code = int.from_bytes(answer[:2], "big")
        except WebSocketClosed as closed:
            code = closed.code
        self.connection.close()
        return code


verbs.run(Client(), "curl_cffi")
