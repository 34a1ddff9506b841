"""A script for the original example, as its users have them: it knows nothing
of this server. Usage: original_script.py HOST PORT"""

import sys

import websocket


def exercise(host, port):
    ws = websocket.create_connection(f"ws://{host}:{port}/ws", timeout=10)
    for opcode, data in [
        (websocket.ABNF.OPCODE_TEXT, b"Hello Device"),
        (websocket.ABNF.OPCODE_BINARY, b"\x00\x01\x02\xff"),
    ]:
        ws.send(data, opcode)
        assert ws.recv_data(control_frame=True) == (opcode, data)
    ws.ping("are you there")
    assert ws.recv_data_frame(control_frame=True)[1].data == b"are you there"
    ws.send("Trigger async")
    assert ws.recv_data() == (websocket.ABNF.OPCODE_TEXT, b"Async data")
    for _ in range(2):
        ws.send("Ping")
        # The library answers the ping by itself; that pong comes back.
        assert ws.recv_data(control_frame=True)[0] == websocket.ABNF.OPCODE_PING
        assert ws.recv_data(control_frame=True)[0] == websocket.ABNF.OPCODE_PONG
    ws.close()

    ws = websocket.create_connection(f"ws://{host}:{port}/ws_partial", timeout=10)
    ws.send("p" * 200)
    frames = [ws.recv_frame() for _ in range(4)]
    assert [len(frame.data) for frame in frames] == [64, 64, 64, 8]
    assert [frame.opcode for frame in frames] == [1, 0, 0, 0]
    assert [frame.fin for frame in frames] == [0, 0, 0, 1]
    ws.close()

    ws = websocket.create_connection(f"ws://{host}:{port}/auth?token=valid", timeout=10)
    assert ws.recv() == "Welcome to the WebSocket Echo Server (post-handshake)!"
    ws.send("after the handshake")
    assert ws.recv() == "after the handshake"
    ws.close()
    try:
        websocket.create_connection(f"ws://{host}:{port}/auth?token=wrong", timeout=10)
    except websocket.WebSocketBadStatusException as refused:
        assert refused.status_code in (401, 403)
    else:
        raise AssertionError("a wrong token was admitted")


if __name__ == "__main__":
    exercise(sys.argv[1], int(sys.argv[2]))
    print("PASS")
