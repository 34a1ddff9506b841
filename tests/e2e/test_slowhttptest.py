"""slowhttptest, the tool for it: slow heads, slow bodies, slow readers, ranges.

The program runs with short limits, so that a test sees the slow ones end.
DUNLIN_SLOW_SECONDS and DUNLIN_SLOW_CONNECTIONS make it a longer one, as
`cargo xtask hostile` does.
"""

import contextlib
import csv
import os
import subprocess

import pytest

from hostile import KIB, MIB, scene
from limits import is_device

pytestmark = [
    pytest.mark.skipif(is_device(), reason="a device has no place for hundreds"),
    pytest.mark.timeout(240),
]

SECONDS = int(os.environ.get("DUNLIN_SLOW_SECONDS", "6"))
CONNECTIONS = int(os.environ.get("DUNLIN_SLOW_CONNECTIONS", "200"))

# The flags, and whether its connections stay until a limit ends them. A body is read for a route
# that takes it, which is the page with GET; with POST, as the tool has it by itself, 405 comes
# before the body, and the connection ends with it.
ATTACKS = {
    "slow-heads": (["-H", "-i", "1", "-x", "10"], True),
    "slow-bodies": (["-B", "-i", "1", "-x", "10", "-s", "8192", "-t", "GET"], True),
    "slow-bodies-refused": (["-B", "-i", "1", "-x", "10", "-s", "8192"], False),
    "slow-readers": (["-X", "-k", "10", "-n", "1", "-w", "1", "-y", "64", "-z", "8"], True),
    "ranges": (["-R", "-a", "5", "-b", "2000", "-t", "GET"], False),
}


@pytest.mark.parametrize("kind", ATTACKS)
def test_slowhttptest_harms_nobody_and_is_ended_by_the_limits(kind, capsys, tmp_path):
    flags, stays = ATTACKS[kind]
    limit = f"{SECONDS / 2}s"
    times = ["--head-time", limit, "--body-time", limit, "--keep-alive", limit, "--send-time", limit]
    with scene(capsys, *times, "--close-time", "1s") as there, attacking(there.server, flags, tmp_path) as attack:
        while stays and there.server.connections() < there.connections + CONNECTIONS * 9 // 10:
            assert attack.poll() is None, "not all of them have connected"
            # Waits by being somebody else.
            there.server.assert_alive()
        there.assert_others_are_served(f"{CONNECTIONS} of slowhttptest, {kind}")
        there.assert_all_gone(timeout=SECONDS + 20)
        # A page of 13 KiB ten times over, where the kernel does not take it.
        there.assert_grown_by_less_than(CONNECTIONS * 256 * KIB + MIB)
        attack.wait(timeout=SECONDS + 30)
        assert attack.returncode == 0
        with (tmp_path / "report.csv").open() as report:
            rows = list(csv.DictReader(report))
        # Its own probe, which it sends again and again, has always been answered.
        assert rows and all(int(row["Service Available"]) > 0 for row in rows), rows


@contextlib.contextmanager
def attacking(server, flags, folder):
    count = str(CONNECTIONS)
    command = ["slowhttptest", "-c", count, "-r", count, "-l", str(SECONDS), "-p", "5", "-v", "1"]
    command += ["-g", "-o", str(folder / "report"), "-u", f"http://{server.authority}/", *flags]
    nowhere = subprocess.DEVNULL
    attack = subprocess.Popen(command, stdin=nowhere, stdout=nowhere, stderr=nowhere)
    try:
        yield attack
    finally:
        attack.kill()
        attack.wait()
