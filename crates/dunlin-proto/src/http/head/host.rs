//! Hosts and ports (RFC 3986 section 3.2, without userinfo).

use core::net::Ipv6Addr;

use super::super::octet;

/// A valid `host [ ":" port ]` with a host that isn't empty.
#[derive(Clone, Copy, Debug)]
pub(super) struct Authority<'b> {
    pub(super) whole: &'b str,
    pub(super) has_port: bool,
}

impl<'b> Authority<'b> {
    /// Reads an authority; `None` if it isn't valid.
    ///
    /// A registered name is refused if it has a comma: RFC 3986 allows it, but no
    /// host has one, and a list of hosts must not pass for a host. A port may be
    /// empty but not above 65535.
    pub(super) fn parse(text: &'b str) -> Option<Self> {
        // The port begins at the first colon behind an address in brackets.
        let address = match text.strip_prefix('[') {
            Some(literal) => octet::split_once(literal, b']')?.0.len() + 2,
            None => 0,
        };
        let behind = text.bytes().skip(address);
        let colon = behind.take_while(|&octet| octet != b':').count();
        let (host, port) = text.split_at_checked(address + colon)?;
        let digits = port.strip_prefix(':').unwrap_or_default();
        (is_host(host) && is_port(digits)).then_some(Authority {
            whole: text,
            has_port: !digits.is_empty(),
        })
    }
}

fn is_host(host: &str) -> bool {
    match host.strip_prefix('[') {
        // A later version of IP than 6 has no literals in use.
        Some(literal) => literal
            .strip_suffix(']')
            .is_some_and(|address| address.parse::<Ipv6Addr>().is_ok()),
        None => !host.is_empty() && is_name(host.as_bytes()),
    }
}

/// Whether all octets may stand in a registered name.
fn is_name(name: &[u8]) -> bool {
    let mut rest = name;
    while let [first, tail @ ..] = rest {
        rest = match (first, tail) {
            (b'%', [high, low, tail @ ..])
                if octet::hex_digit(*high).is_some() && octet::hex_digit(*low).is_some() =>
            {
                tail
            }
            (b'-' | b'.' | b'_' | b'~', tail) => tail,
            (b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b';' | b'=', tail) => tail,
            (other, tail) if other.is_ascii_alphanumeric() => tail,
            _ => return false,
        };
    }
    true
}

fn is_port(digits: &str) -> bool {
    let mut port: u32 = 0;
    for digit in digits.bytes() {
        if !digit.is_ascii_digit() {
            return false;
        }
        port = port * 10 + u32::from(digit - b'0');
        if port > u32::from(u16::MAX) {
            return false;
        }
    }
    true
}
