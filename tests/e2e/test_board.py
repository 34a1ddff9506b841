"""The emulated board: its few places and who gets them, its console, its cable."""

import contextlib
import errno
import itertools
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from board import Board, needs_board
from cable import ACK, FIN, PSH, SYN
from limits import LIMITS
from wire import BINARY, TEXT, Connection, Response, frame, handshake, request, send_until_blocked

pytestmark = needs_board

PLACES = LIMITS.connections
SOON = 5.0
MIB = 1 << 20
# Below those that the system chooses from.
own_ports = itertools.count(20_000)
TARGETS = ["/ws", "/ws_partial", "/auth?token=valid", "/echo"]


@contextlib.contextmanager
def booted(*flags: str, **options):
    board = Board(*flags, **options)
    try:
        yield board
    finally:
        board.end()


def open_websockets(board: Board, stack: contextlib.ExitStack, count: int) -> list[Connection]:
    """WebSockets of every endpoint."""
    opened = []
    for number in range(count):
        opened.append(stack.enter_context(board.connect()))
        target = TARGETS[number % len(TARGETS)]
        opened[-1].open_websocket(target)
        if target.startswith("/auth"):
            opened[-1].read_message()
    return opened


def assert_echo(connection: Connection) -> None:
    connection.send_frame(TEXT, b"still here")
    assert connection.read_message() == (TEXT, b"still here")


def assert_all_is_free(board: Board) -> None:
    """Nobody waits, and as many as there are places are served at once."""
    board.wait_for_stats(connections=0, connects_waiting=0, jobs_waiting=0)
    with contextlib.ExitStack() as stack:
        for connection in open_websockets(board, stack, PLACES):
            assert_echo(connection)


def served_within(board: Board, seconds: float) -> None:
    """Somebody new is served, at the latest then."""
    deadline = time.monotonic() + seconds
    while True:
        with board.connect(timeout=seconds) as connection:
            connection.send_request("HEAD", "/", "Connection: close")
            if connection.read_response(head_only=True).status == 200:
                return
        assert time.monotonic() < deadline, "there is still no place"


# ---- Many who come ----


def test_a_thousand_connects_in_a_row_are_each_served():
    with booted(log_level="info") as board:
        for _ in range(1000):
            board.assert_alive()
        assert_all_is_free(board)


def test_a_hundred_that_end_before_the_server_leave_their_places_at_once():
    with booted() as board:
        began = time.monotonic()
        for _ in range(100):
            with board.connect() as connection:
                connection.send(request("GET", "/none", "Connection: close"))
                connection.end_sending()
                assert connection.read_response().status == 404
                connection.read_end()
        # Eleven rounds of nine sockets, if each waited for close_time.
        assert time.monotonic() - began < 2
        assert_all_is_free(board)


def from_a_port_of_its_own(forwarded: int) -> Connection:
    """A connection through a forwarded port. QEMU's network tells clients apart by their ports
    alone, and its listening sockets keep one connect each."""
    while True:
        try:
            return Connection(("127.0.0.1", forwarded), port=next(own_ports))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise


def come_at_once(board: Board, stack: contextlib.ExitStack) -> list[Response]:
    """One client through each forwarded port: what they are answered."""
    connections = [stack.enter_context(from_a_port_of_its_own(port)) for port in board.ports]
    for connection in connections:
        connection.send_request("GET", "/none", "Connection: close")
    responses = []
    while connections:
        readable = select.select([connection.socket for connection in connections], [], [], SOON)[0]
        assert readable, f"{len(connections)} were left waiting"
        for connection in [here for here in connections if here.socket in readable]:
            responses.append(connection.read_response())
            connection.read_end()
            connection.close()
            connections.remove(connection)
    return responses


def test_of_fifty_at_once_each_is_served_or_answered_503():
    with booted(forwards=50) as board, contextlib.ExitStack() as stack:
        for _ in range(5):
            statuses = [response.status for response in come_at_once(board, stack)]
            assert set(statuses) <= {404, 503}
            assert statuses.count(404) >= PLACES
        assert_all_is_free(board)


def test_fifty_at_once_are_answered_503_while_all_places_are_taken():
    with booted(forwards=50) as board, contextlib.ExitStack() as stack:
        taken = open_websockets(board, stack, PLACES)
        for _ in range(5):
            assert {response.status for response in come_at_once(board, stack)} == {503}
            for connection in taken:
                assert_echo(connection)
        for connection in taken:
            connection.close()
        assert_all_is_free(board)


