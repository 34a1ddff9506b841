"""Ten thousand at once."""

import resource
import socket

from server import frame, upgrade_request

COUNT = 10_000


def test_10_000_connections_are_open_at_once_and_all_echo(start):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    assert hard > COUNT + 1000, "the system's limit of open files"
    server = start("--max-connections", str(COUNT), log="off")
    empty = server.resident()
    streams = []
    try:
        request = upgrade_request("/echo")
        for _ in range(COUNT):
            stream = socket.create_connection((server.host, server.port), timeout=10)
            stream.sendall(request)
            streams.append(stream)
        for stream in streams:
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                head += stream.recv(1000)
            assert head.startswith(b"HTTP/1.1 101 ")
        each = (server.resident() - empty) / COUNT
        print(f"{each:.0f} resident octets per idle connection")
        assert each < 400
        for number, stream in enumerate(streams):
            stream.sendall(frame(0x82, b"%06d" % number))
        for number, stream in enumerate(streams):
            assert stream.recv(100) == b"\x82\x06%06d" % number
        with server.connect() as late:
            late.send(request)
            assert late.response_head()[0] == 503
        streams.pop().close()
        with server.connect() as client:
            client.send(b"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
            assert client.response_head()[0] in (200, 503)
    finally:
        for stream in streams:
            stream.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
