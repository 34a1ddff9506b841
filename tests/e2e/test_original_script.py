"""A script for the original example works unchanged, its log lines included."""

import subprocess
import sys
from pathlib import Path


def test_a_script_for_the_original_example_works_unchanged(quiet_server):
    script = Path(__file__).with_name("original_script.py")
    since = quiet_server.log.mark()
    command = [sys.executable, str(script), f"ws://{quiet_server.authority}"]
    result = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert result.returncode == 0, result.stderr
    # What the script's users look for in the log, in this order.
    quiet_server.log.wait_for("No valid token found", since)
    texts = iter([line.text for line in quiet_server.log.lines(since, "ws_echo_server")])
    for text in (
        "Got packet with message: Espressif",
        "Packet type: 1",
        "Got packet with message: Espressif",
        "Packet type: 2",
        "Got packet with message: Trigger async",
        "Frame len is 200",
        "Sent fragmented chunk: len=64, final=0",
        "Sent fragmented chunk: len=8, final=1",
        "Valid token found, accepting handshake",
        "WebSocket connection established for URI: /auth?token=valid",
        "No valid token found, rejecting handshake",
    ):
        assert any(line.startswith(text) for line in texts), f"{text!r} is not in order"
