"""Bodies of responses that are made as the client takes them."""

import time

import pytest

from features import ask, chunks, curl, pattern


@pytest.mark.parametrize("query", ["", "?chunked"])
@pytest.mark.parametrize("length", [0, 1, 1000, 1024, 65_536, 300_000])
def test_a_body_of_any_length_is_the_pattern(server, length, query):
    with server.connect() as connection:
        response = ask(connection, "GET", f"/pattern/{length}{query}")
        assert (response.get("Content-Length") is None) == bool(query)
        assert response.body == pattern(length)
        assert ask(connection, "GET", "/").body == b"first"


def test_curl_gets_a_long_body_intact(server):
    assert curl(f"http://{server.authority}/pattern/1000000") == pattern(1_000_000)


def test_a_head_request_has_the_length_and_no_body(server):
    with server.connect() as connection:
        response = ask(connection, "HEAD", "/pattern/5000")
        assert (response.status, response.get("Content-Length")) == (200, "5000")
        assert ask(connection, "GET", "/").body == b"first"


def test_a_client_that_does_not_read_costs_the_others_nothing(server):
    with server.connect(receive_buffer=65536) as slow, server.connect() as other:
        slow.send_request("GET", "/pattern/1000000")
        for _ in range(5):
            assert ask(other, "GET", "/").body == b"first"
        response = slow.read_response()
        assert response.body == pattern(1_000_000)


def read_event(events) -> dict[str, str]:
    """The next event; comments are passed over."""
    while True:
        fields = [line for line in next(events).decode().split("\n") if line and not line.startswith(":")]
        if fields:
            return dict(line.split(": ", 1) for line in fields)


def test_an_event_is_sent_to_everybody_who_has_subscribed(server):
    with server.connect() as one, server.connect() as another, server.connect() as publisher:
        streams = []
        for subscriber in (one, another):
            subscriber.send_request("GET", "/events")
            head = subscriber.read_response(head_only=True)
            assert (head.status, head.get("Content-Type")) == (200, "text/event-stream")
            streams.append(chunks(subscriber))
        numbers = []
        for text in (b"the first", b"the second", "the third: \u00fc".encode()):
            assert ask(publisher, "POST", "/publish", text).status == 204
            events = [read_event(stream) for stream in streams]
            assert events[0] == events[1]
            assert (events[0]["event"], events[0]["data"]) == ("note", text.decode())
            numbers.append(int(events[0]["id"]))
        assert numbers == [numbers[0], numbers[0] + 1, numbers[0] + 2]


def test_a_subscriber_that_leaves_is_noticed(server):
    with server.connect() as subscriber, server.connect() as publisher:
        subscriber.send_request("GET", "/events")
        subscriber.read_response(head_only=True)
        assert len(there(publisher)) >= 2
        subscriber.close()
        # The first event is sent to nobody; then its system says that nobody is there.
        deadline = time.monotonic() + 5
        while len(there(publisher)) > 1:
            assert time.monotonic() < deadline, there(publisher)
            assert ask(publisher, "POST", "/publish", b"is anybody there?").status == 204


def there(connection) -> list[str]:
    """The connections that are there, but those on their way out."""
    lines = ask(connection, "GET", "/connections").body.decode().splitlines()
    return [line for line in lines if " Ending " not in line]
