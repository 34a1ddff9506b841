"""The example persistent_sessions: a sum for each connection."""

import pytest

from example import ask, example, page_of

server = example("persistent_sessions")


def add(connection, number) -> str:
    response = ask(connection, "POST", "/adder", str(number).encode())
    assert response.status == 200, response
    return response.body.decode()


def test_the_page_is_sent_with_its_style(server):
    assert "<h1>Persistent sessions</h1>" in page_of(server)


def test_a_connection_has_one_sum_for_all_its_requests(server):
    with server.connect() as connection:
        assert ask(connection, "GET", "/adder").body == b"0"
        assert [add(connection, number) for number in (5, 7, -20)] == ["5", "12", "-8"]
        assert ask(connection, "PUT", "/adder", b"100").body == b"100"
        assert ask(connection, "GET", "/adder").body == b"100"


def test_no_connection_sees_the_sum_of_another(server):
    with server.connect() as one, server.connect() as other:
        add(one, 1)
        add(other, 10)
        assert add(one, 1) == "2"
        assert add(other, 10) == "20"
        names = [ask(connection, "GET", "/adder").get("X-Connection") for connection in (one, other)]
        assert names[0] != names[1]


def test_a_sum_ends_with_its_connection(server):
    since = server.log.mark()
    with server.connect() as connection:
        add(connection, 41)
        name = ask(connection, "GET", "/adder").get("X-Connection")
        server.log.wait_for(f"persistent_sessions.* {name} begins a session", since)
    server.log.wait_for(f"persistent_sessions.* {name} ends with the sum 41", since)
    with server.connect() as connection:
        response = ask(connection, "GET", "/adder")
        assert response.body == b"0"
        assert response.get("X-Connection") != name


@pytest.mark.parametrize("body", [b"", b"one", b"1.5", b"\xff", b"9223372036854775808"])
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_what_is_no_number_is_refused_and_changes_nothing(server, method, body):
    with server.connect() as connection:
        add(connection, 3)
        assert ask(connection, method, "/adder", body).status == 400
        assert add(connection, 0) == "3"


def test_a_sum_that_would_be_no_number_is_refused_and_changes_nothing(server):
    with server.connect() as connection:
        add(connection, 2**63 - 1)
        assert ask(connection, "POST", "/adder", b"1").status == 422
        assert add(connection, -1) == str(2**63 - 2)
