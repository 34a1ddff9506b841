"""A client by the interface of websockets for asyncio, which picows has too."""

import verbs


class Client:
    def __init__(self, connect):
        self.library = connect

    async def connect(self, url: str, compression: bool, protocols: list[str]) -> str | None:
        self.connection = await self.library(
            url,
            compression="deflate" if compression else None,
            subprotocols=protocols or None,
            open_timeout=verbs.TIMEOUT,
            proxy=None,
        )
        return self.connection.subprotocol

    async def send(self, message: str | bytes) -> None:
        await self.connection.send(message)

    async def receive(self) -> str | bytes:
        return await self.connection.recv()

    async def ping(self, payload: bytes) -> bytes:
        # Only the pong with the same payload ends this.
        await (await self.connection.ping(payload))
        return payload

    async def close(self, code: int) -> int | None:
        await self.connection.close(code)
        return self.connection.close_code
