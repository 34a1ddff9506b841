"""HTTP clients that want to keep the server busy, fill its memory, or stay for ever."""

import socket
import threading
import time

import pytest

from hostile import KIB, MIB, Flood, beside_a_busy_client, crowd, scene
from limits import is_device
from wire import handshake, request, send_until_blocked

pytestmark = pytest.mark.skipif(is_device(), reason="floods a program; what a device does is in test_board")

CROWD = 200
CHUNKED = request("GET", "/", "Transfer-Encoding: chunked")

# What is sent at once, and what follows octet by octet.
DRIPS = {
    "head": (request("GET", "/")[:-2], b"X-Slow: " + b"x" * 200),
    "handshake": (handshake("/echo")[:-2], b"X-Slow: " + b"x" * 200),
    "target": (b"GET /", b"x" * 200),
    "body": (request("GET", "/", "Content-Length: 1000000"), b"x" * 200),
    "chunks": (CHUNKED, b"1\r\nx\r\n" * 40),
    "chunk-extension": (CHUNKED, b"1" + b";x" * 100),
    "trailers": (CHUNKED + b"0\r\n", b"X: y\r\n" * 40),
}


@pytest.mark.parametrize("kind", DRIPS)
def test_a_crowd_that_drips_is_answered_408_in_time_and_harms_nobody(kind, capsys):
    begin, rest = DRIPS[kind]
    with scene(capsys, "--head-time", "1s", "--body-time", "1s", "--close-time", "500ms") as there:
        with crowd(there.server, CROWD) as attackers:
            over = threading.Event()
            for attacker in attackers:
                attacker.send(begin)

            def drip() -> None:
                for octet in rest:
                    for attacker in attackers:
                        # It goes on when it has been answered, and even when nobody listens.
                        try:
                            attacker.socket.send(bytes([octet]))
                        except ConnectionError:
                            pass
                    if over.wait(0.05):
                        return

            thread = threading.Thread(target=drip)
            thread.start()
            try:
                there.assert_others_are_served(f"{CROWD} that drip a {kind}")
                for attacker in attackers:
                    assert attacker.read_response().status == 408
                there.assert_all_gone(timeout=10)
            finally:
                over.set()
                thread.join()
            # A table of 200, and 16 KiB for each: what a head may be.
            there.assert_grown_by_less_than(CROWD * 16 * KIB + MIB)


