"""A server under test, wherever it runs."""

import pytest

from limits import LIMITS, Limits
from log import Log
from wire import Connection


class Server:
    """A running server: where it is, what it can take, and what it logs."""

    limits: Limits = LIMITS

    def __init__(self, address: tuple[str, int], log: Log | None):
        self.address = address
        self._log = log

    @property
    def log(self) -> Log:
        if self._log is None:
            pytest.skip("needs the log of the target: DUNLIN_TARGET_LOG")
        return self._log

    @property
    def authority(self) -> str:
        host, port = self.address
        return f"{host}:{port}"

    def websocket_url(self, target: str) -> str:
        return f"ws://{self.authority}{target}"

    def connect(self, **options) -> Connection:
        return Connection(self.address, **options)

    def assert_alive(self) -> None:
        """Another client is served."""
        with self.connect() as connection:
            connection.send_request("HEAD", "/", "Connection: close")
            assert connection.read_response(head_only=True).status == 200
