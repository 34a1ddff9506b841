"""The log, which scripts written for the original watch."""

import re
from itertools import count

import pytest

from limits import LIMITS
from server import running_server
from wire import BINARY, PING, PONG, TEXT, handshake

TAG = "ws_echo_server"
sentinels = count(1)


class Recorded:
    """Filled with the texts of a tag's lines once the recording is over."""

    def __init__(self, server, tag=TAG):
        self.server, self.tag, self.texts = server, tag, []

    def __enter__(self) -> "Recorded":
        self.since = self.server.log.mark()
        return self

    def __exit__(self, kind, *_) -> None:
        if kind is not None:
            return
        # What is logged for this request is behind everything before it.
        uri = f"/auth?sentinel={next(sentinels)}"
        with self.server.connect() as connection:
            connection.send(handshake(uri))
            assert connection.read_response().status == 401
        self.server.log.wait_for(re.escape(f"Requested URI: {uri}"), self.since)
        # Its last line must not be among those of the next recording.
        seen = self.server.log.raw(self.since)
        at = next(index for index, line in enumerate(seen) if line.endswith(uri))
        self.server.log.wait_for("No valid token found", self.since + at)
        lines = self.server.log.lines(self.since, self.tag)
        self.lines = lines
        self.texts = [line.text for line in lines]
        if self.tag == TAG:
            end = self.texts.index(f"Requested URI: {uri}") - 1
            del self.texts[end:], self.lines[end:]


def exchange(server, target, *frames, answers):
    """Sends frames one by one and awaits as many frames for each as told."""
    with Recorded(server) as recorded, server.connect() as connection:
        connection.open_websocket(target)
        if target.startswith("/auth"):
            connection.read_message()
        for opcode, payload in frames:
            connection.send_frame(opcode, payload)
            for _ in range(answers):
                connection.read_frame()
    return recorded


def test_the_start_is_logged_in_the_words_of_the_original():
    with running_server() as server:
        texts = [line.text for line in server.log.lines(tag=TAG)]
    assert re.fullmatch(r"Starting server on port: '\d+'", texts[0])
    assert texts[1] == "Registering URI handlers"


def test_lines_have_a_level_the_time_since_the_start_and_a_tag(quiet_server):
    exchange(quiet_server, "/ws", (TEXT, b"hello"), answers=1)
    lines = quiet_server.log.lines(tag=TAG)
    assert {line.level for line in lines} == {"I"}
    times = [line.millis for line in lines]
    assert times == sorted(times)


def test_the_time_counts_from_the_start():
    with running_server() as server:
        assert server.log.lines(tag=TAG)[0].millis < 5000


def test_ws_logs_length_message_and_type_of_each(server):
    recorded = exchange(server, "/ws", (TEXT, b"Espressif"), (BINARY, b"Espressif"), answers=1)
    assert recorded.texts == [
        "frame len is 9",
        "Got packet with message: Espressif",
        "Packet type: 1",
        "frame len is 9",
        "Got packet with message: Espressif",
        "Packet type: 2",
    ]


def test_ws_logs_control_frames_as_it_takes_them_itself(server):
    recorded = exchange(server, "/ws", (PING, b"abc"), (PONG, b""), answers=1)
    assert recorded.texts == [
        "frame len is 3",
        "Got packet with message: abc",
        "Packet type: 9",
        "frame len is 0",
        "Packet type: 10",
    ]


def test_ws_logs_the_trigger_like_any_message(server):
    recorded = exchange(server, "/ws", (TEXT, b"Trigger async"), answers=1)
    assert recorded.texts == [
        "frame len is 13",
        "Got packet with message: Trigger async",
        "Packet type: 1",
    ]


def test_ws_partial_logs_each_part(server):
    recorded = exchange(server, "/ws_partial", (TEXT, b"x" * 200), answers=4)
    assert recorded.texts == [
        "Frame len is 200",
        "Reading chunk: left_len=200, chunk_size=64",
        "Sent fragmented chunk: len=64, final=0",
        "Reading chunk: left_len=136, chunk_size=64",
        "Sent fragmented chunk: len=64, final=0",
        "Reading chunk: left_len=72, chunk_size=64",
        "Sent fragmented chunk: len=64, final=0",
        "Reading chunk: left_len=8, chunk_size=8",
        "Sent fragmented chunk: len=8, final=1",
    ]


def test_auth_logs_who_comes_in(server):
    target = "/auth?a=1&token=valid"
    recorded = exchange(server, target, (TEXT, b"hello"), answers=1)
    assert recorded.texts == [
        "=== ws_pre_handshake_cb called ===",
        f"Requested URI: {target}",
        "Valid token found, accepting handshake",
        "=== ws_post_handshake_cb called ===",
        f"WebSocket connection established for URI: {target}",
        "frame len is 5",
        "Got packet with message: hello",
        "Packet type: 1",
    ]


def test_auth_logs_who_is_turned_away(server):
    with Recorded(server) as recorded, server.connect() as connection:
        connection.send(handshake("/auth?token=stolen"))
        assert connection.read_response().status == 401
    assert recorded.texts == [
        "=== ws_pre_handshake_cb called ===",
        "Requested URI: /auth?token=stolen",
        "No valid token found, rejecting handshake",
    ]


