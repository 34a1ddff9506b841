"""`/ws_partial`: the echo comes in fragments of 64 octets."""

import os

import pytest
import websocket

from wire import BINARY, CONTINUATION, PING, PONG, TEXT, apply_mask


@pytest.fixture
def connection(server):
    with server.connect() as opened:
        opened.open_websocket("/ws_partial")
        yield opened


@pytest.mark.parametrize("opcode", [TEXT, BINARY], ids=["text", "binary"])
def test_200_octets_come_back_as_fragments_of_64_64_64_and_8(server, opcode):
    client = websocket.create_connection(server.websocket_url("/ws_partial"), timeout=5)
    payload = b"x" * 200
    client.send(payload, opcode)
    frames = [client.recv_frame() for _ in range(4)]
    client.shutdown()
    assert [len(part.data) for part in frames] == [64, 64, 64, 8]
    assert [part.opcode for part in frames] == [opcode, CONTINUATION, CONTINUATION, CONTINUATION]
    assert [part.fin for part in frames] == [0, 0, 0, 1]
    assert b"".join(part.data for part in frames) == payload


@pytest.mark.parametrize("length, fragments", [(0, [0]), (1, [1]), (64, [64]), (65, [64, 1]), (128, [64, 64])])
@pytest.mark.parametrize("opcode", [TEXT, BINARY], ids=["text", "binary"])
def test_a_message_is_cut_every_64_octets_and_ends_with_its_last(connection, opcode, length, fragments):
    connection.send_frame(opcode, b"y" * length)
    parts = connection.read_fragments()
    assert [len(part.payload) for part in parts] == fragments
    assert parts[0].opcode == opcode


def test_a_fragment_comes_back_before_the_rest_of_its_message_is_sent(connection):
    key, payload = os.urandom(4), os.urandom(200)
    masked = apply_mask(key, payload)
    connection.send(bytes([0x82, 0xFE]) + (200).to_bytes(2, "big") + key + masked[:64])
    first = connection.read_frame()
    assert (first.opcode, first.fin, first.payload) == (BINARY, False, payload[:64])
    connection.send(masked[64:100])
    connection.send(masked[100:128])
    second = connection.read_frame()
    assert (second.opcode, second.fin, second.payload) == (CONTINUATION, False, payload[64:128])
    connection.send(masked[128:])
    assert connection.read_frame().payload == payload[128:192]
    last = connection.read_frame()
    assert (last.fin, last.payload) == (True, payload[192:])


@pytest.mark.parametrize("opcode", [TEXT, BINARY], ids=["text", "binary"])
def test_a_fragmented_message_comes_back_as_one_message(connection, opcode):
    pieces = [b"a" * 100, b"", b"b" * 30, b"c" * 64, b"d"]
    for index, piece in enumerate(pieces):
        connection.send_frame(opcode if index == 0 else 0, piece, fin=index == len(pieces) - 1)
    parts = connection.read_fragments()
    assert parts[0].opcode == opcode
    assert max(len(part.payload) for part in parts) <= 64
    assert b"".join(part.payload for part in parts) == b"".join(pieces)


def test_a_character_may_be_cut_by_a_fragment(connection):
    text = ("x" * 63 + "é" + "\U0001f427" * 30).encode()
    connection.send_frame(TEXT, text)
    assert connection.read_message() == (TEXT, text)


def test_a_message_cut_at_every_octet_comes_back(connection):
    for octet in b"\x81\xfe\x00\xc8" + bytes(4) + b"z" * 200:
        connection.send(bytes([octet]))
    assert [len(part.payload) for part in connection.read_fragments()] == [64, 64, 64, 8]


def test_a_ping_is_answered_between_the_fragments(connection):
    connection.send_frame(BINARY, b"x" * 64, fin=False)
    connection.send_frame(PING, b"now")
    assert len(connection.read_frame().payload) == 64
    pong = connection.read_frame()
    assert (pong.opcode, pong.payload) == (PONG, b"now")
    connection.send_frame(CONTINUATION, b"x")
    last = connection.read_frame()
    assert (last.opcode, last.fin, last.payload) == (CONTINUATION, True, b"x")