@pytest.mark.parametrize("taken", [0, PLACES], ids=["served", "refused"])
def test_the_end_of_a_client_is_acknowledged_though_the_server_ended_first(taken):
    with booted(cabled=True) as board, contextlib.ExitStack() as stack:
        open_websockets(board, stack, taken)
        peer = board.cable.peer
        for port in range(5000, 5020):
            sequence, acknowledged = peer.connect(port)
            octets = request("GET", "/none", "Connection: close")
            if not taken:
                peer.send(port, PSH | ACK, sequence, acknowledged, octets)
                sequence += len(octets)
            acknowledged = peer.receive_all(port, acknowledged)
            if taken:
                # Who is refused sends its request behind the answer.
                peer.send(port, PSH | ACK, sequence, acknowledged, octets)
                sequence += len(octets)
            peer.send(port, FIN | ACK, sequence, acknowledged)
            last = peer.receive(port)
            assert last and (last.flags, last.acknowledged) == (ACK, sequence + 1)


# ---- Who has to go ----


def head(connection: Connection) -> None:
    connection.send_request("HEAD", "/")
    assert connection.read_response(head_only=True).status == 200


def test_who_is_idle_longest_makes_room_for_a_newcomer():
    with booted() as board, contextlib.ExitStack() as stack:
        idle = [stack.enter_context(board.connect()) for _ in range(PLACES)]
        for connection in [*idle, idle[0]]:
            head(connection)
            # So that no two were heard in the same millisecond.
            board.stats()
        with board.connect() as newcomer:
            head(newcomer)
            idle.pop(1).read_end()
            for connection in idle:
                head(connection)


def test_neither_a_websocket_nor_who_has_just_connected_makes_room():
    with booted() as board, contextlib.ExitStack() as stack:
        opened = open_websockets(board, stack, PLACES - 1)
        since = board.log.mark()
        new = stack.enter_context(board.connect())
        board.log.wait_for(rf"accepted from \S+:{new.socket.getsockname()[1]}$", since)
        with board.connect() as late:
            late.send_request("GET", "/")
            assert late.read_response().status == 503
            late.read_end()
        head(new)
        for connection in opened:
            assert_echo(connection)


def test_who_has_connected_and_says_nothing_makes_room_after_a_while():
    with booted("--head-time", "1m") as board, contextlib.ExitStack() as stack:
        opened = open_websockets(board, stack, PLACES - 1)
        silent = stack.enter_context(board.connect())
        served_within(board, SOON)
        silent.read_end()
        for connection in opened:
            assert_echo(connection)


# ---- Who vanishes ----


def test_a_client_whose_frames_are_lost_is_found_by_a_ping():
    with booted("--ping-after", "500ms", "--pong-time", "500ms", cabled=True) as board:
        with board.connect() as connection:
            connection.open_websocket("/echo")
            began = time.monotonic()
            board.cable.lose(connection.socket.getsockname()[1])
            board.wait_for_stats(connections=0)
            assert 0.9 < time.monotonic() - began < 3
        assert_all_is_free(board)


def test_clients_whose_process_is_frozen_are_found_by_a_ping():
    client = "import sys; from wire import Connection; c = Connection(('127.0.0.1', int(sys.argv[1])));"
    client += "c.open_websocket('/echo'); print('open', flush=True); c.read_message()"
    with booted("--ping-after", "500ms", "--pong-time", "500ms") as board:
        command = [sys.executable, "-c", client, str(board.address[1])]
        frozen = [
            subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parent)
            for _ in range(PLACES)
        ]
        try:
            for process in frozen:
                assert process.stdout.readline() == b"open\n"
                process.send_signal(signal.SIGSTOP)
            board.wait_for_stats(connections=0)
            assert_all_is_free(board)
        finally:
            for process in frozen:
                process.kill()
                process.wait()
                process.stdout.close()


@pytest.mark.parametrize("target", ["/", "/none"])
def test_a_client_that_vanishes_before_its_response_is_given_up_when_the_time_to_send_is_over(target):
    with booted("--send-time", "1s", "--close-time", "500ms", cabled=True) as board:
        peer, ports = board.cable.peer, range(5000, 5000 + PLACES)
        for port in ports:
            sequence, acknowledged = peer.connect(port)
            peer.send(port, PSH | ACK, sequence, acknowledged, request("GET", target, "Connection: close"))
            assert b"HTTP/1.1 " in peer.receive_data(port)
        assert_all_is_free(board)


@pytest.mark.parametrize("begun", [None, b"", b"GET / HTTP/1.1\r\nHost: dun"], ids=["syn", "connect", "half-a-head"])
def test_peers_that_begin_and_vanish_keep_their_places_for_a_while_only(begun):
    flags = ["--head-time", "1s", "--send-time", "500ms", "--close-time", "500ms"]
    with booted(*flags, cabled=True) as board:
        # So that the board knows where QEMU's network is: it looks for one address in a second.
        board.assert_alive()
        peer = board.cable.peer
        # Of those that do not end their handshake there are more than sockets.
        for port in range(5000, 5000 + (20 if begun is None else PLACES)):
            if begun is None:
                peer.send(port, SYN, 1000)
            else:
                sequence, acknowledged = peer.connect(port)
                peer.send(port, PSH | ACK, sequence, acknowledged, begun)
        served_within(board, SOON)
        assert_all_is_free(board)


