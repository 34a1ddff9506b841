"""The server under test, and its log.

By default a test starts the program itself. Another target, such as a board
behind a forwarded port, is named in the environment:

    DUNLIN_TARGET        its URL, for example http://127.0.0.1:8080
    DUNLIN_TARGET_LOG    a file that its console is written to
"""

import os
import re
import signal
import subprocess
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

import pytest

from wire import Connection, handshake

START_TIME = 10.0
WAIT_TIME = 5.0
SHOWN_LINES = 60
REPOSITORY = Path(__file__).resolve().parents[2]


class Server:
    """A running server: where it is, and what it logs."""

    def __init__(self, address: tuple[str, int], log: "Log | None"):
        self.address = address
        self._log = log

    @property
    def log(self) -> "Log":
        if self._log is None:
            pytest.skip("needs the log of the target: DUNLIN_TARGET_LOG")
        return self._log

    @property
    def authority(self) -> str:
        host, port = self.address
        return f"{host}:{port}"

    def websocket_url(self, target: str) -> str:
        return f"ws://{self.authority}{target}"

    def connect(self, **options) -> Connection:
        return Connection(self.address, **options)

    def assert_alive(self) -> None:
        """Another client is served."""
        with self.connect() as connection:
            connection.send_request("HEAD", "/", "Connection: close")
            assert connection.read_response(head_only=True).status == 200


class Program(Server):
    """The program on this machine, started for a test."""

    def __init__(self, *flags: str, log_level: str = "debug"):
        command = [binary(), "--port", "0", "--log", log_level, *flags]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, env=clean_environment()
        )
        self.errors = Log(self.process.stderr)
        log = Log(self.process.stdout)
        try:
            console = log.wait_for(r"^Console: http://([\d.]+):(\d+)/$", timeout=START_TIME)
        except AssertionError:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"the server did not start: {self.errors.text()}") from None
        super().__init__((console[1], int(console[2])), log)

    def resident_octets(self) -> int:
        """The memory it occupies now."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"^VmRSS:\s+(\d+) kB$", status, re.MULTILINE)[1]) * 1024

    def open_files(self) -> int:
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def terminate(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    def wait(self, timeout: float) -> int:
        """Its exit code, which must come within `timeout` seconds."""
        return self.process.wait(timeout)

    def end(self) -> None:
        """Ends it, however it is. It must not have ended by itself or panicked."""
        alive = self.process.poll() is None
        self.process.kill()
        self.process.wait()
        assert alive, f"the server ended by itself: {self.errors.text()}"
        assert "panicked" not in self.errors.text(), self.errors.text()


@dataclass(frozen=True)
class Line:
    """A log line in the form of ESP-IDF: `I (4962) tag: text`."""

    level: str
    millis: int
    tag: str
    text: str

    PATTERN = re.compile(r"([EWIDV]) \((\d+)\) ([^:]+): (.*)")

    @classmethod
    def parse(cls, line: str) -> "Line | None":
        match = cls.PATTERN.fullmatch(line)
        return match and cls(match[1], int(match[2]), match[3], match[4])


class Log:
    """Lines that a thread takes from a stream as they come."""

    def __init__(self, stream: BinaryIO):
        self._lines: list[str] = []
        self._ended = False
        self._news = threading.Condition()
        threading.Thread(target=self._take, args=(stream,), daemon=True).start()

    def _take(self, stream: BinaryIO) -> None:
        with stream:
            for octets in stream:
                line = without_colours(octets.decode(errors="replace").rstrip("\r\n"))
                with self._news:
                    self._lines.append(line)
                    self._news.notify_all()
        with self._news:
            self._ended = True
            self._news.notify_all()

    def mark(self) -> int:
        """The present end, for `since`."""
        with self._news:
            return len(self._lines)

    def raw(self, since: int = 0) -> list[str]:
        with self._news:
            return self._lines[since:]

    def text(self) -> str:
        return "\n".join(self.raw())

    def lines(self, since: int = 0, tag: str | None = None) -> list[Line]:
        """What was logged, of one tag or of all."""
        parsed = filter(None, map(Line.parse, self.raw(since)))
        return [line for line in parsed if tag in (None, line.tag)]

    def wait_for(self, pattern: str, since: int = 0, timeout: float = WAIT_TIME) -> re.Match:
        """The first line that has the pattern; it may be yet to come."""
        expression = re.compile(pattern)
        deadline = time.monotonic() + timeout
        with self._news:
            at = since
            while True:
                for line in self._lines[at:]:
                    if match := expression.search(line):
                        return match
                at = max(at, len(self._lines))
                left = deadline - time.monotonic()
                if self._ended or left <= 0:
                    seen = "\n".join(self._lines[since:][-SHOWN_LINES:])
                    raise AssertionError(f"no line with {pattern!r} came; there were:\n{seen}")
                self._news.wait(left)


@contextmanager
def running_server(*flags: str, log_level: str = "debug"):
    """The server for a test that brings its flags: always the program."""
    skip_unless_program()
    program = Program(*flags, log_level=log_level)
    try:
        yield program
    finally:
        program.end()


@contextmanager
def default_server():
    """The target that the environment names, or the program with defaults."""
    target = os.environ.get("DUNLIN_TARGET")
    if not target:
        with running_server() as program:
            yield program
        return
    parts = urlsplit(target)
    address = (parts.hostname, parts.port or 80)
    console = os.environ.get("DUNLIN_TARGET_LOG")
    if not console:
        yield Server(address, None)
        return
    command = ["tail", "--lines=0", "--follow=name", "--retry", console]
    pipe = subprocess.PIPE
    tail = subprocess.Popen(command, stdout=pipe, stderr=subprocess.DEVNULL)
    try:
        server = Server(address, Log(tail.stdout))
        wait_until_logged(server)
        yield server
    finally:
        tail.kill()
        tail.wait()


def wait_until_logged(server: Server) -> None:
    """Returns when the log shows what happens now, and nothing before it is
    yet to come."""
    deadline = time.monotonic() + START_TIME
    while True:
        uri = f"/auth?watched={time.monotonic_ns()}"
        with server.connect() as connection:
            connection.send(handshake(uri))
            connection.read_response()
        try:
            server.log.wait_for(f"Requested URI: {re.escape(uri)}$", timeout=0.5)
            server.log.wait_for("No valid token found", timeout=0.5)
            return
        except AssertionError:
            if time.monotonic() > deadline:
                raise


def skip_unless_program() -> None:
    if os.environ.get("DUNLIN_TARGET"):
        pytest.skip("needs a program that it can start with flags of its own")


def binary() -> str:
    return os.environ.get("DUNLIN_ECHO_BINARY") or str(REPOSITORY / "target/release/dunlin-echo")


def clean_environment() -> dict[str, str]:
    """Without the variables that would change the server's settings."""
    return {name: value for name, value in os.environ.items() if not name.startswith("DUNLIN_")}


def without_colours(line: str) -> str:
    """A board's console colours whole lines."""
    return re.sub(r"^\x1b\[[\d;]*m|\x1b\[0?m$", "", line)
