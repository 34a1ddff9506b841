"""The example file_server: uploads, downloads, deletes."""

import json
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

import pytest

from example import BOARD_EXAMPLES, ask, linux_only, page_of, running_example
from wire import request

MAX_SIZE = 512 if BOARD_EXAMPLES else 8_000_000


class Files:
    """A server of files, and where they are."""

    def __init__(self, server, folder: Path):
        self.server = server
        self.folder = folder

    def ask(self, method: str, target: str, body: bytes = b"", *fields: str):
        with self.server.connect() as connection:
            return ask(connection, method, target, body, *fields)

    def put(self, name: str, body: bytes) -> int:
        return self.ask("PUT", f"/files/{name}", body).status

    def get(self, name: str, *fields: str):
        return self.ask("GET", f"/files/{name}", b"", *fields)

    def delete(self, name: str) -> int:
        return self.ask("DELETE", f"/files/{name}").status

    def sizes(self) -> dict[str, int]:
        with self.server.connect() as connection:
            connection.send_request("GET", "/files")
            assert connection.read_response(head_only=True).status == 200
            text = b"".join(iter(connection.read_chunk, b""))
        found = json.loads(text)
        assert found["max_size"] == MAX_SIZE
        return {file["name"]: file["size"] for file in found["files"]}


@contextmanager
def running_files(*flags: str):
    with tempfile.TemporaryDirectory(prefix="dunlin-files-") as folder:
        own = [] if BOARD_EXAMPLES else ["--directory", folder, "--max-size", str(MAX_SIZE)]
        with running_example("file_server", *own, *flags) as server:
            yield Files(server, Path(folder))


@pytest.fixture(scope="module")
def shared():
    with running_files() as files:
        yield files


@pytest.fixture
def files(shared):
    """No files."""
    yield shared
    for name in shared.sizes():
        assert shared.delete(name.replace(" ", "%20")) == 204
    assert shared.sizes() == {}


def test_the_page_is_sent_with_its_style(shared):
    assert "<h1>Files</h1>" in page_of(shared.server)


def test_a_file_is_uploaded_listed_downloaded_and_deleted(files):
    assert files.put("a.txt", b"to and fro") == 201
    assert files.sizes() == {"a.txt": 10}
    response = files.get("a.txt")
    assert (response.status, response.body) == (200, b"to and fro")
    assert response.get("Content-Type") == "text/plain; charset=utf-8"
    assert response.get("Content-Security-Policy") == "sandbox"
    assert response.get("X-Content-Type-Options") == "nosniff"
    assert files.delete("a.txt") == 204
    assert files.get("a.txt").status == 404
    assert files.delete("a.txt") == 404


def test_an_empty_file_is_a_file(files):
    assert files.put("empty", b"") == 201
    assert files.sizes() == {"empty": 0}
    assert files.get("empty").body == b""


def test_a_file_takes_the_place_of_another(files):
    assert files.put("a", b"old") == 201
    tag = files.get("a").get("ETag")
    assert files.put("a", b"newer") == 204
    assert files.sizes() == {"a": 5}
    response = files.get("a", f"If-None-Match: {tag}")
    assert (response.status, response.body) == (200, b"newer")


def test_a_part_of_a_file_is_sent(files):
    assert files.put("a", bytes(range(200))) == 201
    response = files.get("a", "Range: bytes=150-169")
    assert (response.status, response.body) == (206, bytes(range(150, 170)))
    assert response.get("Content-Range") == "bytes 150-169/200"
    tag = response.get("ETag")
    assert files.get("a", f"If-None-Match: {tag}").status == 304
    assert files.get("a", "Range: bytes=200-").status == 416


@pytest.mark.parametrize("name", ["Gr%C3%BC%C3%9Fe.txt", "a%20b%20%22c%22%20%25", "a%5Ebc", "x" * 64])
def test_names_are_those_of_the_client(files, name):
    assert files.put(name, b"1") == 201
    assert files.sizes() == {unquote(name): 1}
    assert files.get(name).body == b"1"
    assert files.delete(name) == 204


WRONG_NAMES = [
    *("..", "%2E%2E", ".hidden", "..%2F..%2Fetc%2Fpasswd", "a%2Fb", "%2Fetc%2Fpasswd", "a%5Cb", "a%00", "a%0Ab"),
    *("%FF", "%4", "x" * 65),
]


@pytest.mark.parametrize("name", WRONG_NAMES)
def test_a_name_that_leads_elsewhere_is_none(files, name):
    assert files.put(name, b"1") == 400
    assert files.get(name).status == 400
    assert files.delete(name) == 400
    assert files.sizes() == {}


@pytest.mark.parametrize("path", ["/files/", "/files/a/b", "/files/../a", "//files/a"])
def test_a_path_that_is_none_of_a_file_is_not_there(files, path):
    assert files.ask("PUT", path, b"1").status == 404
    assert files.sizes() == {}


