"""As many WebSockets as the server takes, at once."""

import contextlib
import resource
import select
import socket
import time

import pytest

from limits import LIMITS, is_device
from server import running_server
from wire import BINARY, Connection, frame, handshake

COUNT = 10_000
MOST = 10_100
# Other clients' addresses, so that their ports are not used up.
SOURCE = "127.0.0.2"
BATCH = 500
WAIT_TIME = 20


@pytest.fixture
def many_files():
    if is_device():
        pytest.skip("a device has no place for 10,000")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < MOST + 500:
        pytest.skip(f"the system lets a process open {hard} files only")
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


class Crowd:
    """Many clients in one epoll instance."""

    def __init__(self, address: tuple[str, int]):
        self.address = address
        self.epoll = select.epoll()
        self.streams: dict[int, socket.socket] = {}

    def join(self, count: int) -> None:
        """Opens as many WebSockets, and checks the answer of each."""
        for begin in range(0, count, BATCH):
            size = min(BATCH, count - begin)
            joined = [self._connect() for _ in range(size)]
            for stream in joined:
                stream.sendall(handshake("/echo"))
            for head in self._gather([stream.fileno() for stream in joined], is_head).values():
                assert head.startswith(b"HTTP/1.1 101 "), head

    def echo(self) -> None:
        """Every client sends its own message; every one gets it back."""
        expected = {}
        for number, (file, stream) in enumerate(self.streams.items()):
            payload = b"%08d" % number
            stream.sendall(frame(BINARY, payload))
            expected[file] = bytes([0x80 | BINARY, len(payload)]) + payload
        received = self._gather(list(expected), lambda octets: len(octets) >= 10)
        assert received == expected

    def close(self) -> None:
        for stream in self.streams.values():
            # A reset leaves no port behind that waits.
            stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            stream.close()
        self.epoll.close()

    def _connect(self) -> socket.socket:
        stream = socket.create_connection(self.address, WAIT_TIME, (SOURCE, 0))
        self.streams[stream.fileno()] = stream
        self.epoll.register(stream, select.EPOLLIN)
        return stream

    def _gather(self, files: list[int], is_whole) -> dict[int, bytes]:
        received = {file: b"" for file in files}
        missing = set(files)
        deadline = time.monotonic() + WAIT_TIME
        while missing:
            assert time.monotonic() < deadline, f"{len(missing)} clients were not answered"
            for file, _ in self.epoll.poll(1, 1000):
                octets = self.streams[file].recv(4096)
                assert octets, "a connection was closed"
                received[file] += octets
                if is_whole(received[file]):
                    missing.discard(file)
        return received


def test_ten_thousand_websockets_echo_and_beyond_the_limit_there_is_503(many_files, capsys):
    with running_server("--max-connections", str(MOST), log_level="warn") as server:
        crowd = Crowd(server.address)
        try:
            before = server.resident_octets()
            crowd.join(COUNT)
            idle = server.resident_octets() - before
            crowd.echo()
            busy = server.resident_octets() - before
            crowd.join(MOST - COUNT)
            for _ in range(10):
                with server.connect() as late:
                    late.send(handshake("/echo"))
                    assert late.read_response().status == 503
                    late.read_end()
            crowd.echo()
        finally:
            crowd.close()
        served(server).close()
    with capsys.disabled():
        print(f"\n{idle / COUNT:.0f} octets per idle connection, {busy / COUNT:.0f} after an echo of each")
    assert idle / COUNT < 4096


def is_head(octets: bytes) -> bool:
    return octets.endswith(b"\r\n\r\n")


def served(server) -> Connection:
    """A WebSocket in the place of one who has just left."""
    deadline = time.monotonic() + 5
    while True:
        connection = server.connect()
        connection.send(handshake("/echo"))
        if connection.read_response().status == 101:
            return connection
        connection.close()
        assert time.monotonic() < deadline, "still overloaded"


def test_beyond_the_limit_there_is_503_until_somebody_leaves():
    # A device has its own limit.
    most, flags = (LIMITS.connections, []) if is_device() else (1, ["--max-connections", "1"])
    with running_server(*flags) as server, contextlib.ExitStack() as stack:
        for _ in range(most - 1):
            stack.enter_context(server.connect()).open_websocket("/echo")
        for _ in range(20):
            with served(server) as last:
                with server.connect() as late:
                    late.send(handshake("/echo"))
                    assert late.read_response().status == 503
                    late.read_end()
                last.send_frame(BINARY, b"mine")
                assert last.read_message() == (BINARY, b"mine")
