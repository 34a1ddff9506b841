"""aiohttp."""

import aiohttp

import verbs


class Client:
    async def connect(self, url: str, compression: bool, protocols: list[str]) -> str | None:
        self.session = aiohttp.ClientSession()
        try:
            # With pings answered by itself it keeps pongs for itself too.
            self.connection = await self.session.ws_connect(
                url, compress=15 if compression else 0, protocols=protocols, autoping=False
            )
        except BaseException:
            await self.session.close()
            raise
        return self.connection.protocol

    async def send(self, message: str | bytes) -> None:
        if isinstance(message, str):
            await self.connection.send_str(message)
        else:
            await self.connection.send_bytes(message)

    async def receive(self) -> str | bytes:
        return (await self.receive_one_of(aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY)).data

    async def ping(self, payload: bytes) -> bytes:
        await self.connection.ping(payload)
        return (await self.receive_one_of(aiohttp.WSMsgType.PONG)).data

    async def close(self, code: int) -> int | None:
        await self.connection.close(code=code)
        await self.session.close()
        return self.connection.close_code

    async def receive_one_of(self, *types: aiohttp.WSMsgType) -> aiohttp.WSMessage:
        message = await self.connection.receive(verbs.TIMEOUT)
        if message.type not in types:
            raise ValueError(f"{message} came")
        return message


verbs.run(Client(), "aiohttp")
