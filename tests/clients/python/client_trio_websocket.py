"""trio-websocket, which is wsproto over trio. It has no way to offer the extensions that wsproto has."""

from contextlib import AsyncExitStack
from importlib.metadata import version

import trio
from trio_websocket import open_websocket_url

import verbs


class Client:
    async def connect(self, url: str, compression: bool, protocols: list[str]) -> str | None:
        self.stack = AsyncExitStack()
        context = open_websocket_url(url, subprotocols=protocols, connect_timeout=verbs.TIMEOUT)
        self.connection = await self.stack.enter_async_context(context)
        return self.connection.subprotocol

    async def send(self, message: str | bytes) -> None:
        await self.connection.send_message(message)

    async def receive(self) -> str | bytes:
        return await self.connection.get_message()

    async def ping(self, payload: bytes) -> bytes:
        # Only the pong with the same payload ends this.
        await self.connection.ping(payload)
        return payload

    async def close(self, code: int) -> int | None:
        await self.connection.aclose(code)
        await self.stack.aclose()
        return self.connection.closed.code


trio.run(verbs.serve, Client(), version("trio-websocket"), trio.to_thread.run_sync)
