"""Frames that break RFC 6455 end the connection with the code for it, on every
endpoint; what came before is answered, nothing behind is."""

import time

import pytest

from limits import LIMITS
from server import running_server
from wire import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, close_payload, frame

TARGETS = ["/ws", "/ws_partial", "/auth?token=valid", "/echo"]

VIOLATIONS = {
    "unmasked-text": (frame(TEXT, b"x", masked=False), 1002),
    "unmasked-ping": (frame(PING, masked=False), 1002),
    "rsv1": (frame(TEXT, b"x", rsv=4), 1002),
    "rsv2": (frame(BINARY, b"x", rsv=2), 1002),
    "rsv3-on-ping": (frame(PING, rsv=1), 1002),
    "reserved-data-opcode": (frame(3, b"x"), 1002),
    "last-reserved-data-opcode": (frame(7), 1002),
    "reserved-control-opcode": (frame(11, b"x"), 1002),
    "last-reserved-control-opcode": (frame(15), 1002),
    "fragmented-ping": (frame(PING, b"x", fin=False), 1002),
    "fragmented-pong": (frame(PONG, b"x", fin=False), 1002),
    "fragmented-close": (frame(CLOSE, close_payload(1000), fin=False), 1002),
    "ping-of-126-octets": (frame(PING, b"x" * 126), 1002),
    "pong-of-126-octets": (frame(PONG, b"x" * 126), 1002),
    "close-of-126-octets": (frame(CLOSE, close_payload(1000, b"x" * 124)), 1002),
    "stray-continuation": (frame(CONTINUATION, b"x"), 1002),
    "stray-unfinished-continuation": (frame(CONTINUATION, b"x", fin=False), 1002),
    "continuation-behind-a-whole-message": (frame(CONTINUATION), 1002),
    "125-octets-with-a-length-of-16-bits": (frame(BINARY, b"x" * 125, length_size=2), 1002),
    "65535-octets-with-a-length-of-64-bits": (frame(BINARY, b"x" * 65535, length_size=8), 1002),
    "ping-with-a-length-of-16-bits": (frame(PING, b"x", length_size=2), 1002),
    "length-of-2-to-63": (frame(BINARY, b"x", length=1 << 63), 1002),
    "invalid-utf-8": (frame(TEXT, b"a\xffb"), 1007),
    "surrogate": (frame(TEXT, b"\xed\xa0\x80"), 1007),
    "overlong": (frame(TEXT, b"\xc0\xaf"), 1007),
    "above-10ffff": (frame(TEXT, b"\xf4\x90\x80\x80"), 1007),
    "character-cut-by-the-end": (frame(TEXT, b"\xe2\x82"), 1007),
    "close-of-1-octet": (frame(CLOSE, b"\x03"), 1002),
    "close-0": (frame(CLOSE, close_payload(0)), 1002),
    "close-999": (frame(CLOSE, close_payload(999)), 1002),
    "close-1004": (frame(CLOSE, close_payload(1004)), 1002),
    "close-1005": (frame(CLOSE, close_payload(1005)), 1002),
    "close-1006": (frame(CLOSE, close_payload(1006)), 1002),
    "close-1015": (frame(CLOSE, close_payload(1015)), 1002),
    "close-1016": (frame(CLOSE, close_payload(1016)), 1002),
    "close-2999": (frame(CLOSE, close_payload(2999)), 1002),
    "close-5000": (frame(CLOSE, close_payload(5000)), 1002),
    "close-reason-not-utf-8": (frame(CLOSE, close_payload(1000, b"\xff")), 1007),
}

BEHIND = frame(TEXT, b"behind") + frame(PING, b"behind")


@pytest.fixture(params=TARGETS)
def connection(request, server):
    with server.connect() as opened:
        opened.open_websocket(request.param)
        if request.param.startswith("/auth"):
            opened.read_message()
        yield opened
    server.assert_alive()


@pytest.mark.parametrize("name", VIOLATIONS)
def test_a_violation_ends_the_connection_with_its_code(connection, name):
    octets, code = VIOLATIONS[name]
    connection.send(octets)
    assert connection.read_close()[0] == code
    connection.read_end()


@pytest.mark.parametrize("name", VIOLATIONS)
def test_what_is_before_a_violation_is_answered_and_nothing_behind_it(connection, name):
    octets, code = VIOLATIONS[name]
    connection.send(frame(TEXT, b"before") + octets + BEHIND)
    assert connection.read_message() == (TEXT, b"before")
    assert connection.read_close()[0] == code
    connection.read_end()


