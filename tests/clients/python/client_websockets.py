"""websockets, its client for asyncio."""

from websockets.asyncio.client import connect

import verbs
from websockets_like import Client

verbs.run(Client(connect), "websockets")
