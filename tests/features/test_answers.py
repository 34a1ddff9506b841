"""What a request says, tickets, routes that come and go, files."""

import pytest

from features import ask, curl, get, read_any


def test_a_worker_answers_later(server):
    with server.connect() as connection:
        response = ask(connection, "GET", "/later")
        assert (response.status, response.body) == (200, b"It is later.")


def test_another_request_answers_one_that_waits(server):
    with server.connect() as waiting, server.connect() as other:
        waiting.send_request("GET", "/held")
        while ask(other, "POST", "/release", b"from another").status != 204:
            pass
        response = read_any(waiting)
        assert (response.status, response.body) == (202, b"from another")
        assert ask(other, "POST", "/release").status == 404


def test_cookies_go_both_ways(server):
    with server.connect() as connection:
        response = ask(connection, "GET", "/cookies", b"", "Cookie: a=1; b=two", "Cookie: c=")
        assert response.body == b"a=1\nb=two\nc=\n"
        assert response.get("Set-Cookie") == "bird=dunlin; Path=/cookies; HttpOnly"


def test_curl_sends_a_cookie_back(server, tmp_path):
    url, jar = f"http://{server.authority}/cookies", str(tmp_path / "jar")
    assert curl("--cookie-jar", jar, url) == b""
    assert curl("--cookie", jar, url) == b"bird=dunlin\n"


def test_a_form_is_decoded(server):
    url = f"http://{server.authority}/form"
    fields = ["--data-urlencode", "text=a b & c=\u00fc", "--data-urlencode", "empty="]
    assert curl(*fields, url).decode() == "text=a b & c=\u00fc\nempty=\n"


def test_a_query_is_decoded(server):
    assert get(server, "/query?a=1+2&b=%26&c") == "a=1 2\nb=&\nc=\n"


@pytest.mark.parametrize(
    ("target", "answer"),
    [
        ("/user/anna", "anna"),
        ("/user/%C3%A4%2Fb", "\u00e4/b"),
        ("/tree", ""),
        ("/tree/", ""),
        ("/tree/a/b?q", "a/b"),
    ],
)
def test_the_path_says_what_is_wanted(server, target, answer):
    assert get(server, target) == answer


def test_routes_come_and_go(server):
    def status(method: str, target: str, body: bytes = b"") -> int:
        return ask(connection, method, target, body).status

    with server.connect() as connection:
        assert status("GET", "/plugin/a") == 404
        assert status("POST", "/plugins", b"plugin") == 201
        assert ask(connection, "GET", "/plugin/a").body == b"a"
        assert status("POST", "/plugins", b"plugin") == 409
        assert status("POST", "/plugins", b"taken") == 409
        assert status("POST", "/plugins", b"other") == 201
        assert status("POST", "/plugins", b"third") == 503
        assert ask(connection, "GET", "/other").body == b"other"
        assert status("DELETE", "/plugins") == 204
        assert status("GET", "/plugin/a") == status("GET", "/other") == 404


def test_clients_are_sent_to_another_place(server):
    with server.connect() as connection:
        response = ask(connection, "GET", "/old")
        assert (response.status, response.get("Location")) == (301, "/")
    assert curl("--location", f"http://{server.authority}/old") == b"first"
    octets = bytes(500)
    answer = curl("--location", "--data-binary", "@-", f"http://{server.authority}/again", octets=octets)
    assert answer.startswith(b"500 ")


def test_a_file_is_sent_whole_in_part_and_not_again(server):
    url = f"http://{server.authority}/file/source.rs"
    whole = curl(url)
    assert len(whole) > 4096 and whole.startswith(b"//! An application")
    assert curl("--range", "100-2999", url) == whole[100:3000]
    assert curl("--range", "-100", url) == whole[-100:]
    with server.connect() as connection:
        response = ask(connection, "GET", "/file/source.rs", b"", "If-None-Match: \"source\"")
        assert (response.status, response.get("ETag")) == (304, '"source"')
        assert response.get("Cache-Control") == "max-age=3600"
        response = ask(connection, "GET", "/file/source.rs", b"", "Range: bytes=100000-")
        assert (response.status, response.get("Content-Range")) == (416, f"bytes */{len(whole)}")
        assert ask(connection, "GET", "/file/bird.svg").get("Content-Type") == "image/svg+xml"
        assert ask(connection, "GET", "/file/../source").status == 404
