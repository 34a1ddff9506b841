//! Entity tags (RFC 9110 section 8.8.3).

/// An entity tag of a list, as a client sent it.
///
/// ```
/// use dunlin_proto::http::EntityTag;
///
/// let tag = EntityTag::parse(b"W/\"v7\"").unwrap();
/// assert!(tag.is_weak());
/// assert!(tag.matches_weakly(EntityTag::parse(b"\"v7\"").unwrap()));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EntityTag<'t> {
    weak: bool,
    /// Without the quotes.
    opaque: &'t [u8],
}

impl<'t> EntityTag<'t> {
    /// The tag of a text that is one, quotes included, and nothing else.
    pub fn parse(text: &'t [u8]) -> Option<Self> {
        let (tag, rest) = Self::take(text)?;
        rest.is_empty().then_some(tag)
    }

    /// Whether it is marked weak: what it names may differ in its octets.
    pub fn is_weak(self) -> bool {
        self.weak
    }

    /// Weak comparison: the marks do not count (RFC 9110 section 8.8.3.2).
    pub fn matches_weakly(self, other: EntityTag<'_>) -> bool {
        self.opaque == other.opaque
    }

    /// Strong comparison: neither may be marked weak.
    pub fn matches_strongly(self, other: EntityTag<'_>) -> bool {
        !self.weak && !other.weak && self.opaque == other.opaque
    }

    /// Takes a tag from the front of a text.
    fn take(text: &'t [u8]) -> Option<(Self, &'t [u8])> {
        let (weak, quoted) = match text {
            [b'W', b'/', rest @ ..] => (true, rest),
            _ => (false, text),
        };
        let inner = quoted.strip_prefix(b"\"")?;
        let end = inner.iter().position(|&octet| !is_tag(octet))?;
        let (opaque, rest) = inner.split_at_checked(end)?;
        let rest = rest.strip_prefix(b"\"")?;
        Some((EntityTag { weak, opaque }, rest))
    }
}

/// The tags of a field value that is a list of them.
///
/// A comma inside quotes is a part of its tag. The list ends at the first member
/// that is no tag: what follows cannot be told apart any more.
#[derive(Clone, Debug)]
pub struct EntityTags<'v> {
    rest: &'v [u8],
}

impl<'v> EntityTags<'v> {
    /// The tags of the value of an `If-Match` or `If-None-Match` field.
    pub fn new(value: &'v [u8]) -> Self {
        EntityTags { rest: value }
    }
}

impl<'v> Iterator for EntityTags<'v> {
    type Item = EntityTag<'v>;

    fn next(&mut self) -> Option<EntityTag<'v>> {
        let list = core::mem::take(&mut self.rest);
        let (tag, rest) = EntityTag::take(skip(list, true))?;
        let rest = skip(rest, false);
        if rest.is_empty() || rest.starts_with(b",") {
            self.rest = rest;
            return Some(tag);
        }
        None
    }
}

/// `text` without the blanks, and perhaps commas, before what comes next.
fn skip(text: &[u8], commas: bool) -> &[u8] {
    let is_between = |octet| matches!(octet, b' ' | b'\t') || (commas && octet == b',');
    let start = text.iter().position(|&octet| !is_between(octet));
    text.get(start.unwrap_or(text.len())..).unwrap_or_default()
}

/// An octet inside the quotes: visible but for the quote, or beyond ASCII.
fn is_tag(octet: u8) -> bool {
    matches!(octet, 0x21 | 0x23..=0x7E | 0x80..)
}

#[cfg(test)]
mod tests;
