"""What a target can take: tests choose their sizes from it."""

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Octets, where nothing else is told."""

    target: int
    head: int
    fields: int
    """Lines of a head."""
    body: int
    message: int
    """The longest message that an endpoint takes whole and echoes."""
    connections: int
    """At a time."""
    jobs: int
    """Jobs that may wait in the Hub."""
    job: int
    """What a job takes there besides its payload."""


PROGRAM = Limits(
    target=8 << 10,
    head=16 << 10,
    fields=100,
    body=1 << 20,
    message=16 << 20,
    connections=10_000,
    jobs=4 << 20,
    job=24,
)

DEVICE = Limits(
    target=512,
    head=1024,
    fields=32,
    body=1024,
    message=1024,
    connections=8,
    jobs=1024,
    job=28,
)


def is_device() -> bool:
    """Whether the target is a device."""
    if os.environ.get("DUNLIN_BOARD_ELF"):
        return True
    return os.environ.get("DUNLIN_LIMITS", "linux") == "device"


LIMITS = DEVICE if is_device() else PROGRAM
