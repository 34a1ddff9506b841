"""Slow, stalled, dripping and dead clients delay nobody else."""

import contextlib
import statistics
import threading
import time

import pytest
from server import frame, upgrade_request


def echo_times(server, count=200):
    """Round trips of one client, in milliseconds, sorted."""
    times = []
    with server.upgrade("/echo") as client:
        for number in range(count):
            payload = b"%08d" % number
            began = time.perf_counter()
            client.send(frame(0x82, payload))
            assert client.frame() == (0x82, payload)
            times.append((time.perf_counter() - began) * 1000)
    return sorted(times)


def test_an_echo_waits_for_no_acknowledgement(server):
    assert statistics.median(echo_times(server)) < 5


@contextlib.contextmanager
def hindered(server):
    """100 clients of each bad kind, the dripping ones at work."""
    clients, stop = [], threading.Event()
    drip = upgrade_request("/echo")
    with contextlib.ExitStack() as stack:
        for _ in range(100):
            dead = stack.enter_context(server.connect())
            stalled = stack.enter_context(server.connect())
            stalled.send(b"GET / HTTP/1.1\r\nHost: a\r\nX: ")
            dripping = stack.enter_context(server.connect())
            reader = stack.enter_context(server.upgrade("/echo"))
            reader.stream.settimeout(0.05)
            with contextlib.suppress(OSError):
                for _ in range(20):
                    reader.send(frame(0x82, b"x" * 65536))
            clients.append((dead, stalled, dripping, reader))

        def keep_dripping():
            for octet in drip[:-1]:
                for _, _, dripping, _ in clients:
                    with contextlib.suppress(OSError):
                        dripping.send(bytes([octet]))
                if stop.wait(0.02):
                    return

        thread = threading.Thread(target=keep_dripping)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()


def test_400_bad_clients_delay_nobody(start):
    server = start(log="off")
    alone = echo_times(server, 500)
    with hindered(server):
        among = echo_times(server, 500)
    print(f"median {alone[250]:.3f} ms alone, {among[250]:.3f} ms among; p99 {alone[495]:.3f}, {among[495]:.3f}")
    # The clients share the machine, and one processor with their own threads.
    assert among[250] < 10
    assert among[495] < 50


def test_a_dripping_head_has_one_deadline_for_all_of_it(start):
    server = start("--head-time", "1s", log="off")
    with server.connect() as client:
        began = time.monotonic()
        client.stream.settimeout(0.1)
        for octet in b"GET / HTTP/1.1\r\nHost: a\r\nX-Long: " + b"a" * 100:
            client.send(bytes([octet]))
            try:
                if client.more():
                    break
            except TimeoutError:
                pass
        client.stream.settimeout(5)
        assert client.response_head()[0] == 408
        assert 0.9 < time.monotonic() - began < 2


def test_a_silent_connection_is_closed_when_its_head_is_due(start):
    server = start("--head-time", "500ms", log="off")
    with server.connect() as client:
        assert client.read_to_end() == b""


def test_silent_websockets_are_pinged_and_dead_ones_dropped(start):
    server = start("--ping-after", "300ms", "--pong-time", "300ms", log="off")
    with server.upgrade("/echo") as alive, server.upgrade("/echo") as dead:
        for _ in range(4):
            assert alive.frame() == (0x89, b"")
            alive.send(frame(0x8A))
        assert dead.frame() == (0x89, b"")
        assert dead.read_to_end() == b""
        alive.send(frame(0x81, b"still here"))
        first, payload = alive.frame()
        while first == 0x89:
            first, payload = alive.frame()
        assert payload == b"still here"


def test_a_client_that_writes_all_before_it_reads_gets_all(server):
    message = frame(0x82, b"m" * 2**20)
    with server.upgrade("/echo") as client:
        client.stream.settimeout(30)
        writer = threading.Thread(target=lambda: [client.send(message) for _ in range(64)])
        writer.start()
        for _ in range(64):
            first, payload = client.frame()
            assert first == 0x82 and len(payload) == 2**20
        writer.join()
    with server.upgrade("/echo") as client:
        client.stream.settimeout(30)
        client.send(frame(0x82, b"z" * 2**24))
        assert client.frame() == (0x82, b"z" * 2**24)


def test_a_reader_that_never_reads_is_dropped_and_its_memory_freed(start):
    server = start("--send-time", "1s", log="off")
    with server.upgrade("/echo") as warm:
        warm.send(frame(0x81, b"x"))
        warm.frame()
    before = server.resident()
    with server.upgrade("/echo") as client:
        client.stream.settimeout(10)
        with pytest.raises(OSError):
            for _ in range(1000):
                client.send(frame(0x82, b"x" * 2**20))
    deadline = time.monotonic() + 10
    while server.resident() - before > 6 * 2**20:
        assert time.monotonic() < deadline, f"{server.resident() - before} octets are not freed"
        with server.upgrade("/echo") as other:
            other.send(frame(0x81, b"x"))
            other.frame()
