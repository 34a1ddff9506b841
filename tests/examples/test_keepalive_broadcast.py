"""The example keepalive_broadcast: greetings, and pings that find dead peers."""

import time

import pytest

from example import example, page_of, running_example
from wire import BINARY, PING, PONG, TEXT

NEVER = ["--every", "60m"]

server = example("keepalive_broadcast", *NEVER)


@pytest.fixture(scope="module")
def pinging():
    flags = ["--ping-after", "300ms", "--pong-time", "300ms"]
    with running_example("keepalive_broadcast", *NEVER, *flags) as running:
        yield running


def answer_ping(connection) -> None:
    ping = connection.read_frame()
    assert ping.opcode == PING
    connection.send_frame(PONG, ping.payload)


def test_the_page_is_sent_with_its_style(server):
    assert "<h1>Keep-alive and broadcast</h1>" in page_of(server)


@pytest.mark.parametrize("message", [(TEXT, "Grüße".encode()), (BINARY, b"\x00\xff"), (TEXT, b"")])
def test_a_message_comes_back_with_its_type(server, message):
    with server.connect() as connection:
        connection.open_websocket("/ws")
        connection.send_frame(*message)
        assert connection.read_message() == message


def test_a_ping_of_the_client_is_answered_with_its_payload(server):
    with server.connect() as connection:
        connection.open_websocket("/ws")
        connection.send_frame(PING, b"there?")
        frame = connection.read_frame()
        assert (frame.opcode, frame.payload) == (PONG, b"there?")


def test_every_client_is_greeted_again_and_again():
    with running_example("keepalive_broadcast", "--every", "200ms") as greeting:
        with greeting.connect() as one, greeting.connect() as other:
            for connection in (one, other):
                connection.open_websocket("/ws")
            for _ in range(3):
                for connection in (one, other):
                    assert connection.read_message() == (TEXT, b"Hello client")


def test_a_silent_client_that_answers_pings_stays(pinging):
    with pinging.connect() as connection:
        connection.open_websocket("/ws")
        for _ in range(4):
            answer_ping(connection)
        connection.send_frame(TEXT, b"still here")
        assert connection.read_message() == (TEXT, b"still here")


def test_a_client_that_does_not_answer_is_dropped_and_no_other(pinging):
    since = pinging.log.mark()
    with pinging.connect() as dead, pinging.connect() as living:
        for connection in (dead, living):
            connection.open_websocket("/ws")
        began = time.monotonic()
        assert dead.read_frame().opcode == PING
        answer_ping(living)
        dead.wait_for_drop(timeout=3)
        assert 0.5 < time.monotonic() - began < 2
        pinging.log.wait_for(r"keepalive_broadcast.* #\d+\.\d+ is lost", since)
        answer_ping(living)
        living.send_frame(TEXT, b"still here")
        assert living.read_message() == (TEXT, b"still here")


def test_only_who_asks_for_reports_is_told_of_its_pongs(pinging):
    with pinging.connect() as told, pinging.connect() as other:
        response = told.open_websocket("/ws", "Sec-WebSocket-Protocol: reports")
        assert response.get("Sec-WebSocket-Protocol") == "reports"
        other.open_websocket("/ws")
        for connection in (told, other):
            answer_ping(connection)
        assert told.read_message() == (BINARY, b"pong")
        answer_ping(other)


def test_who_leaves_is_told_from_who_is_lost(server):
    since = server.log.mark()
    with server.connect() as connection:
        connection.open_websocket("/ws")
        server.log.wait_for(r"keepalive_broadcast.* is there", since)
        connection.send_frame(8, b"\x03\xe8")
        assert connection.read_close() == (1000, "")
    server.log.wait_for(r"keepalive_broadcast.* has left", since)
