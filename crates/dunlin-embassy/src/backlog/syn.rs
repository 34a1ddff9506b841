//! The first segment of a TCP connection, as far as a backlog must know it.

/// A segment that asks for a connection. Two are equal when one is the other,
/// sent again.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Syn {
    /// The port it asks for.
    pub(super) port: u16,
    peer_port: u16,
    /// The peer's address; an IPv4 address fills the first four octets.
    peer: [u8; 16],
}

impl Syn {
    /// Reads a frame. `None` for everything that is not surely the first
    /// segment of a TCP connection: the stack decides about that.
    pub(super) fn parse(frame: &[u8], has_ethernet_header: bool) -> Option<Self> {
        let packet = if has_ethernet_header {
            let (header, packet) = frame.split_first_chunk::<ETHERNET_HEADER>()?;
            let kind = header.last_chunk::<2>()?;
            if *kind != IPV4 && *kind != IPV6 {
                return None;
            }
            packet
        } else {
            frame
        };
        let (peer, segment) = match packet.first()? >> 4 {
            4 => ipv4(packet)?,
            6 => ipv6(packet)?,
            _ => return None,
        };
        let header = segment.first_chunk::<TCP_HEADER>()?;
        let [p0, p1, q0, q1, ..] = *header;
        let flags = header.get(13)? & (SYN | ACK | RST | FIN);
        (flags == SYN).then(|| Self {
            port: u16::from_be_bytes([q0, q1]),
            peer_port: u16::from_be_bytes([p0, p1]),
            peer,
        })
    }
}

/// The source address and the payload of a packet that is TCP and whole.
fn ipv4(packet: &[u8]) -> Option<([u8; 16], &[u8])> {
    let (header, _) = packet.split_first_chunk::<IPV4_HEADER>()?;
    let fragment = u16::from_be_bytes([*header.get(6)?, *header.get(7)?]);
    let is_fragment = fragment & MORE_AND_OFFSET != 0;
    if is_fragment || *header.get(9)? != TCP {
        return None;
    }
    let mut peer = [0; 16];
    peer.first_chunk_mut::<4>()?
        .copy_from_slice(header.get(12..16)?);
    let length = usize::from(header.first()? & 0x0f) * 4;
    Some((peer, packet.get(length.max(IPV4_HEADER)..)?))
}

/// The same for IPv6, without extension headers.
fn ipv6(packet: &[u8]) -> Option<([u8; 16], &[u8])> {
    let (header, segment) = packet.split_first_chunk::<IPV6_HEADER>()?;
    if *header.get(6)? != TCP {
        return None;
    }
    let peer = header.get(8..24)?.try_into().ok()?;
    Some((peer, segment))
}

const SYN: u8 = 0x02;
const ACK: u8 = 0x10;
const RST: u8 = 0x04;
const FIN: u8 = 0x01;

const TCP: u8 = 6;
const IPV4: [u8; 2] = [0x08, 0x00];
const IPV6: [u8; 2] = [0x86, 0xdd];

const ETHERNET_HEADER: usize = 14;
const IPV4_HEADER: usize = 20;
const IPV6_HEADER: usize = 40;
const TCP_HEADER: usize = 20;

/// The bits of an IPv4 header that only a fragment has.
const MORE_AND_OFFSET: u16 = 0x3fff;

/// The longest frame that is kept: Ethernet, IPv6 and TCP headers with 24
/// octets of options, which is what the systems in use send at most.
pub(super) const MAX_FRAME: usize = 99;
