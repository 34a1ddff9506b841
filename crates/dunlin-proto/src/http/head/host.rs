//! Hosts and ports (RFC 3986 section 3.2, without userinfo).

use super::super::octet;

/// What a valid `host [ ":" port ]` has, with a host that isn't empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Authority {
    /// A host alone.
    Host,
    /// A host and a colon, with or without the digits of a port.
    HostAndPort,
}

impl Authority {
    /// Reads an authority; `None` if it isn't valid.
    ///
    /// A registered name is refused if it has a comma: RFC 3986 allows it, but no
    /// host has one, and a list of hosts must not pass for a host. A port may be
    /// empty but not above 65535.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut rest = text.as_bytes();
        let valid = match rest.strip_prefix(b"[") {
            // A later version of IP than 6 has no literals in use.
            Some(literal) => {
                rest = literal;
                let address = octet::take_until(&mut rest, b']');
                // The port begins at the first colon behind the address.
                let behind = literal.split_at_checked(address.len())?.1;
                matches!(behind, [b']'] | [b']', b':', ..])
                    && octet::take_until(&mut rest, b':').is_empty()
                    && is_ipv6(address)
            }
            None => is_name(octet::take_until(&mut rest, b':')),
        };
        (valid && is_port(rest)).then_some(if rest.is_empty() {
            Authority::Host
        } else {
            Authority::HostAndPort
        })
    }
}

/// Whether a text is an address of IP version 6 (RFC 3986 section 3.2.2).
///
/// Smaller than the parser in `core`, which finds the address as well.
fn is_ipv6(address: &[u8]) -> bool {
    let (mut groups, mut digits, mut colons) = (0, 0, 0);
    let mut has_gap = false;
    for (at, octet) in address.iter().enumerate() {
        match octet {
            b':' if digits > 0 => {
                groups += 1;
                (digits, colons) = (0, 1);
            }
            b':' if at == 0 => colons = 1,
            b':' if colons == 1 && !has_gap => (has_gap, colons) = (true, 2),
            b'.' => {
                let ipv4 = address.get(at.wrapping_sub(digits)..).unwrap_or_default();
                groups += 1;
                digits = usize::from(is_ipv4(ipv4));
                colons = 0;
                break;
            }
            // A single colon at the beginning is followed by another one.
            _ if digits == 4 || (colons == 1 && groups == 0) => return false,
            octet if octet.is_ascii_hexdigit() => digits += 1,
            _ => return false,
        }
    }
    match digits {
        0 if colons < 2 => return false,
        0 => {}
        _ => groups += 1,
    }
    if has_gap { groups < 8 } else { groups == 8 }
}

fn is_ipv4(address: &[u8]) -> bool {
    let (mut number, mut digits, mut dots) = (0, 0, 0);
    for octet in address {
        match octet {
            // No number begins with 0 but 0 itself.
            b'0'..=b'9' if digits == 0 || number > 0 => {
                number = number * 10 + u32::from(octet - b'0');
                digits += 1;
            }
            b'.' if digits > 0 => {
                dots += 1;
                (number, digits) = (0, 0);
            }
            _ => return false,
        }
        if number > 255 {
            return false;
        }
    }
    dots == 3 && digits > 0
}

/// Whether there are octets, and all may stand in a registered name.
fn is_name(name: &[u8]) -> bool {
    // Digits still to come behind a percent sign.
    let mut digits = 0;
    for octet in name {
        match octet {
            _ if digits > 0 && octet.is_ascii_hexdigit() => digits -= 1,
            _ if digits > 0 => return false,
            b'%' => digits = 2,
            b'-' | b'.' | b'_' | b'~' => {}
            b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b';' | b'=' => {}
            other if other.is_ascii_alphanumeric() => {}
            _ => return false,
        }
    }
    digits == 0 && !name.is_empty()
}

fn is_port(digits: &[u8]) -> bool {
    let mut port = 0;
    digits.iter().all(|digit| {
        port = port * 10 + u32::from(digit.wrapping_sub(b'0'));
        digit.is_ascii_digit() && port <= u32::from(u16::MAX)
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
