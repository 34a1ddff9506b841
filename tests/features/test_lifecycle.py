"""Servers that stop and begin again, two in one program, and what gives way to newcomers."""

from contextlib import ExitStack

import pytest

from features import CONNECTIONS, ask, counts, get, read_any, running_features
from wire import TEXT, Connection, request


@pytest.fixture
def own_server():
    with running_features() as running:
        yield running


def connect_again(server) -> Connection:
    """A connection to a server that stops and begins again."""
    while True:
        connection = None
        try:
            connection = server.connect()
            if ask(connection, "GET", "/counts").status == 200:
                return connection
        except (AssertionError, ConnectionError):
            pass
        if connection:
            connection.close()


def test_a_server_stops_from_a_handler_and_begins_again(own_server):
    assert counts(own_server)["started"] == 1
    with own_server.connect() as socket, own_server.connect() as connection:
        socket.open_websocket("/socket")
        response = ask(connection, "POST", "/stop")
        assert (response.status, response.body) == (200, b"It stops.")
        connection.read_end()
        assert socket.read_close()[0] == 1001
        socket.send_frame(8, (1001).to_bytes(2, "big"))
        socket.read_end()
    for times in range(2, 5):
        with connect_again(own_server) as connection:
            lines = ask(connection, "GET", "/counts").body.decode().split()
            assert {f"started={times}", f"stopped={times - 1}"} <= set(lines)
            if times < 4:
                ask(connection, "POST", "/stop")


def test_a_body_that_is_being_sent_is_abandoned_by_a_stop(own_server):
    with own_server.connect() as slow, own_server.connect() as connection:
        slow.send(request("POST", "/upload", "Content-Length: 1000") + bytes(500))
        # It has been taken when another is answered.
        assert ask(connection, "GET", "/").status == 200
        ask(connection, "POST", "/stop")
        # It may be sent to its end within the stop time.
        slow.send(bytes(500))
        assert read_any(slow).status == 200
        slow.read_end()
    connect_again(own_server).close()


def test_two_servers_have_their_own_connections_and_ends(own_server):
    with Connection(own_server.second) as second, own_server.connect() as first:
        assert ask(first, "GET", "/").body == b"first"
        assert ask(second, "GET", "/").body == b"second"
        assert ask(second, "GET", "/connections").body.count(b"\n") == 1
        ask(first, "POST", "/stop")
        first.read_end()
        # A server that stops waits for its clients to end too.
        first.close()
        # The second goes on, on the same connection.
        assert ask(second, "GET", "/").body == b"second"
        with connect_again(own_server) as first:
            assert b"started=2" in ask(first, "GET", "/counts").body
        assert b"started=1" in ask(second, "GET", "/counts").body
        assert ask(second, "POST", "/stop").status == 200
        second.read_end()
        second.close()
    assert get(own_server, "/") == "first"


def busy(server, stack) -> list[Connection]:
    """Connections that nobody may take: one fewer than there are."""
    socket, ticket, upload, pulled = (
        stack.enter_context(server.connect(receive_buffer=4096)) for _ in range(CONNECTIONS - 1)
    )
    socket.open_websocket("/socket")
    ticket.send_request("GET", "/held")
    upload.send(request("POST", "/upload", "Content-Length: 1000") + bytes(500))
    # More than all buffers on its way hold: of a board's connections QEMU's system takes megabytes.
    pulled.send_request("GET", "/pattern/30000000")
    return [socket, ticket, upload, pulled]


def test_only_a_connection_between_requests_gives_way_to_a_newcomer(own_server):
    with ExitStack() as stack:
        socket, ticket, upload, _ = busy(own_server, stack)
        idle = stack.enter_context(own_server.connect())
        assert ask(idle, "GET", "/").status == 200
        with own_server.connect() as newcomer:
            # The one that was idle has made room for it.
            assert ask(newcomer, "GET", "/").body == b"first"
            idle.read_end()
            # Now it is the one that waits for the rest of a request; nobody gives way. What begins
            # that request has arrived with the one before it.
            newcomer.send(request("GET", "/") + b"GET / HTTP/1.1\r\n")
            assert newcomer.read_response().body == b"first"
            assert ask_for_nothing(own_server) == 503
            newcomer.send(b"Host: a\r\n\r\n")
            assert newcomer.read_response().body == b"first"
            while ask(newcomer, "POST", "/release", b"released").status != 204:
                pass
        assert read_any(ticket).body == b"released"
        upload.send(bytes(500))
        assert read_any(upload).body.startswith(b"1000 ")
        socket.send_frame(TEXT, b"still there")
        assert socket.read_message() == (TEXT, b"still there")


def ask_for_nothing(server) -> int:
    """The status that one connection too many is given, without a word."""
    with server.connect() as connection:
        status = connection.read_response().status
        connection.read_end()
        return status


def test_nobody_gives_way_where_that_is_switched_off():
    with running_features("--purge-idle", "false") as server, ExitStack() as stack:
        idle = [stack.enter_context(server.connect()) for _ in range(CONNECTIONS)]
        for connection in idle:
            assert ask(connection, "GET", "/").status == 200
        assert ask_for_nothing(server) == 503
        for connection in idle:
            assert ask(connection, "GET", "/").body == b"first"
