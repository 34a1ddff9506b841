"""`/auth`: who has the token comes in and is welcomed."""

import pytest

from clients import REFUSED, refusal
from server import running_server
from wire import TEXT, handshake, request

WELCOME = "Welcome to the WebSocket Echo Server (post-handshake)!"

VALID = [
    "?token=valid",
    "?a=b&token=valid&c",
    "?&&token=valid",
    "?x=%26&token=valid",
    "?to%6Ben=valid",
    "?token=v%61lid",
    "?%74%6F%6b%65%6E=%76%61%6C%69%64",
]

INVALID = [
    "",
    "?",
    "?token",
    "?token=",
    "?token=invalid",
    "?xtoken=valid",
    "?token=validx",
    "?token=valid%00",
    "?token=Valid",
    "?Token=valid",
    "?a=token=valid",
    "?token%3Dvalid",
    "?a=b%26token=valid",
    "?token==valid",
    "?token=valid%",
    "?a?token=valid",
]


@pytest.mark.parametrize("query", VALID)
def test_the_token_admits(connect, query):
    client = connect("/auth" + query)
    assert client.receive() == WELCOME
    client.send("Espressif")
    assert client.receive() == "Espressif"
    client.send(b"\x00\xff")
    assert client.receive() == b"\x00\xff"


@pytest.mark.parametrize("query", INVALID)
def test_anything_else_is_refused_with_401_and_a_body(connect, query):
    with pytest.raises(REFUSED) as refused:
        connect("/auth" + query)
    status, body = refusal(refused.value)
    assert status == 401
    assert b"token" in body


def test_the_welcome_is_the_first_frame_and_a_whole_text(server):
    with server.connect() as connection:
        connection.open_websocket("/auth?token=valid")
        frame = connection.read_frame()
        assert (frame.opcode, frame.fin, frame.payload.decode()) == (1, True, WELCOME)
        assert not connection.has_input(0.05)


def test_a_refusal_says_how_to_come_in_and_leaves_http_intact(server):
    with server.connect() as connection:
        connection.send(handshake("/auth") + request("HEAD", "/"))
        refused = connection.read_response()
        assert refused.status == 401
        assert refused.get("WWW-Authenticate")
        assert refused.get("Upgrade") is None
        assert connection.read_response(head_only=True).status == 200


def test_a_token_in_a_request_that_is_no_handshake_does_not_count(server):
    with server.connect() as connection:
        connection.send_request("GET", "/auth?token=valid")
        assert connection.read_response().status == 426


def test_a_trigger_is_plain_text_here(connect):
    client = connect("/auth?token=valid")
    assert client.receive() == WELCOME
    for text in ("Trigger async", "Ping"):
        client.send(text)
        assert client.receive() == text


def test_a_ping_is_answered_and_a_pong_is_not(connect):
    client = connect("/auth?token=valid")
    assert client.receive() == WELCOME
    client.pong(b"ignored")
    client.ping(b"answered")
    assert client.receive_control() == ("pong", b"answered")


def test_without_the_first_hook_everyone_is_admitted_and_nothing_of_it_is_logged():
    with running_server("--pre-handshake=false") as server, server.connect() as connection:
        connection.open_websocket("/auth")
        assert connection.read_message() == (TEXT, WELCOME.encode())
        assert not any("ws_pre_handshake_cb" in line.text for line in server.log.lines())


def test_without_the_second_hook_nobody_is_greeted():
    with running_server("--post-handshake=false") as server, server.connect() as connection:
        connection.send(handshake("/auth"))
        assert connection.read_response().status == 401
        with server.connect() as admitted:
            admitted.open_websocket("/auth?token=valid")
            admitted.send_frame(TEXT, b"first")
            assert admitted.read_message() == (TEXT, b"first")
        assert not any("ws_post_handshake_cb" in line.text for line in server.log.lines())
