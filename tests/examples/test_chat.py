"""The example chat: rooms, in which all see the same."""

import json
from contextlib import ExitStack
from urllib.parse import quote

import pytest

from example import ask, example, page_of
from wire import BINARY, TEXT

server = example("chat")


def enter(server, stack, name: str, room: str = "shore"):
    """Somebody who has seen that he is there."""
    connection = stack.enter_context(server.connect())
    connection.open_websocket(f"/ws/{room}?name={quote(name)}")
    event = next_event(connection)
    assert (event["what"], event["name"]) == ("joined", name)
    return connection


def next_event(connection) -> dict:
    opcode, payload = connection.read_message()
    assert opcode == TEXT
    return json.loads(payload)


def say(connection, text: str) -> None:
    connection.send_frame(TEXT, text.encode())


def leave(connection) -> None:
    connection.send_frame(8, b"\x03\xe8")
    assert connection.read_close() == (1000, "")


def said(name: str, text: str) -> dict:
    return {"what": "said", "name": name, "text": text}


def people(server) -> dict[str, int]:
    with server.connect() as connection:
        rooms = json.loads(ask(connection, "GET", "/rooms").body)
    return {room["room"]: room["people"] for room in rooms}


@pytest.fixture
def stack(server):
    """Who comes in a test is gone behind it."""
    with ExitStack() as stack:
        yield stack


def test_the_page_is_sent_with_its_style(server):
    assert "<h1>Chat</h1>" in page_of(server)


def test_what_one_says_all_in_the_room_hear(server, stack):
    ada, bea = enter(server, stack, "Ada"), enter(server, stack, "Bea")
    assert next_event(ada)["name"] == "Bea"
    cleo = enter(server, stack, "Cleo", "dunes")
    say(ada, "Grüße \"& <b>")
    say(cleo, "It is windy here")
    for connection in (ada, bea):
        assert next_event(connection) == said("Ada", "Grüße \"& <b>")
    assert next_event(cleo) == said("Cleo", "It is windy here")
    say(bea, "Back")
    for connection in (ada, bea):
        assert next_event(connection) == said("Bea", "Back")
    for connection in (ada, bea, cleo):
        leave_with_others(connection)


def leave_with_others(connection) -> None:
    """Leaves while others come and go."""
    connection.send_frame(8, b"\x03\xe8")
    while connection.read_frame().opcode != 8:
        pass


def test_all_hear_all_in_the_same_order(server, stack):
    names = ["Ada", "Bea", "Cleo"]
    talkers = [enter(server, stack, name, "sea") for name in names]
    for at, connection in enumerate(talkers):
        for _ in names[at + 1 :]:
            assert next_event(connection)["what"] == "joined"
    for number in range(10):
        for connection in talkers:
            say(connection, str(number))
        heard = [[next_event(connection) for _ in talkers] for connection in talkers]
        assert heard[0] == heard[1] == heard[2]
        assert sorted(event["name"] for event in heard[0]) == names
        assert {event["text"] for event in heard[0]} == {str(number)}
    for connection in talkers:
        leave_with_others(connection)


def test_who_comes_and_who_goes_is_told_to_those_who_are_there(server, stack):
    ada = enter(server, stack, "Ada", "mudflat")
    assert people(server)["mudflat"] == 1
    bea = enter(server, stack, "Bea", "mudflat")
    assert next_event(ada) == {"what": "joined", "name": "Bea", "people": 2}
    leave(bea)
    assert next_event(ada) == {"what": "left", "name": "Bea", "people": 1}
    cleo = enter(server, stack, "Cleo", "mudflat")
    assert next_event(ada)["name"] == "Cleo"
    # Without a word.
    cleo.close()
    assert next_event(ada) == {"what": "left", "name": "Cleo", "people": 1}
    leave(ada)
    assert people(server)["mudflat"] == 0


@pytest.mark.parametrize(
    "opcode, payload",
    [
        (TEXT, b""),
        (TEXT, b"   "),
        (TEXT, b"a\nb"),
        (TEXT, b"x" * 257),
        (TEXT, "ü".encode() * 129),
        (BINARY, b"abc"),
    ],
)
def test_what_cannot_be_said_only_its_sender_is_told(server, stack, opcode, payload):
    ada, bea = enter(server, stack, "Ada"), enter(server, stack, "Bea")
    assert next_event(ada)["name"] == "Bea"
    ada.send_frame(opcode, payload)
    assert next_event(ada)["what"] == "refused"
    say(ada, "x" * 256)
    for connection in (ada, bea):
        assert next_event(connection) == said("Ada", "x" * 256)
    leave(bea)
    assert next_event(ada)["what"] == "left"
    leave(ada)


@pytest.mark.parametrize(
    "target, status",
    [
        ("/ws/shore", 400),
        ("/ws/shore?name=", 400),
        ("/ws/shore?name=%20", 400),
        ("/ws/shore?name=a%0Ab", 400),
        ("/ws/shore?name=" + "x" * 25, 400),
        ("/ws/nowhere?name=Ada", 404),
        ("/ws/?name=Ada", 404),
    ],
)
def test_who_has_no_name_or_goes_nowhere_is_refused(server, target, status):
    with server.connect() as connection:
        fields = ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"]
        connection.send_request("GET", target, *fields, "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")
        assert connection.read_response().status == status


def test_a_page_of_another_site_is_refused(server):
    with server.connect() as connection:
        fields = ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"]
        fields += ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Origin: http://news.example"]
        connection.send_request("GET", "/ws/shore?name=Ada", *fields)
        assert connection.read_response().status == 403
