"""Fixtures: the server, and the clients that every endpoint is tried with."""

import pytest

from clients import CLIENTS
from server import default_server
from stack import pytest_terminal_summary, stack_that_suffices  # noqa: F401


@pytest.fixture(scope="module")
def server():
    """A server with defaults, one for the tests of a file."""
    with default_server() as running:
        yield running


@pytest.fixture
def quiet_server():
    """A server whose log has the lines of one test only."""
    with default_server() as running:
        yield running


@pytest.fixture(params=CLIENTS, ids=lambda client: client.name)
def connect(request, server):
    """Connects with one of the libraries; what is still open is closed."""
    opened = []

    def open_client(target: str, protocols: list[str] | None = None):
        opened.append(request.param(server.websocket_url(target), protocols))
        return opened[-1]

    yield open_client
    for client in opened:
        client.__exit__()
