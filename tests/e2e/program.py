"""The program on this machine."""

import os
import re
import signal
import subprocess
from pathlib import Path

from log import Log
from target import Server

START_TIME = 10.0
REPOSITORY = Path(__file__).resolve().parents[2]


class Program(Server):
    """The program on this machine, or another one, started for a test."""

    def __init__(self, *flags: str, log_level: str = "debug", program: str | None = None):
        command = [program or binary(), "--port", "0", "--log", log_level, *flags]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, env=clean_environment()
        )
        self.errors = Log(self.process.stderr)
        log = Log(self.process.stdout)
        try:
            console = log.wait_for(r"^(?:Console|Listening): http://([\d.]+):(\d+)/$", timeout=START_TIME)
        except AssertionError:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"the server did not start: {self.errors.text()}") from None
        super().__init__((console[1], int(console[2])), log)

    def resident_octets(self) -> int:
        """The memory it occupies now."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"^VmRSS:\s+(\d+) kB$", status, re.MULTILINE)[1]) * 1024

    def peak_octets(self) -> int:
        """The most memory that it has occupied so far."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)[1]) * 1024

    def connections(self) -> int:
        """Connections that it has, more by a constant."""
        # Other files are still being opened when it says that it listens.
        files = Path(f"/proc/{self.process.pid}/fd")
        return sum(link_of(file).startswith("socket:") for file in files.iterdir())

    def terminate(self) -> None:
        """Asks for a graceful stop."""
        self.process.send_signal(signal.SIGTERM)

    def has_ended(self) -> bool:
        return self.process.poll() is not None

    def wait(self, timeout: float) -> int:
        """Its exit code, which must come within `timeout` seconds."""
        return self.process.wait(timeout)

    def end(self) -> None:
        """Ends it, however it is. It must not have ended by itself or panicked."""
        alive = not self.has_ended()
        self.process.kill()
        self.process.wait()
        assert alive, f"the server ended by itself: {self.errors.text()}"
        self.release()

    def release(self) -> None:
        """Is called when it has ended. It must not have panicked."""
        assert "panicked" not in self.errors.text(), self.errors.text()


def link_of(file: Path) -> str:
    """What an open file of a process is; empty if it has been closed by now."""
    try:
        return os.readlink(file)
    except FileNotFoundError:
        return ""


def binary() -> str:
    return os.environ.get("DUNLIN_ECHO_BINARY") or str(REPOSITORY / "target/release/dunlin-echo")


def clean_environment() -> dict[str, str]:
    """Without the variables that would change the server's settings."""
    return {name: value for name, value in os.environ.items() if not name.startswith("DUNLIN_")}
