"""The example hello."""

import pytest

from example import ask, example, page_of

server = example("hello")


def test_the_page_is_sent_with_its_style(server):
    assert "<h1>Hello</h1>" in page_of(server)


@pytest.mark.parametrize(
    "query, greeting",
    [
        ("", "Hello, world!"),
        ("?name=Ada", "Hello, Ada!"),
        ("?x=1&name=Gr%C3%BC%C3%9Fe+Ada", "Hello, Grüße Ada!"),
        ("?name=" + "x" * 64, "Hello, " + "x" * 64 + "!"),
    ],
)
def test_a_name_in_the_query_is_greeted(server, query, greeting):
    with server.connect() as connection:
        response = ask(connection, "GET", "/hello" + query)
    assert (response.status, response.body.decode()) == (200, greeting)


@pytest.mark.parametrize("name", ["x" * 65, "%FF", "%4"])
def test_a_name_that_is_none_is_refused(server, name):
    with server.connect() as connection:
        assert ask(connection, "GET", f"/hello?name={name}").status == 400
        assert ask(connection, "GET", "/hello").status == 200


def test_a_body_comes_back_with_its_type(server):
    body = b'{"a":1}'
    with server.connect() as connection:
        response = ask(connection, "POST", "/echo", body, "Content-Type: application/json")
    assert (response.status, response.body) == (200, body)
    assert response.get("Content-Type") == "application/json"
