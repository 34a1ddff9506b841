"""Compressed messages on a device: the program for the board with its feature `deflate`."""

import os
import zlib

import pytest

from board import Board, needs_board
from compressed import RSV1, Compressed, readings
from wire import BINARY, TEXT

OFFER = "permessage-deflate; client_max_window_bits"

pytestmark = [
    needs_board,
    pytest.mark.skipif(
        not os.environ.get("DUNLIN_BOARD_DEFLATE_ELF"),
        reason="needs the program with the feature deflate: DUNLIN_BOARD_DEFLATE_ELF",
    ),
]


@pytest.fixture(scope="module")
def board():
    board = Board(log_level="info", elf=os.environ["DUNLIN_BOARD_DEFLATE_ELF"])
    yield board
    board.end()


def test_a_client_with_a_small_window_sends_compressed_messages(board):
    with board.connect() as connection:
        peer = Compressed(connection, OFFER)
        assert peer.agreed == "permessage-deflate; client_max_window_bits=10"
        for seed in range(10):
            for octets in (1, 300, 1000):
                message = readings(octets, seed)
                peer.send(message)
                # What a device sends goes out as it is.
                assert peer.receive() == (message, len(message))


def test_the_parts_of_a_long_message_come_back(board):
    with board.connect() as connection:
        peer = Compressed(connection, OFFER, "/ws_partial")
        message = readings(20_000, 1)
        peer.send(message)
        assert connection.read_message() == (TEXT, message)


def test_one_client_at_a_time_has_the_inflater(board):
    with board.connect() as first, board.connect() as second:
        assert Compressed(first, OFFER).agreed
        assert not Compressed(second, OFFER).agreed
        second.send_frame(TEXT, b"plain")
        assert second.read_message() == (TEXT, b"plain")
        first.send_frame(8, b"")
        first.read_close()
        first.read_end()
    with board.connect() as third:
        assert Compressed(third, OFFER).agreed


def test_a_client_that_cannot_make_its_window_small_is_served_without(board):
    with board.connect() as connection:
        assert not Compressed(connection, "permessage-deflate").agreed


def test_a_bomb_is_not_inflated_beyond_the_limit(board):
    with board.connect() as connection:
        Compressed(connection, OFFER)
        bomb = zlib.compressobj(9, wbits=-10)
        octets = bomb.compress(bytes(100_000)) + bomb.flush(zlib.Z_SYNC_FLUSH)
        connection.send_frame(BINARY, octets[:-4], rsv=RSV1)
        assert connection.read_close()[0] == 1009
