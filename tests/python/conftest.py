import pytest
from server import Server


@pytest.fixture(scope="session")
def server():
    """One server with the default limits, for tests that leave it as it was."""
    server = Server(log="off")
    yield server
    code = server.process.poll()
    server.kill()
    assert code is None, f"the server ended with {code}"


@pytest.fixture
def start():
    """Starts servers with flags of the test's own."""
    started = []

    def start(*flags, log="info"):
        started.append(Server(*flags, log=log))
        return started[-1]

    yield start
    for server in started:
        server.kill()
