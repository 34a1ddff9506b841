//! Cookies of a request (RFC 6265 section 4.2).

use super::{Fields, octet};

/// The names and values of all cookies, in the order received.
///
/// Goes over all Cookie fields. Values are as received, quotes included. What has
/// no `=`, an empty name or isn't UTF-8 is left out. A name may occur more than
/// once; which comes first is up to the client.
pub fn cookies<'b>(fields: Fields<'b>) -> impl Iterator<Item = (&'b str, &'b str)> {
    fields
        .get_all("cookie")
        .flat_map(|value| value.split(|&octet| octet == b';'))
        .filter_map(pair)
}

fn pair(pair: &[u8]) -> Option<(&str, &str)> {
    let text = core::str::from_utf8(octet::trim(pair)).ok()?;
    let (name, value) = octet::split_once(text, b'=')?;
    let (name, value) = (name.trim_ascii_end(), value.trim_ascii_start());
    (!name.is_empty()).then_some((name, value))
}

#[cfg(test)]
mod tests;
