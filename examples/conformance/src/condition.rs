//! Preconditions (RFC 9110 section 13).

use crate::Conformance;
use dunlin::{Method, Request};

/// What the preconditions of a request lead to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// There are none, or they hold.
    Perform,
    /// 304: the client has what it asks for.
    NotModified,
    /// 412.
    Failed,
}

/// Evaluates `If-Match` and `If-None-Match` against a strong entity tag, in
/// the order of RFC 9110 section 13.2.2. The conditions about dates do not
/// count where no date of modification is known.
pub(crate) fn evaluate(request: &Request<'_, Conformance>, tag: &str) -> Outcome {
    let fields = request.head().fields();
    if fields.contains("if-match") && !names(request, "if-match", tag, false) {
        return Outcome::Failed;
    }
    if !names(request, "if-none-match", tag, true) {
        return Outcome::Perform;
    }
    match request.method() {
        Method::Get | Method::Head => Outcome::NotModified,
        _ => Outcome::Failed,
    }
}

/// Whether a condition names the tag, by itself or with `*`. Compared weakly, a
/// tag that is marked weak is the same as one that is not.
fn names(request: &Request<'_, Conformance>, field: &str, tag: &str, weakly: bool) -> bool {
    let mut values = request.head().fields().get_all(field);
    values.any(|value| {
        value == b"*"
            || Tags(value).any(|member| match member.strip_prefix(b"W/") {
                Some(member) => weakly && member == tag.as_bytes(),
                None => member == tag.as_bytes(),
            })
    })
}

/// The tags of a list. A comma within the quotes of a tag is a part of it, so
/// that the list cannot be cut at its commas.
struct Tags<'v>(&'v [u8]);

impl<'v> Iterator for Tags<'v> {
    type Item = &'v [u8];

    fn next(&mut self) -> Option<&'v [u8]> {
        let is_between = |octet: &u8| matches!(octet, b' ' | b'\t' | b',');
        let start = self.0.iter().position(|octet| !is_between(octet))?;
        let rest = self.0.get(start..)?;
        let open = rest.iter().position(|octet| *octet == b'"')?;
        let inner = rest.get(open + 1..)?;
        let close = inner.iter().position(|octet| *octet == b'"')?;
        let (tag, rest) = rest.split_at_checked(open + close + 2)?;
        self.0 = rest;
        Some(tag)
    }
}
