"""The server under test, and how it is started.

By default a test starts the program on this machine. The environment names another target:

    DUNLIN_BOARD_ELF     the emulated board: an ELF file that each test boots in QEMU
    DUNLIN_TARGET        a server that runs already: its URL, for example http://192.0.2.7
    DUNLIN_TARGET_LOG    a file that its console is written to
    DUNLIN_LIMITS        what it can take: linux, which is the default, or device
"""

import os
import re
import subprocess
import time
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

from board import Board
from log import Log
from program import START_TIME, Program
from target import Server
from wire import handshake


@contextmanager
def running_server(*flags: str, log_level: str = "debug"):
    """A server for a test that brings its flags."""
    server = start(*flags, log_level=log_level)
    try:
        yield server
    finally:
        server.end()


def start(*flags: str, log_level: str = "debug") -> Program | Board:
    """Starts a server that the caller ends."""
    if os.environ.get("DUNLIN_BOARD_ELF"):
        return Board(*flags, log_level=log_level)
    if os.environ.get("DUNLIN_TARGET"):
        pytest.skip("needs a server that it can start with flags of its own")
    return Program(*flags, log_level=log_level)


@contextmanager
def default_server():
    """The target that the environment names, or the program with defaults."""
    target = os.environ.get("DUNLIN_TARGET")
    if not target or os.environ.get("DUNLIN_BOARD_ELF"):
        with running_server() as server:
            yield server
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
