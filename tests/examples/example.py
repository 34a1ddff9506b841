"""The examples, each started for a test.

By default the programs on this machine. The environment names others:

    DUNLIN_EXAMPLES          a folder of programs; without it, target/debug
    DUNLIN_BOARD_EXAMPLES    the emulated board instead: a folder of ELF files
"""

import os
from contextlib import contextmanager
from pathlib import Path

import pytest

from board import Board
from program import REPOSITORY, Program

BOARD_EXAMPLES = os.environ.get("DUNLIN_BOARD_EXAMPLES")

linux_only = pytest.mark.skipif(bool(BOARD_EXAMPLES), reason="the board has other means")


@contextmanager
def running_example(name: str, *flags: str, ends: bool = False, **of_board):
    """An example with these flags, which on the board are its settings. It must not end by itself,
    unless `ends`."""
    if BOARD_EXAMPLES:
        server = Board(*flags, log_level="info", elf=f"{BOARD_EXAMPLES}/{name}", **of_board)
    else:
        folder = Path(os.environ.get("DUNLIN_EXAMPLES") or REPOSITORY / "target/debug")
        server = Program(*flags, log_level="info", program=str(folder / name))
    try:
        yield server
    finally:
        server.release() if ends and server.has_ended() else server.end()


def example(name: str, *flags: str):
    """A fixture: an example that runs for all tests of a file."""

    @pytest.fixture(scope="module")
    def server():
        with running_example(name, *flags) as running:
            yield running

    return server


def ask(connection, method: str, target: str, body: bytes = b"", *fields: str):
    """A request with a body, and its answer."""
    connection.send_request(method, target, f"Content-Length: {len(body)}", *fields)
    connection.send(body)
    return connection.read_response(head_only=method == "HEAD")


def page_of(server, target: str = "/"):
    """A page and its style, which are sent as the pages of all examples are."""
    with server.connect() as connection:
        page = ask(connection, "GET", target)
        assert page.status == 200
        assert page.get("Content-Type") == "text/html; charset=utf-8"
        assert "default-src 'none'" in page.get("Content-Security-Policy")
        style = ask(connection, "GET", "/style.css")
        assert style.status == 200
        assert style.get("Content-Type") == "text/css; charset=utf-8"
    return page.body.decode()
