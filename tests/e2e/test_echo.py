"""Every endpoint gives back what it is sent, with each library."""

import os

import pytest

from limits import LIMITS, is_device

WELCOME = "Welcome to the WebSocket Echo Server (post-handshake)!"
TARGETS = ["/ws", "/ws_partial", "/auth?token=valid", "/echo"]
MIB = 1 << 20
LENGTHS = [1, 63, 64, 65, 125, 126, 127, 128, 1023, 1024, 65535, 65536]


@pytest.fixture(params=TARGETS)
def client(request, connect):
    """A client of each endpoint, welcomed where it is welcomed."""
    opened = connect(request.param)
    if request.param.startswith("/auth"):
        assert opened.receive() == WELCOME
    return opened


@pytest.mark.parametrize(
    "message",
    ["Espressif", "", "Grüße, κόσμε \U0001f427", "\0\r\n\x1b[2J", b"Espressif", b"", bytes(range(256))],
    ids=["text", "empty-text", "unicode", "controls", "binary", "empty-binary", "all-octets"],
)
def test_a_message_comes_back_with_its_type(client, message):
    client.send(message)
    assert client.receive() == message


@pytest.mark.parametrize("length", [length for length in LENGTHS if length <= LIMITS.message])
def test_lengths_around_the_limits_of_the_header_come_back(client, length):
    text, binary = "x" * length, os.urandom(length)
    client.send(text)
    client.send(binary)
    assert client.receive() == text
    assert client.receive() == binary


def test_messages_sent_without_waiting_come_back_in_order(client):
    messages = [f"message {number}" for number in range(100)]
    for message in messages:
        client.send(message)
    assert [client.receive() for _ in messages] == messages


@pytest.mark.parametrize(
    "fragments",
    [["one ", "message"], ["", "x", ""], ["κό", "σμε"], [b"\xff", b"", b"\0" * 200], ["a" * 100] * 10],
    ids=["two", "empty-ends", "between-characters", "binary", "ten"],
)
def test_a_fragmented_message_comes_back_whole(client, fragments):
    client.send_fragments(fragments)
    assert client.receive() == type(fragments[0])().join(fragments)


@pytest.mark.parametrize("target", TARGETS)
def test_a_mebibyte_or_what_can_be_taken_comes_back_intact(connect, target):
    client = connect(target)
    if target.startswith("/auth"):
        assert client.receive() == WELCOME
    length = min(MIB, LIMITS.message)
    if target == "/ws_partial":
        length = min(MIB, 64 * (client.most_fragments or MIB))
    text, binary = "0123456789abcdef" * (length // 16), os.urandom(length)
    client.send(text)
    assert client.receive() == text
    client.send(binary)
    assert client.receive() == binary


def test_the_close_is_answered_with_its_code(client):
    client.send("last words")
    assert client.receive() == "last words"
    assert client.close() == 1000


@pytest.mark.skipif(is_device(), reason="a device takes no message of 16 MiB")
@pytest.mark.parametrize("message", ["é" * (8 * MIB), os.urandom(16 * MIB)], ids=["text", "binary"])
def test_sixteen_mebibytes_come_back_from_echo(connect, message):
    client = connect("/echo")
    client.send(message)
    assert client.receive() == message
