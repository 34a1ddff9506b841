"""What holds for every example."""

from stack import pytest_terminal_summary, stack_that_suffices  # noqa: F401
