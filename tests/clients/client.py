"""A client program that runs, and connections of it whose octets are seen on the way."""

import base64
import json
import subprocess
from contextlib import contextmanager, suppress
from queue import Empty, Queue
from threading import Thread

from roster import Variant
from wiretap import CLOSE, Recording, Tap

ANSWER_TIME = 30.0


class ClientError(Exception):
    """What a client reports instead of doing what it was told."""


class DidNotStart(Exception):
    """The program, or what it needs, is not installed."""


class Client:
    """A program of a client: it is told verbs and answers each."""

    def __init__(self, variant: Variant):
        self.variant = variant
        self.entry = variant.entry
        pipe = subprocess.PIPE
        try:
            self.process = subprocess.Popen(variant.entry.command(), stdin=pipe, stdout=pipe, stderr=pipe, text=True)
        except OSError as error:
            raise DidNotStart(str(error)) from None
        self._lines: Queue[str] = Queue()
        self._errors: list[str] = []
        self._threads = [Thread(target=self._take_answers), Thread(target=self._take_errors)]
        for thread in self._threads:
            thread.start()
        first = self._line()
        if not first:
            self.end()
            raise DidNotStart(self.last_error())
        self.version = json.loads(first)["version"]

    def call(self, verb: str, **arguments):
        """Tells it a verb and returns its answer."""
        command = {"verb": verb} | {name: encoded(value) for name, value in arguments.items()}
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()
        line = self._line()
        assert line, f"{self.entry.name} ended: {''.join(self._errors)}"
        answer = json.loads(line)
        if "error" in answer:
            raise ClientError(answer["error"])
        return decoded(answer["value"])

    def end(self) -> int:
        """Lets it end, and returns its exit code."""
        try:
            with suppress(BrokenPipeError):
                self.process.stdin.close()
            return self.process.wait(ANSWER_TIME)
        finally:
            self.process.kill()
            self.process.wait()
            for thread in self._threads:
                thread.join()

    def last_error(self) -> str:
        """For a person: the message of an exception is the last line that begins a line of its own."""
        lines = [line.strip() for line in self._errors if "rror" in line]
        return lines[-1] if lines else "".join(self._errors[-3:])

    def _line(self) -> str:
        try:
            return self._lines.get(timeout=ANSWER_TIME)
        except Empty:
            self.process.kill()
            raise AssertionError(f"{self.entry.name} did not answer: {''.join(self._errors)}") from None

    def _take_answers(self) -> None:
        with self.process.stdout as stream:
            for line in stream:
                self._lines.put(line)
        self._lines.put("")

    def _take_errors(self) -> None:
        with self.process.stderr as stream:
            self._errors.extend(stream)


@contextmanager
def started(variant: Variant):
    """A client that has to end in order."""
    client = Client(variant)
    try:
        yield client
    finally:
        assert client.end() == 0, client.last_error()


class Connection:
    """A connection of a client through a tap."""

    def __init__(self, client: Client, tap: Tap, target: str, *protocols: str):
        self.client = client
        url = f"ws://{tap.authority}{target}"
        self.protocol = client.call("connect", url=url, compression=client.variant.offers, protocols=protocols)
        self.recording: Recording = tap.last_websocket()

    def send(self, message: str | bytes) -> None:
        self.client.call("send", message=message)

    def receive(self) -> str | bytes:
        return self.client.call("receive")

    def ping(self, payload: bytes) -> bytes | None:
        return self.client.call("ping", payload=payload)

    def assert_echo(self, message: str | bytes) -> None:
        self.send(message)
        received = self.receive()
        assert type(received) is type(message)
        # Without what pytest would print of a long difference.
        assert len(received) == len(message)
        assert (received == message) is True, f"{received[:80]!r} instead of {message[:80]!r}"

    def close_cleanly(self) -> None:
        """Closes: client and server tell each other 1000, and the server ends the connection in order."""
        assert self.client.call("close", code=1000) == 1000
        self.recording.wait_for_end()
        for frames in (self.recording.frames_of_client(), self.recording.frames_of_server()):
            assert frames[-1].opcode == CLOSE
            # Some add a reason.
            assert int.from_bytes(frames[-1].payload[:2], "big") == 1000
        assert self.recording.server.end == "closed"


@contextmanager
def connected(client: Client, tap: Tap, target: str, *protocols: str):
    """A connection that has to close cleanly."""
    connection = Connection(client, tap, target, *protocols)
    yield connection
    connection.close_cleanly()


def encoded(value):
    """JSON has no octets: they become an object with base64."""
    return {"base64": base64.b64encode(value).decode()} if isinstance(value, bytes) else value


def decoded(value):
    return base64.b64decode(value["base64"]) if isinstance(value, dict) else value
