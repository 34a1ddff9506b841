"""The page, and requests good and bad, as octets over a socket."""

import re

import pytest

from limits import LIMITS
from wire import handshake, request

HOST = b"Host: dunlin.test\r\n"


@pytest.fixture
def connection(server):
    with server.connect() as opened:
        yield opened
    server.assert_alive()


def test_the_page_is_html_of_its_own_files_only(connection):
    connection.send_request("GET", "/")
    response = connection.read_response()
    assert response.status == 200
    assert response.get("Content-Type").lower() == "text/html; charset=utf-8"
    page = response.body.decode()
    assert not re.search(r"(?:src|href)\s*=\s*[\"']?(?:https?:)?//", page)
    assert "@import" not in page
    for word in ("connect", "text", "binary", "ping", "trigger async"):
        assert word in page.lower()


def test_head_is_get_without_its_body(connection):
    connection.send_request("GET", "/")
    got = connection.read_response()
    connection.send_request("HEAD", "/")
    head = connection.read_response(head_only=True)
    assert head.status == 200
    assert int(head.get("Content-Length")) == len(got.body)
    connection.send_request("OPTIONS", "/")
    assert connection.read_response().status == 200


@pytest.mark.parametrize("target", ["/", "*", "/ws"])
def test_options_tells_the_methods(connection, target):
    connection.send_request("OPTIONS", target)
    response = connection.read_response()
    assert response.status in (200, 204)
    assert {"get", "options"} <= response.elements("Allow")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE"])
@pytest.mark.parametrize("target", ["/", "/ws"])
def test_another_method_is_405_with_allow_and_the_connection_goes_on(connection, method, target):
    connection.send_request(method, target)
    response = connection.read_response()
    assert response.status == 405
    assert "get" in response.elements("Allow")
    assert method.lower() not in response.elements("Allow")
    connection.send_request("HEAD", "/")
    assert connection.read_response(head_only=True).status == 200


@pytest.mark.parametrize("target", ["/none", "/ws/", "//", "/WS", "/ws_partial/x", "/%77s"])
def test_an_unknown_path_is_404_and_the_connection_goes_on(connection, target):
    connection.send_request("GET", target)
    assert connection.read_response().status == 404
    connection.send_request("HEAD", "/")
    assert connection.read_response(head_only=True).status == 200


@pytest.mark.parametrize("framing", ["Content-Length: {length}", "Transfer-Encoding: chunked"])
def test_a_body_that_nobody_takes_is_never_read_as_a_request(connection, framing):
    body = request("GET", "/none")
    if "chunked" in framing:
        body_octets = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    else:
        body_octets = body
    field = framing.format(length=len(body))
    connection.send(request("POST", "/", field) + body_octets)
    connection.end_sending()
    assert connection.read_response().status == 405
    # 404 would be the answer to what is inside the body.
    assert b"404" not in connection.read_all()


@pytest.mark.parametrize("field", ["Content-Length: 5", "Transfer-Encoding: chunked"])
def test_a_body_of_a_get_is_taken_and_the_next_request_answered(connection, field):
    body = b"hello" if "Length" in field else b"5\r\nhello\r\n0\r\n\r\n"
    connection.send(request("GET", "/", field) + body + request("GET", "/none"))
    assert connection.read_response().status == 200
    assert connection.read_response().status == 404


def test_expect_100_continue_is_answered_before_the_body(connection):
    connection.send_request("GET", "/", "Content-Length: 5", "Expect: 100-continue")
    assert connection.read_response().status == 100
    connection.send(b"hello")
    assert connection.read_response().status == 200


def test_a_refusal_behind_a_head_request_has_its_body(connection):
    connection.send(request("HEAD", "/") + b"GET / HTTP/1.1\r\n\r\n")
    assert connection.read_response(head_only=True).status == 200
    refused = connection.read_response()
    assert refused.status == 400
    assert refused.body


def test_http_10_is_answered_and_closed(connection):
    connection.send(b"GET / HTTP/1.0\r\n\r\n")
    assert connection.read_response().status == 200
    connection.read_end()