# What is sent once, what is then sent for ever, and the answer.
BOMBS = {
    "empty-lines": (b"", b"\r\n", 400),
    "method": (b"", b"A", 501),
    "target": (b"GET /", b"x", 414),
    "field-name": (b"GET / HTTP/1.1\r\n", b"x", 431),
    "field-value": (b"GET / HTTP/1.1\r\nX: ", b"x", 431),
    "fields": (b"GET / HTTP/1.1\r\n", b"X: y\r\n", 431),
    "blanks": (b"GET / HTTP/1.1\r\nX:", b" ", 431),
    "list-of-connection-options": (b"GET / HTTP/1.1\r\nHost: a\r\nConnection: ", b",", 431),
    "body": (request("GET", "/", "Transfer-Encoding: chunked"), b"10000\r\n" + b"x" * 65536 + b"\r\n", 413),
    "one-octet-chunks": (CHUNKED, b"1\r\nx\r\n", 413),
    "chunk-size": (CHUNKED, b"0", 400),
    "chunk-extensions": (CHUNKED, b"1" + b";x=y" * 60 + b"\r\nx\r\n", 413),
    "chunk-extension": (CHUNKED + b"1", b";x", 400),
    "trailers": (CHUNKED + b"0\r\n", b"X: y\r\n", 400),
    "trailer-value": (CHUNKED + b"0\r\nX: ", b"y", 400),
    "length-of-2-to-63": (request("GET", "/", f"Content-Length: {1 << 63}"), b"x", 413),
    "length-of-2-to-64-less-1": (request("GET", "/", f"Content-Length: {(1 << 64) - 1}"), b"x", 413),
    "length-of-2-to-64": (request("GET", "/", f"Content-Length: {1 << 64}"), b"x", 400),
    "length-of-many-digits": (b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: ", b"9", 431),
    "chunk-of-2-to-63": (CHUNKED + b"8000000000000000\r\n", b"x", 413),
    "chunk-of-2-to-64": (CHUNKED, b"10000000000000000\r\n", 400),
}


@pytest.mark.parametrize("kind", BOMBS)
def test_a_request_without_an_end_is_answered_at_its_limit_and_its_sender_dropped(kind, capsys):
    """The sender goes on after the answer: what it sends is thrown away for the time of a close,
    and no longer."""
    opening, unit, status = BOMBS[kind]
    with scene(capsys, "--close-time", "500ms") as there, there.server.connect() as attacker:
        attacker.send(opening)
        octets = unit * max(1, 256 * KIB // len(unit))
        attacker.socket.settimeout(0.2)
        with pytest.raises((ConnectionError, TimeoutError)):
            until = time.monotonic() + 10
            while time.monotonic() < until:
                attacker.socket.send(octets)
        # Only sending has failed: the answer had come before.
        attacker.socket.settimeout(attacker.timeout)
        answer = receive_what_came(attacker.socket)
        assert answer.startswith(b"HTTP/1.1 %d " % status), answer[:100]
        # A body of 1 MiB whose buffer doubles as it grows.
        there.assert_grown_by_less_than(4 * MIB)
        there.assert_all_gone(timeout=10)


def receive_what_came(stream: socket.socket) -> bytes:
    """What lies there for the reader in spite of a reset."""
    try:
        return stream.recv(4096)
    except ConnectionResetError:
        return b""


REQUESTS = {
    "page": request("GET", "/"),
    "head": request("HEAD", "/"),
    "not-found": request("GET", "/none"),
    "refused-handshake": handshake("/auth?token=stolen"),
    "options": request("OPTIONS", "*"),
    "body-in-chunks": CHUNKED + b"1\r\nx\r\n" * 100 + b"0\r\n\r\n",
}


@pytest.mark.parametrize("kind", REQUESTS)
def test_a_flood_of_requests_delays_others_no_more_than_a_busy_client(kind, capsys):
    with scene(capsys) as there, there.server.connect() as attacker:
        reference = beside_a_busy_client(there.server)
        with Flood(attacker, REQUESTS[kind] * 2000) as flood:
            there.assert_others_are_served(f"flood of requests: {kind}", reference, during=flood.is_on)
        assert flood.sent > MIB // 4, "the flood was not taken"
        # The answers of one turn, up to what may wait for a peer.
        there.assert_grown_by_less_than(40 * MIB)


def test_pipelined_requests_whose_answers_are_not_read_are_not_taken_any_further(capsys):
    flags = ["--max-message", "32K", "--send-buffer", "64K", "--send-time", "2s"]
    with scene(capsys, *flags) as there, crowd(there.server, 20, receive_buffer=4096) as attackers:
        for attacker in attackers:
            sent = send_until_blocked(attacker.socket, request("GET", "/") * 2000, limit=64 * MIB)
            assert sent < 64 * MIB, "everything was taken from a client that reads nothing"
        there.assert_others_are_served("pipelined and not read")
        # For each 64 KiB of answers and 256 KiB of held input, once more while they are handed over.
        there.assert_grown_by_less_than(20 * 640 * KIB + MIB)
        there.assert_all_gone(timeout=10)


def test_clients_that_never_read_their_page_are_dropped(capsys):
    """All of it is in the kernel: the server waits for them to end, and no longer than for a close."""
    with scene(capsys, "--close-time", "1s", "--keep-alive", "1s") as there:
        with crowd(there.server, CROWD, receive_buffer=4096) as attackers:
            for number, attacker in enumerate(attackers):
                attacker.send_request("GET", "/", *["Connection: close"] * (number % 2))
            there.assert_others_are_served("pages that nobody reads")
            there.assert_grown_by_less_than(2 * MIB)
            there.assert_all_gone(timeout=10)


def test_a_head_octet_by_octet_costs_what_its_limit_bounds(capsys):
    """It is read again at each octet: the most that its limit lets a client ask for is sent, and
    others are served."""
    octets = b"GET / HTTP/1.1\r\nHost: a\r\nX: "
    octets += b"\t" * (16 * KIB - len(octets) - 4) + b"\r\n\r\n"
    with scene(capsys, "--head-time", "30s") as there, there.server.connect(timeout=30) as attacker:

        def drip() -> None:
            for octet in octets:
                attacker.send(bytes([octet]))

        thread = threading.Thread(target=drip)
        thread.start()
        there.assert_others_are_served("a head of 16 KiB, octet by octet", during=thread.is_alive)
        thread.join()
        assert attacker.read_response().status == 200
        there.assert_grown_by_less_than(MIB)
