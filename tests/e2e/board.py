"""The emulated board: a program of firmware/qemu-virt in a QEMU of its own."""

import json
import os
import re
import shlex
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from cable import Cable
from log import Log
from target import Server

needs_board = pytest.mark.skipif(
    not os.environ.get("DUNLIN_BOARD_ELF"), reason="needs the emulated board: DUNLIN_BOARD_ELF"
)

START_TIME = 30.0
END_TIME = 10.0
# A board outlives no test run: what is left behind ends by itself.
LONGEST = 900


class Board(Server):
    """A board, booted for a test.

    `forwards` ports of 127.0.0.1 lead to its server; they are in `ports`. One more leads to each of
    the ports in `also`; `address_of` has it. With `cabled`, the test has its cable in `cable`.
    """

    # Of all boards so far.
    stack_peak = 0
    stack_size = 0

    def __init__(
        self,
        *flags: str,
        log_level: str = "debug",
        elf: str | None = None,
        port: int = 80,
        forwards: int = 1,
        also: tuple[int, ...] = (),
        cabled: bool = False,
        arguments: tuple[str, ...] = (),
    ):
        self._folder = tempfile.TemporaryDirectory(prefix="dunlin-board-")
        folder = Path(self._folder.name)
        self.cable = Cable(folder) if cabled else None
        # Without a way out of it.
        network = "user,restrict=on,id=" + ("user" if cabled else "n0")
        for forwarded in [port] * forwards + [*also]:
            network += f",hostfwd=tcp:127.0.0.1:0-:{forwarded}"
        command = [
            *qemu(elf or os.environ["DUNLIN_BOARD_ELF"], [f"log={log_level}", *settings(flags)]),
            *("-netdev", network, *(self.cable.arguments() if cabled else ())),
            *("-qmp", f"unix:{folder}/monitor,server=on,wait=off", *arguments),
        ]
        pipe = subprocess.PIPE
        self.command = shlex.join(command)
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe)
        self.errors = Log(self.process.stderr)
        self._log = Log(self.process.stdout)
        self.monitor = None
        if self.cable:
            self.cable.plug_in()
        self._wait_until_ready()
        self.monitor = Monitor(folder / "monitor")
        self.ports = self.monitor.forwarded_ports(port)
        if self.cable:
            self.cable.peer.announce()
        super().__init__(("127.0.0.1", self.ports[0]), self._log)

    def address_of(self, port: int) -> tuple[str, int]:
        """The address that leads to another of its ports."""
        return ("127.0.0.1", self.monitor.forwarded_ports(port)[0])

    def _wait_until_ready(self) -> None:
        try:
            ready = self._log.wait_for(r"ready on |panic: (settings: \S+ is not known)?", timeout=START_TIME)
        except AssertionError as error:
            self._kill()
            raise AssertionError(f"{self.command}: {self.errors.text()}: {error}") from None
        if "panic" not in ready[0]:
            return
        self._kill()
        if ready[1]:
            pytest.skip(f"the board has no such setting: {ready[1]}")
        raise AssertionError(self._log.text())

    @staticmethod
    def run_to_end(*told: str) -> tuple[int, str]:
        """Boots a board that ends by itself: its exit code and what it panics with."""
        command = [*qemu(os.environ["DUNLIN_BOARD_ELF"], list(told)), "-netdev", "user,restrict=on,id=n0"]
        ended = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=START_TIME)
        panic = re.search(r"panic: (.*) \(\S+:\d+\)$", ended.stdout, re.MULTILINE)
        return ended.returncode, panic[1] if panic else ended.stdout

    def type(self, line: str | bytes) -> None:
        """Types a line on the console."""
        octets = line.encode() if isinstance(line, str) else line
        self.process.stdin.write(octets + b"\n")
        self.process.stdin.flush()

    def stats(self) -> dict[str, int]:
        """The figures that it has."""
        since = self.log.mark()
        self.type("/stats")
        line = self.log.wait_for(r"board: (stack_peak=.*)", since)
        return {name: int(value) for name, value in re.findall(r"(\w+)=(\d+)", line[1])}

    def wait_for_stats(self, timeout: float = 10.0, **wanted: int) -> None:
        """Returns when the board has these figures."""
        deadline = time.monotonic() + timeout
        while (seen := self.stats()).items() & wanted.items() != wanted.items():
            assert time.monotonic() < deadline, f"{wanted} did not come; there is {seen}"

    def resident_octets(self) -> int:
        """All its memory is static."""
        return 0

    def connections(self) -> int:
        """Connections that it has."""
        return self.stats()["connections"]

    def terminate(self) -> None:
        """Asks for a graceful stop."""
        self.type("/stop")

    def has_ended(self) -> bool:
        return self.process.poll() is not None

    def wait(self, timeout: float) -> int:
        """Its exit code, which must come within `timeout` seconds."""
        return self.process.wait(timeout)

    def end(self) -> None:
        """Switches it off. It must not have ended by itself or panicked."""
        try:
            assert not self.has_ended(), f"the board ended by itself:\n{self.log.tail()}"
            figures = self.stats()
            Board.stack_peak = max(Board.stack_peak, figures["stack_peak"])
            Board.stack_size = figures["stack_size"]
            self.type("/quit")
            assert self.process.wait(END_TIME) == 0, self.log.tail()
        finally:
            self.release()

    def release(self) -> None:
        """Is called when it has ended. It must not have panicked."""
        self._kill()
        panics = self.log.lines(tag="panic")
        assert not panics, panics

    def _kill(self) -> None:
        for opened in filter(None, (self.monitor, self.cable)):
            opened.close()
        self.process.terminate()
        self.process.wait()
        self.process.stdin.close()
        self._folder.cleanup()


