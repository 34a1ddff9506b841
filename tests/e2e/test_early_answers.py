"""A response before a close is never lost to a reset, however much the client
is still sending."""

import threading

import pytest

from limits import is_device
from server import running_server
from wire import BINARY, frame, request

# What a device throws away takes longer, and is more than waits on the way to it.
REPEATS, LENGTH = (10, 1 << 20) if is_device() else (50, 4 << 20)
MORE = b"x" * LENGTH

REFUSED = {
    "declared-body-too-large": (request("GET", "/", "Content-Length: 4294967296"), 413),
    "chunked-body-too-large": (request("GET", "/", "Transfer-Encoding: chunked") + b"FFFFFF\r\n", 413),
    "head-too-large": (b"GET / HTTP/1.1\r\nX: ", 431),
    "target-too-long": (b"GET /", 414),
    "body-nobody-takes": (request("POST", "/", f"Content-Length: {len(MORE)}"), 405),
    "no-host": (b"GET / HTTP/1.1\r\n\r\n", 400),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_can_be_read_in_full_after_all_was_sent(name):
    octets, status = REFUSED[name]
    with running_server(log_level="warn") as server:
        for _ in range(REPEATS):
            with server.connect() as connection:
                connection.send(octets + MORE)
                response = connection.read_response()
                assert response.status == status
                assert len(response.body) == int(response.get("Content-Length"))
                connection.read_end()
        server.assert_alive()


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_can_be_read_in_full_while_more_is_sent(name):
    octets, status = REFUSED[name]
    with running_server(log_level="warn") as server:
        for _ in range(REPEATS):
            with server.connect() as connection:
                connection.send(octets)
                sender = threading.Thread(target=connection.socket.sendall, args=(MORE,))
                sender.start()
                response = connection.read_response()
                sender.join()
                assert response.status == status
                assert len(response.body) == int(response.get("Content-Length"))
                connection.read_end()


def test_a_close_frame_can_be_read_after_all_was_sent():
    with running_server(log_level="warn") as server:
        for _ in range(REPEATS):
            with server.connect() as connection:
                connection.open_websocket("/echo")
                connection.send(frame(BINARY, b"x", length=1 << 62) + MORE)
                assert connection.read_close()[0] == 1009
                connection.read_end()


def test_the_page_can_be_read_in_full_though_the_client_ended_its_side():
    with running_server(log_level="warn") as server:
        for _ in range(REPEATS):
            with server.connect() as connection:
                connection.send_request("GET", "/")
                connection.end_sending()
                response = connection.read_response()
                assert len(response.body) == int(response.get("Content-Length"))
                connection.read_end()
