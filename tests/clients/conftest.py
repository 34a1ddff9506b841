"""Fixtures: the server behind a tap, and every client; a table at the end."""

import os
from contextlib import contextmanager

import pytest

from board import Board
from client import DidNotStart, connected, started
from limits import is_device
from report import Report
from roster import CONTEXT, VARIANTS
from server import default_server, running_server
from wiretap import Tap

REPORT = pytest.StashKey[Report]()


def pytest_addoption(parser):
    parser.addoption("--every-client", action="store_true", help="a client that does not start is a failure")


def pytest_configure(config):
    config.stash[REPORT] = Report()


@pytest.fixture(scope="session")
def report(request) -> Report:
    return request.config.stash[REPORT]


@contextmanager
def booted(elf: str):
    """A board with another program."""
    board = Board(log_level="info", elf=elf)
    try:
        yield board
    finally:
        board.end()


@contextmanager
def tapped(server):
    """The way to a server."""
    with server as running:
        tap = Tap(running.address)
        try:
            yield tap
        finally:
            tap.end()


@pytest.fixture(scope="module")
def default_tap():
    with tapped(default_server()) as tap:
        yield tap


@pytest.fixture(scope="module")
def context_tap():
    if not is_device():
        server = running_server("--deflate", "context")
    elif elf := os.environ.get("DUNLIN_BOARD_DEFLATE_ELF"):
        server = booted(elf)
    else:
        pytest.skip("needs the program with the feature deflate: DUNLIN_BOARD_DEFLATE_ELF")
    with tapped(server) as tap:
        yield tap


@pytest.fixture
def tap(request, client) -> Tap:
    """The way to the server that a client with its compression is for."""
    variant = request.node.callspec.params["client"]
    return request.getfixturevalue("context_tap" if variant.compression == CONTEXT else "default_tap")


@pytest.fixture(scope="module", params=VARIANTS, ids=str)
def client(request, report):
    """A client that runs. Those that are not installed are named."""
    try:
        with started(request.param) as running:
            report.started(request.param, running.version)
            yield running
    except DidNotStart as reason:
        report.missing(request.param, str(reason))
        missing = f"{request.param.entry.name} is not installed: {reason}"
        if request.config.getoption("--every-client"):
            pytest.fail(missing)
        pytest.skip(missing)


@pytest.fixture
def connect(request, client, tap, report):
    """Opens connections of the client that have to close cleanly."""
    variant = request.node.callspec.params["client"]

    @contextmanager
    def open_connection(target: str, *protocols: str):
        with connected(client, tap, target, *protocols) as connection:
            yield connection
        report.ended(variant, connection.recording)

    return open_connection


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    result = yield
    callspec = getattr(item, "callspec", None)
    if callspec and "client" in callspec.params:
        item.config.stash[REPORT].ran(callspec.params["client"], result)
    return result


def pytest_terminal_summary(terminalreporter):
    for line in terminalreporter.config.stash[REPORT].lines():
        terminalreporter.write_line(line)
