//! Who a client says it is: the Basic scheme (RFC 7617).

use super::octet;
use crate::base64;
use core::hint::black_box;

/// The user and the password of an `Authorization` value of the Basic scheme
/// (RFC 7617 section 2), decoded into `buffer`.
///
/// Three octets of it are needed for each four of the value. `None` for another
/// scheme, for what is not base64 in its only form, not UTF-8, has no colon or
/// has control characters, and for what is more than `buffer` holds. The user
/// ends at the first colon.
pub fn basic_credentials<'o>(value: &[u8], buffer: &'o mut [u8]) -> Option<(&'o str, &'o str)> {
    let (scheme, behind) = value.split_at_checked(SCHEME.len())?;
    let (b' ', token) = behind.split_first().map(|(first, tail)| (*first, tail))? else {
        return None;
    };
    if !octet::is_same_name(scheme, SCHEME) {
        return None;
    }
    let decoded = base64::decode(octet::trim(token), buffer)?;
    let text = core::str::from_utf8(decoded).ok()?;
    if text.bytes().any(|octet| octet.is_ascii_control()) {
        return None;
    }
    octet::split_once(text, b':')
}

/// Whether the user and the password a client gave are the expected ones.
///
/// Takes as long for a wrong guess as for the right one, so that the time of an
/// answer tells nothing of what was expected: it depends on the length of what
/// was given only.
pub fn credentials_match(given: (&str, &str), expected: (&str, &str)) -> bool {
    let user = differences(given.0.as_bytes(), expected.0.as_bytes());
    let password = differences(given.1.as_bytes(), expected.1.as_bytes());
    black_box(user | password) == 0
}

/// 0 if both are the same.
fn differences(given: &[u8], expected: &[u8]) -> usize {
    let mut found = given.len() ^ expected.len();
    let mut others = expected.iter().chain(core::iter::repeat(&0));
    for octet in given {
        // The compiler must not see that one difference decides.
        let other = others.next().copied().unwrap_or_default();
        found |= usize::from(black_box(octet ^ other));
    }
    found
}

const SCHEME: &[u8] = b"Basic";

#[cfg(test)]
mod tests;
