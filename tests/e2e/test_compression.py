"""permessage-deflate (RFC 7692): what is negotiated, and what it takes."""

import contextlib
import zlib

import pytest

from compressed import RSV1, Compressed, readings
from limits import is_device
from server import running_server
from wire import BINARY, TEXT

MIB = 1 << 20
KIB = 1 << 10

pytestmark = pytest.mark.skipif(is_device(), reason="a device declines compression")


@pytest.mark.parametrize(
    ("mode", "offer", "agreed"),
    [
        ("off", "permessage-deflate", None),
        ("shared", "permessage-deflate", "permessage-deflate; server_no_context_takeover; client_no_context_takeover"),
        ("context", "permessage-deflate; client_max_window_bits", "permessage-deflate"),
        ("context", "permessage-deflate; server_max_window_bits=10", "permessage-deflate; server_max_window_bits=10"),
        ("context", "permessage-deflate; server_max_window_bits=8, permessage-deflate", "permessage-deflate"),
        ("context", "permessage-deflate; unheard_of", None),
    ],
)
def test_what_is_agreed_to(mode, offer, agreed):
    with running_server("--deflate", mode, log_level="warn") as server, server.connect() as connection:
        peer = Compressed(connection, offer)
        assert peer.agreed == agreed
        if agreed is None:
            connection.send_frame(TEXT, b"plain")
            assert connection.read_message() == (TEXT, b"plain")
            return
        for _ in range(3):
            for message in (b"short", readings(5000, 1), b"", readings(200_000, 2)):
                peer.send(message)
                assert peer.receive()[0] == message


def test_the_flags_of_the_window_and_the_threshold_count():
    flags = ["--deflate", "context", "--deflate-window", "11", "--deflate-threshold", "200", "--deflate-level", "9"]
    with running_server(*flags, log_level="warn") as server, server.connect() as connection:
        peer = Compressed(connection, "permessage-deflate")
        assert peer.agreed == "permessage-deflate; server_max_window_bits=11"
        for octets, is_compressed in ((199, False), (200, True)):
            peer.send(readings(octets, 3))
            echoed, length = peer.receive()
            assert echoed == readings(octets, 3)
            assert (length < octets) == is_compressed


@pytest.mark.parametrize("target", ["/ws", "/ws_partial", "/auth?token=valid"])
def test_every_endpoint_takes_compressed_messages(target):
    with running_server(log_level="warn") as server, server.connect() as connection:
        peer = Compressed(connection, "permessage-deflate", target)
        if target.startswith("/auth"):
            peer.receive()
        message = readings(3000, 4)
        peer.send(message)
        if target == "/ws_partial":
            assert connection.read_message() == (TEXT, message)
        else:
            assert peer.receive()[0] == message


def test_a_bomb_is_not_inflated_beyond_the_limit():
    with running_server(log_level="warn") as server:
        bomb = zlib.compressobj(9, wbits=-15)
        octets = b"".join(bomb.compress(bytes(MIB)) for _ in range(1024)) + bomb.flush(zlib.Z_SYNC_FLUSH)
        before = server.resident_octets()
        for _ in range(3):
            with server.connect() as connection:
                Compressed(connection, "permessage-deflate")
                connection.send_frame(BINARY, octets[:-4], rsv=RSV1)
                assert connection.read_close()[0] == 1009
        server.assert_alive()
        # The limit is 16 MiB, for which a buffer that doubles takes up to 48 on its way.
        assert server.resident_octets() - before < 4 * MIB


@pytest.mark.parametrize(
    ("mode", "at_most"),
    [("off", 4 * KIB), ("shared", 4 * KIB), ("context", 410 * KIB)],
)
def test_what_a_connection_takes_while_it_is_idle(mode, at_most):
    """Prints what docs/compression.md tells; with -s it is seen."""
    clients = 100
    with running_server("--deflate", mode, log_level="warn") as server, contextlib.ExitStack() as stack:
        peers = []
        # The first ones are for what all share.
        for number in range(20 + clients):
            if number == 20:
                before = server.resident_octets()
            peers.append(Compressed(stack.enter_context(server.connect()), "permessage-deflate"))
            for size in (2000, 20_000):
                message = readings(size, number)
                if mode == "off":
                    peers[-1].connection.send_frame(TEXT, message)
                else:
                    peers[-1].send(message)
                assert peers[-1].receive()[0] == message
        each = (server.resident_octets() - before) / clients
        print(f"{mode}: {each / KIB:.1f} KiB for each idle connection")
        assert each < at_most
