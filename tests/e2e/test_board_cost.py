"""What the echo of a message costs on the emulated board, beside that of bare
octets by the program `tcp-echo`."""

import contextlib
import os
import statistics
import time

import pytest

from board import Board, needs_board
from wire import TEXT, frame

pytestmark = [
    needs_board,
    pytest.mark.skipif(
        not os.environ.get("DUNLIN_BOARD_TCP_ECHO_ELF"),
        reason="needs the bare TCP echo of the emulated board: DUNLIN_BOARD_TCP_ECHO_ELF",
    ),
]

# There and back they are as many octets as a message of 58 takes in its frames.
MESSAGE, ECHO, OCTETS = frame(TEXT, b"x" * 58), 60, b"x" * 62
PAIRS = 3000
COUNTED = 500
MOST = 1.3


class Pair:
    """Two boards that echo, with a client of each."""

    def __init__(self, stack: contextlib.ExitStack, *arguments: str):
        self.boards = [
            Board(log_level="info", arguments=arguments),
            Board(log_level="info", arguments=arguments, elf=os.environ["DUNLIN_BOARD_TCP_ECHO_ELF"], port=7),
        ]
        for board in self.boards:
            stack.callback(board.end)
        websocket, octets = (stack.enter_context(board.connect()) for board in self.boards)
        websocket.open_websocket("/echo")
        self.clients = [(websocket, MESSAGE, ECHO), (octets, OCTETS, len(OCTETS))]

    def round_trips(self, count: int) -> list[list[float]]:
        """Microseconds of single round trips, of the one and the other by turns."""
        times = [[], []]
        for _ in range(count):
            for taken, (connection, sent, received) in zip(times, self.clients, strict=True):
                began = time.perf_counter()
                connection.send(sent)
                connection.read_exactly(received)
                taken.append((time.perf_counter() - began) * 1e6)
        return times

    def instructions(self) -> list[int]:
        return [board.stats()["instructions"] for board in self.boards]


def test_an_echo_takes_little_more_instructions_than_bare_octets(capsys):
    with contextlib.ExitStack() as stack:
        pair = Pair(stack, "-icount", "shift=0")
        # The first ones find addresses too.
        pair.round_trips(50)
        before = pair.instructions()
        pair.round_trips(COUNTED)
        after = pair.instructions()
    message, octets = ((end - begin) / COUNTED for begin, end in zip(before, after, strict=True))
    with capsys.disabled():
        print(f"\n{message:.0f} instructions for a message, {octets:.0f} for bare octets: {message / octets:.3f}")
    assert message < MOST * octets


def test_round_trips_are_timed_beside_those_of_bare_octets(capsys):
    with contextlib.ExitStack() as stack:
        pair = Pair(stack)
        pair.round_trips(50)
        messages, octets = (statistics.median(times) for times in pair.round_trips(PAIRS))
    with capsys.disabled():
        print(f"\n{messages:.1f} us for a message, {octets:.1f} us for bare octets: {messages / octets:.3f}")
    # Only something that waits for a timer would be so slow.
    assert messages < octets + 1000
