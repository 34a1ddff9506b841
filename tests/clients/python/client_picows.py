"""picows, through its interface that is like that of websockets: the other one has no compression."""

from picows.websockets import connect

import verbs


class Client:
    async def connect(self, url: str, compression: bool, protocols: list[str]) -> str | None:
        self.connection = await connect(
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


verbs.run(Client(), "picows")