def test_http_10_with_keep_alive_goes_on(connection):
    connection.send(b"HEAD / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
    assert "keep-alive" in connection.read_response(head_only=True).elements("Connection")
    connection.send(b"HEAD / HTTP/1.0\r\n\r\n")
    assert connection.read_response(head_only=True).status == 200


def test_connection_close_is_obeyed(connection):
    connection.send(request("HEAD", "/", "Connection: close") + request("HEAD", "/"))
    assert "close" in connection.read_response(head_only=True).elements("Connection")
    connection.read_end()


def test_one_empty_line_before_a_request_is_skipped(connection):
    connection.send(b"\r\n" + request("HEAD", "/"))
    assert connection.read_response(head_only=True).status == 200


def get(*lines: bytes) -> bytes:
    return b"GET / HTTP/1.1\r\n" + b"".join(line + b"\r\n" for line in lines) + b"\r\n"


HOST_LINE = b"Host: dunlin.test"

MALFORMED = {
    "method-not-a-token": (b"G(T / HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "lower-case-method": (b"get / HTTP/1.1\r\n" + HOST + b"\r\n", 501),
    "unknown-method": (b"BREW / HTTP/1.1\r\n" + HOST + b"\r\n", 501),
    "endless-method": (b"A" * 30_000, 501),
    "two-spaces": (b"GET  / HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "no-version": (b"GET /\r\n" + HOST + b"\r\n", 400),
    "target-without-slash": (b"GET index HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "control-in-target": (b"GET /\x01 HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "asterisk-with-get": (b"GET * HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "http-2.0": (b"GET / HTTP/2.0\r\n" + HOST + b"\r\n", 505),
    "http-2-preface": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 501),
    "http-0.9-version": (b"GET / HTTP/0.9\r\n" + HOST + b"\r\n", 505),
    "lower-case-version": (b"GET / http/1.1\r\n" + HOST + b"\r\n", 400),
    "no-host": (get(b"X: y"), 400),
    "two-hosts": (get(HOST_LINE, HOST_LINE), 400),
    "host-with-path": (get(b"Host: a/b"), 400),
    "host-with-userinfo": (get(b"Host: a@b"), 400),
    "bare-lf-in-line": (b"GET / HTTP/1.1\n" + HOST + b"\r\n", 400),
    "bare-lf-in-field": (b"GET / HTTP/1.1\r\nHost: a\n\r\n", 400),
    "bare-cr": (get(HOST_LINE, b"X: a\rb"), 400),
    "nul-in-field": (get(HOST_LINE, b"X: a\0b"), 400),
    "obs-fold": (get(HOST_LINE, b"X: a", b" b"), 400),
    "space-before-colon": (get(HOST_LINE, b"X : a"), 400),
    "no-colon": (get(HOST_LINE, b"X"), 400),
    "empty-name": (get(HOST_LINE, b": a"), 400),
    "length-and-chunked": (get(HOST_LINE, b"Content-Length: 5", b"Transfer-Encoding: chunked"), 400),
    "chunked-and-length": (get(HOST_LINE, b"Transfer-Encoding: chunked", b"Content-Length: 5"), 400),
    "two-lengths": (get(HOST_LINE, b"Content-Length: 5", b"Content-Length: 6"), 400),
    "signed-length": (get(HOST_LINE, b"Content-Length: +5"), 400),
    "hexadecimal-length": (get(HOST_LINE, b"Content-Length: 0x5"), 400),
    "empty-length": (get(HOST_LINE, b"Content-Length:"), 400),
    "overflowing-length": (get(HOST_LINE, b"Content-Length: 18446744073709551616"), 400),
    "chunked-not-last": (get(HOST_LINE, b"Transfer-Encoding: chunked, gzip"), 400),
    "chunked-twice": (get(HOST_LINE, b"Transfer-Encoding: chunked, chunked"), 400),
    "unknown-coding": (get(HOST_LINE, b"Transfer-Encoding: gzip, chunked"), 501),
    "chunk-size-signed": (get(HOST_LINE, b"Transfer-Encoding: chunked") + b"+5\r\nhello\r\n0\r\n\r\n", 400),
    "chunk-without-crlf": (get(HOST_LINE, b"Transfer-Encoding: chunked") + b"5\r\nhelloX0\r\n\r\n", 400),
    "chunk-overflow": (get(HOST_LINE, b"Transfer-Encoding: chunked") + b"1" + b"0" * 16 + b"\r\n", 400),
    "body-too-large": (get(HOST_LINE, b"Content-Length: 4294967296"), 413),
    "long-target": (b"GET /" + b"a" * 10_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", 414),
    "endless-target": (b"GET /" + b"a" * 100_000, 414),
    "long-head": (get(HOST_LINE, b"X: " + b"a" * 20_000), 431),
    "endless-head": (b"GET / HTTP/1.1\r\nX: " + b"a" * 100_000, 431),
    "many-fields": (get(HOST_LINE, *[b"X: y"] * 200), 431),
    "unknown-expectation": (get(HOST_LINE, b"Expect: miracles"), 417),
    "tls-hello": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(32), 400),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_refused_request_gets_its_status_and_nothing_behind_it_is_answered(connection, name):
    octets, status = MALFORMED[name]
    connection.send(octets + request("GET", "/"))
    connection.end_sending()
    response = connection.read_response()
    assert response.status == status
    assert "close" in response.elements("Connection")
    connection.read_end()


@pytest.mark.parametrize("name", ["tls-hello", "method-not-a-token", "no-colon", "endless-target"])
def test_a_refusal_does_not_wait_for_the_end_of_the_request(connection, name):
    octets, status = MALFORMED[name]
    connection.send(octets.rstrip(b"\r\n"))
    if name == "no-colon":
        connection.send(b"\r")
    assert connection.read_response().status == status


def with_target(length: int) -> bytes:
    return request("GET", "/" + "x" * (length - 1))


def with_head(length: int) -> bytes:
    field = "X: " + "x" * (length - len(request("GET", "/none", "X: ")))
    return request("GET", "/none", field)


def with_fields(count: int) -> bytes:
    return request("GET", "/none", *["X: y"] * (count - 1))


def with_body(length: int) -> bytes:
    return request("GET", "/", f"Content-Length: {length}") + b"x" * length


def with_chunks(length: int) -> bytes:
    half = length // 2
    chunks = [b"%x\r\n" % size + b"x" * size + b"\r\n" for size in (half, length - half)]
    return request("GET", "/", "Transfer-Encoding: chunked") + b"".join(chunks) + b"0\r\n\r\n"


@pytest.mark.parametrize(
    "sized, limit, status",
    [
        (with_target, LIMITS.target, 414),
        (with_head, LIMITS.head, 431),
        (with_fields, LIMITS.fields, 431),
        (with_body, LIMITS.body, 413),
        (with_chunks, LIMITS.body, 413),
    ],
    ids=["target", "head", "fields", "body", "chunks"],
)
def test_what_is_at_its_limit_is_taken_and_one_more_is_refused(connection, server, sized, limit, status):
    connection.send(sized(limit))
    assert connection.read_response().status in (200, 404)
    with server.connect() as beyond:
        beyond.send(sized(limit + 1))
        assert beyond.read_response().status == status


def test_connect_is_501(connection):
    connection.send_request("CONNECT", "dunlin.test:80")
    assert connection.read_response().status == 501


@pytest.mark.parametrize("cut", [1, 7, 50])
def test_a_refusal_does_not_depend_on_how_the_request_is_cut(connection, cut):
    octets, status = MALFORMED["length-and-chunked"]
    # The end of the last field line decides; the empty line need not come.
    octets = octets.removesuffix(b"\r\n")
    for at in range(0, len(octets), cut):
        connection.send(octets[at : at + cut])
    assert connection.read_response().status == status


def test_pipelined_requests_in_one_write_are_answered_in_order(connection):
    round_of_five = [
        (request("GET", "/"), 200),
        (request("GET", "/none"), 404),
        (request("PUT", "/"), 405),
        (request("GET", "/ws"), 426),
        (handshake("/auth"), 401),
    ]
    requests = round_of_five * 20
    connection.send(b"".join(octets for octets, _ in requests))
    answers = [connection.read_response().status for _ in requests]
    assert answers == [status for _, status in requests]


def test_a_request_cut_at_every_octet_is_answered(connection):
    for octet in request("GET", "/none"):
        connection.send(bytes([octet]))
    assert connection.read_response().status == 404


def test_two_hundred_requests_on_one_connection_are_all_answered(connection):
    for _ in range(200):
        connection.send_request("HEAD", "/")
        assert connection.read_response(head_only=True).status == 200