@pytest.mark.parametrize(
    "payload, shown",
    [
        (b"two\nlines", r"two\\nlines"),
        (b"a\r\nI (1) ws_echo_server: forged", r"a\\r\\nI \(1\) ws_echo_server: forged"),
        (b"\x1b[31mred", r"\\(u\{1b\}|x1b|e)\[31mred"),
        (b"nul\0", r"nul\\(u\{0\}|x00|0)"),
        (b"back\\n", r"back\\\\n"),
        ("Grüße".encode(), "Grüße"),
        ("line\u2028separator".encode(), r"line\\u\{2028\}separator"),
    ],
)
def test_a_client_cannot_write_its_own_log_lines(server, payload, shown):
    recorded = exchange(server, "/ws", (TEXT, payload), answers=1)
    assert len(recorded.texts) == 3
    assert re.fullmatch("Got packet with message: " + shown, recorded.texts[1])


def test_binary_that_is_not_text_is_logged_escaped(server):
    recorded = exchange(server, "/ws", (BINARY, b"\xffA\xc3"), answers=1)
    assert recorded.texts[1] == r"Got packet with message: \xffA\xc3"


def test_a_long_message_does_not_fill_the_log(server):
    length = min(100_000, LIMITS.message)
    recorded = exchange(server, "/ws", (BINARY, b"\xff" * length), answers=1)
    assert recorded.texts[0] == f"frame len is {length}"
    assert len(recorded.texts[1]) < 10_000


def stages(server, port: int, since: int) -> list[str]:
    """The lines of the connection that came from a port, without its id."""
    opened = server.log.wait_for(rf"dunlin: (#\S+) accepted from \S+:{port}$", since)
    name = opened[1]
    server.log.wait_for(rf"dunlin: {re.escape(name)} closed", since)
    texts = (line.text for line in server.log.lines(since, "dunlin") if line.level == "D")
    return [text.removeprefix(name + " ") for text in texts if text.startswith(name + " ")]


def assert_in_order(texts: list[str], patterns: list[str]) -> None:
    rest = iter(texts)
    for pattern in patterns:
        assert any(re.search(pattern, text) for text in rest), f"{pattern!r} not in order in {texts}"


def test_at_debug_level_one_connection_can_be_followed_through_every_stage(quiet_server):
    server, since = quiet_server, quiet_server.log.mark()
    with server.connect() as connection:
        port = connection.socket.getsockname()[1]
        sent = handshake("/ws")
        connection.send(sent)
        accept = connection.read_response().get("Sec-WebSocket-Accept")
        connection.send_frame(TEXT, b"hello")
        connection.read_frame()
        connection.send_frame(TEXT, b"Trigger async")
        connection.read_frame()
        connection.send_frame(8, b"\x03\xe8bye")
        assert connection.read_close()[0] == 1000
        connection.read_end()
    assert_in_order(
        stages(server, port, since),
        [
            "^accepted from ",
            f"^request head received: {len(sent)} octets, GET /ws$",
            "^route matched: /ws$",
            f"^handshake: .*dGhlIHNhbXBsZSBub25jZQ==.*{re.escape(accept)}",
            "^frame received: Text, 5 octets",
            "^frame received: Text, 13 octets",
            "^job queued",
            "^job run: message",
            "^frame received: Close, 5 octets",
            "^close frame received: .*1000.*bye",
            "^websocket ended: .*1000",
            "^closed",
        ],
    )


def test_at_debug_level_a_failed_connection_tells_why(quiet_server):
    since = quiet_server.log.mark()
    with quiet_server.connect() as connection:
        port = connection.socket.getsockname()[1]
        connection.open_websocket("/ws")
        connection.send_frame(TEXT, b"\xff")
        assert connection.read_close()[0] == 1007
    assert_in_order(
        stages(quiet_server, port, since),
        ["frame received: Text, 1 octets", "1007 .*UTF-8", "ended: .*1007", "^closed"],
    )


def test_at_debug_level_a_refused_request_tells_why(quiet_server):
    since = quiet_server.log.mark()
    with quiet_server.connect() as connection:
        port = connection.socket.getsockname()[1]
        connection.send(b"GET / HTTP/1.1\r\n\r\n")
        assert connection.read_response().status == 400
    assert_in_order(
        stages(quiet_server, port, since),
        ["request refused: .*host", "answered for: 400", "^closed"],
    )


def test_a_frame_that_arrives_in_pieces_is_logged_once(quiet_server):
    since = quiet_server.log.mark()
    with quiet_server.connect() as connection:
        port = connection.socket.getsockname()[1]
        connection.open_websocket("/ws")
        for octet in b"\x81\x85" + bytes(4) + b"hello":
            connection.send(bytes([octet]))
        connection.read_frame()
        connection.send_frame(8)
        connection.read_close()
    texts = stages(quiet_server, port, since)
    assert len([text for text in texts if text.startswith("frame received: Text")]) == 1


def test_at_info_level_the_stages_are_not_logged():
    with running_server(log_level="info") as server:
        exchange(server, "/ws", (TEXT, b"hello"), answers=1)
        assert server.log.lines(tag=TAG)
        assert not server.log.lines(tag="dunlin")
