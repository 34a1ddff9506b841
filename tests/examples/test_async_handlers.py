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


def begin(server, stack, target: str = "/long"):
    """A request that nobody has waited for yet, and the time it began at."""
    connection = stack.enter_context(server.connect())
    began = time.monotonic()
    connection.send(request("GET", target))
    return connection, began


def result(connection) -> tuple[int, str]:
    response = connection.read_response()
    return response.status, response.body.decode()


def number(text: str) -> int:
    words = text.split()
    assert [words[0], *words[2:]] == ["Job", "is", "done."], text
    return int(words[1])


def take_all_places(server, stack) -> list:
    """As many long requests as are taken; others may have left their places a moment ago only."""
    since = server.log.mark()
    connections = [begin(server, stack) for _ in range(PLACES)]
    for _ in range(PLACES):
        match = server.log.wait_for(r"async_handlers.* job \d+ is taken", since)
        since = server.log.raw().index(match.string, since) + 1
    return connections


def test_the_page_is_sent_with_its_style(server):
    assert "<h1>Async handlers</h1>" in page_of(server)


def test_a_quick_request_is_answered_while_a_long_one_waits(server):
    with ExitStack() as stack:
        long, began = begin(server, stack)
        quick, _ = begin(server, stack, "/quick")
        assert result(quick) == (200, "At once.")
        assert time.monotonic() - began < WORK / 2
        status, text = result(long)
        assert status == 200 and number(text) > 0
        assert time.monotonic() - began >= WORK


def test_four_are_taken_and_the_fifth_is_answered_503_at_once(server):
    with ExitStack() as stack:
        connections = take_all_places(server, stack)
        one_too_many, began = begin(server, stack)
        response = one_too_many.read_response()
        assert response.status == 503
        assert response.get("Retry-After") == "1"
        assert time.monotonic() - began < WORK / 2
        numbers = []
        for connection, _ in connections:
            status, text = result(connection)
            assert status == 200
            numbers.append(number(text))
        # Two by two.
        assert 1.9 * WORK < time.monotonic() - connections[0][1] < 4 * WORK
        assert sorted(numbers) == list(range(min(numbers), min(numbers) + PLACES))
        connection, _ = begin(server, stack)
        assert result(connection)[0] == 200


def test_a_request_behind_a_long_one_on_the_same_connection_is_answered_in_turn(server):
    with server.connect() as connection:
        connection.send(request("GET", "/long") + request("GET", "/quick"))
        assert number(result(connection)[1]) > 0
        assert result(connection) == (200, "At once.")


def test_who_leaves_before_the_answer_keeps_no_place_for_ever(server):
    with ExitStack() as stack:
        for connection, _ in take_all_places(server, stack):
            connection.close()
        deadline = time.monotonic() + 10 * WORK
        while True:
            connection, _ = begin(server, stack)
            status, _ = result(connection)
            connection.close()
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
        long, _ = begin(server, stack)
        server.log.wait_for("is taken", since)
        server.terminate()
        assert result(long)[0] == 200
        long.close()
        assert server.wait(5) == 0
