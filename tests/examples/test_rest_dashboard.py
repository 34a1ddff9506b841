"""The example rest_dashboard: JSON, and the latest values."""

import json
import time

import pytest

from example import BOARD_EXAMPLES, ask, example, linux_only, page_of, running_example
from wire import TEXT

JSON = "Content-Type: application/json"
BRIGHTNESS = "/api/v1/light/brightness"

server = example("rest_dashboard", "--every", "50ms")


@pytest.fixture
def connection(server):
    with server.connect() as connection:
        yield connection


def value_of(response) -> dict:
    assert response.status == 200, response
    assert response.get("Content-Type") == "application/json"
    assert response.get("Cache-Control") == "no-store"
    return json.loads(response.body)


def get(connection, target: str) -> dict:
    return value_of(ask(connection, "GET", target))


def post(connection, light: dict) -> dict:
    return value_of(ask(connection, "POST", BRIGHTNESS, json.dumps(light).encode(), JSON))


def news(connection) -> tuple[str, dict]:
    opcode, payload = connection.read_message()
    assert opcode == TEXT
    ((kind, value),) = json.loads(payload).items()
    return kind, value


def next_light(connection) -> dict:
    while True:
        kind, value = news(connection)
        if kind == "light":
            return value


def test_the_page_is_sent_with_its_style(server):
    assert "<h1>Dashboard</h1>" in page_of(server)


def test_the_system_is_described(server, connection):
    info = get(connection, "/api/v1/system/info")
    assert info["platform"] == ("QEMU virt" if BOARD_EXAMPLES else "Linux")
    assert info["cores"] >= 1 and info["version"].count(".") == 2
    with server.connect() as other:
        get(other, "/api/v1/temp/raw")
        assert get(connection, "/api/v1/system/info")["connections"] >= 2


def test_the_temperature_is_measured_again_and_again(connection):
    before = get(connection, "/api/v1/temp/raw")
    assert 1000 < before["raw"] < 3000
    deadline = time.monotonic() + 5
    while get(connection, "/api/v1/temp/raw")["samples"] <= before["samples"]:
        assert time.monotonic() < deadline


def test_the_light_is_set(connection):
    for light in ({"red": 1, "green": 2, "blue": 3}, {"blue": 0, "red": 255, "green": 0}):
        assert post(connection, light) == light
        assert get(connection, BRIGHTNESS) == light


@pytest.mark.parametrize(
    "body, field, status",
    [
        (b"", JSON, 400),
        (b"{", JSON, 400),
        (b'{"red":1,"green":2}', JSON, 400),
        (b'{"red":256,"green":0,"blue":0}', JSON, 400),
        (b'{"red":-1,"green":0,"blue":0}', JSON, 400),
        (b'{"red":"1","green":0,"blue":0}', JSON, 400),
        (b'{"red":1,"green":2,"blue":3,"white":4}', JSON, 400),
        (b'{"red":1,"green":2,"blue":3}}', JSON, 400),
        (b'[1,2,3]', JSON, 400),
        (b"\xff", JSON, 400),
        (b'{"red":1,"green":2,"blue":3}', "Content-Type: text/plain", 415),
    ],
)
def test_what_is_no_light_is_refused_and_changes_nothing(connection, body, field, status):
    light = post(connection, {"red": 7, "green": 8, "blue": 9})
    response = ask(connection, "POST", BRIGHTNESS, body, field)
    assert response.status == status
    assert get(connection, BRIGHTNESS) == light


def test_a_page_is_sent_all_there_is_and_then_what_is_new(server, connection):
    light = post(connection, {"red": 10, "green": 20, "blue": 30})
    with server.connect() as page:
        page.open_websocket("/ws")
        first = dict(news(page) for _ in range(2))
        assert first["light"] == light
        samples = first["temperature"]["samples"]
        seen = []
        while len(seen) < 5:
            kind, value = news(page)
            if kind == "temperature":
                seen.append(value["samples"])
        assert seen == sorted(set(seen)) and seen[0] > samples


def test_a_change_of_the_light_is_seen_on_every_page(server, connection):
    with server.connect() as one, server.connect() as other:
        for page in (one, other):
            page.open_websocket("/ws")
            next_light(page)
        light = post(connection, {"red": 99, "green": 98, "blue": 97})
        assert next_light(one) == next_light(other) == light


def test_a_page_of_another_site_is_told_nothing(connection):
    fields = ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"]
    fields += ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Origin: http://news.example"]
    connection.send_request("GET", "/ws", *fields)
    assert connection.read_response().status == 403


def next_sample(connection) -> int:
    while True:
        kind, value = news(connection)
        if kind == "temperature":
            return value["samples"]


@linux_only  # What lies before the board takes megabytes in the place of a page that stalls.
def test_a_page_that_stalled_is_sent_few_old_samples_and_then_the_newest():
    with running_example("rest_dashboard", "--every", "1ms") as measuring:
        with measuring.connect() as reading, measuring.connect(receive_buffer=4096) as stalled:
            for page in (reading, stalled):
                page.open_websocket("/ws")
            began = next_sample(reading)
            while (newest := next_sample(reading)) < began + 2000:
                pass
            samples = [next_sample(stalled)]
            while samples[-1] < newest:
                samples.append(next_sample(stalled))
            assert samples == sorted(set(samples))
            # What the kernel had taken for it, and then nothing that is between.
            assert len(samples) < 1000
            assert samples[-1] - samples[-2] > 500
            # It follows again.
            assert next_sample(stalled) - next_sample(reading) < 200


@pytest.mark.skipif(not BOARD_EXAMPLES, reason="needs the console of the board")
def test_a_mark_from_an_interrupt_has_the_values_of_now_sent():
    with running_example("rest_dashboard", "--every", "1000s") as board, board.connect() as page:
        page.open_websocket("/ws")
        assert {news(page)[0], news(page)[0]} == {"temperature", "light"}
        # The console is read in the interrupt of the UART.
        for _ in range(3):
            board.type("now")
            assert {news(page)[0], news(page)[0]} == {"temperature", "light"}
