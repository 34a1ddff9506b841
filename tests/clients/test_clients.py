"""Independent clients echo, and close cleanly; each with compression offered and not, as far as it can."""

import os

import pytest

from client import ClientError, Connection
from limits import LIMITS, is_device
from roster import CONTEXT
from wiretap import PONG

WELCOME = "Welcome to the WebSocket Echo Server (post-handshake)!"
# websocat adds a newline to texts.
LARGE = min(70_000, LIMITS.message - 1)
MESSAGES = {
    "text": "Espressif",
    "unicode": "Grüße, κόσμε \U0001f427",
    "binary": bytes(range(256)),
    "large-text": ("0123456789abcdef" * (LARGE // 16 + 1))[:LARGE],
    "large-binary": os.urandom(LARGE),
    "empty-text": "",
    "empty-binary": b"",
}


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_comes_back_with_its_type(connect, name):
    with connect("/echo") as connection:
        connection.assert_echo(MESSAGES[name])


def test_messages_come_back_one_after_the_other(connect):
    with connect("/echo") as connection:
        for message in list(MESSAGES.values())[:5] * 3:
            connection.assert_echo(message)


def test_messages_sent_without_waiting_come_back_in_order(connect):
    messages = [f"message {number}" for number in range(20)]
    with connect("/echo") as connection:
        for message in messages:
            connection.send(message)
        assert [connection.receive() for _ in messages] == messages


@pytest.mark.parametrize("target", ["/ws", "/ws_partial", "/auth?token=valid"])
def test_the_other_endpoints_echo_too(connect, target):
    with connect(target) as connection:
        if target.startswith("/auth"):
            assert connection.receive() == WELCOME
        for message in list(MESSAGES.values())[:5]:
            connection.assert_echo(message)


def test_the_subprotocol_is_agreed_on(client, connect):
    with connect("/echo", "chat") as connection:
        assert connection.recording.server.value("Sec-WebSocket-Protocol") == "chat"
        if "protocol" not in client.entry.silent_about:
            assert connection.protocol == "chat"
        connection.assert_echo("with a subprotocol")


def test_a_ping_is_answered_with_its_payload(client, connect):
    if not client.entry.pings:
        pytest.skip("the client sends no ping when asked to")
    with connect("/echo") as connection:
        payload = b"ping me"
        assert connection.ping(payload) == (None if "pong" in client.entry.silent_about else payload)
        connection.assert_echo("after the ping")
        frames = connection.recording.frames_of_server()
        assert (frames[0].opcode, frames[0].payload) == (PONG, payload)


def test_a_refusal_is_an_error_for_the_client(client, connect, tap):
    with pytest.raises(ClientError):
        Connection(client, tap, "/auth?token=wrong")
    with connect("/auth?token=valid") as connection:
        assert connection.receive() == WELCOME


def test_compression_is_used_if_it_is_offered(client, connect):
    offers = client.variant.offers
    with connect("/echo") as connection:
        offer = connection.recording.client.value("Sec-WebSocket-Extensions")
        assert ("permessage-deflate" in offer) == offers
        agrees = offers and (not is_device() or client.variant.compression == CONTEXT)
        assert ("permessage-deflate" in connection.recording.extensions()) == agrees
        connection.assert_echo(MESSAGES["large-text"])
        # What a device sends goes out as it is.
        assert connection.recording.frames_of_server()[0].compressed == (offers and not is_device())
