"""websocat, a program: its standard input and output are the messages, its log tells the rest.

The environment names it with DUNLIN_WEBSOCAT; else it is what `cargo xtask clients` has installed, or what is on the path.
"""

import asyncio
import base64
import os
import re
import subprocess
from pathlib import Path

import verbs

LONGEST = 1 << 20


class Client:
    def __init__(self, program: str):
        self.program = program

    async def connect(self, url: str, compression: bool, protocols: list[str]) -> str | None:
        # A prefix tells text from binary, and the code has to be chosen before there is anything to close.
        options = ["-vv", "--text", "--text-prefix=T", "--binary-prefix=B", "--base64", f"--buffer-size={LONGEST}"]
        options += [f"--protocol={name}" for name in protocols] + ["--close-status-code=1000"]
        pipe = subprocess.PIPE
        self.process = await asyncio.create_subprocess_exec(
            self.program, *options, url, stdin=pipe, stdout=pipe, stderr=pipe, limit=2 * LONGEST
        )
        head = await self.logged("Connected to ws", "^, }")
        protocol = re.search(r"^, Sec-WebSocket-Protocol: (\S+)", head, re.MULTILINE)
        return protocol and protocol[1]

    async def send(self, message: str | bytes) -> None:
        line = f"T{message}" if isinstance(message, str) else f"B{base64.b64encode(message).decode()}"
        self.process.stdin.write(line.encode() + b"\n")
        await self.process.stdin.drain()

    async def receive(self) -> str | bytes:
        line = (await self.process.stdout.readline()).decode()
        if not line.endswith("\n"):
            raise ConnectionError(f"the output ended with {line!r}")
        payload = line[1:].removesuffix("\n")
        return payload if line[0] == "T" else base64.b64decode(payload)

    async def close(self, code: int) -> int | None:
        if code != 1000:
            raise ValueError("it closes with 1000")
        self.process.stdin.close()
        answer = await self.logged("The close message is", "")
        _, errors = await self.process.communicate()
        if self.process.returncode:
            raise ConnectionError(errors.decode())
        answered = re.search(r"status_code: (\d+)", answer)
        return int(answered[1]) if answered else None

    async def logged(self, first: str, last: str) -> str:
        """What the log says from a line that has `first` to one that has `last`."""
        lines = []
        while line := (await self.process.stderr.readline()).decode():
            if lines or first in line:
                lines.append(line)
                if re.search(last, line):
                    return "".join(lines)
        raise ConnectionError(f"the log ended without {first!r}")


def websocat() -> str:
    installed = Path(__file__).resolve().parents[3] / "target/tools/bin/websocat"
    return os.environ.get("DUNLIN_WEBSOCAT") or (str(installed) if installed.exists() else "websocat")


def version(program: str) -> str:
    printed = subprocess.run([program, "--version"], stdout=subprocess.PIPE, check=True, text=True).stdout
    return printed.split()[-1]


asyncio.run(verbs.serve(Client(websocat()), version(websocat()), asyncio.to_thread))
