"""The opening handshake: what upgrades, and what is answered as HTTP."""

import pytest

from server import running_server
from wire import TEXT, accept_value, frame, handshake, request

TARGETS = ["/ws", "/ws_partial", "/auth?token=valid", "/echo"]

KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
VERSION = "Sec-WebSocket-Version: 13"

# As in the documentation of the original example.
DOCUMENTED = request(
    "GET",
    "/ws",
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Origin: http://example.com:8000",
    "Sec-WebSocket-Key: gfhjgfhjfj",
    "Sec-WebSocket-Protocol: echo",
    "Sec-WebSocket-Version: 13",
    host="example.com:8000",
)


@pytest.fixture
def connection(server):
    with server.connect() as opened:
        yield opened
    server.assert_alive()


@pytest.mark.parametrize(
    "fields",
    [
        ["Connection: keep-alive, Upgrade", "Upgrade: websocket"],
        ["Connection: Upgrade", "Upgrade: WebSocket"],
        ["Connection: keep-alive", "Connection: upgrade", "Upgrade: websocket"],
        ["connection:upgrade", "UPGRADE:websocket"],
        ["Connection: Upgrade", "Upgrade: h2c, websocket"],
    ],
)
def test_a_list_that_names_websocket_upgrades(connection, fields):
    connection.send(request("GET", "/echo", *fields, KEY, VERSION) + frame(TEXT, b"hello"))
    assert connection.read_response().status == 101
    assert connection.read_message() == (TEXT, b"hello")


def test_h2c_is_ignored_and_answered_as_plain_http(connection):
    connection.send_request("GET", "/", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk")
    response = connection.read_response()
    assert response.status == 200
    assert response.body
    connection.send_request("HEAD", "/")
    assert connection.read_response(head_only=True).status == 200


def test_a_handshake_on_the_page_is_answered_as_plain_http(connection):
    connection.send(handshake("/"))
    assert connection.read_response().status == 200


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("version", ["12", "8", "0", "14", "13, 8", "", "x", "013"])
def test_another_version_is_426_and_told_which_is_spoken(connection, target, version):
    fields = ["Connection: Upgrade", "Upgrade: websocket", KEY, f"Sec-WebSocket-Version: {version}"]
    connection.send_request("GET", target, *fields)
    assert_upgrade_required(connection)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize(
    "fields",
    [
        [],
        ["Upgrade: websocket", KEY, VERSION],
        ["Connection: Upgrade", KEY, VERSION],
        ["Connection: Upgrade", "Upgrade: h2c", KEY, VERSION],
        ["Connection: Upgrade", "Upgrade: websockets", KEY, VERSION],
    ],
    ids=["plain", "no-connection", "no-upgrade", "h2c", "other-name"],
)
def test_what_asks_for_no_websocket_is_426(connection, target, fields):
    connection.send_request("GET", target, *fields)
    assert_upgrade_required(connection)


def assert_upgrade_required(connection):
    response = connection.read_response()
    assert response.status == 426
    assert response.get("Upgrade").lower() == "websocket"
    assert "upgrade" in response.elements("Connection")
    assert response.get("Sec-WebSocket-Version") == "13"
    assert response.body


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize(
    "keys",
    [
        [],
        [KEY, KEY],
        ["Sec-WebSocket-Key: "],
        ["Sec-WebSocket-Key: gfhjgfhjfj"],
        ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ"],
        ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZSBsb25n"],
        ["Sec-WebSocket-Key: !!!!!!!!!!!!!!!!!!!!!!=="],
    ],
    ids=["none", "two", "empty", "short", "unpadded", "long", "not-base64"],
)
def test_a_key_that_is_not_16_octets_in_base64_is_400(connection, target, keys):
    connection.send_request("GET", target, "Connection: Upgrade", "Upgrade: websocket", VERSION, *keys)
    assert connection.read_response().status == 400


def test_a_handshake_of_http_10_does_not_upgrade(connection):
    connection.send(handshake("/echo").replace(b"HTTP/1.1", b"HTTP/1.0"))
    assert connection.read_response().status == 426


def test_a_handshake_with_a_body_is_refused(connection):
    connection.send(handshake("/echo", "Content-Length: 5") + b"hello")
    assert connection.read_response().status == 400
    connection.read_end()


def test_the_documented_exchange_is_400_as_its_key_is_none(connection):
    connection.send(DOCUMENTED)
    assert connection.read_response().status == 400


def test_the_documented_exchange_succeeds_with_lenient_handshakes():
    with running_server("--lenient-handshake") as server, server.connect() as connection:
        connection.send(DOCUMENTED)
        response = connection.read_response()
        assert response.status == 101
        assert response.get("Sec-WebSocket-Accept") == "Jg/fQVRsgwdDzYeG8yNBHRajUxw="
        assert response.get("Sec-WebSocket-Protocol") is None
        connection.send_frame(TEXT, b"hello")
        assert connection.read_message() == (TEXT, b"hello")


def test_lenient_handshakes_still_want_a_key():
    with running_server("--lenient-handshake") as server, server.connect() as connection:
        connection.send(handshake("/ws", key=""))
        assert connection.read_response().status == 400


@pytest.mark.parametrize("target", TARGETS)
def test_a_frame_in_the_segment_of_the_handshake_is_answered_at_once(connection, target):
    connection.send(handshake(target) + frame(TEXT, b"early"))
    response = connection.read_response()
    assert response.get("Sec-WebSocket-Accept") == accept_value("dGhlIHNhbXBsZSBub25jZQ==")
    if target.startswith("/auth"):
        connection.read_message()
    assert connection.read_message() == (TEXT, b"early")


def test_a_request_a_handshake_and_frames_in_one_write_are_all_answered(connection):
    frames = frame(TEXT, b"first") + frame(TEXT, b"sec", fin=False) + frame(0, b"ond")
    connection.send(request("GET", "/none") + handshake("/echo") + frames)
    assert connection.read_response().status == 404
    assert connection.read_response().status == 101
    assert connection.read_message() == (TEXT, b"first")
    assert connection.read_message() == (TEXT, b"second")


def test_a_handshake_and_a_frame_cut_at_every_octet_are_answered(connection):
    for octet in handshake("/echo") + frame(TEXT, b"dripped"):
        connection.send(bytes([octet]))
    assert connection.read_response().status == 101
    assert connection.read_message() == (TEXT, b"dripped")


@pytest.mark.parametrize("cut", range(-12, 12, 3))
def test_a_cut_near_the_end_of_the_handshake_loses_nothing(connection, cut):
    octets = handshake("/echo") + frame(TEXT, b"after the handshake")
    at = len(handshake("/echo")) + cut
    connection.send(octets[:at])
    connection.send(octets[at:])
    assert connection.read_response().status == 101
    assert connection.read_message() == (TEXT, b"after the handshake")
