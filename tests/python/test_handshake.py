"""The opening handshake, octet by octet."""

import pytest
from server import KEY, frame, upgrade_request

DOCUMENTED = (
    "GET /ws HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nHost: 192.168.0.1:80\r\n"
    "Origin: http://192.168.0.1:80\r\nSec-WebSocket-Key: gfhjgfhjfj\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: echo\r\n\r\n"
).encode()


def test_the_documented_exchange_of_the_original_needs_the_lenient_switch(server, start):
    with server.connect() as client:
        client.send(DOCUMENTED)
        assert client.response_head()[0] == 400
    with start("--lenient-handshake").connect() as client:
        client.send(DOCUMENTED)
        status, fields, _ = client.response_head()
        assert status == 101
        assert fields["sec-websocket-accept"] == "Jg/fQVRsgwdDzYeG8yNBHRajUxw="
        assert "sec-websocket-protocol" not in fields
        client.send(frame(0x81, b"hello"))
        assert client.frame() == (0x81, b"hello")


def test_a_frame_in_the_segment_of_the_handshake_is_answered(server):
    with server.connect() as client:
        client.send(upgrade_request("/echo") + frame(0x81, b"early") + frame(0x89, b"ping"))
        assert client.response_head()[0] == 101
        assert client.frame() == (0x81, b"early")
        assert client.frame() == (0x8A, b"ping")


def test_pipelined_requests_are_answered_in_order(server):
    with server.connect() as client:
        one = b"GET /missing HTTP/1.1\r\nHost: a\r\n\r\n"
        client.send(one * 20 + b"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n" + upgrade_request("/echo"))
        for _ in range(20):
            assert client.response()[0] == 404
        assert client.response_head()[0] == 200
        assert client.response_head()[0] == 101


def test_a_connection_field_with_keep_alive_upgrades(server):
    with server.upgrade("/echo", connection="keep-alive, Upgrade") as client:
        client.send(frame(0x81, b"x"))
        assert client.frame() == (0x81, b"x")


def test_another_protocol_to_upgrade_to_is_ignored(server):
    with server.connect() as client:
        request = "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n"
        client.send(request.encode())
        status, fields, body = client.response()
        assert status == 200 and body.endswith(b"</html>\n")
        assert "upgrade" not in fields


@pytest.mark.parametrize("version", ["8", "12", "14", "x", "13, 8"])
def test_another_version_is_told_which_one_is_spoken(server, version):
    with server.connect() as client:
        client.send(upgrade_request("/ws", version=version))
        status, fields, _ = client.response_head()
        assert status == 426
        assert fields["sec-websocket-version"] == "13"
        assert fields["upgrade"] == "websocket"
        assert "upgrade" in fields["connection"].lower()


@pytest.mark.parametrize("path", ["/ws", "/ws_partial", "/auth?token=valid", "/echo"])
def test_a_plain_get_of_an_endpoint_is_answered_426(server, path):
    with server.connect() as client:
        client.send(f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        status, fields, _ = client.response()
        assert (status, fields["upgrade"]) == (426, "websocket")


def test_subprotocols_are_compared_whole_over_all_instances(server):
    offers = "Sec-WebSocket-Protocol: superchat, chatter\r\nSec-WebSocket-Protocol: x, chat\r\n"
    with server.connect() as client:
        client.send(upgrade_request("/ws", extra=offers))
        assert client.response_head()[1]["sec-websocket-protocol"] == "chat"


def test_the_accept_value_is_that_of_the_rfc(server):
    with server.connect() as client:
        client.send(upgrade_request("/ws", key=KEY))
        assert client.response_head()[1]["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
