"""A stop, by SIGTERM or on the console: what is open is ended in order, then the
program ends with 0."""

import subprocess
import time

import pytest

from limits import LIMITS, is_device
from program import binary, clean_environment
from server import start
from wire import CLOSE, TEXT, close_payload, request


@pytest.fixture
def stopping():
    """Starts servers whose end is the test's business."""
    started = []

    def start_one(*flags):
        started.append(start(*flags))
        return started[-1]

    yield start_one
    for server in started:
        if server.has_ended():
            server.release()
        else:
            server.end()


def refused_soon(server) -> None:
    """New connections are refused, at the latest in a second."""
    deadline = time.monotonic() + 1
    while True:
        try:
            with server.connect() as connection:
                # QEMU has accepted this in the place of its board.
                if is_device() and not connection.read_all():
                    return
        except ConnectionRefusedError:
            return
        except ConnectionResetError:
            if is_device():
                return
        assert time.monotonic() < deadline, "it still accepts connections"


def test_each_websocket_is_closed_with_1001_and_the_program_ends_with_0(stopping):
    server = stopping()
    targets = ["/ws", "/ws_partial", "/auth?token=valid", "/echo"] * 25
    del targets[LIMITS.connections :]
    connections = []
    for target in targets:
        connections.append(server.connect())
        connections[-1].open_websocket(target)
        if target.startswith("/auth"):
            connections[-1].read_message()
    server.terminate()
    for connection in connections:
        assert connection.read_close()[0] == 1001
        connection.send_frame(CLOSE, close_payload(1001))
        connection.read_end()
        connection.close()
    assert server.wait(2) == 0


def test_new_connections_are_refused_while_the_last_ones_end(stopping):
    server = stopping()
    with server.connect() as connection:
        connection.open_websocket("/echo")
        server.terminate()
        assert connection.read_close()[0] == 1001
        refused_soon(server)
        assert not server.has_ended()
        connection.send_frame(CLOSE, close_payload(1001))
        connection.read_end()
    assert server.wait(2) == 0


@pytest.mark.parametrize(
    "begun, rest",
    [
        (b"GET / HTTP/1.1\r\nHost: dun", b"lin.test\r\n\r\n"),
        (request("GET", "/", "Content-Length: 10") + b"hello", b"world"),
    ],
    ids=["head", "body"],
)
def test_a_request_in_progress_is_answered(stopping, begun, rest):
    server = stopping()
    with server.connect() as witness, server.connect() as connection:
        connection.send(begun)
        witness.open_websocket("/echo")
        witness.send_frame(TEXT, b"x")
        witness.read_message()
        server.terminate()
        assert witness.read_close()[0] == 1001
        witness.close()
        connection.send(rest)
        response = connection.read_response()
        assert response.status == 200
        assert "close" in response.elements("Connection")
        assert len(response.body) == int(response.get("Content-Length"))
        connection.read_end()
    assert server.wait(2) == 0


def test_an_idle_connection_is_closed_at_once(stopping):
    server = stopping()
    with server.connect() as connection:
        connection.send_request("HEAD", "/")
        assert connection.read_response(head_only=True).status == 200
        server.terminate()
        connection.read_end()
    assert server.wait(2) == 0


def test_a_client_that_never_answers_the_close_holds_it_up_no_longer_than_told(stopping):
    server = stopping("--stop-time", "1s", "--close-time", "30s")
    with server.connect() as connection:
        connection.open_websocket("/echo")
        began = time.monotonic()
        server.terminate()
        assert connection.read_close()[0] == 1001
        assert server.wait(4) == 0
        assert 0.8 < time.monotonic() - began < 2


def test_a_client_that_never_reads_holds_it_up_no_longer_than_told(stopping):
    server = stopping("--stop-time", "1s", "--close-time", "30s", "--send-time", "30s")
    with server.connect(receive_buffer=4096) as connection:
        connection.open_websocket("/echo")
        connection.send_frame(2, b"x" * (8 << 20))
        began = time.monotonic()
        server.terminate()
        assert server.wait(4) == 0
        assert time.monotonic() - began < 2


def test_without_clients_it_ends_at_once(stopping):
    server = stopping()
    began = time.monotonic()
    server.terminate()
    assert server.wait(2) == 0
    assert time.monotonic() - began < 1


@pytest.mark.skipif(is_device(), reason="a device has no command line")
@pytest.mark.parametrize("flags", [["--nonsense"], ["--port", "x"], ["--max-message", "much"]])
def test_a_wrong_flag_ends_it_with_2_and_a_line_that_names_it(flags):
    command = [binary(), *flags]
    result = subprocess.run(command, capture_output=True, text=True, timeout=10, env=clean_environment())
    assert result.returncode == 2
    assert flags[0] in result.stderr or flags[-1] in result.stderr


@pytest.mark.skipif(is_device(), reason="a device has its ports to itself")
def test_a_taken_port_ends_it_with_a_failure_that_names_it(stopping):
    server = stopping()
    port = str(server.address[1])
    command = [binary(), "--port", port]
    result = subprocess.run(command, capture_output=True, text=True, timeout=10, env=clean_environment())
    assert result.returncode not in (0, 2)
    assert port in result.stderr
