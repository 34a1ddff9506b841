"""What holds for every example."""

import pytest

from board import Board


@pytest.fixture(scope="session", autouse=True)
def stack_that_suffices():
    """No board used more than three quarters of its stack, whatever was done to it."""
    yield
    assert Board.stack_peak <= Board.stack_size * 3 // 4


