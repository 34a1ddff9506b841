"""Each wait has an end, and it is one for all of what is awaited."""

import time

import pytest

from server import running_server
from wire import PING, PONG, TEXT, handshake, request

DRIP_INTERVAL = 0.2


def drip(connection, octets: bytes) -> float:
    """Sends octet by octet until the server answers; returns how long that was."""
    began = time.monotonic()
    for octet in octets:
        connection.send(bytes([octet]))
        if connection.has_input(DRIP_INTERVAL):
            return time.monotonic() - began
    raise AssertionError("the server waited for everything")


@pytest.mark.parametrize("octets", [request("GET", "/"), handshake("/echo")], ids=["request", "handshake"])
def test_a_dripping_head_is_408_when_the_time_for_all_of_it_is_over(octets):
    with running_server("--head-time", "1s") as server, server.connect() as connection:
        assert 0.9 < drip(connection, octets) < 1.8
        assert connection.read_response().status == 408
        connection.read_end()
        server.assert_alive()


def test_the_head_of_a_later_request_has_the_same_deadline():
    with running_server("--head-time", "1s") as server, server.connect() as connection:
        connection.send_request("GET", "/")
        assert connection.read_response().status == 200
        assert 0.9 < drip(connection, request("GET", "/")) < 1.8
        assert connection.read_response().status == 408


@pytest.mark.parametrize("field", ["Content-Length: 50", "Transfer-Encoding: chunked"])
def test_a_dripping_body_is_408_when_the_time_for_all_of_it_is_over(field):
    with running_server("--body-time", "1s") as server, server.connect() as connection:
        connection.send_request("GET", "/", field)
        body = b"x" * 50 if "Length" in field else b"1\r\nx\r\n" * 10
        assert 0.9 < drip(connection, body) < 1.8
        assert connection.read_response().status == 408
        connection.read_end()
        server.assert_alive()


def test_a_stalled_body_is_408():
    with running_server("--body-time", "1s") as server, server.connect() as connection:
        connection.send(request("GET", "/", "Content-Length: 50") + b"begun")
        assert connection.read_response().status == 408
        connection.read_end()


def test_a_connection_without_a_request_is_closed():
    with running_server("--head-time", "1s") as server, server.connect() as connection:
        began = time.monotonic()
        connection.read_end()
        assert 0.9 < time.monotonic() - began < 1.8


def test_a_connection_without_another_request_is_closed():
    with running_server("--keep-alive", "1s") as server, server.connect() as connection:
        connection.send_request("HEAD", "/")
        assert connection.read_response(head_only=True).status == 200
        began = time.monotonic()
        connection.read_end()
        assert 0.9 < time.monotonic() - began < 1.8


def test_the_time_for_requests_does_not_end_a_websocket():
    flags = ["--head-time", "500ms", "--keep-alive", "500ms", "--body-time", "500ms"]
    with running_server(*flags) as server, server.connect() as connection:
        connection.open_websocket("/echo")
        assert not connection.has_input(1.2)
        connection.send_frame(TEXT, b"still here")
        assert connection.read_message() == (TEXT, b"still here")


@pytest.mark.parametrize("target", ["/ws", "/ws_partial", "/auth?token=valid", "/echo"])
def test_a_silent_client_that_answers_pings_stays(target):
    with running_server("--ping-after", "1s", "--pong-time", "1s") as server:
        with server.connect() as connection:
            connection.open_websocket(target)
            if target.startswith("/auth"):
                connection.read_message()
            for _ in range(3):
                ping = connection.read_frame()
                assert ping.opcode == PING
                connection.send_frame(PONG, ping.payload)
                if target == "/ws":
                    assert connection.read_frame().opcode == PONG
            connection.send_frame(TEXT, b"still here")
            assert connection.read_message() == (TEXT, b"still here")


def test_a_silent_client_that_does_not_answer_pings_is_dropped():
    with running_server("--ping-after", "1s", "--pong-time", "1s") as server:
        with server.connect() as connection:
            began = time.monotonic()
            connection.open_websocket("/echo")
            assert connection.read_frame().opcode == PING
            assert 0.9 < time.monotonic() - began < 1.8
            connection.wait_for_drop(5)
            assert 1.9 < time.monotonic() - began < 3


def test_a_talking_client_is_not_pinged():
    with running_server("--ping-after", "1s", "--pong-time", "1s") as server:
        with server.connect() as connection:
            connection.open_websocket("/echo")
            until = time.monotonic() + 2.5
            while time.monotonic() < until:
                connection.send_frame(TEXT, b"talk")
                assert connection.read_message() == (TEXT, b"talk")
                assert not connection.has_input(0.2)


def test_a_peer_that_does_not_end_after_its_close_is_dropped():
    with running_server("--close-time", "1s") as server, server.connect() as connection:
        connection.open_websocket("/echo")
        connections = server.connections()
        connection.send_frame(TEXT, b"\xff")
        assert connection.read_close()[0] == 1007
        connection.read_end()
        # Its side stays open; the server must not keep the connection for that.
        server.log.wait_for(r"dunlin: \S+ closed$", timeout=3)
        deadline = time.monotonic() + 3
        while server.connections() >= connections:
            assert time.monotonic() < deadline, "the connection is still held"
