//! Names of files.

use core::ops::Deref;
use dunlin::percent_decode_str;
use heapless::String;

/// A name that leads nowhere else than to a file of its storage: without slashes,
/// control characters and a dot at its beginning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name(String<LONGEST>);

impl Name {
    /// The name that a segment of a path stands for; `None` if it is none, or longer
    /// than 64 octets.
    pub fn decode(segment: &str) -> Option<Self> {
        let mut octets = [0; LONGEST];
        let name = percent_decode_str(segment, &mut octets, false).ok()?;
        let is_wrong = |letter: char| letter.is_control() || matches!(letter, '/' | '\\');
        if name.is_empty() || name.starts_with('.') || name.contains(is_wrong) {
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
pub(crate) const LONGEST: usize = 64;

#[cfg(test)]
mod tests {
    use super::Name;

    #[test]
    fn a_name_is_decoded() {
        for (segment, name) in [
            ("notes.txt", "notes.txt"),
            ("Gr%C3%BC%C3%9Fe%20%26%20mehr", "Grüße & mehr"),
            ("a%252Fb", "a%2Fb"),
            ("a..b", "a..b"),
            ("a+b", "a+b"),
        ] {
            let decoded = Name::decode(segment);
            assert_eq!(decoded.as_deref(), Some(name), "{segment}");
        }
    }

    #[test]
    fn nothing_that_leads_elsewhere_is_a_name() {
        for segment in [
            "", ".", "..", "%2E%2E", ".hidden", "a/b", "..%2Fa", "a%2Fb", "a%5Cb", "a%00", "a%0A",
            "%FF", "%4",
        ] {
            assert_eq!(Name::decode(segment), None, "{segment}");
        }
        assert!(Name::decode(&['x'; 64].iter().collect::<heapless::String<64>>()).is_some());
        assert_eq!(
            Name::decode(&['x'; 65].iter().collect::<heapless::String<65>>()),
            None
        );
    }
}
