//! The four forms of a request target (RFC 9112 section 3.2).

use super::{
    super::{Method, octet},
    Authority,
};

/// A request target taken apart.
#[derive(Clone, Debug)]
pub(super) struct Target<'b> {
    pub(super) whole: &'b str,
    pub(super) path: &'b str,
    pub(super) query: Option<&'b str>,
}

impl<'b> Target<'b> {
    /// Takes apart a target of visible characters; `None` if it has no form that
    /// the method allows.
    ///
    /// The second part is the authority, empty in origin and asterisk form.
    pub(super) fn parse(whole: &'b str, method: Method) -> Option<(Self, &'b str)> {
        let (authority, rest) = if method == Method::Connect {
            Authority::parse(whole).filter(|&parts| parts == Authority::HostAndPort)?;
            (whole, "")
        } else if whole.starts_with('/') || (whole == "*" && method == Method::Options) {
            ("", whole)
        } else {
            let hierarchy = after_scheme(whole)?;
            let end = hierarchy
                .bytes()
                .position(|octet| matches!(octet, b'/' | b'?'))
                .unwrap_or(hierarchy.len());
            let (authority, rest) = hierarchy.split_at_checked(end)?;
            Authority::parse(authority)?;
            (authority, rest)
        };
        let (path, query) = match octet::split_once(rest, b'?') {
            Some((path, query)) => (path, Some(query)),
            None => (rest, None),
        };
        let path = match path {
            "" if method != Method::Connect => "/",
            path => path,
        };
        Some((Target { whole, path, query }, authority))
    }
}

/// What follows `http://` or `https://`.
fn after_scheme(target: &str) -> Option<&str> {
    ["http://", "https://"].into_iter().find_map(|scheme| {
        let (start, rest) = target.split_at_checked(scheme.len())?;
        octet::is_same_name(start.as_bytes(), scheme.as_bytes()).then_some(rest)
    })
}
