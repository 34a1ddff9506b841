"""A length that is only declared takes no memory."""

import contextlib

import pytest

from limits import LIMITS
from server import running_server
from wire import BINARY, TEXT, frame, request

MIB = 1 << 20
# With places for two that are served.
CLIENTS = min(50, LIMITS.connections - 2)
GROWTH = 4 * MIB


def assert_little_growth(server, octets: bytes, target: str | None) -> None:
    """Many clients declare much and send little."""
    with contextlib.ExitStack() as stack:
        with server.connect() as first:
            first.open_websocket("/echo")
            first.send_frame(TEXT, b"warm")
            first.read_message()
        before = server.resident_octets()
        for _ in range(CLIENTS):
            connection = stack.enter_context(server.connect())
            if target:
                connection.open_websocket(target)
                if target.startswith("/auth"):
                    connection.read_message()
            connection.send(octets)
        # An echo behind them: their octets have been taken before it.
        with server.connect() as last:
            last.open_websocket("/echo")
            last.send_frame(TEXT, b"measured")
            assert last.read_message() == (TEXT, b"measured")
        growth = server.resident_octets() - before
    assert growth < GROWTH, f"{growth} octets for {CLIENTS} clients that sent {len(octets)} each"


@pytest.mark.parametrize("target", ["/ws", "/ws_partial", "/auth?token=valid", "/echo"])
@pytest.mark.parametrize("length", [16 * MIB, 1 << 62], ids=["16-mebibytes", "2-to-62"])
def test_a_declared_frame_length_takes_no_memory(target, length):
    with running_server(log_level="warn") as server:
        assert_little_growth(server, frame(BINARY, b"only these", length=length), target)
        server.assert_alive()


@pytest.mark.parametrize("length", [MIB, 1 << 62], ids=["1-mebibyte", "2-to-62"])
def test_a_declared_body_length_takes_no_memory(length):
    with running_server(log_level="warn") as server:
        octets = request("GET", "/", f"Content-Length: {length}") + b"only these"
        assert_little_growth(server, octets, None)
        server.assert_alive()


def test_a_declared_chunk_length_takes_no_memory():
    with running_server(log_level="warn") as server:
        octets = request("GET", "/", "Transfer-Encoding: chunked") + b"fffff\r\nonly these"
        assert_little_growth(server, octets, None)
        server.assert_alive()


def test_ws_partial_takes_no_memory_for_a_long_message():
    with running_server(log_level="warn") as server, server.connect() as connection:
        connection.open_websocket("/ws_partial")
        connection.send_frame(BINARY, b"warm")
        connection.read_message()
        before = server.resident_octets()
        for number in range(256):
            connection.send_frame(BINARY if number == 0 else 0, b"x" * 65536, fin=number == 255)
            for _ in range(1024):
                assert len(connection.read_frame().payload) == 64
        assert server.resident_octets() - before < GROWTH
