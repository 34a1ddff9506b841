"""The example chat: rooms, and what is said in them."""

import json
import re
from contextlib import ExitStack, contextmanager
from urllib.parse import quote

import pytest

from example import BOARD_EXAMPLES, ask, example, linux_only, page_of
from wire import BINARY, CLOSE, PING, PONG, TEXT, handshake

ROOMS = ["shore", "mudflat", "sea"]

server = example("chat")


class Member:
    """Somebody who is in a room, and has seen it."""

    def __init__(self, connection, room: str, name: str):
        self.connection = connection
        self.name = name
        connection.open_websocket(f"/ws/{room}?name={quote(name)}")
        joined = self.hears()
        self.people = joined["people"]
        assert joined == {"what": "joined", "name": name, "people": self.people}

    def says(self, text: str) -> None:
        self.connection.send_frame(TEXT, text.encode())

    def hears(self) -> dict:
        kind, message = self.connection.read_message()
        assert kind == TEXT
        return json.loads(message)

    def hears_nothing_more(self) -> None:
        self.connection.send_frame(PING, b"what came before?")
        frame = self.connection.read_frame()
        assert (frame.opcode, frame.payload) == (PONG, b"what came before?")

    def leaves(self) -> None:
        self.connection.send_frame(CLOSE, b"\x03\xe8")
        assert self.connection.read_close() == (1000, "")


def said(member: Member, text: str) -> dict:
    return {"what": "said", "name": member.name, "text": text}


@contextmanager
def people(server, room: str, *names: str):
    """Members of a room, who have seen each other come, and leave in the end."""
    with ExitStack() as stack:
        members = []
        for name in names:
            member = Member(stack.enter_context(server.connect()), room, name)
            for other in members:
                assert other.hears() == {"what": "joined", "name": name, "people": member.people}
            members.append(member)
        since = server.log.mark()
        yield members
    before = members[0].people - 1
    server.log.wait_for(rf"chat.* has gone, {before} are there", since)


def test_the_page_is_sent_with_its_style(server):
    assert "<h1>Chat</h1>" in page_of(server)


def test_all_in_a_room_hear_the_same_in_the_same_order(server):
    with people(server, "shore", "Ada", "Ben", "Cora") as members:
        for round_ in range(3):
            for member in members:
                member.says(f"{member.name} {round_}")
            heard = [[member.hears() for _ in members] for member in members]
            assert heard[0] == heard[1] == heard[2]
            expected = {f"{member.name} {round_}" for member in members}
            assert {event["text"] for event in heard[0]} == expected


def test_what_one_says_at_once_is_heard_in_order(server):
    with people(server, "shore", "Ada", "Ben") as (ada, ben):
        for round_ in range(5):
            for number in range(2):
                ada.says(f"{round_}.{number}")
            for number in range(2):
                for member in (ada, ben):
                    assert member.hears() == said(ada, f"{round_}.{number}")


def test_nobody_hears_what_is_said_in_another_room(server):
    with people(server, "shore", "Ada") as (ada,), people(server, "sea", "Ben") as (ben,):
        ada.says("To and fro")
        assert ada.hears() == said(ada, "To and fro")
        ben.hears_nothing_more()
        ben.says("Fro and to")
        assert ben.hears() == said(ben, "Fro and to")
        ada.hears_nothing_more()


def test_a_room_is_told_who_comes_and_who_goes(server):
    with people(server, "mudflat", "Ada") as (ada,):
        assert ada.people == 1
        with people(server, "mudflat", "Ben") as (ben,):
            assert ada.hears() == {"what": "joined", "name": "Ben", "people": 2}
            ben.leaves()
        assert ada.hears() == {"what": "left", "name": "Ben", "people": 1}
        with server.connect() as lost:
            Member(lost, "mudflat", "Cora")
            assert ada.hears() == {"what": "joined", "name": "Cora", "people": 2}
        # Without a word.
        assert ada.hears() == {"what": "left", "name": "Cora", "people": 1}


def test_the_rooms_are_listed_with_how_many_are_there(server):
    with people(server, "shore", "Ada", "Ben"), people(server, "sea", "Cora"):
        with server.connect() as connection:
            response = ask(connection, "GET", "/rooms")
    assert response.status == 200
    assert response.get("Content-Type") == "application/json"
    counts = dict(zip(ROOMS, [2, 0, 1]))
    assert json.loads(response.body) == [{"room": room, "people": counts[room]} for room in ROOMS]


