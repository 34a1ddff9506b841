"""Clients that take connections: many, in no time, and never to give them back."""

import socket
import threading
import time

import pytest

from hostile import FLOOD_TIME, KIB, MIB, crowd, scene
from limits import is_device
from wire import BINARY, TEXT, Connection, frame, handshake, request

pytestmark = pytest.mark.skipif(is_device(), reason="floods a program; what a device does is in test_board")

RESET_AT_CLOSE = b"\1\0\0\0\0\0\0\0"


class Comers:
    """Threads that connect over and over, from addresses of their own so that ports last."""

    def __init__(self, server, octets: bytes, reads: bool, threads: int = 2):
        self.address, self.octets, self.reads = server.address, octets, reads
        self.until = time.monotonic() + FLOOD_TIME
        self.count = 0
        self.threads = [threading.Thread(target=self._run, args=(f"127.0.0.{n + 2}",)) for n in range(threads)]

    def __enter__(self) -> "Comers":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_) -> None:
        for thread in self.threads:
            thread.join()

    def is_on(self) -> bool:
        return time.monotonic() < self.until

    def _run(self, source: str) -> None:
        while time.monotonic() < self.until:
            with socket.create_connection(self.address, 5, (source, 0)) as stream:
                # A reset leaves no port behind that waits.
                stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_CLOSE)
                stream.sendall(self.octets)
                if self.reads:
                    assert stream.recv(4096)
            self.count += 1


@pytest.mark.parametrize(
    "octets, reads",
    [(b"", False), (handshake("/echo"), True), (handshake("/echo"), False), (request("GET", "/"), False)],
    ids=["connects", "handshakes", "handshakes-not-read", "requests-not-read"],
)
def test_a_flood_of_newcomers_delays_nobody_and_leaves_nothing_behind(octets, reads, capsys):
    with scene(capsys) as there:
        with Comers(there.server, octets, reads) as comers:
            there.assert_others_are_served("a flood of newcomers", during=comers.is_on)
        assert comers.count > 100
        # As many at a time as wait to be accepted.
        there.assert_grown_by_less_than(8 * MIB)
        there.assert_all_gone(timeout=5)


def test_a_client_that_takes_all_places_harms_no_connection_that_is_open(capsys):
    """Those beyond the limit get 503, those far beyond wait in the kernel, and when they have gone
    everyone comes in again."""
    with scene(capsys, "--max-connections", "60", "--head-time", "2s", "--close-time", "1s") as there:
        with there.server.connect() as early:
            early.open_websocket("/echo")
            with crowd(there.server, 400) as attackers:
                for number in range(100):
                    early.send_frame(TEXT, b"%03d" % number)
                    assert early.read_message() == (TEXT, b"%03d" % number)
                answers = [attacker.read_all()[:13] for attacker in attackers[:120]]
                # The silence of those who came in is ended by a close.
                assert set(answers) == {b"", b"HTTP/1.1 503 "}
                there.assert_grown_by_less_than(2 * MIB)
            early.send_frame(TEXT, b"still here")
            assert early.read_message() == (TEXT, b"still here")
        wait_until_served(there.server)
        there.assert_all_gone(timeout=10)


def wait_until_served(server) -> None:
    deadline = time.monotonic() + 10
    while True:
        with server.connect() as late:
            late.send_request("HEAD", "/")
            if late.read_response(head_only=True).status == 200:
                return
        assert time.monotonic() < deadline, "nobody else comes in"


def half_a_frame(connection: Connection) -> None:
    connection.open_websocket("/echo")
    connection.send(frame(BINARY, b"half", length=60_000))


HALVES = {
    "nothing": lambda connection: None,
    "half-a-head": lambda connection: connection.send(request("GET", "/")[:20]),
    "half-a-body": lambda connection: connection.send(request("GET", "/", "Content-Length: 9") + b"half"),
    "a-request": lambda connection: connection.send(request("GET", "/")),
    "an-open-websocket": lambda connection: connection.open_websocket("/echo"),
    "half-a-frame": half_a_frame,
}


@pytest.mark.parametrize("kind", HALVES)
def test_a_side_that_is_ended_takes_the_connection_with_it(kind, capsys):
    """Half-open connections are not kept: not for the time of a head, a body or a ping."""
    with scene(capsys, "--close-time", "1s") as there, crowd(there.server, 100) as attackers:
        for attacker in attackers:
            HALVES[kind](attacker)
            attacker.end_sending()
        there.assert_grown_by_less_than(100 * 64 * KIB)
        there.assert_all_gone(timeout=5)
