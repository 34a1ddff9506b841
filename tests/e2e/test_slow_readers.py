"""Clients that read late get everything; those that never read are dropped."""

import re
import select
import time

import pytest

from limits import LIMITS, is_device
from server import running_server
from wire import BINARY, TEXT, frame, send_until_blocked

MIB = 1 << 20
LONGEST = LIMITS.message
# What is sent before reading: all of it may wait for a client of the program, and
# on the way to one of a device.
UNREAD = 64 << 10 if is_device() else 16 * MIB
SIZES = [size for size in (1000, 65536, MIB) if size <= LONGEST]


@pytest.mark.parametrize("target", ["/ws", "/auth?token=valid", "/echo"])
def test_the_longest_message_sent_before_reading_comes_back(target):
    payload = bytes(range(256)) * (LONGEST // 256)
    with running_server(log_level="warn") as server, server.connect(timeout=20) as connection:
        connection.open_websocket(target)
        if target.startswith("/auth"):
            connection.read_message()
        connection.send_frame(BINARY, payload)
        assert connection.read_message() == (BINARY, payload)


@pytest.mark.parametrize("size", SIZES)
def test_many_messages_sent_before_reading_come_back(size):
    count = UNREAD // size
    with running_server(log_level="warn") as server, server.connect(timeout=20) as connection:
        connection.open_websocket("/echo")
        connection.send(b"".join(frame(BINARY, b"%08d" % n + b"x" * (size - 8)) for n in range(count)))
        for number in range(count):
            opcode, payload = connection.read_message()
            assert (opcode, len(payload), payload[:8]) == (BINARY, size, b"%08d" % number)


def test_a_long_message_sent_to_ws_partial_before_reading_comes_back():
    payload = bytes(range(256)) * (UNREAD // 4 // 256)
    with running_server(log_level="warn") as server, server.connect(timeout=20) as connection:
        connection.open_websocket("/ws_partial")
        connection.send_frame(BINARY, payload)
        parts = connection.read_fragments()
        assert {len(part.payload) for part in parts} == {64}
        assert b"".join(part.payload for part in parts) == payload


def test_a_small_send_buffer_makes_the_client_wait_and_loses_nothing():
    """Pressure goes back to the client once its answers are not taken."""
    size = 1000 if is_device() else 10_000
    count, message = 20 * MIB // size, frame(BINARY, b"x" * size)
    # A device's is small as it is.
    flags = [] if is_device() else ["--send-buffer", "64K", "--max-message", "32K"]
    with running_server(*flags, log_level="warn") as server:
        with server.connect(timeout=20, receive_buffer=4096) as connection:
            connection.open_websocket("/echo")
            stream, to_send, received = connection.socket, memoryview(message * count), 0
            stream.setblocking(False)
            blocked = False
            while to_send:
                if not select.select([], [stream], [], 0.2)[1]:
                    blocked = True
                    break
                to_send = to_send[stream.send(to_send) :]
            assert blocked, "everything was taken from a client that reads nothing"
            assert server.resident_octets() < 32 * MIB
            deadline = time.monotonic() + 20
            buffered = bytearray()
            expected = count * (4 + size)
            while received < expected:
                assert time.monotonic() < deadline, f"{received} of {expected} octets came"
                readable, writable, _ = select.select([stream], [stream] if to_send else [], [], 5)
                assert readable or writable, f"dead lock at {received} of {expected} octets"
                if writable:
                    to_send = to_send[stream.send(to_send) :]
                if readable:
                    octets = stream.recv(1 << 20)
                    assert octets
                    received += len(octets)
                    buffered += octets[: max(0, 4 - len(buffered))]
            assert received == expected
            assert bytes(buffered) == b"\x82\x7e" + size.to_bytes(2, "big")


def test_a_client_that_never_reads_is_dropped_and_its_memory_freed(capsys):
    # On a device, to fill what lies between for all four takes longer.
    with running_server("--send-time", "4s" if is_device() else "1s") as server:
        connections = server.connections()
        with server.connect() as first:
            first.open_websocket("/echo")
            first.send_frame(TEXT, b"warm")
            first.read_message()
        before = server.resident_octets()
        clients = [server.connect(receive_buffer=4096) for _ in range(4)]
        try:
            for client in clients:
                client.open_websocket("/echo")
                send_until_held(client)
            held = server.resident_octets()
            # The end waits behind what is not read: the client cannot see it.
            for client in clients:
                port = client.socket.getsockname()[1]
                name = re.escape(server.log.wait_for(rf"(#\S+) accepted from \S+:{port}$")[1])
                server.log.wait_for(rf"{name} closed: the peer takes nothing", timeout=10)
                server.log.wait_for(rf"{name} closed$")
            deadline = time.monotonic() + 5
            while (after := server.resident_octets()) > before + 4 * MIB:
                assert time.monotonic() < deadline, f"{after - before} octets are still held"
                server.assert_alive()
            while server.connections() != connections:
                assert time.monotonic() < deadline, "a connection is still held"
        finally:
            for client in clients:
                client.close()
        with capsys.disabled():
            print(f"\nheld {(held - before) // MIB} MiB for 4 clients, {(after - before) // 1024} KiB after")


def test_a_client_that_reads_slowly_is_not_dropped():
    """The bound is on taking nothing, not on taking little."""
    with running_server("--send-time", "1s", log_level="warn") as server:
        with server.connect(timeout=20, receive_buffer=4096) as connection:
            connection.open_websocket("/echo")
            expected = send_until_held(connection)
            # What is on the way to a device must move for it to see that anything is taken.
            pace = 300_000 if is_device() else 4096
            received, until = 0, time.monotonic() + 3
            while received < expected and time.monotonic() < until:
                received += len(connection.read_exactly(min(pace, expected - received)))
                select.select([], [], [], 0.1)
            connection.read_exactly(expected - received)


def send_until_held(client) -> int:
    """Sends without reading until answers wait in the server; returns how many octets of them
    are to come."""
    if not is_device():
        length = 12 * MIB
        client.send_frame(BINARY, b"x" * length)
        return length + 10
    # Sockets on the way take much before a device has to wait.
    message = frame(BINARY, b"x" * 1000)
    sent = send_until_blocked(client.socket, message * 1000, limit=64 * MIB, patience=0.5)
    assert sent < 64 * MIB, "everything was taken from a client that reads nothing"
    return sent // len(message) * (4 + 1000)
