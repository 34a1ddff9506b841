"""`/ws`: jobs that text triggers, and control frames taken by the endpoint."""

import pytest

from limits import LIMITS
from wire import PING, PONG, TEXT


@pytest.mark.parametrize("text", ["Trigger async", "Trigger async please"])
def test_trigger_async_brings_a_message_and_no_echo(connect, text):
    client = connect("/ws")
    client.send(text)
    assert client.receive() == "Async data"
    client.send("next")
    assert client.receive() == "next"


@pytest.mark.parametrize("message", ["trigger async", " Trigger async", "Trigger", b"Trigger async", b"Ping", "ping"])
def test_what_only_resembles_a_trigger_is_echoed(connect, message):
    client = connect("/ws")
    client.send(message)
    assert client.receive() == message


@pytest.mark.parametrize("text", ["Ping", "Ping me"])
def test_ping_brings_an_empty_ping_whose_pong_comes_back(connect, text):
    client = connect("/ws")
    client.send(text)
    assert client.receive_control() == ("ping", b"")
    # The library has answered it by itself.
    assert client.receive_control() == ("pong", b"")
    client.send("next")
    assert client.receive() == "next"


@pytest.mark.parametrize("payload", [b"", b"Espressif", b"\xff\x00", b"x" * 125])
def test_a_ping_is_answered_with_its_payload(connect, payload):
    client = connect("/ws")
    client.ping(payload)
    assert client.receive_control() == ("pong", payload)


@pytest.mark.parametrize("payload", [b"", b"unasked", b"x" * 125])
def test_a_pong_comes_back_as_a_pong(connect, payload):
    client = connect("/ws")
    client.pong(payload)
    assert client.receive_control() == ("pong", payload)


def test_a_ping_is_answered_between_the_fragments_of_a_message(server):
    with server.connect() as connection:
        connection.open_websocket("/ws")
        connection.send_frame(TEXT, b"first ", fin=False)
        connection.send_frame(PING, b"now")
        pong = connection.read_frame()
        assert (pong.opcode, pong.payload) == (PONG, b"now")
        connection.send_frame(0, b"second")
        assert connection.read_message() == (TEXT, b"first second")


def test_every_trigger_gets_its_own_answer(server):
    with server.connect() as connection:
        connection.open_websocket("/ws")
        # As many as can wait together: they may arrive at once.
        count = min(100, LIMITS.jobs // (LIMITS.job + len(b"Async data")))
        for _ in range(count):
            connection.send_frame(TEXT, b"Trigger async")
        for _ in range(count):
            assert connection.read_message() == (TEXT, b"Async data")


def test_a_job_reaches_only_the_client_that_triggered_it(server):
    with server.connect() as first, server.connect() as second:
        first.open_websocket("/ws")
        second.open_websocket("/ws")
        first.send_frame(TEXT, b"Trigger async")
        assert first.read_message() == (TEXT, b"Async data")
        second.send_frame(TEXT, b"mine")
        assert second.read_message() == (TEXT, b"mine")
        assert not second.has_input(0)
