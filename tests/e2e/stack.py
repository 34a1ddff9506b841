"""What holds for every board that tests boot: imported by the conftest of each suite."""

import pytest

from board import Board


@pytest.fixture(scope="session", autouse=True)
def stack_that_suffices():
    """No board used more than three quarters of its stack, whatever was done to it."""
    yield
    assert Board.stack_peak <= Board.stack_size * 3 // 4


def pytest_terminal_summary(terminalreporter):
    if Board.stack_size:
        terminalreporter.write_line(f"stack of the boards: {Board.stack_peak} of {Board.stack_size} octets")
