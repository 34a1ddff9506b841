//! Which paths a route is for: plain paths, wildcards, parameters.

use crate::Method;

/// Decides whether a route is for a path; given the path of the route as it was
/// written, and the path of the request, not decoded and without the query.
pub type Matcher = fn(template: &str, path: &str) -> bool;

/// What a request must have so that a route takes it.
pub(crate) struct Pattern {
    /// `None` stands for every method.
    pub(crate) method: Option<Method>,
    pub(crate) path: &'static str,
    pub(crate) kind: Kind,
    pub(crate) matcher: Option<Matcher>,
}

/// How the path of a route is compared.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// As it is.
    Plain,
    /// It has a wildcard or a parameter.
    Template,
}

impl Pattern {
    pub(super) const fn new(method: Option<Method>, path: &'static str) -> Self {
        let kind = if is_template(path) {
            Kind::Template
        } else {
            Kind::Plain
        };
        Self {
            method,
            path,
            kind,
            matcher: None,
        }
    }

    /// Whether comparing texts is all that it takes.
    pub(crate) const fn is_plain(&self) -> bool {
        matches!(self.kind, Kind::Plain) && self.matcher.is_none()
    }

    /// Whether it is for this path.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(super) fn matches(&self, path: &str) -> bool {
        match self.matcher {
            Some(matcher) => matcher(self.path, path),
            None if self.kind == Kind::Plain => self.path == path,
            None => template_matches(self.path, path),
        }
    }

    /// What a path has where this leaves it open. `None` for a plain path, and
    /// where a matcher took a path that the template would not take.
    pub(crate) fn open_parts<'p>(&self, path: &'p str, name: &str) -> Option<OpenParts<'p>> {
        match self.kind {
            Kind::Plain => None,
            Kind::Template => open_parts(self.path, path, name),
        }
    }

    /// Whether both are for the same paths, as far as that can be told from how
    /// they are written.
    pub(super) fn is_for_paths_of(&self, other: &Self) -> bool {
        // Two functions have no identity that could be relied on.
        self.path == other.path
            && self.kind == other.kind
            && self.matcher.is_some() == other.matcher.is_some()
    }
}

/// What a path has where a template leaves it open.
#[derive(Default)]
pub(crate) struct OpenParts<'p> {
    /// The segment of the parameter that was asked for.
    pub(crate) parameter: Option<&'p str>,
    /// What the `*` at the end stands for.
    pub(crate) rest: Option<&'p str>,
}

/// Whether a template, as [`Route`](crate::Route) describes it, is for a path.
///
/// This is what a route does without a [`Matcher`]; a matcher that only wants
/// more than that begins with it. Both are compared as they are, not decoded.
pub fn template_matches(template: &str, path: &str) -> bool {
    open_parts(template, path, "").is_some()
}

#[cfg_attr(target_pointer_width = "32", inline(never))]
fn open_parts<'p>(template: &str, path: &'p str, name: &str) -> Option<OpenParts<'p>> {
    let template = Parts::of(template.as_bytes())?;
    let mut open = OpenParts::default();
    let mut fixed = template.fixed;
    let mut rest = path.as_bytes();
    let mut before = 0;
    while let [octet, tail @ ..] = fixed {
        if let Some((parameter, behind)) = parameter_behind(before, fixed) {
            let start = path.len() - rest.len();
            let end = rest.iter().position(|octet| *octet == b'/');
            let (segment, unread) = rest.split_at_checked(end.unwrap_or(rest.len()))?;
            if segment.is_empty() {
                return None;
            }
            if parameter == name.as_bytes() {
                open.parameter = path.get(start..start + segment.len());
            }
            (fixed, rest, before) = (behind, unread, b'}');
        } else {
            let (first, unread) = rest.split_first()?;
            if first != octet {
                return None;
            }
            (fixed, rest, before) = (tail, unread, *octet);
        }
    }
    if let (Some(optional), [first, tail @ ..]) = (template.optional, rest) {
        if *first != optional {
            return None;
        }
        rest = tail;
    }
    if template.open_end {
        open.rest = path.get(path.len() - rest.len()..);
    } else if !rest.is_empty() {
        return None;
    }
    Some(open)
}

const fn is_template(path: &str) -> bool {
    match Parts::of(path.as_bytes()) {
        Some(parts) if !parts.open_end && parts.optional.is_none() => has_parameter(parts.fixed),
        _ => true,
    }
}

const fn has_parameter(fixed: &[u8]) -> bool {
    let mut rest = fixed;
    while let [octet, tail @ ..] = rest {
        if parameter_behind(*octet, tail).is_some() {
            return true;
        }
        rest = tail;
    }
    false
}

/// The name of the parameter that `{name}` is at the front of `template`, and
/// what is behind it, if it is a whole segment.
const fn parameter_behind(before: u8, template: &[u8]) -> Option<(&[u8], &[u8])> {
    let (b'/', [b'{', inner @ ..]) = (before, template) else {
        return None;
    };
    let mut length = 0;
    let mut rest = inner;
    while let [octet, tail @ ..] = rest {
        match octet {
            b'}' if length > 0 && matches!(tail, [] | [b'/', ..]) => {
                return match inner.split_at_checked(length) {
                    Some((name, _)) => Some((name, tail)),
                    None => None,
                };
            }
            b'{' | b'}' | b'/' => return None,
            _ => length += 1,
        }
        rest = tail;
    }
    None
}

/// A template, taken apart.
struct Parts<'t> {
    /// What has to be there; parameters are in it.
    fixed: &'t [u8],
    /// What may be there behind it, the character before the `?`.
    optional: Option<u8>,
    /// Whether anything may follow, as `*` says.
    open_end: bool,
}

impl<'t> Parts<'t> {
    /// `None` for a `?` that has no character before it: such a template is for
    /// no path.
    const fn of(template: &'t [u8]) -> Option<Self> {
        let (fixed, optional, open_end) = match template {
            [b'?'] | [b'?', b'*'] | [b'*', b'?'] => return None,
            [fixed @ .., optional, b'?', b'*'] | [fixed @ .., optional, b'*', b'?'] => {
                (fixed, Some(*optional), true)
            }
            [fixed @ .., optional, b'?'] => (fixed, Some(*optional), false),
            [fixed @ .., b'*'] => (fixed, None, true),
            fixed => (fixed, None, false),
        };
        Some(Self {
            fixed,
            optional,
            open_end,
        })
    }
}

#[cfg(test)]
mod tests;
