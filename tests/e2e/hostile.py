"""A scene for attackers: a server, and clients beside them who must be served all the same."""

import contextlib
import select
import statistics
import threading
import time
from collections.abc import Callable

from server import running_server
from wire import BINARY, TEXT, Connection, frame

KIB, MIB = 1 << 10, 1 << 20
ROUND_TRIPS = 100
FLOOD_TIME = 1.0
FLOOD_MOST = 64 * MIB

# A sanity bound on a busy machine: what is wrong delays others by far more.
RATIO = 10
SPARE_MILLISECONDS = 10


class Scene:
    """A server under attack, what its other clients see of that, and its memory."""

    def __init__(self, server, capsys):
        self.server = server
        self.capsys = capsys
        with server.connect() as warm:
            warm.open_websocket("/echo")
            warm.send_frame(BINARY, b"x" * 30_000)
            warm.read_message()
        self.connections = server.connections()
        self.alone = round_trips(server)
        self.before = server.peak_octets()

    def assert_others_are_served(
        self,
        what: str,
        reference: tuple[float, float] | None = None,
        spare: float = SPARE_MILLISECONDS,
        during: Callable[[], bool] | None = None,
    ) -> None:
        """Round trips of others complete, and take no more than RATIO times what they take when
        nothing else happens, or as told, and `spare` milliseconds. They go on as long as `during`
        says, if it is told."""
        reference = reference or self.alone
        among = round_trips(self.server, during)
        growth = self.server.peak_octets() - self.before
        with self.capsys.disabled():
            print(
                f"\n{what}: WebSocket {reference[0]:.3f} -> {among[0]:.3f} ms, "
                f"HTTP {reference[1]:.3f} -> {among[1]:.3f} ms, memory +{growth / MIB:.1f} MiB"
            )
        for before, now in zip(reference, among):
            assert now <= RATIO * before + spare

    def assert_grown_by_less_than(self, octets: int) -> None:
        """At no time was there more memory in use than before the attack and so much."""
        growth = self.server.peak_octets() - self.before
        assert growth < octets, f"{growth} octets more"

    def assert_all_gone(self, timeout: float) -> None:
        """The server has ended every connection of the attackers by itself."""
        deadline = time.monotonic() + timeout
        while (there := self.server.connections()) > self.connections:
            assert time.monotonic() < deadline, f"{there - self.connections} connections are still held"
            # Waits by being somebody else.
            self.server.assert_alive()


@contextlib.contextmanager
def scene(capsys, *flags: str, log_level: str = "warn"):
    with running_server(*flags, log_level=log_level) as server:
        yield Scene(server, capsys)
        server.assert_alive()


@contextlib.contextmanager
def crowd(server, count: int, **options):
    """So many connections of one client, closed at the end."""
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(server.connect(**options)) for _ in range(count)]


def round_trips(server, during: Callable[[], bool] | None = None) -> tuple[float, float]:
    """The medians of echoes and of requests, in milliseconds: of ROUND_TRIPS, or of those that
    begin while `during` says so."""
    echoes, requests = [], []
    with server.connect(timeout=20) as websocket, server.connect(timeout=20) as http:
        websocket.open_websocket("/echo")
        number = 0
        while not number or (during() if during else number < ROUND_TRIPS):
            number += 1
            payload = b"%08d" % number
            began = time.perf_counter()
            websocket.send_frame(TEXT, payload)
            assert websocket.read_message() == (TEXT, payload)
            echoed = time.perf_counter()
            http.send_request("HEAD", "/")
            assert http.read_response(head_only=True).status == 200
            echoes.append((echoed - began) * 1000)
            requests.append((time.perf_counter() - echoed) * 1000)
    return statistics.median(echoes), statistics.median(requests)


class Flood:
    """Sends the same octets over and over in a thread, and throws away what comes back.

    Ends after FLOOD_TIME, FLOOD_MOST octets, or when the server has had enough."""

    def __init__(self, connection: Connection, octets: bytes, reads: bool = True):
        self.connection, self.octets, self.reads = connection, octets, reads
        self.sent = 0
        self.received = bytearray()
        self.thread = threading.Thread(target=self._run)

    def __enter__(self) -> "Flood":
        self.thread.start()
        return self

    def __exit__(self, *_) -> None:
        self.thread.join()

    def is_on(self) -> bool:
        return self.thread.is_alive()

    def _run(self) -> None:
        stream = self.connection.socket
        stream.setblocking(False)
        until = time.monotonic() + FLOOD_TIME
        view = memoryview(self.octets)
        with contextlib.suppress(ConnectionError):
            while self.sent < FLOOD_MOST and time.monotonic() < until:
                reading = [stream] if self.reads else []
                readable, writable, _ = select.select(reading, [stream], [], 0.1)
                if readable:
                    octets = stream.recv(MIB)
                    if not octets:
                        break
                    self.received = (self.received + octets)[-200:]
                if writable:
                    self.sent += stream.send(view[self.sent % len(view) :])
        stream.settimeout(self.connection.timeout)


def beside_a_busy_client(server) -> tuple[float, float]:
    """Round trips beside a client that does nothing wrong but is as fast as it can be."""
    with server.connect() as busy:
        busy.open_websocket("/echo")
        with Flood(busy, frame(BINARY, b"x" * 8, key=bytes(4)) * 20_000) as flood:
            return round_trips(server, flood.is_on)
