"""An answer waits for nothing: not for an acknowledgement, not for others."""

import contextlib
import statistics
import threading
import time

import pytest

from limits import LIMITS, is_device
from server import running_server
from wire import BINARY, TEXT, frame, handshake, send_until_blocked

# On a device all kinds together leave a place for one that is served.
BAD_CLIENTS, NEVER_READING = (2, 1) if is_device() else (100, 10)
DRIP_INTERVAL = 0.05


def round_trips(server, target: str, count: int) -> list[float]:
    """Sorted times of sequential echoes, in milliseconds."""
    times = []
    with server.connect() as connection:
        connection.open_websocket(target)
        if target.startswith("/auth"):
            connection.read_message()
        for number in range(count):
            payload = b"%06d" % number
            began = time.perf_counter()
            connection.send_frame(TEXT, payload)
            assert connection.read_message() == (TEXT, payload)
            times.append((time.perf_counter() - began) * 1000)
    return sorted(times)


@pytest.mark.parametrize("target", ["/ws", "/ws_partial", "/auth?token=valid", "/echo"])
def test_200_sequential_echoes_take_no_delayed_acknowledgement_each(server, target):
    assert statistics.median(round_trips(server, target, 200)) < 5


def test_200_fragmented_echoes_take_no_delayed_acknowledgement_each(server):
    times = []
    with server.connect() as connection:
        connection.open_websocket("/ws_partial")
        for _ in range(200):
            began = time.perf_counter()
            connection.send_frame(BINARY, b"x" * 200)
            assert len(connection.read_fragments()) == 4
            times.append((time.perf_counter() - began) * 1000)
    assert statistics.median(times) < 5


def test_200_sequential_requests_take_no_delayed_acknowledgement_each(server):
    times = []
    with server.connect() as connection:
        for _ in range(200):
            began = time.perf_counter()
            connection.send_request("GET", "/")
            assert connection.read_response().status == 200
            times.append((time.perf_counter() - began) * 1000)
    # A device sends the page by the kibibyte, each of which is acknowledged.
    assert statistics.median(times) < (20 if is_device() else 5)


def test_200_queued_jobs_take_no_delayed_acknowledgement_each(server):
    times = []
    with server.connect() as connection:
        connection.open_websocket("/ws")
        for _ in range(200):
            began = time.perf_counter()
            connection.send_frame(TEXT, b"Trigger async")
            assert connection.read_message() == (TEXT, b"Async data")
            times.append((time.perf_counter() - began) * 1000)
    assert statistics.median(times) < 5


@contextlib.contextmanager
def stalled(server):
    """Clients that sent half a request, or half a frame, and no more."""
    with contextlib.ExitStack() as stack:
        for number in range(BAD_CLIENTS):
            connection = stack.enter_context(server.connect())
            if number % 2:
                connection.send(b"GET / HTTP/1.1\r\nHost: dun")
            else:
                connection.open_websocket("/echo")
                connection.send(frame(TEXT, b"half", length=1000))
        yield


@contextlib.contextmanager
def silent(server):
    """Clients that connect and say nothing."""
    with contextlib.ExitStack() as stack:
        for _ in range(BAD_CLIENTS):
            stack.enter_context(server.connect())
        yield


@contextlib.contextmanager
def dripping(server):
    """Clients that send a request octet by octet."""
    over = threading.Event()
    octets = handshake("/echo", "X-Long: " + "x" * 1000)

    def drip(connections) -> None:
        for octet in octets:
            for connection in connections:
                connection.send(bytes([octet]))
            if over.wait(DRIP_INTERVAL):
                return

    with contextlib.ExitStack() as stack:
        connections = [stack.enter_context(server.connect()) for _ in range(BAD_CLIENTS)]
        thread = threading.Thread(target=drip, args=(connections,))
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


@contextlib.contextmanager
def never_reading(server):
    """Clients that send until the server takes no more, and read nothing."""
    message = frame(BINARY, b"x" * min(65536, LIMITS.message))
    with contextlib.ExitStack() as stack:
        for _ in range(NEVER_READING):
            connection = stack.enter_context(server.connect(receive_buffer=4096))
            connection.open_websocket("/echo")
            send_until_blocked(connection.socket, message, limit=2 << 20)
        yield


KINDS = {"stalled": [stalled], "silent": [silent], "dripping": [dripping], "never-reading": [never_reading]}
KINDS["all"] = [stalled, silent, dripping, never_reading]


@pytest.mark.parametrize("kind", KINDS)
def test_bad_clients_delay_nobody_else(kind, capsys):
    with running_server(log_level="warn") as server, contextlib.ExitStack() as stack:
        alone = round_trips(server, "/echo", 1000)
        for begin in KINDS[kind]:
            stack.enter_context(begin(server))
        among = round_trips(server, "/echo", 1000)
        server.assert_alive()
    with capsys.disabled():
        print(f"\n{kind}: median {alone[500]:.3f} -> {among[500]:.3f} ms, p99 {alone[990]:.3f} -> {among[990]:.3f} ms")
    assert among[500] < 10 * alone[500] + 1
    assert among[990] < 10 * alone[990] + 40
    assert among[990] < 50
