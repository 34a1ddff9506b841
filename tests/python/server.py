"""The server under test: the real program, its log, and octets to talk to it."""

import os
import pathlib
import queue
import re
import signal
import socket
import struct
import subprocess
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("DUNLIN_ECHO_BINARY", str(ROOT / "target/release/dunlin-echo"))
KEY = "dGhlIHNhbXBsZSBub25jZQ=="
LOG_LINE = re.compile(r"^[EWIDV] \(\d+\) (\S+): (.*)$")


class Server:
    """A running echo server. Everything a test needs of a target is here, so
    that another one, such as an emulated board, can take its place."""

    def __init__(self, *flags, log="info"):
        command = [BINARY, "--port", "0", "--log", log, *flags]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.lines = []
        self._arrived = threading.Condition()
        address = queue.Queue()
        self._reader = threading.Thread(target=self._read, args=(address,), daemon=True)
        self._reader.start()
        self.host, port = address.get(timeout=10)
        self.port = int(port)

    def _read(self, address):
        for line in self.process.stdout:
            if line.startswith("Console: "):
                address.put(re.search(r"//(.*):(\d+)/", line).groups())
            with self._arrived:
                self.lines.append(line.rstrip("\n"))
                self._arrived.notify_all()

    def url(self, path, scheme="ws"):
        return f"{scheme}://{self.host}:{self.port}{path}"

    def log_texts(self, tag="ws_echo_server"):
        with self._arrived:
            matches = [LOG_LINE.match(line) for line in self.lines]
        return [match[2] for match in matches if match and match[1] == tag]

    def wait_for_log(self, text, tag="ws_echo_server", seconds=5):
        """Waits until a log line is `text`, or matches it if it is a pattern."""
        deadline = time.monotonic() + seconds
        pattern = re.compile(re.escape(text) + "$") if isinstance(text, str) else text
        while True:
            for there in self.log_texts(tag):
                if pattern.match(there):
                    return there
            with self._arrived:
                left = deadline - time.monotonic()
                assert left > 0, f"no log line {text!r} in:\n" + "\n".join(self.lines[-40:])
                self._arrived.wait(min(left, 0.2))

    def resident(self):
        """Resident memory in octets."""
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        raise AssertionError("no VmRSS")

    def stop(self, seconds=10):
        """Stops it in order and returns its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)
        self._reader.join(10)
        self.process.stdout.close()

    def connect(self, seconds=5):
        return Client(socket.create_connection((self.host, self.port), timeout=seconds))

    def upgrade(self, path, **options):
        client = self.connect()
        client.send(upgrade_request(path, **options))
        status, _, _ = client.response_head()
        assert status == 101, status
        return client


class Client:
    """A client made of octets, for what no library would send."""

    def __init__(self, stream):
        self.stream = stream
        self.stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stream.close()

    def send(self, octets):
        self.stream.sendall(octets)

    def more(self):
        """Receives what is there; false at the end."""
        octets = self.stream.recv(65536)
        self.buffer += octets
        return bool(octets)

    def read(self, length):
        while len(self.buffer) < length:
            if not self.more():
                raise EOFError(f"ended after {self.buffer!r}")
        octets, self.buffer = self.buffer[:length], self.buffer[length:]
        return octets

    def read_to_end(self):
        while self.more():
            pass
        octets, self.buffer = self.buffer, b""
        return octets

    def response_head(self):
        """Status, fields (names in lower case) and the raw head."""
        while b"\r\n\r\n" not in self.buffer:
            if not self.more():
                raise EOFError(f"ended after {self.buffer!r}")
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        lines = head.decode().split("\r\n")
        fields = dict(line.split(": ", 1) for line in lines[1:])
        return int(lines[0].split()[1]), {name.lower(): value for name, value in fields.items()}, head

    def response(self):
        status, fields, _ = self.response_head()
        return status, fields, self.read(int(fields.get("content-length", 0)))

    def frame(self):
        """First octet and payload of the next frame."""
        first, second = self.read(2)
        assert second < 0x80, "a server does not mask"
        length = second
        if second == 126:
            (length,) = struct.unpack("!H", self.read(2))
        elif second == 127:
            (length,) = struct.unpack("!Q", self.read(8))
        return first, self.read(length)

    def close_code(self):
        """Reads to the end, past answers; returns the close frame's code."""
        while True:
            first, payload = self.frame()
            if first == 0x88:
                assert self.read_to_end() == b"", "nothing follows a close frame"
                return struct.unpack("!H", payload[:2])[0] if payload else None


def frame(first, payload=b"", key=b"\x37\xfa\x21\x3d"):
    """A masked frame."""
    if len(payload) <= 125:
        length = bytes([0x80 | len(payload)])
    elif len(payload) <= 0xFFFF:
        length = b"\xfe" + struct.pack("!H", len(payload))
    else:
        length = b"\xff" + struct.pack("!Q", len(payload))
    repeated = (key * (len(payload) // 4 + 1))[: len(payload)]
    masked = int.from_bytes(payload, "big") ^ int.from_bytes(repeated, "big")
    return bytes([first]) + length + key + masked.to_bytes(len(payload), "big")


def upgrade_request(path, key=KEY, version="13", connection="Upgrade", upgrade="websocket", extra=""):
    return (
        f"GET {path} HTTP/1.1\r\nHost: test\r\nConnection: {connection}\r\nUpgrade: {upgrade}\r\n"
        f"Sec-WebSocket-Version: {version}\r\nSec-WebSocket-Key: {key}\r\n{extra}\r\n"
    ).encode()
