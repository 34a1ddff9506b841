"""The log, which scripts watch."""

import re

import pytest
import websocket
from server import frame


def assert_in_order(texts, expected):
    """Asserts that the expected lines stand in the log in this order."""
    rest = iter(texts)
    for line in expected:
        assert any(line == there for there in rest), f"{line!r} in order in {texts}"


def test_ws_logs_length_message_and_type(start):
    server = start()
    ws = websocket.create_connection(server.url("/ws"), timeout=5)
    ws.send("Hello")
    ws.recv()
    ws.send_binary(b"\xff\x00")
    ws.recv()
    ws.close()
    server.wait_for_log("Packet type: 2")
    assert_in_order(
        server.log_texts(),
        [
            "Starting server on port: '0'",
            "Registering URI handlers",
            "frame len is 5",
            "Got packet with message: Hello",
            "Packet type: 1",
            "frame len is 2",
            "Got packet with message: \\xff\\u{0}",
            "Packet type: 2",
        ],
    )


def test_lines_have_level_milliseconds_and_tag(start):
    server = start()
    server.wait_for_log("Registering URI handlers")
    lines = [line for line in server.lines if "ws_echo_server" in line]
    assert len(lines) >= 2
    assert all(re.fullmatch(r"I \(\d+\) ws_echo_server: .+", line) for line in lines), lines


def test_ws_partial_logs_each_chunk(start):
    server = start()
    ws = websocket.create_connection(server.url("/ws_partial"), timeout=5)
    ws.send("x" * 200)
    ws.recv()
    ws.close()
    server.wait_for_log("Sent fragmented chunk: len=8, final=1")
    assert_in_order(
        server.log_texts(),
        [
            "Frame len is 200",
            "Reading chunk: left_len=200, chunk_size=64",
            "Sent fragmented chunk: len=64, final=0",
            "Reading chunk: left_len=136, chunk_size=64",
            "Sent fragmented chunk: len=64, final=0",
            "Reading chunk: left_len=72, chunk_size=64",
            "Sent fragmented chunk: len=64, final=0",
            "Reading chunk: left_len=8, chunk_size=8",
            "Sent fragmented chunk: len=8, final=1",
        ],
    )


def test_auth_logs_both_hooks(start):
    server = start()
    websocket.create_connection(server.url("/auth?token=valid"), timeout=5).close()
    server.wait_for_log("WebSocket connection established for URI: /auth?token=valid")
    with pytest.raises(websocket.WebSocketBadStatusException):
        websocket.create_connection(server.url("/auth?token=no"), timeout=5)
    server.wait_for_log("No valid token found, rejecting handshake")
    assert_in_order(
        server.log_texts(),
        [
            "=== ws_pre_handshake_cb called ===",
            "Requested URI: /auth?token=valid",
            "Valid token found, accepting handshake",
            "=== ws_post_handshake_cb called ===",
            "WebSocket connection established for URI: /auth?token=valid",
            "=== ws_pre_handshake_cb called ===",
            "Requested URI: /auth?token=no",
            "No valid token found, rejecting handshake",
        ],
    )


def test_a_client_cannot_write_log_lines(start):
    server = start()
    ws = websocket.create_connection(server.url("/ws"), timeout=5)
    ws.send("a\r\nI (1) ws_echo_server: forged\x1b[2J")
    ws.recv()
    ws.close()
    server.wait_for_log(r"Got packet with message: a\r\nI (1) ws_echo_server: forged\u{1b}[2J")
    assert "forged" not in server.log_texts()


def test_at_debug_one_connection_can_be_followed_through_every_stage(start):
    server = start(log="debug")
    with server.upgrade("/ws") as client:
        client.send(frame(0x81, b"Trigger async"))
        assert client.frame() == (0x81, b"Async data")
        client.send(frame(0x88, b"\x03\xe8"))
        assert client.close_code() == 1000
    server.wait_for_log("#0.0 closed", tag="dunlin")
    stages = [
        r"#0\.0 accepted from 127\.0\.0\.1:\d+",
        r"#0\.0 request head received: \d+ octets, GET /ws",
        r"#0\.0 route matched: /ws",
        r'#0\.0 handshake: key "dGhlIHNhbXBsZSBub25jZQ==", accept value s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=',
        r"#0\.0 frame received: Text, 13 octets",
        r"#0\.0 job queued: message",
        r"#0\.0 job run: message, Done",
        r"#0\.0 frame received: Close, 2 octets",
        r"#0\.0 websocket ended: ByPeer\(.*1000.*\)",
        r"#0\.0 closed",
    ]
    texts = iter(server.log_texts("dunlin"))
    for stage in stages:
        assert any(re.fullmatch(stage, text) for text in texts), f"{stage} in {server.log_texts('dunlin')}"
