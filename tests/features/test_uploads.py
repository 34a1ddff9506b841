"""Bodies of requests that are taken as they come."""

import time
from hashlib import sha256
from random import Random

import pytest

from features import BOARD_ELF, ask, counts, curl, read_any
from wire import request

LARGE = 16 * 1024 * 1024


def digested(octets: bytes) -> str:
    return f"{len(octets)} {sha256(octets).hexdigest()}"


@pytest.mark.parametrize("length", [0, 1, 1000, 1024, 4096, 100_000])
def test_a_body_of_any_length_arrives_intact(server, length):
    octets = Random(length).randbytes(length)
    with server.connect() as connection:
        response = ask(connection, "POST", "/upload", octets)
        assert (response.status, response.body.decode()) == (200, digested(octets))
        # The connection goes on.
        assert ask(connection, "GET", "/").status == 200


def test_a_body_in_chunks_arrives_intact(server):
    octets = Random(1).randbytes(50_000)
    fields = ["-H", "Transfer-Encoding: chunked", "-H", "Expect:"]
    url = f"http://{server.authority}/upload"
    assert curl("-X", "POST", "--data-binary", "@-", *fields, url, octets=octets).decode() == digested(octets)


def test_sixteen_mebibytes_arrive_intact_and_take_no_more_memory_than_a_kilobyte(server, tmp_path):
    octets = Random(2).randbytes(LARGE)
    file = tmp_path / "large"
    file.write_bytes(octets)
    url = f"http://{server.authority}/upload"

    def memory() -> int:
        # All of a board's memory is static but its stack.
        return server.stats()["stack_peak"] if BOARD_ELF else server.peak_octets()

    curl("--data-binary", "@-", url, octets=octets[:1024])
    before = memory()
    began = time.monotonic()
    answer = curl("--data-binary", f"@{file}", url).decode()
    seconds = time.monotonic() - began
    assert answer == digested(octets)
    # On Linux less than the loop's receive buffer, which takes memory as it is used.
    assert memory() - before <= (256 if BOARD_ELF else 1024 * 1024)
    began = time.monotonic()
    assert len(curl(f"http://{server.authority}/pattern/{LARGE}")) == LARGE
    back = time.monotonic() - began
    print(f"16 MiB received and hashed in {seconds:.2f} s, made and sent in {back:.2f} s: {seconds / back:.2f} times")


def test_a_body_that_a_worker_takes_pauses_and_arrives_intact(server):
    octets = Random(3).randbytes(48 * 1024)
    with server.connect() as connection:
        began = time.monotonic()
        response = ask(connection, "POST", "/paced", octets)
        length, hash, pauses = response.body.decode().split()
        assert f"{length} {hash}" == digested(octets)
        assert int(pauses) > 10
        # The worker takes 2 ms for each 256 octets.
        assert time.monotonic() - began >= 48 * 4 * 0.002


def test_others_are_served_while_a_body_pauses(server):
    octets = Random(4).randbytes(96 * 1024)
    with server.connect() as slow, server.connect() as other:
        slow.send_request("POST", "/paced", f"Content-Length: {len(octets)}")
        slow.socket.setblocking(False)
        # As much as the systems take.
        sent = slow.socket.send(octets)
        slow.socket.settimeout(slow.timeout)
        assert ask(other, "GET", "/").body == b"first"
        assert ask(other, "POST", "/paced", b"one at a time").status == 503
        slow.send(octets[sent:])
        assert read_any(slow).body.decode().startswith(digested(octets))


def test_a_body_that_does_not_arrive_is_told_of_once(server):
    before = counts(server)["abandoned"]
    with server.connect() as connection:
        connection.send(request("POST", "/upload", "Content-Length: 1000") + bytes(500))
        connection.end_sending()
        connection.read_all()
    assert counts(server)["abandoned"] == before + 1


def test_a_body_without_a_length_is_refused_where_one_is_wanted(server):
    with server.connect() as connection:
        connection.send_request("POST", "/paced", "Transfer-Encoding: chunked")
        assert connection.read_response().status == 411
