//! Names of people.

use core::ops::Deref;
use dunlin::percent_decode_str;
use heapless::String;

/// A name that can be shown: without control characters, and with something to see.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Name(String<LONGEST>);

impl Name {
    /// The name that stands in a query; `None` if it is none.
    pub(crate) fn decode(encoded: &str) -> Option<Self> {
        let mut octets = [0; 2 * LONGEST];
        let name = percent_decode_str(encoded, &mut octets, true).ok()?.trim();
        if name.is_empty() || name.contains(char::is_control) {
            return None;
        }
        String::try_from(name).ok().map(Self)
    }
}

impl Deref for Name {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

/// Octets of a name.
pub(crate) const LONGEST: usize = 24;

/// What is wrong with one that is none.
pub(crate) const WRONG: &str = "A name has 1 to 24 octets of UTF-8.";

#[cfg(test)]
mod tests {
    use super::Name;

    #[test]
    fn a_name_is_decoded_and_has_no_blanks_around_it() {
        assert_eq!(
            Name::decode("+Gr%C3%BC%C3%9Fe+Ada%20").as_deref(),
            Some("Grüße Ada")
        );
        assert!(Name::decode("xxxxxxxxxxxxxxxxxxxxxxxx").is_some());
    }

    #[test]
    fn what_shows_nothing_or_too_much_is_no_name() {
        for encoded in [
            "",
            "+",
            "%20",
            "%0A",
            "a%00",
            "%FF",
            "xxxxxxxxxxxxxxxxxxxxxxxxx",
        ] {
            assert_eq!(Name::decode(encoded), None, "{encoded}");
        }
    }
}
