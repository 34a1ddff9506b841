"""The example async_handlers: long requests, and others meanwhile."""

import time
from contextlib import ExitStack

import pytest

from example import BOARD_EXAMPLES, ask, page_of, running_example
from wire import request

WORK = 0.5
PLACES = 4


@pytest.fixture(scope="module", params=[[]] if BOARD_EXAMPLES else [[], ["--tokio"]], ids=" ".join)
def server(request):
    with running_example("async_handlers", "--work", f"{WORK * 1000:.0f}ms", *request.param) as running:
        yield running


def connect(server, stack, count: int) -> list:
    """Connections, all of them before anything is asked: QEMU lets few connect at a time."""
    return [stack.enter_context(server.connect()) for _ in range(count)]


def begin(connection, target: str = "/long") -> float:
    """Sends a request, whose answer nobody waits for yet, and tells when."""
    began = time.monotonic()
    connection.send(request("GET", target))
    return began


def result(connection) -> tuple[int, str]:
    response = connection.read_response()
    return response.status, response.body.decode()


def number(text: str) -> int:
    words = text.split()
    assert [words[0], *words[2:]] == ["Job", "is", "done."], text
    return int(words[1])


def take_all_places(server, connections) -> float:
    """Sends as many long requests as are taken, and tells when the first was. Those before may have left their places a
    moment ago only."""
    since = server.log.mark()
    began = [begin(connection) for connection in connections[:PLACES]]
    for _ in range(PLACES):
        match = server.log.wait_for(r"async_handlers.* job \d+ is taken", since)
        since = server.log.raw().index(match.string, since) + 1
    return began[0]


def test_the_page_is_sent_with_its_style(server):
    assert "<h1>Async handlers</h1>" in page_of(server)


def test_a_quick_request_is_answered_while_a_long_one_waits(server):
    with ExitStack() as stack:
        long, quick = connect(server, stack, 2)
        began = begin(long)
        begin(quick, "/quick")
        assert result(quick) == (200, "At once.")
        assert time.monotonic() - began < WORK / 2
        status, text = result(long)
        assert status == 200 and number(text) > 0
        assert time.monotonic() - began >= WORK


def test_four_are_taken_and_the_fifth_is_answered_503_at_once(server):
    with ExitStack() as stack:
        *connections, one_too_many = connect(server, stack, PLACES + 1)
        first = take_all_places(server, connections)
        began = begin(one_too_many)
        response = one_too_many.read_response()
        assert response.status == 503
        assert response.get("Retry-After") == "1"
        assert time.monotonic() - began < WORK / 2
        numbers = []
        for connection in connections:
            status, text = result(connection)
            assert status == 200
            numbers.append(number(text))
        # Two by two.
        assert 1.9 * WORK < time.monotonic() - first < 4 * WORK
        assert sorted(numbers) == list(range(min(numbers), min(numbers) + PLACES))
        begin(connections[0])
        assert result(connections[0])[0] == 200


def test_a_request_behind_a_long_one_on_the_same_connection_is_answered_in_turn(server):
    with server.connect() as connection:
        connection.send(request("GET", "/long") + request("GET", "/quick"))
        assert number(result(connection)[1]) > 0
        assert result(connection) == (200, "At once.")


def test_who_leaves_before_the_answer_keeps_no_place_for_ever(server):
    with ExitStack() as stack:
        connections = connect(server, stack, PLACES)
        take_all_places(server, connections)
        for connection in connections:
            connection.close()
        deadline = time.monotonic() + 10 * WORK
        while True:
            with server.connect() as connection:
                begin(connection)
                status, _ = result(connection)
            if status == 200:
                break
            assert status == 503
            assert time.monotonic() < deadline, "no place is given back"
    with server.connect() as connection:
        assert ask(connection, "GET", "/quick").status == 200


def test_a_stop_waits_for_the_answer():
    with ExitStack() as stack:
        server = stack.enter_context(running_example("async_handlers", "--work", "300ms", ends=True))
        since = server.log.mark()
        (long,) = connect(server, stack, 1)
        begin(long)
        server.log.wait_for("is taken", since)
        server.terminate()
        assert result(long)[0] == 200
        long.close()
        assert server.wait(5) == 0
