"""What a target logs, line by line."""

import re
import threading
import time
from dataclasses import dataclass
from typing import BinaryIO

WAIT_TIME = 5.0
SHOWN_LINES = 60


@dataclass(frozen=True)
class Line:
    """A log line in the form of ESP-IDF: `I (4962) tag: text`."""

    level: str
    millis: int
    tag: str
    text: str

    PATTERN = re.compile(r"([EWIDV]) \((\d+)\) ([^:]+): (.*)")

    @classmethod
    def parse(cls, line: str) -> "Line | None":
        match = cls.PATTERN.fullmatch(line)
        return match and cls(match[1], int(match[2]), match[3], match[4])


class Log:
    """Lines that a thread takes from a stream as they come."""

    def __init__(self, stream: BinaryIO):
        self._lines: list[str] = []
        self._ended = False
        self._news = threading.Condition()
        threading.Thread(target=self._take, args=(stream,), daemon=True).start()

    def _take(self, stream: BinaryIO) -> None:
        with stream:
            for octets in stream:
                line = without_colours(octets.decode(errors="replace").rstrip("\r\n"))
                with self._news:
                    self._lines.append(line)
                    self._news.notify_all()
        with self._news:
            self._ended = True
            self._news.notify_all()

    def mark(self) -> int:
        """The present end, for `since`."""
        with self._news:
            return len(self._lines)

    def raw(self, since: int = 0) -> list[str]:
        with self._news:
            return self._lines[since:]

    def text(self) -> str:
        return "\n".join(self.raw())

    def tail(self) -> str:
        """The last lines, for a person."""
        return "\n".join(self.raw()[-SHOWN_LINES:])

    def lines(self, since: int = 0, tag: str | None = None) -> list[Line]:
        """What was logged, of one tag or of all."""
        parsed = filter(None, map(Line.parse, self.raw(since)))
        return [line for line in parsed if tag in (None, line.tag)]

    def wait_for(self, pattern: str, since: int = 0, timeout: float = WAIT_TIME) -> re.Match:
        """The first line that has the pattern; it may be yet to come."""
        expression = re.compile(pattern)
        deadline = time.monotonic() + timeout
        with self._news:
            at = since
            while True:
                for line in self._lines[at:]:
                    if match := expression.search(line):
                        return match
                at = max(at, len(self._lines))
                left = deadline - time.monotonic()
                if self._ended or left <= 0:
                    seen = "\n".join(self._lines[since:][-SHOWN_LINES:])
                    raise AssertionError(f"no line with {pattern!r} came; there were:\n{seen}")
                self._news.wait(left)


def without_colours(line: str) -> str:
    """A board's console colours whole lines."""
    return re.sub(r"^\x1b\[[\d;]*m|\x1b\[0?m$", "", line)