@pytest.mark.parametrize("opcode", [TEXT, BINARY], ids=["text", "binary"])
def test_a_message_inside_an_unfinished_one_is_1002(connection, opcode):
    connection.send(frame(opcode, fin=False) + frame(opcode, b"inside") + BEHIND)
    assert connection.read_close()[0] == 1002
    connection.read_end()


@pytest.mark.parametrize(
    "pieces",
    [[b"\xe2\x82", b"\xff"], [b"\xe2", b"\x28"], [b"ok", b"\x80"], [b"\xf0\x9f", b""]],
)
def test_invalid_utf_8_over_fragments_is_1007(connection, pieces):
    connection.send(frame(TEXT, pieces[0], fin=False) + frame(CONTINUATION, pieces[1]) + BEHIND)
    # Fragments before the bad octet may have come back already.
    answer = connection.read_frame()
    while answer.opcode != CLOSE:
        assert not answer.fin
        answer = connection.read_frame()
    assert answer.payload[:2] == close_payload(1007)
    connection.read_end()


def test_invalid_utf_8_inside_a_frame_still_arriving_fails_within_a_second(connection):
    began = time.monotonic()
    connection.send(frame(TEXT, b"good so far \xf4\x90", length=1000))
    assert connection.read_close()[0] == 1007
    assert time.monotonic() - began < 1
    connection.read_end()


def test_invalid_utf_8_in_a_fragment_fails_before_the_message_ends(connection):
    connection.send(frame(TEXT, b"\xff", fin=False))
    assert connection.read_close()[0] == 1007
    connection.read_end()


def test_a_violation_cut_at_every_octet_has_the_same_code(connection):
    for octet in frame(TEXT, b"a\xff"):
        connection.send(bytes([octet]))
    assert connection.read_close()[0] == 1007
    connection.read_end()


@pytest.mark.parametrize("code", [1000, 1001, 1003, 1007, 1009, 1011, 3000, 3999, 4000, 4999])
def test_a_close_is_answered_with_its_code(connection, code):
    connection.send(frame(CLOSE, close_payload(code, "Grüße".encode())) + BEHIND)
    assert connection.read_close()[0] == code
    connection.read_end()


def test_an_empty_close_is_answered_with_an_empty_one(connection):
    connection.send(frame(CLOSE) + frame(CLOSE) + BEHIND)
    assert connection.read_close() == (None, "")
    connection.read_end()


def test_a_close_with_the_longest_reason_is_answered(connection):
    connection.send_frame(CLOSE, close_payload(1000, b"x" * 123))
    assert connection.read_close()[0] == 1000
    connection.read_end()


def test_a_close_in_the_midst_of_a_message_is_answered(connection):
    connection.send(frame(TEXT, fin=False) + frame(CLOSE, close_payload(1000)) + frame(CONTINUATION))
    assert connection.read_close()[0] == 1000
    connection.read_end()


@pytest.mark.parametrize("target", ["/ws", "/auth?token=valid", "/echo"])
def test_a_message_beyond_the_limit_is_1009_before_it_arrives(server, target):
    for length in (LIMITS.message + 1, 1 << 40, 1 << 62, (1 << 63) - 1):
        with server.connect() as connection:
            connection.open_websocket(target)
            if target.startswith("/auth"):
                connection.read_message()
            connection.send(frame(BINARY, b"x", length=length))
            assert connection.read_close()[0] == 1009
            connection.read_end()


@pytest.mark.parametrize("target", ["/ws", "/echo"])
def test_the_header_alone_of_a_message_beyond_the_limit_is_1009(server, target):
    with server.connect() as connection:
        connection.open_websocket(target)
        connection.send(frame(BINARY, length=LIMITS.message + 1))
        assert connection.read_close()[0] == 1009
        connection.read_end()


@pytest.mark.parametrize("target", ["/ws", "/echo"])
def test_fragments_that_exceed_the_limit_together_are_1009(target):
    with running_server("--max-message", "1K") as server, server.connect() as connection:
        connection.open_websocket(target)
        connection.send_frame(BINARY, b"x" * 1024)
        assert len(connection.read_message()[1]) == 1024
        connection.send_frame(BINARY, b"x" * 1000, fin=False)
        connection.send_frame(CONTINUATION, b"x" * 24, fin=False)
        connection.send_frame(CONTINUATION, b"x")
        assert connection.read_close()[0] == 1009
        connection.read_end()