def test_a_file_that_is_too_large_is_refused_before_it_arrives(files):
    with files.server.connect() as connection:
        fields = [f"Content-Length: {MAX_SIZE + 1}", "Expect: 100-continue"]
        connection.send(request("PUT", "/files/large", *fields))
        assert connection.read_response().status == 413
    assert files.put("just", b"x" * MAX_SIZE) == 201
    assert files.sizes() == {"just": MAX_SIZE}


def test_a_file_whose_length_is_not_told_is_refused_as_soon_as_it_is_too_large(files):
    with files.server.connect() as connection:
        connection.send(request("PUT", "/files/large", "Transfer-Encoding: chunked"))
        chunk = b"x" * (MAX_SIZE // 2)
        connection.send(b"%x\r\n%s\r\n" % (len(chunk), chunk) * 2)
        connection.send(b"1\r\nx\r\n")
        assert connection.read_response().status == 413
    assert files.sizes() == {}


def test_a_file_that_comes_in_chunks_is_put_together(files):
    with files.server.connect() as connection:
        connection.send(request("PUT", "/files/chunks", "Transfer-Encoding: chunked"))
        connection.send(b"3\r\nabc\r\n")
        connection.send(b"2\r\nde\r\n0\r\n\r\n")
        assert connection.read_response().status == 201
    assert files.get("chunks").body == b"abcde"


def test_nobody_sees_an_upload_before_it_is_complete_or_when_it_is_given_up(files):
    assert files.put("a", b"before") == 201
    since = files.server.log.mark()
    with files.server.connect() as connection:
        connection.send(request("PUT", "/files/a", "Content-Length: 100"))
        connection.send(b"x" * 50)
        assert files.sizes() == {"a": 6}
        assert files.get("a").body == b"before"
    files.server.log.wait_for("file_server.* has given its upload up", since)
    assert files.sizes() == {"a": 6}
    if not BOARD_EXAMPLES:
        assert os.listdir(files.folder) == ["a"]


def test_a_full_storage_takes_no_more_until_something_is_deleted(files):
    if not BOARD_EXAMPLES:
        pytest.skip("a directory has no such bound")
    assert [files.put(name, b"1") for name in "abcd"] == [201, 201, 201, 507]
    # What takes the place of another needs room too.
    assert files.put("a", b"2") == 507
    assert files.delete("b") == 204
    assert files.put("a", b"2") == 204
    assert files.get("a").body == b"2"


@linux_only
def test_a_large_file_goes_through_while_others_are_answered(files):
    body = os.urandom(1 << 20) * 7
    with files.server.connect() as connection:
        connection.send(request("PUT", "/files/large", f"Content-Length: {len(body)}"))
        for start in range(0, len(body), 1 << 20):
            connection.send(body[start : start + (1 << 20)])
            assert files.get("none").status == 404
        assert connection.read_response().status == 201
    assert (files.folder / "large").read_bytes() == body
    peak = files.server.peak_octets()
    with files.server.connect() as connection:
        connection.send_request("GET", "/files/large")
        head = connection.read_response(head_only=True)
        assert int(head.get("Content-Length")) == len(body)
        assert files.get("none").status == 404
        assert connection.read_exactly(len(body)) == body
    assert files.server.peak_octets() - peak < 1 << 20


@linux_only
def test_what_is_deleted_while_it_is_sent_arrives_whole(files):
    body = os.urandom(1 << 20) * 7
    assert files.put("large", body) == 201
    with files.server.connect(receive_buffer=4096) as connection:
        connection.send_request("GET", "/files/large")
        assert connection.read_response(head_only=True).status == 200
        assert files.delete("large") == 204
        assert connection.read_exactly(len(body)) == body


@linux_only
def test_no_link_leads_out_and_no_folder_is_a_file(files):
    (files.folder / "link").symlink_to("/etc/passwd")
    (files.folder / "folder").mkdir()
    try:
        assert files.sizes() == {}
        for name in ("link", "folder"):
            assert files.get(name).status in (301, 404)
            assert files.delete(name) == 404
        assert files.put("folder", b"1") == 409
        # It takes the place of the link, not of what the link leads to.
        assert files.put("link", b"1") in (201, 204)
        assert files.sizes() == {"link": 1}
    finally:
        (files.folder / "folder").rmdir()


@linux_only
def test_what_is_left_of_uploads_is_gone_with_the_next_start():
    with tempfile.TemporaryDirectory(prefix="dunlin-files-") as folder:
        (Path(folder) / ".upload-7").write_bytes(b"half")
        (Path(folder) / "a").write_bytes(b"whole")
        with running_example("file_server", "--directory", folder):
            assert os.listdir(folder) == ["a"]
