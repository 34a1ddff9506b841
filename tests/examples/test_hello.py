"""The example hello."""

import base64
from contextlib import ExitStack

import pytest

from example import ask, example, page_of

server = example("hello", "--second", "100ms")


@pytest.fixture
def connection(server):
    with server.connect() as connection:
        yield connection


def test_the_page_is_sent_with_its_style(server):
    assert "<h1>Hello</h1>" in page_of(server)


@pytest.mark.parametrize(
    "query, lines",
    [
        ("", ["Hello, world!"]),
        ("?name=Ada", ["Hello, Ada!", "name = Ada"]),
        ("?x=1&name=Gr%C3%BC%C3%9Fe+Ada", ["Hello, Grüße Ada!", "x = 1", "name = Grüße Ada"]),
        ("?name=" + "x" * 64, ["Hello, " + "x" * 64 + "!", "name = " + "x" * 64]),
        ("?a=%26%3D&b", ["Hello, world!", "a = &=", "b = "]),
    ],
)
def test_a_query_is_decoded(connection, query, lines):
    response = ask(connection, "GET", "/hello" + query)
    assert response.status == 200
    assert [line for line in response.body.decode().splitlines() if not line.startswith("Host: ")] == lines


@pytest.mark.parametrize("query", ["name=" + "x" * 65, "name=%FF", "name=%4", "x=%FF", "%4=x"])
def test_a_query_that_cannot_be_decoded_is_refused(connection, query):
    assert ask(connection, "GET", f"/hello?{query}").status == 400
    assert ask(connection, "GET", "/hello").status == 200


def test_fields_of_the_request_are_shown_and_the_answer_has_its_own(connection):
    response = ask(connection, "GET", "/hello", b"", "Test-Header-1: one", "TEST-HEADER-2: two", "test-header-1: three")
    lines = response.body.decode().splitlines()
    assert lines[1].startswith("Host: ")
    assert lines[2:] == ["Test-Header-1: one", "Test-Header-1: three", "Test-Header-2: two"]
    assert response.get("Custom-Header-1") == "Custom-Value-1"
    assert response.get("Custom-Header-2") == "Custom-Value-2"


def test_a_body_comes_back_with_its_type(connection):
    body = b'{"a":1}'
    response = ask(connection, "POST", "/echo", body, "Content-Type: application/json")
    assert (response.status, response.body) == (200, body)
    assert response.get("Content-Type") == "application/json"


def switch(server, to: bytes) -> int:
    with server.connect() as connection:
        return ask(connection, "PUT", "/ctrl", to).status


def test_routes_come_and_go(server):
    assert switch(server, b"0") == 204
    try:
        for method, path in (("GET", "/hello"), ("POST", "/echo")):
            # A refused request with a body is the last of its connection.
            with server.connect() as connection:
                response = ask(connection, method, path, b"x")
                assert (response.status, response.body[:24]) == (404, b"This route was taken out")
        # There is nothing left to take out.
        assert switch(server, b"0") == 204
    finally:
        assert switch(server, b"1") == 204
    with server.connect() as connection:
        assert ask(connection, "GET", "/hello").status == 200
        assert ask(connection, "PUT", "/ctrl", b"1").status == 204
        assert ask(connection, "POST", "/echo", b"x").body == b"x"


def test_a_switch_that_is_neither_changes_nothing(connection):
    assert ask(connection, "PUT", "/ctrl", b"off").status == 400
    assert ask(connection, "GET", "/hello").status == 200


def test_what_was_never_there_has_the_text_of_the_application(connection):
    response = ask(connection, "GET", "/nowhere")
    assert (response.status, response.body) == (404, b"There is no such page.")
    assert ask(connection, "DELETE", "/").status == 405


def test_a_cookie_counts_visits(connection):
    response = ask(connection, "GET", "/cookie")
    assert (response.status, response.body) == (200, b"1")
    cookie = response.get("Set-Cookie")
    assert cookie.startswith("visits=1; ")
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie
    response = ask(connection, "GET", "/cookie", b"", "Cookie: other=7; visits=41")
    assert response.body == b"42"
    assert ask(connection, "GET", "/cookie", b"", "Cookie: visits=many").body == b"1"


def authorization(user: str, password: str) -> str:
    return "Authorization: Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def test_who_knows_the_password_is_let_in(connection):
    response = ask(connection, "GET", "/basic_auth", b"", authorization("dunlin", "Calidris alpina"))
    assert response.status == 200
    assert response.body == b'{"authenticated":true,"user":"dunlin"}'


@pytest.mark.parametrize(
    "fields",
    [
        [],
        [authorization("dunlin", "Calidris alba")],
        [authorization("knot", "Calidris alpina")],
        [authorization("dunlin", "Calidris alpina")] * 2,
        ["Authorization: Bearer abc"],
        ["Authorization: Basic ?"],
    ],
)
def test_a_stranger_is_asked_who_he_is(connection, fields):
    response = ask(connection, "GET", "/basic_auth", b"", *fields)
    assert response.status == 401
    assert response.get("WWW-Authenticate").startswith('Basic realm="Hello"')


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "REPORT"])
def test_any_method_is_answered(connection, method):
    response = ask(connection, method, "/any")
    assert (response.status, response.body.decode()) == (200, method)


def next_event(connection) -> int:
    """The second that an event tells."""
    event = connection.read_chunk().decode()
    name, number, data, *rest = event.split("\n")
    assert (name, rest) == ("event: second", ["", ""])
    assert number.removeprefix("id: ") == data.removeprefix("data: ")
    return int(data.removeprefix("data: "))


def test_every_listener_is_told_each_second(server):
    with ExitStack() as stack:
        listeners = [stack.enter_context(server.connect()) for _ in range(3)]
        for listener in listeners:
            listener.send_request("GET", "/sse")
            response = listener.read_response(head_only=True)
            assert response.get("Content-Type") == "text/event-stream"
        for listener in listeners:
            seconds = [next_event(listener) for _ in range(4)]
            assert seconds == sorted(set(seconds))
        # Others are answered meanwhile.
        with server.connect() as connection:
            assert ask(connection, "GET", "/any").status == 200


def test_listeners_that_have_left_take_no_place(server):
    for _ in range(20):
        with server.connect() as listener:
            listener.send_request("GET", "/sse")
            assert listener.read_response(head_only=True).status == 200
            # With the second one it is found that the one before has left.
            for _ in range(2):
                next_event(listener)
