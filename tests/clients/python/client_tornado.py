"""tornado."""

import asyncio

from tornado.websocket import websocket_connect

import verbs


class Client:
    async def connect(self, url: str, compression: bool, protocols: list[str]) -> str | None:
        self.connection = await websocket_connect(
            url, compression_options={} if compression else None, subprotocols=protocols or None
        )
        return self.connection.selected_subprotocol

    async def send(self, message: str | bytes) -> None:
        await self.connection.write_message(message, binary=isinstance(message, bytes))

    async def receive(self) -> str | bytes:
        message = await self.connection.read_message()
        if message is None:
            raise ConnectionError(f"closed with {self.connection.close_code}")
        return message

    async def ping(self, payload: bytes) -> bytes:
        # Its documented hook is a method to override in a class that it does not let be chosen.
        pong = asyncio.get_running_loop().create_future()
        self.connection.on_pong = pong.set_result
        self.connection.ping(payload)
        return await pong

    async def close(self, code: int) -> int | None:
        self.connection.close(code)
        if (message := await self.connection.read_message()) is not None:
            raise ValueError(f"{message!r} came")
        return self.connection.close_code


verbs.run(Client(), "tornado")
