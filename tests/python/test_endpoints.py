"""Each endpoint, with two well-known Python clients."""

import os

import pytest
import websocket
from websockets.sync.client import connect as websockets_connect

SIZES = [0, 1, 125, 126, 127, 65535, 65536, 70000]


class WebSocketClient:
    """websocket-client"""

    def __init__(self, url, **options):
        self.ws = websocket.create_connection(url, timeout=10, **options)

    def echo(self, message):
        if isinstance(message, str):
            self.ws.send(message)
        else:
            self.ws.send_binary(message)
        opcode, data = self.ws.recv_data()
        return data.decode() if opcode == websocket.ABNF.OPCODE_TEXT else data

    def receive(self):
        return self.ws.recv()

    @property
    def subprotocol(self):
        return self.ws.subprotocol

    def close(self):
        self.ws.close()


class Websockets:
    """websockets"""

    def __init__(self, url, **options):
        self.ws = websockets_connect(url, compression=None, max_size=2**25, **options)

    def echo(self, message):
        self.ws.send(message)
        return self.ws.recv(10)

    def receive(self):
        return self.ws.recv(10)

    @property
    def subprotocol(self):
        return self.ws.subprotocol

    def close(self):
        self.ws.close()


@pytest.fixture(params=[WebSocketClient, Websockets])
def client(request):
    clients = []

    def connect(url, **options):
        clients.append(request.param(url, **options))
        return clients[-1]

    yield connect
    for each in clients:
        each.close()


@pytest.mark.parametrize("path", ["/ws", "/ws_partial", "/auth?token=valid", "/echo"])
def test_text_and_binary_come_back_with_their_type(server, client, path):
    ws = client(server.url(path))
    if path.startswith("/auth"):
        assert ws.receive() == "Welcome to the WebSocket Echo Server (post-handshake)!"
    for size in SIZES:
        text = ("Grüße " * size)[:size]
        assert ws.echo(text) == text
        binary = os.urandom(size)
        assert ws.echo(binary) == binary


def test_echo_takes_messages_of_16_mib(server, client):
    ws = client(server.url("/echo"))
    message = os.urandom(16 * 2**20)
    assert ws.echo(message) == message


def test_ws_partial_streams_a_mebibyte(server):
    # 16,384 fragments are more than websockets takes.
    ws = WebSocketClient(server.url("/ws_partial"))
    message = os.urandom(2**20)
    assert ws.echo(message) == message
    ws.close()


@pytest.mark.parametrize("text", ["Trigger async", "Trigger async please"])
def test_a_triggered_job_answers_instead_of_the_echo(server, client, text):
    ws = client(server.url("/ws"))
    assert ws.echo(text) == "Async data"
    assert ws.echo("and on") == "and on"


def test_only_the_beginning_of_a_text_triggers(server, client):
    ws = client(server.url("/ws"))
    for text in [" Trigger async", "trigger async", "a Ping"]:
        assert ws.echo(text) == text
    assert ws.echo(b"Trigger async") == b"Trigger async"


def test_a_ping_is_answered_with_the_same_payload(server):
    for path in ["/ws", "/echo", "/ws_partial"]:
        ws = websocket.create_connection(server.url(path), timeout=5)
        for payload in [b"", b"payload", bytes(range(125))]:
            ws.send(payload, websocket.ABNF.OPCODE_PING)
            frame = ws.recv_frame()
            assert (frame.opcode, frame.data) == (websocket.ABNF.OPCODE_PONG, payload)
        ws.close()


def test_a_pong_comes_back_on_ws_and_nowhere_else(server):
    ws = websocket.create_connection(server.url("/ws"), timeout=5)
    ws.pong(b"unasked")
    frame = ws.recv_frame()
    assert (frame.opcode, frame.data) == (websocket.ABNF.OPCODE_PONG, b"unasked")
    ws.close()
    ws = websocket.create_connection(server.url("/echo"), timeout=5)
    ws.pong(b"unasked")
    ws.send("next")
    assert ws.recv_frame().data == b"next"
    ws.close()


def test_text_that_begins_with_ping_makes_the_server_ping(server):
    ws = websocket.create_connection(server.url("/ws"), timeout=5)
    ws.send("Ping me")
    frame = ws.recv_frame()
    assert (frame.opcode, frame.data) == (websocket.ABNF.OPCODE_PING, b"")
    ws.close()


def fragments(ws):
    """Opcodes, FIN bits and lengths of the frames of one message."""
    seen = []
    while not seen or not seen[-1][1]:
        frame = ws.recv_frame()
        seen.append((frame.opcode, frame.fin, len(frame.data)))
    return seen


def test_ws_partial_answers_in_fragments_of_64(server):
    ws = websocket.create_connection(server.url("/ws_partial"), timeout=5)
    ws.send("x" * 200)
    assert fragments(ws) == [(1, 0, 64), (0, 0, 64), (0, 0, 64), (0, 1, 8)]
    ws.send_binary(b"x" * 128)
    assert fragments(ws) == [(2, 0, 64), (0, 1, 64)]
    ws.send("")
    assert fragments(ws) == [(1, 1, 0)]
    ws.send_frame(websocket.ABNF.create_frame("a" * 100, websocket.ABNF.OPCODE_TEXT, fin=0))
    ws.send_frame(websocket.ABNF.create_frame("b" * 10, websocket.ABNF.OPCODE_CONT, fin=1))
    assert fragments(ws) == [(1, 0, 64), (0, 0, 36), (0, 1, 10)]
    ws.close()


@pytest.mark.parametrize("query", ["?token=valid", "?a=b&token=valid&c", "?to%6Ben=v%61lid"])
def test_auth_admits_with_the_token(server, client, query):
    ws = client(server.url("/auth" + query))
    assert ws.receive() == "Welcome to the WebSocket Echo Server (post-handshake)!"
    assert ws.echo("hello") == "hello"


@pytest.mark.parametrize("query", ["", "?token=invalid", "?token=validx", "?xtoken=valid", "?a=token=valid", "?token"])
def test_auth_refuses_without_the_token(server, query):
    with pytest.raises(websocket.WebSocketBadStatusException) as refused:
        websocket.create_connection(server.url("/auth" + query), timeout=5)
    assert refused.value.status_code == 401
    assert b"token" in refused.value.resp_body


@pytest.mark.parametrize("path", ["/ws", "/ws_partial", "/auth?token=valid", "/echo"])
def test_the_subprotocol_chat_is_spoken_and_no_other(server, client, path):
    assert client(server.url(path), subprotocols=["superchat", "chat"]).subprotocol == "chat"
    assert client(server.url(path)).subprotocol is None


@pytest.mark.parametrize("path", ["/ws", "/ws_partial", "/auth?token=valid", "/echo"])
def test_a_client_that_asks_only_for_others_connects_without_one(server, path):
    # websocket-client gives up by itself in that case.
    ws = Websockets(server.url(path), subprotocols=["superchat", "chatter"])
    assert ws.subprotocol is None
    ws.close()
