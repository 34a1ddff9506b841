"""Stopping in order."""

import time

import pytest
from server import frame


def test_websockets_are_closed_with_1001_and_the_server_ends(start):
    server = start(log="off")
    clients = [server.upgrade(path) for path in ["/ws", "/ws_partial", "/echo"]]
    server.process.terminate()
    for client in clients:
        first, payload = client.frame()
        assert (first, payload[:2]) == (0x88, b"\x03\xe9")
        client.send(frame(0x88, b"\x03\xe9"))
        assert client.read_to_end() == b""
        client.stream.close()
    assert server.process.wait(5) == 0
    with pytest.raises(OSError):
        server.connect()


def test_a_request_in_progress_is_answered(start):
    server = start(log="off")
    with server.upgrade("/echo") as other, server.connect() as client:
        client.send(b"HEAD / HTTP/1.1\r\nHost: ")
        # The other client's echo shows that the octets before have arrived.
        other.send(frame(0x81, b"x"))
        other.frame()
        server.process.terminate()
        assert other.frame()[0] == 0x88
        client.send(b"a\r\n\r\n")
        status, fields, _ = client.response_head()
        assert (status, fields["connection"]) == (200, "close")
        assert client.read_to_end() == b""
        other.stream.close()
    assert server.process.wait(8) == 0


def test_a_client_that_does_not_answer_holds_it_up_no_longer_than_told(start):
    server = start("--stop-time", "1s", log="off")
    with server.upgrade("/echo"):
        began = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - began < 3
