"""The example assets: a folder that is part of the program."""

import gzip

import pytest

from example import ask, example
from program import REPOSITORY

WEB = REPOSITORY / "examples/assets/web"

server = example("assets")


@pytest.fixture
def connection(server):
    with server.connect() as connection:
        yield connection


@pytest.mark.parametrize(
    "path, name, content_type",
    [
        ("/", "index.html", "text/html; charset=utf-8"),
        ("/style.css", "style.css", "text/css; charset=utf-8"),
        ("/clock.js", "clock.js", "text/javascript; charset=utf-8"),
        ("/bird.svg", "bird.svg", "image/svg+xml"),
    ],
)
def test_a_file_is_sent_as_it_lies_in_the_folder(connection, path, name, content_type):
    response = ask(connection, "GET", path)
    assert (response.status, response.get("Content-Type")) == (200, content_type)
    assert response.body == (WEB / name).read_bytes()
    assert response.get("Content-Security-Policy") == "default-src 'self'"


def test_who_decodes_gzip_is_sent_less(connection):
    response = ask(connection, "GET", "/", b"", "Accept-Encoding: br, gzip")
    assert response.get("Content-Encoding") == "gzip"
    page = (WEB / "index.html").read_bytes()
    assert len(response.body) < len(page)
    assert gzip.decompress(response.body) == page


def test_a_part_of_a_file_is_sent(connection):
    response = ask(connection, "GET", "/bird.svg", b"", "Range: bytes=1-3")
    assert (response.status, response.body) == (206, b"svg")
    length = (WEB / "bird.svg").stat().st_size
    assert response.get("Content-Range") == f"bytes 1-3/{length}"


def test_who_has_a_file_is_not_sent_it_again(connection):
    tag = ask(connection, "GET", "/style.css").get("ETag")
    response = ask(connection, "GET", "/style.css", b"", f"If-None-Match: {tag}")
    assert (response.status, response.body) == (304, b"")


def test_what_is_not_in_the_folder_is_not_there(connection):
    assert ask(connection, "GET", "/Cargo.toml").status == 404
