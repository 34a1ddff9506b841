"""websocket-client, which has no extensions."""

import websocket

import verbs


class Client:
    def connect(self, url: str, compression: bool, protocols: list[str]) -> str | None:
        self.connection = websocket.create_connection(url, timeout=verbs.TIMEOUT, subprotocols=protocols)
        return self.connection.getsubprotocol()

    def send(self, message: str | bytes) -> None:
        if isinstance(message, str):
            self.connection.send_text(message)
        else:
            self.connection.send_binary(message)

    def receive(self) -> str | bytes:
        opcode, payload = self.connection.recv_data()
        return payload.decode() if opcode == websocket.ABNF.OPCODE_TEXT else payload

    def ping(self, payload: bytes) -> bytes:
        self.connection.ping(payload)
        return self.receive_control(websocket.ABNF.OPCODE_PONG)

    def close(self, code: int) -> int | None:
        # Its own `close` waits for the answer and does not tell it.
        self.connection.send_close(code)
        payload = self.receive_control(websocket.ABNF.OPCODE_CLOSE)
        self.connection.shutdown()
        return int.from_bytes(payload[:2], "big") if payload else None

    def receive_control(self, awaited: int) -> bytes:
        opcode, payload = self.connection.recv_data(control_frame=True)
        if opcode != awaited:
            raise ValueError(f"a frame of opcode {opcode} instead of {awaited}")
        return payload


verbs.run(Client(), "websocket-client")
