"""Fixtures: the application, one for the tests of a file."""

import pytest

from features import running_features
from stack import pytest_terminal_summary, stack_that_suffices  # noqa: F401


@pytest.fixture(scope="module")
def server():
    with running_features() as running:
        yield running
