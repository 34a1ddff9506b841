"""Bad input on every endpoint: its defined answer, and a server that lives."""

import socket

import pytest
from server import frame, upgrade_request

HOST = "Host: a\r\n"
BAD_REQUESTS = [
    ("bad method token", "G@T / HTTP/1.1\r\n" + HOST + "\r\n", 400),
    ("unknown method", "BREW / HTTP/1.1\r\n" + HOST + "\r\n", 501),
    ("CONNECT", "CONNECT a:1 HTTP/1.1\r\n" + HOST + "\r\n", 501),
    ("HTTP/2.0", "GET / HTTP/2.0\r\n" + HOST + "\r\n", 505),
    ("lower case version", "GET / http/1.1\r\n" + HOST + "\r\n", 400),
    ("no Host", "GET / HTTP/1.1\r\n\r\n", 400),
    ("two Hosts", "GET / HTTP/1.1\r\n" + HOST + HOST + "\r\n", 400),
    ("Host with a path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400),
    ("bare LF", "GET / HTTP/1.1\nHost: a\n\n", 400),
    ("obs-fold", "GET / HTTP/1.1\r\n" + HOST + "X: a\r\n b\r\n\r\n", 400),
    ("blank before the colon", "GET / HTTP/1.1\r\n" + HOST + "X : a\r\n\r\n", 400),
    ("empty field name", "GET / HTTP/1.1\r\n" + HOST + ": a\r\n\r\n", 400),
    ("NUL in a value", "GET / HTTP/1.1\r\n" + HOST + "X: \0\r\n\r\n", 400),
    ("both lengths", "POST / HTTP/1.1\r\n" + HOST + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
    ("signed length", "POST / HTTP/1.1\r\n" + HOST + "Content-Length: +1\r\n\r\n", 400),
    ("two lengths", "POST / HTTP/1.1\r\n" + HOST + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
    ("huge length", "POST / HTTP/1.1\r\n" + HOST + "Content-Length: 99999999999999999999\r\n\r\n", 400),
    ("chunked not last", "POST / HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked, gzip\r\n\r\n", None),
    ("unknown coding", "POST / HTTP/1.1\r\n" + HOST + "Transfer-Encoding: gzip, chunked\r\n\r\n", 501),
    ("unknown expectation", "POST / HTTP/1.1\r\n" + HOST + "Expect: tea\r\nContent-Length: 1\r\n\r\n", 417),
    ("long target", "GET /" + "a" * 9000 + " HTTP/1.1\r\n" + HOST + "\r\n", 414),
    ("endless target", "GET /" + "a" * 100_000, 414),
    ("long head", "GET / HTTP/1.1\r\n" + HOST + "X: " + "a" * 20_000 + "\r\n\r\n", 431),
    ("many fields", "GET / HTTP/1.1\r\n" + HOST + "X: a\r\n" * 200 + "\r\n", 431),
    ("other path", "GET /nothing HTTP/1.1\r\n" + HOST + "\r\n", 404),
    ("other method", "PUT / HTTP/1.1\r\n" + HOST + "\r\n", 405),
    ("POST with a body to /", "POST / HTTP/1.1\r\n" + HOST + "Content-Length: 2\r\n\r\nok", 405),
    ("POST to an endpoint", "POST /ws HTTP/1.1\r\n" + HOST + "\r\n", 405),
]


@pytest.mark.parametrize(("name", "request_text", "expected"), BAD_REQUESTS, ids=[row[0] for row in BAD_REQUESTS])
def test_a_bad_request_gets_its_status_and_none_behind_it_is_answered(server, name, request_text, expected):
    with server.connect() as client:
        client.send(request_text.encode("latin-1"))
        status, fields, _ = client.response()
        assert status == expected or (expected is None and status in (400, 501))
        if status == 405:
            assert "OPTIONS" in fields["allow"]
        if fields.get("connection") == "close":
            try:
                client.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            except OSError:
                pass
            client.stream.shutdown(socket.SHUT_WR)
            assert client.read_to_end() == b""
    with server.connect() as client:
        client.send(b"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert client.response_head()[0] == 200


def test_another_protocol_is_refused_at_once(server):
    with server.connect() as client:
        client.send(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
        assert client.response_head()[0] == 400


ENDPOINTS = ["/ws", "/ws_partial", "/auth?token=valid", "/echo"]
VIOLATIONS = [
    ("unmasked", b"\x81\x02hi", 1002),
    ("reserved bit", frame(0xC1, b"hi"), 1002),
    ("reserved opcode", frame(0x83, b"hi"), 1002),
    ("reserved control opcode", frame(0x8B), 1002),
    ("fragmented ping", frame(0x09, b"hi"), 1002),
    ("long ping", frame(0x89, b"x" * 126), 1002),
    ("stray continuation", frame(0x80, b"hi"), 1002),
    ("message inside a message", frame(0x01, b"a") + frame(0x81, b"b"), 1002),
    ("length not in its shortest form", b"\x82\xfe\x00\x05\x00\x00\x00\x00hello", 1002),
    ("length of 64 bits", b"\x82\xff\x80\x00\x00\x00\x00\x00\x00\x00", 1002),
    ("text that is not UTF-8", frame(0x81, b"\xff\xfe"), 1007),
    ("close of one octet", frame(0x88, b"\x03"), 1002),
    ("close 999", frame(0x88, b"\x03\xe7"), 1002),
    ("close 1005", frame(0x88, b"\x03\xed"), 1002),
    ("close reason not UTF-8", frame(0x88, b"\x03\xe8\xff"), 1007),
]


@pytest.mark.parametrize("path", ENDPOINTS)
@pytest.mark.parametrize(("name", "octets", "code"), VIOLATIONS, ids=[row[0] for row in VIOLATIONS])
def test_a_violation_closes_with_its_code_behind_what_was_good(server, path, name, octets, code):
    with server.upgrade(path) as client:
        if path.startswith("/auth"):
            client.frame()
        client.send(frame(0x81, b"good") + octets + frame(0x81, b"ignored"))
        assert client.frame() == (0x81, b"good")
        if name == "message inside a message" and path == "/ws_partial":
            assert client.frame() == (0x01, b"a")
        assert client.close_code() == code


@pytest.mark.parametrize("path", ENDPOINTS)
def test_text_fails_at_the_bad_octet_inside_a_frame_still_arriving(server, path):
    with server.upgrade(path) as client:
        if path.startswith("/auth"):
            client.frame()
        whole = frame(0x81, "κόσμε".encode() + b"\xf4\x90\x80\x80" + b"x" * 50)
        client.send(whole[: 6 + 12])
        assert client.close_code() == 1007


@pytest.mark.parametrize("path", ENDPOINTS)
@pytest.mark.parametrize("payload", [b"", b"\x03\xe8", b"\x0b\xb8reason", b"\x13\x87"])
def test_a_close_is_answered_with_its_code(server, path, payload):
    with server.upgrade(path) as client:
        if path.startswith("/auth"):
            client.frame()
        client.send(frame(0x88, payload) + frame(0x89, b"late"))
        expected = int.from_bytes(payload[:2], "big") if payload else None
        assert client.close_code() == expected


def test_a_message_beyond_the_limit_closes_with_1009_before_it_comes(server):
    before = server.resident()
    for header in [b"\x82\xff" + (2**62).to_bytes(8, "big"), b"\x82\xff" + (2**24 + 1).to_bytes(8, "big")]:
        with server.upgrade("/echo") as client:
            client.send(header + b"\0\0\0\0" + b"begun")
            assert client.close_code() == 1009
    assert server.resident() - before < 2**20


def test_a_declared_length_takes_no_memory(server):
    before = server.resident()
    clients = []
    for _ in range(50):
        client = server.upgrade("/echo")
        client.send(b"\x82\xff" + (2**24).to_bytes(8, "big") + b"\0\0\0\0" + b"begun")
        clients.append(client)
    for _ in range(50):
        client = server.connect()
        client.send(b"POST /nothing HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nbegun")
        clients.append(client)
    with server.upgrade("/echo") as other:
        other.send(frame(0x81, b"alive"))
        assert other.frame() == (0x81, b"alive")
    assert server.resident() - before < 2 * 2**20
    for client in clients:
        client.stream.close()


@pytest.mark.parametrize("request_head", ["POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 900000000\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n"])
def test_a_response_before_a_close_is_never_lost_to_a_reset(server, request_head):
    for _ in range(50):
        with server.connect() as client:
            client.stream.settimeout(10)
            client.send(request_head.encode())
            body = b"X: " + b"y" * 65536 + b"\r\n"
            try:
                for _ in range(40):
                    client.send(body)
            except OSError:
                raise AssertionError("the server reset a client that was still sending")
            client.stream.shutdown(socket.SHUT_WR)
            status, _, text = client.response()
            assert status in (405, 431) and text
            assert client.read_to_end() == b""


def test_upgrade_keys_that_are_none_are_refused(server):
    for key in ["", "short", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZSEh"]:
        with server.connect() as client:
            client.send(upgrade_request("/ws", key=key))
            assert client.response_head()[0] == 400
