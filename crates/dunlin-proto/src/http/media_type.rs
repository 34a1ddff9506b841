//! Media types (RFC 9110 section 8.3.1).

use super::octet;

/// The type of a content, such as `text/html` or `application/json`, without its
/// parameters. Letters compare in any case.
#[derive(Clone, Copy, Debug)]
pub struct MediaType<'b> {
    essence: &'b str,
}

impl<'b> MediaType<'b> {
    /// The type that a `Content-Type` value begins with.
    pub fn of(value: &'b str) -> Self {
        let (essence, _) = octet::split_once(value, b';').unwrap_or((value, ""));
        MediaType {
            essence: essence.trim_ascii(),
        }
    }

    /// Type and subtype as received.
    pub fn as_str(self) -> &'b str {
        self.essence
    }

    /// Whether it is this type; `name` has no parameters.
    pub fn is(self, name: &str) -> bool {
        octet::is_same_name(self.essence.as_bytes(), name.as_bytes())
    }

    /// Whether it is JSON: `application/json` (RFC 8259 section 11), or a type with
    /// the suffix `+json` (RFC 6839 section 3.1).
    pub fn is_json(self) -> bool {
        let octets = self.essence.as_bytes();
        let suffix = octets.last_chunk::<5>();
        let has_suffix = octets.contains(&b'/')
            && suffix.is_some_and(|suffix| suffix.eq_ignore_ascii_case(b"+json"));
        has_suffix || self.is("application/json")
    }

    /// Whether it is `application/x-www-form-urlencoded` (WHATWG URL section 5), as
    /// forms of a page are sent.
    pub fn is_form(self) -> bool {
        self.is("application/x-www-form-urlencoded")
    }
}

impl PartialEq for MediaType<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.is(other.essence)
    }
}

#[cfg(test)]
mod tests {
    use super::MediaType;

    #[test]
    fn parameters_and_blanks_are_left_out() {
        for value in [
            "text/html; charset=utf-8",
            "text/html ;x",
            "text/html",
            " text/html;",
        ] {
            assert_eq!(MediaType::of(value).as_str(), "text/html", "{value:?}");
        }
    }

    #[test]
    fn types_compare_in_any_case() {
        assert!(MediaType::of("TEXT/Html").is("text/html"));
        assert_eq!(MediaType::of("TEXT/Html;q"), MediaType::of("text/html"));
        assert!(!MediaType::of("text/htm").is("text/html"));
        assert!(MediaType::of("application/X-WWW-form-urlencoded;charset=utf-8").is_form());
        assert!(!MediaType::of("multipart/form-data").is_form());
    }

    #[test]
    fn json_is_a_type_and_a_suffix() {
        for (value, expected) in [
            ("application/json", true),
            ("Application/JSON; charset=utf-8", true),
            ("application/problem+json", true),
            ("application/merge-patch+JSON", true),
            ("application/jsonp", false),
            ("text/plain; a=application/json", false),
            ("json", false),
            ("+json", false),
            ("", false),
        ] {
            assert_eq!(MediaType::of(value).is_json(), expected, "{value:?}");
        }
    }
}
