"""WebSocket clients that want to keep the server busy, fill its memory, or stay for ever."""

import threading
import time
import zlib

import pytest

from hostile import KIB, MIB, Flood, beside_a_busy_client, crowd, scene
from limits import is_device
from server import running_server
from wire import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, close_payload, frame, handshake, send_until_blocked

pytestmark = pytest.mark.skipif(is_device(), reason="floods a program; what a device does is in test_board")

COMPRESSED = (
    "Sec-WebSocket-Extensions: permessage-deflate; client_no_context_takeover; server_no_context_takeover"
)
KEY = bytes(4)
MANY = 20_000
# Milliseconds for what is inflated and compressed in one turn, some 4 MiB, on a busy machine.
# Without a bound for it they were 150 to 500.
INFLATING = 100
TRIGGERS = frame(TEXT, b"Trigger async", key=KEY) * MANY

# What opens the flood, what it is, and whether it can go on for ever. Masked with zeros, so that
# making it costs the attacker nothing.
FLOODS = {
    "pings": (b"", frame(PING, key=KEY), True),
    "long-pings": (b"", frame(PING, b"x" * 125, key=KEY), True),
    "pongs": (b"", frame(PONG, key=KEY), True),
    "empty-messages": (b"", frame(TEXT, key=KEY), True),
    "one-octet-messages": (b"", frame(TEXT, b"x", key=KEY), True),
    "empty-fragments": (frame(BINARY, fin=False), frame(CONTINUATION, fin=False, key=KEY), True),
    "empty-text-fragments": (frame(TEXT, fin=False), frame(CONTINUATION, fin=False, key=KEY), True),
    "one-octet-fragments": (frame(TEXT, fin=False), frame(CONTINUATION, b"x", fin=False, key=KEY), False),
    "pings-between-fragments": (
        frame(BINARY, fin=False),
        frame(PING, b"x", key=KEY) + frame(CONTINUATION, fin=False, key=KEY),
        True,
    ),
}


@pytest.mark.parametrize("target", ["/echo", "/ws_partial"])
@pytest.mark.parametrize("kind", FLOODS)
def test_a_flood_of_small_frames_delays_others_no_more_than_a_busy_client(kind, target, capsys):
    """It takes no memory: what waits for a client that reads is little, and a fragment is only
    kept on a route that takes whole messages, up to the limit."""
    opening, unit, endless = FLOODS[kind]
    with scene(capsys, "--max-message", "1M", "--send-buffer", "2M") as there, there.server.connect() as attacker:
        reference = beside_a_busy_client(there.server)
        attacker.open_websocket(target)
        attacker.send(opening)
        with Flood(attacker, unit * MANY) as flood:
            there.assert_others_are_served(f"{kind} on {target}", reference, during=flood.is_on)
        ends = not endless and target == "/echo"
        if ends:
            # The message has become too long: close 1009, which is the last thing sent.
            assert flood.received.startswith(b"\x88") and flood.received[2:4] == close_payload(1009)
        else:
            assert flood.sent > MIB, "the flood was not taken"
        # A message of 1 MiB whose buffer doubles as it grows, an output of 2 MiB likewise.
        there.assert_grown_by_less_than(8 * MIB)


