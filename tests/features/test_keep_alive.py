"""TCP keep-alive, on the board: there the cable is in the test's hands."""

import time

import pytest

from features import BOARD_ELF, running_features
from wire import TEXT

pytestmark = pytest.mark.skipif(not BOARD_ELF, reason="needs the emulated board: DUNLIN_BOARD_FEATURES_ELF")


def test_a_client_whose_frames_are_lost_is_found_by_tcp_and_one_that_answers_stays():
    # Lost is who says nothing for four intervals; a WebSocket's own ping comes after 20 s.
    with running_features("--tcp-keep-alive", "200ms", cabled=True) as board:
        with board.connect() as lost, board.connect() as silent:
            for connection in (lost, silent):
                connection.open_websocket("/socket")
            began = time.monotonic()
            board.cable.lose(lost.socket.getsockname()[1])
            board.wait_for_stats(connections=1)
            assert 0.6 < time.monotonic() - began < 3
            silent.send_frame(TEXT, b"still there")
            assert silent.read_message() == (TEXT, b"still there")
