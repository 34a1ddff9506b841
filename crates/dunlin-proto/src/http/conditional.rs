//! Conditional requests (RFC 9110 section 13).

use super::range::{ByteRange, RequestedRange, requested_range};
use super::{EntityTag, EntityTags, Fields, HttpDate, Method};

/// What a representation is recognized by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Validators<'v> {
    /// The value of its `ETag` field, quotes included; `None` if it has none.
    pub entity_tag: Option<&'v str>,
    /// When it was modified last, in seconds since 1970-01-01 00:00:00 UTC;
    /// `None` if that is not known, and conditions about it are ignored.
    pub last_modified: Option<u64>,
    /// Whether it cannot have changed twice within that second, so that the date
    /// names its octets (RFC 9110 section 8.8.2.2).
    pub date_is_strong: bool,
}

/// What a request is to be answered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selection {
    /// The whole representation: perform the method.
    Whole,
    /// 206 and this part of it.
    Part(ByteRange),
    /// 304: the client has it.
    NotModified,
    /// 412: what the client has is not what is there. Perform nothing.
    PreconditionFailed,
    /// 416: no part that is asked for is there.
    RangeNotSatisfiable,
}

impl Validators<'_> {
    /// Evaluates the preconditions of a request and then its `Range`, in the order
    /// of RFC 9110 section 13.2.2, for a representation of `length` octets.
    ///
    /// Call it when the answer without them would be 200, and before anything is
    /// changed.
    pub fn select(&self, method: Method, fields: Fields<'_>, length: u64) -> Selection {
        match self.precondition(method, fields) {
            Some(answer) => answer,
            None if method == Method::Get && self.allows_range(fields) => {
                match requested_range(fields, length) {
                    RequestedRange::Whole => Selection::Whole,
                    RequestedRange::Part(range) => Selection::Part(range),
                    RequestedRange::Unsatisfiable => Selection::RangeNotSatisfiable,
                }
            }
            None => Selection::Whole,
        }
    }

    /// The answer where a precondition does not hold: `NotModified` or
    /// `PreconditionFailed`. `None` where all hold: perform the method.
    pub fn precondition(&self, method: Method, fields: Fields<'_>) -> Option<Selection> {
        // Asked here, so that a program without dates has no code for them.
        let is_later = |name| is_later(self.last_modified?, fields, name);
        if fields.contains("if-match") {
            if !self.is_named(fields, "if-match", Comparison::Strong) {
                return Some(Selection::PreconditionFailed);
            }
        } else if is_later("if-unmodified-since") == Some(true) {
            return Some(Selection::PreconditionFailed);
        }
        let reads = matches!(method, Method::Get | Method::Head);
        let is_known = if fields.contains("if-none-match") {
            self.is_named(fields, "if-none-match", Comparison::Weak)
        } else {
            reads && is_later("if-modified-since") == Some(false)
        };
        match (is_known, reads) {
            (false, _) => None,
            (true, true) => Some(Selection::NotModified),
            (true, false) => Some(Selection::PreconditionFailed),
        }
    }

    /// Whether `If-Range` lets a range be sent: it is missing, or names exactly
    /// this representation (RFC 9110 section 13.1.5).
    pub fn allows_range(&self, fields: Fields<'_>) -> bool {
        let mut values = fields.get_all("if-range");
        match (values.next(), values.next()) {
            (None, _) => true,
            (Some(value), None) => match EntityTag::parse(value) {
                Some(tag) => self.tag().is_some_and(|own| own.matches_strongly(tag)),
                None => self.is_dated(value),
            },
            _ => false,
        }
    }

    /// Whether a date is the one of the representation and tells its octets.
    fn is_dated(&self, value: &[u8]) -> bool {
        match self.last_modified {
            Some(own) if self.date_is_strong => date(value) == Some(own),
            _ => false,
        }
    }

    fn tag(&self) -> Option<EntityTag<'_>> {
        EntityTag::parse(self.entity_tag?.as_bytes())
    }

    /// Whether a field names this representation, by its tag or with `*`.
    fn is_named(&self, fields: Fields<'_>, name: &str, comparison: Comparison) -> bool {
        let own = self.tag();
        let is_own = |tag: EntityTag<'_>| match comparison {
            Comparison::Strong => own.is_some_and(|own| own.matches_strongly(tag)),
            Comparison::Weak => own.is_some_and(|own| own.matches_weakly(tag)),
        };
        fields
            .get_all(name)
            .any(|value| value == b"*" || EntityTags::new(value).any(is_own))
    }
}

/// Whether a representation was modified after the date of a field; `None` where the
/// field is missing, repeated or no date, and to be ignored.
fn is_later(modified: u64, fields: Fields<'_>, name: &str) -> Option<bool> {
    let mut values = fields.get_all(name);
    let (Some(value), None) = (values.next(), values.next()) else {
        return None;
    };
    Some(modified > date(value)?)
}

/// How entity tags are compared (RFC 9110 section 8.8.3.2).
#[derive(Clone, Copy)]
enum Comparison {
    Strong,
    Weak,
}

fn date(value: &[u8]) -> Option<u64> {
    HttpDate::parse(core::str::from_utf8(value).ok()?)
}

#[cfg(test)]
mod tests;
