"""The verbs of a client program: commands come as lines of JSON, and each is answered with one line.

A client is an object with the methods `connect`, `send`, `receive`, `ping` and `close`, which may be coroutines. What a
method returns is the answer; what it raises is the answer too.
"""

import asyncio
import base64
import inspect
import json
import sys
from importlib.metadata import version

TIMEOUT = 20.0


def run(client, package: str) -> None:
    """Serves the commands of the standard input with a client that is plain or made for asyncio."""
    asyncio.run(serve(client, version(package), asyncio.to_thread))


async def serve(client, package_version: str, in_thread) -> None:
    """Serves commands until there are no more; `in_thread` waits for a function without holding up the loop."""
    answer({"version": package_version})
    while line := await in_thread(sys.stdin.readline):
        command = json.loads(line)
        verb = command.pop("verb")
        arguments = {name: decoded(value) for name, value in command.items()}
        try:
            value = getattr(client, verb)(**arguments)
            if inspect.isawaitable(value):
                value = await value
            answer({"value": encoded(value)})
        except Exception as error:
            answer({"error": f"{type(error).__name__}: {error}"})


def answer(message: dict) -> None:
    print(json.dumps(message), flush=True)


def encoded(value):
    """JSON has no octets: they become an object with base64."""
    if isinstance(value, (bytes, bytearray, memoryview)):
        return {"base64": base64.b64encode(value).decode()}
    return value


def decoded(value):
    return base64.b64decode(value["base64"]) if isinstance(value, dict) else value
