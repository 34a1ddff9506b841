//! Queries and percent-encoding (RFC 3986 section 2.1, WHATWG URL section 5).

use core::fmt;

use super::octet;

/// The `key=value` pairs of a query, not decoded.
///
/// Pairs are separated by `&`, empty ones left out; a pair without `=` has an
/// empty value.
pub fn query_pairs(query: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = Some(query);
    let pairs = core::iter::from_fn(move || {
        let (pair, tail) = match octet::split_once(rest?, b'&') {
            Some((pair, tail)) => (pair, Some(tail)),
            None => (rest?, None),
        };
        rest = tail;
        Some(pair)
    });
    pairs
        .filter(|pair| !pair.is_empty())
        .map(|pair| octet::split_once(pair, b'=').unwrap_or((pair, "")))
}

/// The value, not decoded, of the first pair whose decoded key is `key`.
///
/// A `+` in a key of the query stands for a blank.
pub fn query_value<'q>(query: &'q str, key: &str) -> Option<&'q str> {
    query_pairs(query)
        .find(|(encoded, _)| percent_eq(encoded, key, true))
        .map(|(_, value)| value)
}

/// Decodes `input` into `output` and returns the part that was filled.
///
/// With `plus_as_space` a `+` stands for a blank, as in form data. The result may
/// be anything: check it before using it as text or as a path.
///
/// # Errors
///
/// At the first thing that is wrong: a `%` without two hexadecimal digits, or an
/// octet more than `output` holds.
pub fn percent_decode<'o>(
    input: &str,
    output: &'o mut [u8],
    plus_as_space: bool,
) -> Result<&'o [u8], PercentError> {
    let mut length = 0;
    for octet in Octets::new(input, plus_as_space) {
        let octet = octet?;
        *output.get_mut(length).ok_or(PercentError::TooLong)? = octet;
        length += 1;
    }
    Ok(output.get(..length).unwrap_or_default())
}

/// Decodes `input` into `output` and returns it as text.
///
/// With `plus_as_space` a `+` stands for a blank, as in form data. Decoded text may
/// have any character, also `/` and those that are not printable: check it before
/// using it as a path.
///
/// # Errors
///
/// As [`percent_decode`], and [`PercentError::NotText`] for what isn't UTF-8.
pub fn percent_decode_str<'o>(
    input: &str,
    output: &'o mut [u8],
    plus_as_space: bool,
) -> Result<&'o str, PercentError> {
    let octets = percent_decode(input, output, plus_as_space)?;
    core::str::from_utf8(octets).map_err(|_| PercentError::NotText)
}

/// Whether `encoded` stands for `plain`; no if it is malformed.
///
/// With `plus` a `+` in `encoded` stands for a blank. Takes no buffer.
pub fn percent_eq(encoded: &str, plain: &str, plus: bool) -> bool {
    Octets::new(encoded, plus).eq(plain.bytes().map(Ok))
}

/// Why percent-encoded text can't be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PercentError {
    /// The output buffer is too small; use one as long as the input.
    TooLong,
    /// A `%` isn't followed by two hexadecimal digits; refuse the request.
    Malformed,
    /// What is decoded isn't UTF-8; refuse the request, or take the octets with
    /// [`percent_decode`].
    NotText,
}

impl fmt::Display for PercentError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            PercentError::TooLong => "decoded text too long",
            PercentError::Malformed => "malformed percent-encoding",
            PercentError::NotText => "decoded text not UTF-8",
        })
    }
}

impl core::error::Error for PercentError {}

/// The decoded octets of a text.
struct Octets<'i> {
    rest: &'i [u8],
    plus_as_space: bool,
}

impl<'i> Octets<'i> {
    fn new(input: &'i str, plus_as_space: bool) -> Self {
        Octets {
            rest: input.as_bytes(),
            plus_as_space,
        }
    }
}

impl Iterator for Octets<'_> {
    type Item = Result<u8, PercentError>;

    fn next(&mut self) -> Option<Self::Item> {
        let (&first, tail) = self.rest.split_first()?;
        self.rest = tail;
        match first {
            b'%' => Some(self.escaped()),
            b'+' if self.plus_as_space => Some(Ok(b' ')),
            octet => Some(Ok(octet)),
        }
    }
}

impl Octets<'_> {
    /// Takes the two digits behind a `%`.
    fn escaped(&mut self) -> Result<u8, PercentError> {
        let [high, low, tail @ ..] = self.rest else {
            return Err(PercentError::Malformed);
        };
        let high = octet::hex_digit(*high).ok_or(PercentError::Malformed)?;
        let low = octet::hex_digit(*low).ok_or(PercentError::Malformed)?;
        self.rest = tail;
        Ok(high << 4 | low)
    }
}

#[cfg(test)]
mod tests;