def bomb(octets: int) -> bytes:
    """A message of zeros, which is a thousandth of its length when it is compressed."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    compressed = deflate.compress(bytes(octets)) + deflate.flush(zlib.Z_SYNC_FLUSH)
    return frame(BINARY, compressed.removesuffix(b"\0\0\xff\xff"), rsv=4, key=KEY)


@pytest.mark.parametrize("target", ["/echo", "/ws_partial"])
def test_a_flood_of_compressed_messages_delays_others_little_more_than_a_busy_client(target, capsys):
    """What a few octets become is bounded for each turn, and for each message."""
    with scene(capsys, "--max-message", "1M", "--send-buffer", "2M") as there, there.server.connect() as attacker:
        reference = beside_a_busy_client(there.server)
        attacker.open_websocket(target, COMPRESSED)
        with Flood(attacker, bomb(MIB) * 300) as flood:
            there.assert_others_are_served(f"compressed messages on {target}", reference, INFLATING, flood.is_on)
        assert flood.sent > KIB, "the flood was not taken"
        # A message as it arrives, as it is inflated, as it is compressed again and as it waits, each
        # in a buffer that doubles as it grows; on /ws_partial an output of 2 MiB likewise.
        there.assert_grown_by_less_than(16 * MIB)


def test_compressed_messages_behind_a_handshake_have_no_longer_turn(capsys):
    """They are there before the connection is known to be one with compression."""
    octets = handshake("/echo", COMPRESSED) + bomb(MIB) * 250
    with scene(capsys, "--max-message", "1M", "--send-buffer", "2M") as there:
        with there.server.connect() as other, there.server.connect(timeout=20) as attacker:
            other.open_websocket("/echo")
            attacker.send(octets)
            attacker.end_sending()
            reading = threading.Thread(target=attacker.read_all)
            reading.start()
            longest, start = 0, time.monotonic()
            while reading.is_alive():
                began = time.monotonic()
                other.send_frame(TEXT, b"meanwhile")
                assert other.read_message() == (TEXT, b"meanwhile")
                longest = max(longest, time.monotonic() - began)
            all_of_it = time.monotonic() - start
        with capsys.disabled():
            print(f"\n250 MiB in 256 KiB: {all_of_it * 1000:.0f} ms, the longest echo {longest * 1000:.1f} ms")
        # All in one turn, somebody had to wait for all of it.
        assert longest < all_of_it / 3
        there.assert_all_gone(timeout=10)


def test_a_compressed_message_beyond_the_limit_is_1009_wherever_it_passes_it(capsys):
    with scene(capsys, "--max-message", "64K") as there, there.server.connect() as attacker:
        attacker.open_websocket("/echo", COMPRESSED)
        attacker.send(bomb(64 * MIB)[:2000])
        assert attacker.read_close()[0] == 1009
        there.assert_grown_by_less_than(2 * MIB)


@pytest.mark.parametrize("kind", ["pings", "one-octet-messages"])
def test_a_flood_whose_answers_are_not_read_is_not_taken_any_further(kind, capsys):
    opening, unit, _ = FLOODS[kind]
    flags = ["--max-message", "32K", "--send-buffer", "64K", "--send-time", "2s"]
    with scene(capsys, *flags) as there, there.server.connect(receive_buffer=4096) as attacker:
        attacker.open_websocket("/echo")
        attacker.send(opening)
        sent = send_until_blocked(attacker.socket, unit * MANY, limit=64 * MIB)
        assert sent < 64 * MIB, "everything was taken from a client that reads nothing"
        there.assert_others_are_served(f"{kind}, not read")
        # 64 KiB of answers, 256 KiB of held input, and the buffers they were gathered in.
        there.assert_grown_by_less_than(4 * MIB)
        there.assert_all_gone(timeout=10)


def test_jobs_for_peers_that_read_nothing_delay_nobody_and_are_bounded(capsys):
    """Held jobs stay in the Hub until their peers read or are dropped; nobody else pays for them
    in time, and they never are more than its capacity."""
    flags = ["--max-message", "32K", "--send-buffer", "64K", "--hub-capacity", "4M", "--send-time", "6s"]
    with scene(capsys, *flags, log_level="off") as there:
        with crowd(there.server, 8, receive_buffer=4096) as attackers:
            for attacker in attackers:
                attacker.open_websocket("/ws")
                send_until_blocked(attacker.socket, TRIGGERS, 32 * MIB, patience=0.5)
            there.assert_others_are_served("jobs for stalled peers")
            # Twice the Hub, once as it was taken and once as it is kept, and 300 KiB for each.
            there.assert_grown_by_less_than(2 * 4 * MIB + 8 * 512 * KIB)
            there.assert_all_gone(timeout=15)


def test_the_hub_has_room_again_when_stalled_peers_are_gone():
    """Their jobs go with them."""
    flags = ["--max-message", "32K", "--send-buffer", "64K", "--hub-capacity", "64K", "--send-time", "1s"]
    with running_server(*flags, log_level="off") as server, server.connect(receive_buffer=4096) as attacker:
        attacker.open_websocket("/ws")
        send_until_blocked(attacker.socket, TRIGGERS, 32 * MIB, patience=0.5)
        deadline = time.monotonic() + 10
        while True:
            with server.connect() as other:
                other.open_websocket("/ws")
                other.send_frame(TEXT, b"Trigger async")
                opcode = other.read_frame().opcode
            if opcode == TEXT:
                break
            assert opcode == CLOSE and time.monotonic() < deadline, "the Hub stays full"


def test_a_client_that_leaves_without_reading_is_not_taken_for_another():
    """What was held is not cut out of the stream: nothing is read from the midst of a message."""
    flags = ["--max-message", "32K", "--send-buffer", "64K"]
    with running_server(*flags, log_level="debug") as server:
        with server.connect(receive_buffer=4096) as attacker:
            attacker.open_websocket("/echo")
            # No cut of the input falls on the end of a frame.
            send_until_blocked(attacker.socket, frame(BINARY, b"\x81\xff" * 4999, key=KEY) * 1000, 32 * MIB)
        server.log.wait_for(r"dunlin: #0\.0 closed$")
        assert "#0.0 closing" not in server.log.text(), server.log.tail()


def test_closing_handshakes_that_are_never_finished_end_in_time(capsys):
    """Neither a peer that keeps its side open, nor one that goes on sending."""
    with scene(capsys, "--close-time", "2s") as there, crowd(there.server, 100) as attackers:
        for number, attacker in enumerate(attackers):
            attacker.open_websocket("/echo")
            # Every other one closes in order; the rest breaks the protocol.
            attacker.send(frame(CLOSE, close_payload(1000)) if number % 2 else frame(3))
            assert attacker.read_close()[0] in (1000, 1002)
        with Flood(attackers[0], frame(BINARY, b"x" * 1000, key=KEY) * 1000) as flood:
            there.assert_others_are_served("unfinished closing handshakes", during=flood.is_on)
        there.assert_grown_by_less_than(2 * MIB)
        there.assert_all_gone(timeout=10)


def test_peers_that_have_vanished_are_noticed_by_their_silence(capsys):
    with scene(capsys, "--ping-after", "1s", "--pong-time", "1s") as there:
        with crowd(there.server, 200) as attackers:
            for number, attacker in enumerate(attackers):
                attacker.open_websocket("/echo")
                if number % 2:
                    attacker.send(frame(BINARY, b"half", length=1 << 14))
            there.assert_others_are_served("vanished peers")
            there.assert_grown_by_less_than(2 * MIB)
            there.assert_all_gone(timeout=10)
