"""`chat` is spoken; who asks only for others is connected without one."""

import pytest

from limits import LIMITS

TARGETS = ["/ws", "/ws_partial", "/auth?token=valid", "/echo"]


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("protocols", [["chat"], ["superchat", "chat"], ["chat", "superchat"]])
def test_chat_is_accepted(connect, target, protocols):
    assert connect(target, protocols).protocol == "chat"


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("protocols", [["superchat"], ["chat2", "mychat"], ["echo"], ["CHAT"]])
def test_others_are_connected_without_one(connect, target, protocols):
    client = connect(target, protocols)
    assert client.protocol is None
    if target.startswith("/auth"):
        client.receive()
    client.send("still works")
    assert client.receive() == "still works"


@pytest.mark.parametrize(
    "fields",
    [
        ["Sec-WebSocket-Protocol: chat"],
        ["Sec-WebSocket-Protocol: superchat, chat"],
        ["Sec-WebSocket-Protocol: superchat,chat"],
        ["Sec-WebSocket-Protocol:superchat\t,\t chat "],
        ["Sec-WebSocket-Protocol: superchat", "Sec-WebSocket-Protocol: chat"],
        ["sec-websocket-protocol: a, b", "X-Between: x", "SEC-WEBSOCKET-PROTOCOL: c,chat,d"],
        ["Sec-WebSocket-Protocol: " + ", ".join(["x" * 50] * (LIMITS.head // 52 // 2) + ["chat"])],
        ["Sec-WebSocket-Protocol: , ,chat,,"],
    ],
)
def test_the_list_is_read_over_all_its_lines(server, fields):
    with server.connect() as connection:
        response = connection.open_websocket("/ws", *fields)
        assert response.get("Sec-WebSocket-Protocol") == "chat"


@pytest.mark.parametrize(
    "fields",
    [
        [],
        ["Sec-WebSocket-Protocol: "],
        ["Sec-WebSocket-Protocol: superchat"],
        ["Sec-WebSocket-Protocol: chatx, xchat"],
        ["Sec-WebSocket-Protocol: chat/1"],
        ["Sec-WebSocket-Protocol: super chat"],
        ["X-Sec-WebSocket-Protocol: chat"],
    ],
)
def test_a_part_of_a_name_is_not_the_name(server, fields):
    with server.connect() as connection:
        response = connection.open_websocket("/ws", *fields)
        assert response.get("Sec-WebSocket-Protocol") is None


def test_no_extension_is_answered_that_was_not_asked_for(server):
    with server.connect() as connection:
        response = connection.open_websocket("/ws")
        assert response.get("Sec-WebSocket-Extensions") is None
