"""The application of the feature tests, started for a test.

By default the program on this machine. The environment names another:

    DUNLIN_FEATURES             a program; without it, target/debug/features
    DUNLIN_BOARD_FEATURES_ELF   the emulated board instead: an ELF file
"""

import os
import subprocess
from contextlib import contextmanager

from board import Board
from program import REPOSITORY, Program

BOARD_ELF = os.environ.get("DUNLIN_BOARD_FEATURES_ELF")

# As many as either has.
CONNECTIONS = 5

PORT, SECOND_PORT = 80, 81


@contextmanager
def running_features(*flags: str, **of_board):
    """The application with these flags, which on the board are its settings. In `second` is the
    address of the other server."""
    if BOARD_ELF:
        server = Board(*flags, log_level="info", elf=BOARD_ELF, also=(SECOND_PORT,), **of_board)
        server.second = server.address_of(SECOND_PORT)
    else:
        program = os.environ.get("DUNLIN_FEATURES") or str(REPOSITORY / "target/debug/features")
        server = Program(*flags, log_level="info", program=program)
        host, port = server.log.wait_for(r"^Second: http://([\d.]+):(\d+)/$", 0).groups()
        server.second = (host, int(port))
    try:
        yield server
    finally:
        server.end()


def ask(connection, method: str, target: str, body: bytes = b"", *fields: str):
    """A request with a body, and its answer."""
    connection.send_request(method, target, f"Content-Length: {len(body)}", *fields)
    connection.send(body)
    return read_any(connection, head_only=method == "HEAD")


def read_any(connection, head_only: bool = False):
    """A response whose body may come in chunks."""
    head = connection.read_response(head_only=True)
    if head_only or head.status in (204, 304):
        return head
    if "chunked" in head.elements("Transfer-Encoding"):
        head.body = b"".join(chunks(connection))
    else:
        head.body = connection.read_exactly(int(head.get("Content-Length")))
    return head


def chunks(connection):
    """The chunks of a body, one by one."""
    while length := int(connection._take_until(b"\r\n"), 16):
        yield connection.read_exactly(length)
        assert connection.read_exactly(2) == b"\r\n"
    assert connection.read_exactly(2) == b"\r\n"


def get(server, target: str) -> str:
    """The text of a page, asked for on a connection of its own."""
    with server.connect() as connection:
        response = ask(connection, "GET", target)
        assert response.status == 200, response
        return response.body.decode()


def counts(server) -> dict[str, int]:
    """How often what has happened."""
    lines = get(server, "/counts").splitlines()
    return {name: int(count) for name, count in (line.split("=") for line in lines)}


def curl(*arguments: str, octets: bytes | None = None) -> bytes:
    """What curl prints."""
    command = ["curl", "--silent", "--show-error", "--fail", "--max-time", "50", *arguments]
    return subprocess.run(command, input=octets, check=True, capture_output=True, timeout=55).stdout


def pattern(length: int) -> bytes:
    """The pattern of `GET /pattern/{length}`."""
    return bytes((at ^ at >> 8 ^ at >> 16) & 0xFF for at in range(length))
