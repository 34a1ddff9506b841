//! Range requests (RFC 9110 section 14).

use super::{Fields, octet, response::decimal};

/// What a request asks of a body of a known length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestedRange {
    /// All of it, or something that is not understood or not served: answer
    /// as if there was no `Range`.
    Whole,
    /// One part: answer 206 with [`ContentRange::part`].
    Part(ByteRange),
    /// Nothing that is there: answer 416 with [`ContentRange::unsatisfied`].
    Unsatisfiable,
}

/// A part of a body; never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ByteRange {
    first: u64,
    last: u64,
}

impl ByteRange {
    /// The place of the first octet, counted from 0.
    pub fn first(self) -> u64 {
        self.first
    }

    /// The place of the last octet, which is part of it.
    pub fn last(self) -> u64 {
        self.last
    }

    /// The number of octets, at least 1.
    #[expect(clippy::len_without_is_empty, reason = "it is never empty")]
    pub fn len(self) -> u64 {
        (self.last - self.first).saturating_add(1)
    }

    /// The octets of a body that lies in memory; empty if it is shorter than the
    /// one the range was made for.
    pub fn of(self, body: &[u8]) -> &[u8] {
        let place = |number| usize::try_from(number).ok();
        let (Some(first), Some(last)) = (place(self.first), place(self.last)) else {
            return &[];
        };
        body.get(first..=last).unwrap_or_default()
    }
}

/// The part that the `Range` field of a GET request asks of a body of `length`
/// octets; with other methods `Range` means nothing.
///
/// Of several parts that are there, none is chosen: the whole is the answer that
/// serves them all. A unit other than `bytes`, a value that is malformed, and a
/// second `Range` field make it mean nothing.
#[cfg_attr(target_pointer_width = "32", inline(never))]
pub fn requested_range(fields: Fields<'_>, length: u64) -> RequestedRange {
    let mut values = fields.get_all("range");
    let (Some(value), None) = (values.next(), values.next()) else {
        return RequestedRange::Whole;
    };
    range_of(value, length).unwrap_or(RequestedRange::Whole)
}

/// `None` for a value that is no set of byte ranges.
fn range_of(value: &[u8], length: u64) -> Option<RequestedRange> {
    let mut set = value;
    let unit = octet::take_until(&mut set, b'=');
    if !octet::is_same_name(unit, b"bytes") {
        return None;
    }
    let mut found = None;
    let mut there = 0;
    let mut members = 0;
    for member in octet::members(set).filter(|member| !member.is_empty()) {
        members += 1;
        if let Some(range) = read(member, length)? {
            there += 1;
            found = found.or(Some(range));
        }
    }
    match (members, there, found) {
        (0, ..) => None,
        (_, _, None) => Some(RequestedRange::Unsatisfiable),
        (_, 1, Some(Satisfied::Part(range))) => Some(RequestedRange::Part(range)),
        _ => Some(RequestedRange::Whole),
    }
}

/// What of a body a range covers.
#[derive(Clone, Copy)]
enum Satisfied {
    Part(ByteRange),
    /// The last octets of a body that has none, which no range can tell.
    Empty,
}

/// Reads `first-last`, `first-` or `-length`; the outer `None` for anything else,
/// the inner one for what lies beyond the body.
fn read(member: &[u8], length: u64) -> Option<Option<Satisfied>> {
    if !member.contains(&b'-') {
        return None;
    }
    let mut end = member;
    let start = octet::take_until(&mut end, b'-');
    let part = |first, last| Some(Satisfied::Part(ByteRange { first, last }));
    if start.is_empty() {
        let octets = number(end)?;
        return Some(match (octets, length.checked_sub(1)) {
            (0, _) => None,
            (_, None) => Some(Satisfied::Empty),
            (octets, Some(last)) => part(length.saturating_sub(octets), last),
        });
    }
    let first = number(start)?;
    let last = if end.is_empty() {
        u64::MAX
    } else {
        number(end)?
    };
    if last < first {
        return None;
    }
    Some(match length.checked_sub(1) {
        Some(end) if first <= end => part(first, last.min(end)),
        _ => None,
    })
}

/// A number of any digits; beyond 64 bits it is the largest, which is beyond
/// every body too.
#[cfg_attr(target_pointer_width = "32", inline(never))]
fn number(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_u64, |number, digit| {
        let digit = digit.is_ascii_digit().then(|| u64::from(digit - b'0'))?;
        Some(number.saturating_mul(10).saturating_add(digit))
    })
}

/// The value of a `Content-Range` field (RFC 9110 section 14.4).
#[derive(Clone, Copy, Debug)]
pub struct ContentRange {
    text: [u8; CAPACITY],
    length: usize,
}

impl ContentRange {
    /// `bytes first-last/complete`, for a 206.
    pub fn part(range: ByteRange, complete: u64) -> Self {
        let mut value = Self::bytes();
        value.push_number(range.first);
        value.push(b"-");
        value.push_number(range.last);
        value.end(complete)
    }

    /// `bytes */complete`, for a 416.
    pub fn unsatisfied(complete: u64) -> Self {
        let mut value = Self::bytes();
        value.push(b"*");
        value.end(complete)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        octet::ascii(self.text.get(..self.length).unwrap_or_default())
    }

    fn bytes() -> Self {
        let mut value = ContentRange {
            text: [0; CAPACITY],
            length: 0,
        };
        value.push(b"bytes ");
        value
    }

    fn end(mut self, complete: u64) -> Self {
        self.push(b"/");
        self.push_number(complete);
        self
    }

    fn push_number(&mut self, number: u64) {
        self.push(decimal(number, &mut [0; 20]));
    }

    fn push(&mut self, part: &[u8]) {
        let end = self.length + part.len();
        if let Some(place) = self.text.get_mut(self.length..end) {
            place.copy_from_slice(part);
            self.length = end;
        }
    }
}

/// Room for three numbers of 64 bits.
const CAPACITY: usize = "bytes -/".len() + 3 * 20;

#[cfg(test)]
mod tests;
