"""`/echo`: nothing but the echo, control frames answered by the server."""

import pytest

from wire import PING, PONG, TEXT


@pytest.mark.parametrize("target", ["/echo", "/ws_partial"])
@pytest.mark.parametrize("payload", [b"", b"\xff\x00", b"x" * 125])
def test_a_ping_is_answered_with_its_payload(connect, target, payload):
    client = connect(target)
    client.ping(payload)
    assert client.receive_control() == ("pong", payload)


@pytest.mark.parametrize("target", ["/echo", "/ws_partial"])
def test_a_pong_is_ignored(connect, target):
    client = connect(target)
    client.pong(b"ignored")
    client.ping(b"answered")
    assert client.receive_control() == ("pong", b"answered")


@pytest.mark.parametrize("text", ["Trigger async", "Ping"])
def test_triggers_are_plain_text_here(connect, text):
    client = connect("/echo")
    client.send(text)
    assert client.receive() == text


def test_ten_pings_at_once_are_answered_in_order(server):
    with server.connect() as connection:
        connection.open_websocket("/echo")
        for number in range(10):
            connection.send_frame(PING, b"%d" % number)
        for number in range(10):
            pong = connection.read_frame()
            assert (pong.opcode, pong.payload) == (PONG, b"%d" % number)


def test_a_ping_cut_at_every_octet_is_answered(server):
    with server.connect() as connection:
        connection.open_websocket("/echo")
        for octet in b"\x89\x85" + bytes(4) + b"slow!":
            connection.send(bytes([octet]))
        assert connection.read_frame().payload == b"slow!"


def test_the_echo_of_a_fragmented_message_has_its_type(server):
    with server.connect() as connection:
        connection.open_websocket("/echo")
        connection.send_frame(TEXT, b"one ", fin=False)
        connection.send_frame(0, b"message")
        assert connection.read_message() == (TEXT, b"one message")
