"""The cable between a board and QEMU's network, in the test's hands: it loses the
frames of chosen clients, and has a peer of its own, which can begin a TCP
handshake and leave it at that."""

import socket
import struct
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue

FIN, SYN, PSH, ACK = 0x01, 0x02, 0x08, 0x10

BOARD = (bytes.fromhex("525400123456"), bytes([10, 0, 2, 15]))
PEER = (bytes.fromhex("020000000077"), bytes([10, 0, 2, 77]))
ARP, IPV4, TCP = 0x0806, 0x0800, 6
WINDOW = 8192
TIMEOUT = 5.0
LONGEST_FRAME = 2048


@dataclass(frozen=True)
class Segment:
    """A TCP segment from the board."""

    port: int
    sequence: int
    acknowledged: int
    flags: int
    payload: bytes


class Cable:
    """What lies between the board's network device and QEMU's network `user`."""

    def __init__(self, folder: Path):
        self._board = End(folder, "board")
        self._network = End(folder, "network")
        self._lost: frozenset[int] = frozenset()
        self.peer = Peer(self._board.send)

    def arguments(self) -> tuple[str, ...]:
        """What QEMU is given for it."""
        return (
            *("-netdev", f"dgram,id=n0,{self._board.argument}"),
            *("-netdev", f"dgram,id=network,{self._network.argument}"),
            *("-netdev", "hubport,id=port0,hubid=0,netdev=network"),
            *("-netdev", "hubport,id=port1,hubid=0,netdev=user"),
        )

    def lose(self, port: int) -> None:
        """From now on nothing arrives that is from, or for, this port of a client."""
        self._lost |= {port}

    def plug_in(self) -> None:
        """Begins to carry frames."""
        self._board.start(self._from_board)
        self._network.start(self._from_network)

    def close(self) -> None:
        # What either still carries goes to the other.
        self._board.stop()
        self._network.stop()
        self._board.close()
        self._network.close()

    def _from_board(self, frame: bytes) -> None:
        if not self.peer.takes(frame) and not self._loses(frame):
            self._network.send(frame)

    def _from_network(self, frame: bytes) -> None:
        if not self._loses(frame):
            self._board.send(frame)

    def _loses(self, frame: bytes) -> bool:
        return bool(self._lost and self._lost.intersection(tcp_ports(frame)))


class End:
    """An end of the cable: a socket that frames go to and come from."""

    def __init__(self, folder: Path, name: str):
        self._own, self._qemu = folder / name, folder / f"qemu-{name}"
        self.argument = (
            f"local.type=unix,local.path={self._qemu},remote.type=unix,remote.path={self._own}"
        )
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(self._own))
        self._thread: threading.Thread | None = None

    def start(self, forward) -> None:
        self._thread = threading.Thread(target=self._carry, args=(forward,))
        self._thread.start()

    def send(self, frame: bytes) -> None:
        try:
            self._socket.sendto(frame, str(self._qemu))
        except (ConnectionRefusedError, FileNotFoundError):
            # QEMU has ended.
            pass

    def stop(self) -> None:
        if self._thread:
            # An empty frame, which QEMU never sends, ends the thread.
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as own:
                own.sendto(b"", str(self._own))
            self._thread.join()

    def close(self) -> None:
        self._socket.close()

    def _carry(self, forward) -> None:
        while frame := self._socket.recv(LONGEST_FRAME):
            forward(frame)


class Peer:
    """A peer of the board at the level of segments. Every one is sent as told, and none by
    itself."""

    def __init__(self, send):
        self._send_octets = send
        self._received: Queue[Segment] = Queue()

    def announce(self) -> None:
        """Tells the board where it is: a board looks for no more than one address in a second."""
        self._send_arp(1)

    def connect(self, port: int) -> tuple[int, int]:
        """Opens a connection from a port of its own; returns where the sequence numbers of the
        two sides stand."""
        self.send(port, SYN, 1000)
        answer = self.receive(port)
        assert answer and answer.flags == SYN | ACK, answer
        self.send(port, ACK, 1001, answer.sequence + 1)
        return 1001, answer.sequence + 1

    def send(self, port: int, flags: int, sequence: int, acknowledged: int = 0, payload: bytes = b"") -> None:
        """Sends a segment from a port of its own to the board's port 80."""
        head = struct.pack(">HHIIBBHHH", port, 80, sequence, acknowledged, 5 << 4, flags, WINDOW, 0, 0)
        pseudo = PEER[1] + BOARD[1] + struct.pack(">BBH", 0, TCP, len(head) + len(payload))
        segment = with_checksum(head + payload, 16, pseudo)
        packet = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(segment), 0, 0, 64, TCP, 0) + PEER[1] + BOARD[1]
        self._send_frame(IPV4, with_checksum(packet, 10) + segment)

    def receive(self, port: int, timeout: float = TIMEOUT) -> Segment | None:
        """The next segment for a port of its own, if one comes in time."""
        deadline = time.monotonic() + timeout
        while (left := deadline - time.monotonic()) > 0:
            try:
                segment = self._received.get(timeout=left)
            except Empty:
                break
            if segment.port == port:
                return segment
        return None

    def receive_data(self, port: int) -> bytes:
        """The payload of the next segment that has one."""
        while segment := self.receive(port):
            if segment.payload:
                return segment.payload
        raise AssertionError("nothing came")

    def receive_all(self, port: int, expected: int) -> int:
        """Takes everything that the board sends until it ends; returns where its sequence numbers
        stand then."""
        while segment := self.receive(port):
            assert segment.sequence == expected, segment
            expected += len(segment.payload) + bool(segment.flags & FIN)
            if segment.flags & FIN:
                return expected
        raise AssertionError("the end did not come")

    def takes(self, frame: bytes) -> bool:
        """Whether a frame of the board is for this peer, which then has it."""
        kind = int.from_bytes(frame[12:14], "big")
        if kind == ARP and frame[38:42] == PEER[1]:
            self._send_arp(2)
            return True
        if kind != IPV4 or frame[30:34] != PEER[1]:
            return False
        segment = frame[14 + (frame[14] & 15) * 4 : 14 + int.from_bytes(frame[16:18], "big")]
        _, port, sequence, acknowledged, offset, flags = struct.unpack(">HHIIBB", segment[:14])
        self._received.put(Segment(port, sequence, acknowledged, flags, segment[(offset >> 4) * 4 :]))
        return True

    def _send_arp(self, operation: int) -> None:
        head = struct.pack(">HHBBH", 1, IPV4, 6, 4, operation)
        self._send_frame(ARP, head + PEER[0] + PEER[1] + BOARD[0] + BOARD[1])

    def _send_frame(self, kind: int, payload: bytes) -> None:
        self._send_octets(BOARD[0] + PEER[0] + kind.to_bytes(2, "big") + payload)


def tcp_ports(frame: bytes) -> tuple[int, ...]:
    """The two ports of a frame with a TCP segment."""
    if frame[12:14] != IPV4.to_bytes(2, "big") or frame[23] != TCP:
        return ()
    return struct.unpack_from(">HH", frame, 14 + (frame[14] & 15) * 4)


def with_checksum(octets: bytes, place: int, pseudo: bytes = b"") -> bytes:
    """With the checksum of RFC 1071 in its place."""
    summed = pseudo + octets + bytes(len(octets) % 2)
    total = sum(struct.unpack(f">{len(summed) // 2}H", summed))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return octets[:place] + (~total & 0xFFFF).to_bytes(2, "big") + octets[place + 2 :]
