"""What an application is told beside its requests, and what it sees of connections."""

import re
import time

from features import ask, counts, get, read_any
from wire import TEXT, request


def counted(connection) -> dict[str, int]:
    """How often what has happened, counted on this connection."""
    lines = ask(connection, "GET", "/counts").body.decode().splitlines()
    return {name: int(count) for name, count in (line.split("=") for line in lines)}


def counted_alone(connection) -> dict[str, int]:
    """The same as soon as the server has seen the end of all other connections."""
    deadline = time.monotonic() + 5
    while (there := counted(connection))["opened"] != there["ended"] + 1:
        assert time.monotonic() < deadline, there
    return there


def test_connections_are_counted_from_their_beginning_to_their_end(server):
    with server.connect() as connection:
        before = counted_alone(connection)
        for _ in range(3):
            get(server, "/")
        after = counted_alone(connection)
        assert [after[name] - before[name] for name in ("opened", "ended", "sessions_ended")] == [3, 3, 3]
        again = counted(connection)
        # The request that asks is counted, and its answer is not begun yet.
        assert again["requests"] - after["requests"] == again["responses"] - after["responses"] == 1
        assert again["requests"] == again["responses"] + 1


def test_octets_are_counted_both_ways(server):
    with server.connect() as connection:
        # The request that asks is counted as received, and its answer is not sent yet.
        counted(connection)
        before = counted(connection)
        asked = request("GET", "/", "Content-Length: 0")
        connection.send(asked)
        answer = connection.read_response()
        after = counted(connection)
        counting = len(request("GET", "/counts", "Content-Length: 0"))
        assert after["received"] - before["received"] == len(asked) + counting
        head = sum(len(name) + len(value) + 4 for name, value in answer.fields)
        head += len(f"HTTP/1.1 200 {answer.reason}\r\n\r\n")
        sent = after["sent"] - before["sent"]
        assert sent > head + len(answer.body)


def test_an_error_has_the_text_of_the_application(server):
    before = counts(server)["errors"]
    with server.connect() as connection:
        response = ask(connection, "GET", "/nowhere?x=1")
        assert (response.status, response.body) == (404, b"There is nothing at /nowhere.")
        # Another error has the server's own text.
        assert b"nothing at" not in ask(connection, "PUT", "/").body
    assert counts(server)["errors"] == before + 2


def test_messages_are_counted(server):
    before = counts(server)
    with server.connect() as connection:
        connection.open_websocket("/socket")
        for text in (b"one", b"two"):
            connection.send_frame(TEXT, text)
            assert connection.read_message() == (TEXT, text)
    after = counts(server)
    for name, number in {"websockets_opened": 1, "messages_received": 2, "messages_sent": 2}.items():
        assert after[name] - before[name] == number, name


def test_a_client_can_be_refused_before_it_says_anything(server):
    with server.connect() as inside:
        assert ask(inside, "POST", "/door/closed").status == 204
        try:
            with server.connect() as outside:
                assert outside.read_response().status == 403
                outside.read_end()
        finally:
            assert ask(inside, "POST", "/door/open").status == 204
    assert get(server, "/") == "first"


def shown(line: str):
    match = re.fullmatch(r"(#\d+\.\d+) ([\d.]+):(\d+) (Http|WebSocket|Ending) age=(\d+) idle=(\d+)", line)
    assert match, line
    return match


def test_a_connection_sees_itself(server):
    with server.connect() as connection:
        line = shown(ask(connection, "GET", "/me").body.decode())
        assert line[4] == "Http"
        time.sleep(0.05)
        later = shown(ask(connection, "GET", "/me").body.decode())
        assert later.groups()[:3] == line.groups()[:3]
        assert int(later[5]) - int(line[5]) >= 50
        assert int(later[6]) <= int(later[5])


def test_all_connections_are_listed_with_what_is_spoken_on_them(server):
    with server.connect() as asking:
        counted_alone(asking)
        with server.connect() as socket, server.connect() as idle:
            socket.open_websocket("/socket")
            own = [shown(ask(connection, "GET", "/me").body.decode())[1] for connection in (idle, asking)]
            lines = [shown(line) for line in ask(asking, "GET", "/connections").body.decode().splitlines()]
        # The connection at hand comes first.
        assert lines[0][1] == own[1]
        assert len(lines) == 3 and sorted(line[4] for line in lines) == ["Http", "Http", "WebSocket"]
        assert set(own) < {line[1] for line in lines}
        assert len({(line[2], line[3]) for line in lines}) == 3


def test_a_call_from_the_servers_own_loop_sees_the_connections(server):
    with server.connect() as connection:
        counted_alone(connection)
        with server.connect() as other:
            assert ask(other, "GET", "/").status == 200
            assert ask(connection, "POST", "/call?token=71").status == 200
            assert ask(connection, "GET", "/call").body == b"71 2"


def reports(connection) -> list[str]:
    return ask(connection, "GET", "/reports").body.decode().splitlines()


def test_what_became_of_a_message_is_reported(server):
    with server.connect() as connection, server.connect() as socket:
        socket.open_websocket("/socket")
        socket.send_frame(TEXT, b"report 4294967295")
        assert socket.read_message() == (TEXT, b"reported")
        assert reports(connection)[0] == "4294967295 Sent"
    with server.connect() as connection:
        assert ask(connection, "POST", "/report?token=7").status == 200
        assert reports(connection)[0] == "7 Gone"


def test_what_became_of_a_reply_is_reported(server):
    with server.connect() as connection, server.connect() as waiting:
        waiting.send_request("GET", "/held")
        while ask(connection, "POST", "/release", b"now").status != 204:
            pass
        answer = read_any(waiting)
        assert (answer.status, answer.body) == (202, b"now")
        # The first request of its connection.
        assert reports(connection)[0].split()[1] == "Sent"
