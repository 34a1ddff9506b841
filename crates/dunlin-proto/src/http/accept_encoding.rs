//! Choosing a content coding (RFC 9110 section 12.5.3).

use super::{Fields, octet};

/// Whether a client that sent these fields is better served with a body in this
/// coding than with the plain one.
///
/// It has to name the coding, or `*`, with a weight above 0 that is not below that
/// of `identity`. A request without `Accept-Encoding` would take anything, but
/// comes from a client that may be able to decode nothing: it gets the plain body.
/// So does one that refuses everything: the alternative is no answer at all.
///
/// ```
/// # use dunlin_proto::http::{HeadLimits, parse_request_head, prefers_coding};
/// # let limits = HeadLimits { target: 99, head: 999, fields: 9 };
/// let head = b"GET / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: br, gzip;q=0.8\r\n\r\n";
/// # let (head, _) = parse_request_head(head, &limits).unwrap().unwrap();
/// assert!(prefers_coding(head.fields(), "gzip"));
/// assert!(!prefers_coding(head.fields(), "zstd"));
/// ```
pub fn prefers_coding(fields: Fields<'_>, coding: &str) -> bool {
    let weight = coding_weight(fields, coding).unwrap_or(0);
    weight > 0 && weight >= coding_weight(fields, "identity").unwrap_or(0)
}

/// The weight of a coding in thousandths, 0 to 1000, where 0 refuses it; `None`
/// if `Accept-Encoding` names neither it nor `*`.
///
/// Names are compared without case, and `x-gzip` is taken for `gzip`. The first
/// member of a name counts; one with a malformed weight does not.
pub fn coding_weight(fields: Fields<'_>, coding: &str) -> Option<u16> {
    let mut any = None;
    for member in fields.elements("accept-encoding") {
        let mut weight = member.as_bytes();
        let name = octet::trim(octet::take_until(&mut weight, b';'));
        let Some(weight) = read_weight(octet::trim(weight)) else {
            continue;
        };
        if is_coding(name, coding) {
            return Some(weight);
        }
        if name == b"*" {
            any = any.or(Some(weight));
        }
    }
    any
}

fn is_coding(name: &[u8], coding: &str) -> bool {
    octet::is_same_name(name, coding.as_bytes())
        || (coding == "gzip" && octet::is_same_name(name, b"x-gzip"))
}

/// Reads `q=` and a weight of at most three decimals, or nothing, which is 1
/// (RFC 9110 section 12.4.2).
fn read_weight(text: &[u8]) -> Option<u16> {
    let value = match text {
        [] => return Some(WHOLE),
        [b'q' | b'Q', b'=', value @ ..] => value,
        _ => return None,
    };
    let (whole, decimals) = match value {
        [whole @ (b'0' | b'1')] => (whole, &[][..]),
        [whole @ (b'0' | b'1'), b'.', decimals @ ..] if decimals.len() <= 3 => (whole, decimals),
        _ => return None,
    };
    let mut weight = u16::from(whole - b'0') * WHOLE;
    let mut place = WHOLE;
    for digit in decimals {
        place /= 10;
        let digit = digit.is_ascii_digit().then(|| digit - b'0')?;
        weight += u16::from(digit) * place;
    }
    (weight <= WHOLE).then_some(weight)
}

/// The weight 1.
const WHOLE: u16 = 1000;

#[cfg(test)]
mod tests;