# ---- The console ----


def test_a_line_typed_on_the_console_reaches_every_websocket():
    with booted() as board, contextlib.ExitStack() as stack:
        opened = open_websockets(board, stack, PLACES)
        for line, opcode in [("Grüße an alle".encode(), TEXT), (b"\xff\x00\x80", BINARY), (b"x" * 500, TEXT)]:
            board.type(line)
            for connection in opened:
                assert connection.read_message() == (opcode, line)
        board.wait_for_stats(jobs_waiting=0)


@pytest.fixture
def stalled_board():
    """A board, and a client that has sent until no more was taken and reads nothing."""
    with booted("--send-time", "3s") as board:
        with board.connect(receive_buffer=4096) as stalled:
            stalled.open_websocket("/echo")
            message = frame(BINARY, b"x" * 1000)
            sent = send_until_blocked(stalled.socket, message * 1000, limit=64 * MIB, patience=0.5)
            assert sent < 64 * MIB
            yield board, stalled
        assert_all_is_free(board)


def test_a_line_is_delayed_for_nobody_by_a_client_that_reads_nothing(stalled_board):
    board, stalled = stalled_board
    with contextlib.ExitStack() as stack:
        others = open_websockets(board, stack, PLACES - 1)
        typed = []
        while board.stats()["jobs_waiting"] == 0:
            # The first ones fit in what is left of the client's ring.
            typed.append(b"line %d" % len(typed) + b"." * 100)
            began = time.monotonic()
            board.type(typed[-1])
            for connection in others:
                assert connection.read_message() == (TEXT, typed[-1])
            assert time.monotonic() - began < 0.5
        # Nor are they lost for this one, which has them in order.
        for line in typed:
            while (received := stalled.read_frame()).opcode != TEXT:
                pass
            assert received.payload == line
        board.wait_for_stats(jobs_waiting=0)


def test_a_line_that_does_not_fit_the_queue_is_refused_with_a_warning(stalled_board):
    board, _ = stalled_board
    since = board.log.mark()
    for _ in range(6):
        board.type("y" * 400)
    board.log.wait_for("too many jobs wait; the line was not sent", since)
    assert 0 < board.stats()["jobs_waiting"] <= LIMITS.jobs


# ---- The cable ----


def test_connections_end_with_the_link_and_new_ones_come_with_it():
    with booted() as board, contextlib.ExitStack() as stack:
        opened = open_websockets(board, stack, PLACES)
        for _ in range(3):
            since = board.log.mark()
            board.monitor.set_link(up=False)
            board.log.wait_for("all connections lost: the link is down", since)
            board.log.wait_for("the network is gone", since)
            board.wait_for_stats(connections=0)
            board.monitor.set_link(up=True)
            board.log.wait_for("the network is back", since)
            for connection in opened:
                connection.send_frame(TEXT, b"anybody?")
                with contextlib.suppress(ConnectionResetError):
                    assert connection.read_all() == b""
                connection.close()
            assert_all_is_free(board)
            opened = open_websockets(board, stack, PLACES)


def test_who_waits_when_the_link_goes_is_not_waited_for_when_it_is_back():
    with booted(forwards=50) as board, contextlib.ExitStack() as stack:
        taken = open_websockets(board, stack, PLACES)
        connections = [stack.enter_context(from_a_port_of_its_own(port)) for port in board.ports]
        for connection in connections:
            connection.send(handshake("/echo"))
        since = board.log.mark()
        board.monitor.set_link(up=False)
        board.log.wait_for("the network is gone", since)
        for connection in [*taken, *connections]:
            connection.close()
        board.monitor.set_link(up=True)
        board.log.wait_for("the network is back", since)
        served_within(board, SOON)
        assert_all_is_free(board)


# ---- Settings ----


@pytest.mark.parametrize(
    "setting, line",
    [
        ("nonsense=1", "settings: nonsense is not known"),
        ("head-time=soon", "settings: head-time=soon: expected a time such as 500ms"),
        ("max-message=99999999999", "settings: max-message=99999999999: expected a size such as 512 or 1K"),
        ("log=loud", "settings: log=loud: expected off, error, warn, info, debug or trace"),
    ],
)
def test_a_wrong_setting_ends_the_board_with_a_line_that_names_it(setting, line):
    assert Board.run_to_end(setting) == (101, line)


def test_settings_are_in_force():
    with booted("--max-message", "500", "--max-head", "200", "--max-target", "64", "--max-fields", "6") as board:
        with board.connect() as connection:
            connection.open_websocket("/echo")
            connection.send_frame(BINARY, b"x" * 501)
            assert connection.read_close()[0] == 1009
        for octets, status in [
            (request("GET", "/" + "x" * 64), 414),
            (request("GET", "/", *["a: b"] * 6), 431),
            (request("GET", "/", "a: " + "b" * 200), 431),
        ]:
            with board.connect() as connection:
                connection.send(octets)
                assert connection.read_response().status == status
