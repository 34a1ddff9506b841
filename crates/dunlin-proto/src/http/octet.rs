//! Classes of octets and the scans over them (RFC 9110 section 5).

/// Whether an octet may stand in a token (RFC 9110 section 5.6.2).
#[inline]
pub(super) fn is_token(octet: u8) -> bool {
    // The bitmap ends at 0x7F, so that the bounds check refuses the rest.
    TOKEN
        .get(usize::from(octet >> 5))
        .is_some_and(|word| word >> (octet & 31) & 1 == 1)
}

/// The number of octets at the start of `bytes` that may stand in a token.
#[cfg_attr(target_pointer_width = "32", inline(never))]
#[cfg_attr(target_pointer_width = "64", inline)]
pub(super) fn token_length(bytes: &[u8]) -> usize {
    let end = bytes.iter().position(|&octet| !is_token(octet));
    end.unwrap_or(bytes.len())
}

/// Whether an octet may stand in a field value: visible, blank or obs-text
/// (RFC 9110 section 5.5).
#[inline]
pub(super) fn is_value(octet: u8) -> bool {
    (octet >= b' ' && octet != DELETE) || octet == b'\t'
}

/// Whether an octet may stand in a request target.
///
/// Targets are visible US-ASCII; a fragment never reaches a server, so `#` is
/// refused (RFC 9110 section 7.1).
#[inline]
pub(super) fn is_target(octet: u8) -> bool {
    octet.is_ascii_graphic() && octet != b'#'
}

/// The number of octets at the start of `bytes` that may stand in a field value.
#[cfg_attr(target_pointer_width = "32", inline(never))]
pub(super) fn value_length(bytes: &[u8]) -> usize {
    let mut length = 0;
    loop {
        length += plain_length(bytes.get(length..).unwrap_or_default());
        if bytes.get(length) != Some(&b'\t') {
            return length;
        }
        length += 1;
    }
}

/// `bytes` without the blanks and tabs around it (OWS, RFC 9110 section 5.6.3).
#[cfg_attr(target_pointer_width = "32", inline(never))]
pub(super) fn trim(bytes: &[u8]) -> &[u8] {
    let mut rest = bytes;
    while let [b' ' | b'\t', tail @ ..] = rest {
        rest = tail;
    }
    while let [head @ .., b' ' | b'\t'] = rest {
        rest = head;
    }
    rest
}

/// The trimmed members of a comma-separated list, empty ones included.
pub(super) fn members(list: &[u8]) -> Members<'_> {
    Members { rest: Some(list) }
}

/// The iterator of [`members`].
pub(super) struct Members<'b> {
    rest: Option<&'b [u8]>,
}

impl<'b> Iterator for Members<'b> {
    type Item = &'b [u8];

    fn next(&mut self) -> Option<&'b [u8]> {
        let list = self.rest?;
        let comma = list.iter().position(|&octet| octet == b',');
        let (member, behind) = list.split_at_checked(comma.unwrap_or(list.len()))?;
        self.rest = behind.get(1..);
        Some(trim(member))
    }
}

/// Whether two names are the same but for the case of letters.
///
/// One function for all comparisons, which would each be made into a loop.
#[cfg_attr(target_pointer_width = "32", inline(never))]
pub(super) fn is_same_name(name: &[u8], other: &[u8]) -> bool {
    name.eq_ignore_ascii_case(other)
}

/// What is before and after the first place of an ASCII character in a text.
///
/// Smaller than the search in `core`, which looks for any character.
pub(super) fn split_once(text: &str, octet: u8) -> Option<(&str, &str)> {
    let place = text.bytes().position(|other| other == octet)?;
    let (before, behind) = text.split_at_checked(place)?;
    Some((before, behind.get(1..)?))
}

/// Takes what is before the first place of an octet off `rest`, and the octet;
/// all of it if there is none.
#[cfg_attr(target_pointer_width = "32", inline(never))]
pub(super) fn take_until<'b>(rest: &mut &'b [u8], octet: u8) -> &'b [u8] {
    let place = rest.iter().position(|&other| other == octet);
    let (taken, behind) = rest
        .split_at_checked(place.unwrap_or(rest.len()))
        .unwrap_or_default();
    *rest = behind.get(1..).unwrap_or_default();
    taken
}

/// The part of a text with so many separators before it; empty behind the last.
pub(super) const fn nth(text: &str, separator: u8, index: usize) -> &str {
    let octets = text.as_bytes();
    let mut rest = index;
    let mut start = 0;
    let mut end = 0;
    while end < octets.len() {
        if octets[end] == separator {
            if rest == 0 {
                break;
            }
            rest -= 1;
            start = end + 1;
        }
        end += 1;
    }
    if rest > 0 {
        return "";
    }
    let (front, _) = match text.split_at_checked(end) {
        Some(parts) => parts,
        None => return "",
    };
    match front.split_at_checked(start) {
        Some((_, part)) => part,
        None => "",
    }
}

/// The value of a hexadecimal digit of either case.
#[inline]
pub(super) fn hex_digit(octet: u8) -> Option<u8> {
    match octet {
        b'0'..=b'9' => Some(octet - b'0'),
        b'a'..=b'f' => Some(octet - b'a' + 10),
        b'A'..=b'F' => Some(octet - b'A' + 10),
        _ => None,
    }
}

/// `bytes` as text, empty if it isn't UTF-8.
///
/// For octets that are known to be US-ASCII already.
pub(super) fn ascii(bytes: &[u8]) -> &str {
    core::str::from_utf8(bytes).unwrap_or_default()
}

/// The number of octets at the start of `bytes` before the first control.
fn plain_length(bytes: &[u8]) -> usize {
    // Values are most of a head, so they are looked at a word at a time; a short
    // word would be put together from octets, which gains nothing.
    let mut rest = bytes;
    let mut length = 0;
    while WORD > 4
        && let Some((word, tail)) = rest.split_first_chunk::<WORD>()
    {
        let controls = controls(usize::from_le_bytes(*word));
        if controls != 0 {
            return length + (controls.trailing_zeros() / 8) as usize;
        }
        length += WORD;
        rest = tail;
    }
    length
        + rest
            .iter()
            .position(|&octet| octet < b' ' || octet == DELETE)
            .unwrap_or(rest.len())
}

/// Marks controls in a little-endian word by the high bit of their octet.
///
/// Only the lowest mark is reliable: a subtraction may borrow from the octet
/// above one that is a control.
#[inline]
fn controls(word: usize) -> usize {
    let below_blank = word.wrapping_sub(ONES * b' ' as usize) & !word;
    let delete = word ^ (ONES * DELETE as usize);
    let is_delete = delete.wrapping_sub(ONES) & !delete;
    (below_blank | is_delete) & (ONES << 7)
}

const fn token_bitmap() -> [u32; 4] {
    let mut bitmap = [0; 4];
    let mut octet = 0;
    while octet < 128 {
        if (octet as u8).is_ascii_alphanumeric() {
            bitmap[octet / 32] |= 1 << (octet % 32);
        }
        octet += 1;
    }
    let mut rest: &[u8] = b"!#$%&'*+-.^_`|~";
    while let [octet, tail @ ..] = rest {
        bitmap[(*octet / 32) as usize] |= 1 << (*octet % 32);
        rest = tail;
    }
    bitmap
}

const TOKEN: [u32; 4] = token_bitmap();
const WORD: usize = size_of::<usize>();
const ONES: usize = usize::MAX / 0xFF;
const DELETE: u8 = 0x7F;

#[cfg(test)]
mod tests;