@pytest.mark.parametrize(
    "text",
    ["Grüße, 世界 🐦", '"\\" \'', "<img src=x onerror=alert(1)>", "  blanks stay  ", "ä" * 128, '"' * 256],
)
def test_a_text_is_heard_as_it_was_said(server, text):
    with people(server, "shore", "Ada", 'B "the \\ bird"') as (ada, ben):
        for member in (ada, ben):
            member.says(text)
            for other in (ada, ben):
                assert other.hears() == said(member, text)


@pytest.mark.parametrize(
    "kind, payload, code",
    [
        (BINARY, b"text", 1003),
        (TEXT, b"x" * 257, 1009),
        (TEXT, "ä".encode() * 129, 1009),
        (TEXT, b"x" * 60000, 1009),
        (TEXT, b"", 1008),
        (TEXT, "   \u2003 ".encode(), 1008),
        (TEXT, b"one\ntwo", 1008),
        (TEXT, b"\x00", 1008),
        (TEXT, "\x85".encode(), 1008),
        (TEXT, b"\xff", 1007),
    ],
)
def test_what_cannot_be_said_closes_and_nobody_hears_it(server, kind, payload, code):
    with people(server, "shore", "Ada", "Ben") as (ada, ben):
        ben.connection.send_frame(kind, payload)
        assert ben.connection.read_close()[0] == code
        ben.connection.close()
        assert ada.hears() == {"what": "left", "name": "Ben", "people": 1}
        ada.hears_nothing_more()


def refusal(server, target: str, *fields: str):
    with server.connect() as connection:
        connection.send(handshake(target, *fields))
        response = connection.read_response()
        assert response.body
        return response.status


@pytest.mark.parametrize(
    "name",
    ["", "+", "%20", "%E2%80%83", "a%0Ab", "a%00", "%C2%85", "%FF", "%4", "x" * 25, "%C3%A4" * 13],
)
def test_who_has_no_name_is_not_let_in(server, name):
    assert refusal(server, f"/ws/shore?name={name}") == 400


def test_a_name_may_have_24_octets_and_nothing_around_it(server):
    for name, shown in [("x" * 24, "x" * 24), ("%C3%A4" * 12, "ä" * 12), ("+A+b%20", "A b")]:
        with server.connect() as connection:
            connection.open_websocket(f"/ws/sea?name={name}")
            # Who was there before may be told of later.
            while (event := json.loads(connection.read_message()[1]))["what"] == "left":
                pass
            assert event["name"] == shown


def test_without_a_name_a_room_or_the_own_page_nobody_is_let_in(server):
    assert refusal(server, "/ws/shore") == 400
    assert refusal(server, "/ws/harbour?name=Ada") == 404
    assert refusal(server, "/ws/shore?name=Ada", "Origin: http://elsewhere.test") == 403


def test_a_burst_is_heard_whole_or_its_sender_told_what_was_not(server):
    """On the board there is room for a few messages at a time, on Linux for all."""
    count = 40
    with people(server, "shore", "Ada", "Ben") as (ada, ben):
        for number in range(count):
            ada.says(f"{number} " + "x" * 200)
        answers = [ada.hears() for _ in range(count)]
        heard = [event for event in answers if event["what"] == "said"]
        unsaid = [event for event in answers if event["what"] == "unsaid"]
        assert len(heard) + len(unsaid) == count
        if not BOARD_EXAMPLES:
            assert not unsaid
        assert heard
        assert [ben.hears() for _ in heard] == heard
        for events in (heard, unsaid):
            numbers = [int(re.match(r"\d+", event["text"])[0]) for event in events]
            assert numbers == sorted(numbers)


@linux_only
def test_one_who_does_not_listen_is_cut_off_and_keeps_nobody_waiting(server):
    with people(server, "shore", "Ada") as (ada,), server.connect(receive_buffer=4096) as deaf:
        deaf.open_websocket("/ws/shore?name=Ben")
        assert ada.hears()["what"] == "joined"
        events = []
        for number in range(200_000):
            ada.says("x" * 250)
            events.append(ada.hears())
            if events[-1]["what"] == "left":
                break
        assert events[-1] == {"what": "left", "name": "Ben", "people": 1}
