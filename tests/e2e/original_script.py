"""A script as people have for the original example: it knows the example only,
not this server. Usage: original_script.py ws://host:port"""

import sys

import websocket
from websocket import ABNF

TIMEOUT = 10
CHUNK = 64


def exercise(base: str) -> None:
    echo_and_jobs(base)
    fragments(base)
    authorization(base)


def echo_and_jobs(base: str) -> None:
    ws = websocket.create_connection(f"{base}/ws", timeout=TIMEOUT)
    for opcode in (ABNF.OPCODE_TEXT, ABNF.OPCODE_BINARY):
        ws.send(b"Espressif", opcode)
        expect(ws.recv_data(control_frame=True), (opcode, b"Espressif"))
    ws.ping(b"Espressif")
    expect(ws.recv_data(control_frame=True), (ABNF.OPCODE_PONG, b"Espressif"))
    ws.send("Trigger async")
    expect(ws.recv_data(control_frame=True), (ABNF.OPCODE_TEXT, b"Async data"))
    for _ in range(2):
        ws.send("Ping")
        expect(ws.recv_data(control_frame=True), (ABNF.OPCODE_PING, b""))
        # The library has sent the pong; the endpoint gives it back.
        expect(ws.recv_data(control_frame=True), (ABNF.OPCODE_PONG, b""))
    ws.close()


def fragments(base: str) -> None:
    ws = websocket.create_connection(f"{base}/ws_partial", timeout=TIMEOUT)
    message = bytes(range(48, 98)) * 4
    ws.send(message.decode())
    begin = 0
    while begin < len(message):
        frame = ws.recv_frame()
        chunk = message[begin : begin + CHUNK]
        opcode = ABNF.OPCODE_TEXT if begin == 0 else ABNF.OPCODE_CONT
        begin += CHUNK
        expect((frame.opcode, frame.fin, frame.data), (opcode, int(begin >= len(message)), chunk))
    ws.close()


def authorization(base: str) -> None:
    ws = websocket.create_connection(f"{base}/auth?token=valid", timeout=TIMEOUT)
    expect(ws.recv(), "Welcome to the WebSocket Echo Server (post-handshake)!")
    ws.send("admitted")
    expect(ws.recv(), "admitted")
    ws.close()
    for target in ("/auth", "/auth?token=invalid"):
        try:
            websocket.create_connection(base + target, timeout=TIMEOUT)
        except websocket.WebSocketBadStatusException as refused:
            expect(refused.status_code in (401, 403), True)
        else:
            raise SystemExit(f"{target} was admitted")


def expect(received, wanted) -> None:
    if received != wanted:
        raise SystemExit(f"received {received!r}, wanted {wanted!r}")


if __name__ == "__main__":
    exercise(sys.argv[1])