class Monitor:
    """QEMU's monitor, through its machine protocol."""

    def __init__(self, path: Path):
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(END_TIME)
        self._socket.connect(str(path))
        self._lines = self._socket.makefile("rw")
        # The greeting.
        self._lines.readline()
        self.execute("qmp_capabilities")

    def close(self) -> None:
        self._lines.close()
        self._socket.close()

    def execute(self, command: str, **arguments):
        """Executes a command and returns its result."""
        request = {"execute": command, "arguments": arguments}
        self._lines.write(json.dumps(request) + "\n")
        self._lines.flush()
        while True:
            answer = json.loads(self._lines.readline())
            assert "error" not in answer, answer
            if "return" in answer:
                return answer["return"]

    def forwarded_ports(self, of: int) -> list[int]:
        """The ports of 127.0.0.1 that QEMU has chosen for a port of the board."""
        text = self.execute("human-monitor-command", **{"command-line": "info usernet"})
        forwards = re.findall(r"HOST_FORWARD\]\s+\d+\s+127\.0\.0\.1\s+(\d+)\s+\S+\s+(\d+)", text)
        return [int(chosen) for chosen, port in forwards if int(port) == of]

    def set_link(self, up: bool) -> None:
        """Pulls the network cable out, or plugs it in."""
        self.execute("set_link", name="n0", up=up)


def settings(flags: tuple[str, ...]) -> list[str]:
    """Flags of the program as settings of the board: it has the same names."""
    result = []
    for flag in flags:
        if flag.startswith("--"):
            result.append(flag.removeprefix("--"))
        else:
            result[-1] += f"={flag}"
    return result


def qemu(elf: str, told: list[str]) -> list[str]:
    """A board with a program and its settings, but without a network."""
    timeout = ["timeout", "--kill-after=5", str(LONGEST)]
    return [*timeout, "qemu-system-riscv32", *MACHINE, "-append", " ".join(told), "-kernel", elf]


# As in xtask/src/board/machine.rs.
MACHINE = [
    *("-M", "virt", "-cpu", "rv32,a=false,f=false,d=false", "-smp", "1", "-m", "8M", "-bios", "none"),
    *("-display", "none", "-monitor", "none", "-serial", "stdio", "-no-reboot"),
    *("-global", "virtio-mmio.force-legacy=false", "-device", "virtio-net-device,netdev=n0"),
]
