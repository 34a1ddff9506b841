//! Hosts and ports (RFC 3986 section 3.2, without userinfo).

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
            .is_some_and(|address| is_ipv6(address.as_bytes())),
        None => !host.is_empty() && is_name(host.as_bytes()),
    }
}

/// Whether a text is an address of IP version 6 (RFC 3986 section 3.2.2).
///
/// Smaller than the parser in `core`, which finds the address as well.
fn is_ipv6(address: &[u8]) -> bool {
    let (mut rest, mut has_gap) = match address.strip_prefix(b"::") {
        Some(rest) => (rest, true),
        None => (address, false),
    };
    let mut groups = 0;
    while !(rest.is_empty() && has_gap) {
        let is_digit = |octet: &&u8| octet.is_ascii_hexdigit();
        let digits = rest.iter().take_while(is_digit).count();
        let behind = rest.get(digits..).unwrap_or_default();
        if behind.starts_with(b".") && is_ipv4(rest) {
            groups += 2;
            break;
        }
        if digits == 0 || digits > 4 {
            return false;
        }
        groups += 1;
        rest = match behind {
            [] => break,
            [b':', b':', tail @ ..] if !has_gap => {
                has_gap = true;
                tail
            }
            // What follows a single colon is not empty, even behind a gap.
            [b':', tail @ ..] if !tail.is_empty() => tail,
            _ => return false,
        };
    }
    if has_gap { groups < 8 } else { groups == 8 }
}

fn is_ipv4(address: &[u8]) -> bool {
    let is_octet = |part: &[u8]| match part {
        [b'0'] => true,
        [b'1'..=b'9', ..] => is_number(part, 255),
        _ => false,
    };
    let mut parts = address.split(|&octet| octet == b'.');
    let four = [(); 4].iter().all(|()| parts.next().is_some_and(is_octet));
    four && parts.next().is_none()
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
    is_number(digits.as_bytes(), u16::MAX.into())
}

/// Whether octets are digits of a number that is not above the greatest, or
/// none at all.
fn is_number(digits: &[u8], greatest: u32) -> bool {
    let mut number = 0;
    digits.iter().all(|digit| {
        number = number * 10 + u32::from(digit.wrapping_sub(b'0'));
        digit.is_ascii_digit() && number <= greatest
    })
}

#[cfg(test)]
mod tests {
    use super::is_ipv6;
    use core::net::Ipv6Addr;
    use proptest::prelude::*;
    use std::string::String;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]

        #[test]
        fn an_address_is_what_the_standard_library_reads_as_one(
            text in prop_oneof![
                "(:{1,2}[0-9a-f]{1,4}){0,9}(:{1,2}|[.:](1?[0-9]{1,2}[.]){3}2[0-9]{1,2})?",
                "[0-9a-fA-F]{0,5}(:{1,2}[0-9a-f]{1,4}){0,8}:{0,2}([0-9.]{0,9})?",
                "((0|1|f1):){6}([.]?(0|00|1|25[4-6])){0,5}",
                "[0-9a-g:.]{0,12}",
            ],
        ) {
            let text: String = text;
            prop_assert_eq!(is_ipv6(text.as_bytes()), text.parse::<Ipv6Addr>().is_ok(), "{}", text);
        }
    }
}
