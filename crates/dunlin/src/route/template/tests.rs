use super::{Kind, Pattern, template_matches};
use crate::Method;
use proptest::prelude::*;
use std::string::{String, ToString};

/// The vectors of ESP-IDF's own test of its wildcard matcher.
const ESP_IDF_VECTORS: [(&str, &str, bool); 37] = [
    ("/", "/", true),
    ("", "", true),
    ("/", "", false),
    ("/wrong", "/", false),
    ("/", "/wrong", false),
    (
        "/asdfghjkl/qwertrtyyuiuioo",
        "/asdfghjkl/qwertrtyyuiuioo",
        true,
    ),
    ("/path", "/path", true),
    ("/path", "/path/", false),
    ("/path/", "/path", false),
    ("?", "", false),
    ("?", "sfsdf", false),
    ("/path/?", "/pa", false),
    ("/path/?", "/path", true),
    ("/path/?", "/path/", true),
    ("/path/?", "/path/alalal", false),
    ("/path/*", "/path", false),
    ("/path/*", "/", false),
    ("/path/*", "/path/", true),
    ("/path/*", "/path/blabla", true),
    ("*", "", true),
    ("*", "/", true),
    ("*", "/aaa", true),
    ("/path/?*", "/pat", false),
    ("/path/?*", "/pathb", false),
    ("/path/?*", "/pathxx", false),
    ("/path/?*", "/pathblabla", false),
    ("/path/?*", "/path", true),
    ("/path/?*", "/path/", true),
    ("/path/?*", "/path/blabla", true),
    ("/path/*?", "/pat", false),
    ("/path/*?", "/pathb", false),
    ("/path/*?", "/pathxx", false),
    ("/path/*?", "/path", true),
    ("/path/*?", "/path/", true),
    ("/path/*?", "/path/blabla", true),
    ("/path/*/xxx", "/path/", false),
    ("/path/*/xxx", "/path/*/xxx", true),
];

#[test]
fn wildcards_match_as_those_of_esp_idf() {
    for (template, path, expected) in ESP_IDF_VECTORS {
        let row = (template, path);
        assert_eq!(template_matches(template, path), expected, "{row:?}");
        assert_eq!(pattern(template).matches(path), expected, "{row:?}");
    }
}

#[test]
fn only_wildcards_at_the_end_and_whole_segments_in_braces_make_a_template() {
    for plain in [
        "", "/", "/path", "/a*b", "/a?b", "/*/a", "/{}", "/{a", "/a}", "/{a}b", "/b{a}", "{a}",
        "/{a{b}", "/{a}}", "/{a/b}",
    ] {
        assert!(pattern(plain).is_plain(), "{plain:?}");
    }
    for template in [
        "*", "?", "?*", "*?", "/a*", "/a?", "/a?*", "/a*?", "/{a}", "/{a}/", "/b/{a}/c", "/{a}*",
        "/{a}/{b}", "/{}/{b}",
    ] {
        assert!(!pattern(template).is_plain(), "{template:?}");
    }
}

#[test]
fn a_parameter_is_one_segment_that_is_not_empty() {
    for (template, path, expected) in [
        ("/user/{id}", "/user/7", Some("7")),
        ("/user/{id}", "/user/%2F", Some("%2F")),
        ("/user/{id}", "/user/", None),
        ("/user/{id}", "/user", None),
        ("/user/{id}", "/user/7/", None),
        ("/user/{id}", "/user/7/name", None),
        ("/user/{id}/name", "/user/7/name", Some("7")),
        ("/user/{id}/name", "/user//name", None),
        ("/user/{id}/name", "/user/7/8/name", None),
        ("/{id}/{name}", "/7/x", Some("7")),
        ("/{name}/{id}", "/7/x", Some("x")),
        ("/{id}/*", "/7/", Some("7")),
        ("/{id}/*", "/7", None),
        ("/{id}/?*", "/7", Some("7")),
        ("/{id}/?*", "/7/x/y", Some("7")),
        ("/{id}/?", "/7/", Some("7")),
        ("/{id}/?", "/7/x", None),
        ("/{id}*", "/7/x", Some("7")),
        ("/{id}*", "/", None),
    ] {
        let open = pattern(template).open_parts(path, "id");
        let found = open.as_ref().and_then(|open| open.parameter);
        assert_eq!(found, expected, "{template:?} {path:?}");
        assert_eq!(template_matches(template, path), expected.is_some());
    }
}

#[test]
fn a_parameter_of_another_name_is_not_there() {
    for name in ["", "i", "ids", "ID", "{id}"] {
        let open = pattern("/user/{id}").open_parts("/user/7", name).unwrap();
        assert_eq!(open.parameter, None, "{name:?}");
    }
}

#[test]
fn a_wildcard_stands_for_what_is_behind_the_rest() {
    for (template, path, expected) in [
        ("/files/*", "/files/a/b", Some("a/b")),
        ("/files/*", "/files/", Some("")),
        ("/files*", "/files/a", Some("/a")),
        ("/files/?*", "/files", Some("")),
        ("/files/?*", "/files/", Some("")),
        ("/files/*?", "/files/a", Some("a")),
        ("/files/?", "/files/", None),
        ("/{a}/*", "/x/y", Some("y")),
        ("/{a}/b", "/x/b", None),
    ] {
        let open = pattern(template).open_parts(path, "").unwrap();
        assert_eq!(open.rest, expected, "{template:?} {path:?}");
    }
}

#[test]
fn a_path_that_is_not_ascii_is_compared_without_panic() {
    assert!(template_matches("/\u{e9}*", "/\u{e9}t\u{e9}"));
    assert!(!template_matches("/\u{e9}?", "/\u{e8}"));
    assert!(template_matches("/{a}/\u{e9}", "/\u{e9}/\u{e9}"));
}

fn pattern(template: &'static str) -> Pattern {
    Pattern::new(Some(Method::Get), template)
}

/// As the documentation of `httpd_uri_match_wildcard` has it, without regard to
/// how it is done.
fn reference(template: &str, path: &str) -> bool {
    let without = |suffix| template.strip_suffix(suffix);
    if let Some(front) = without("?*").or_else(|| without("*?")) {
        let Some((last, _)) = front.char_indices().last() else {
            return false;
        };
        path == &front[..last] || path.starts_with(front)
    } else if let Some(front) = without("*") {
        path.starts_with(front)
    } else if let Some(front) = without("?") {
        let Some((last, _)) = front.char_indices().last() else {
            return false;
        };
        path == &front[..last] || path == front
    } else {
        template == path
    }
}

proptest! {
    #[test]
    fn wildcards_match_as_the_plain_reference_does(
        template in "[/ab?*]{0,6}",
        path in "[/ab?*]{0,6}",
    ) {
        prop_assert_eq!(template_matches(&template, &path), reference(&template, &path));
    }

    #[test]
    fn paths_made_of_a_template_are_matched_as_by_the_reference(
        (template, path) in "/[/ab]{0,4}".prop_flat_map(|front| {
            let template = ("[/a]?[?*]{0,2}").prop_map({
                let front = front.clone();
                move |end| front.clone() + &end
            });
            let path = "[/ab]{0,3}".prop_map(move |end| front.clone() + &end);
            (template, path)
        }),
    ) {
        prop_assert_eq!(template_matches(&template, &path), reference(&template, &path));
    }

    #[test]
    fn a_plain_pattern_and_a_template_of_the_same_text_agree(
        text in "[/ab{}?*]{0,8}",
        path in "[/ab{}?*]{0,8}",
    ) {
        // A text that is compared as it is must be one that no template reads
        // in another way.
        let leaked: &'static str = String::leak(text);
        let pattern = pattern(leaked);
        if pattern.kind == Kind::Plain {
            prop_assert_eq!(template_matches(leaked, &path), leaked == path);
        }
    }

    #[test]
    fn parameters_are_the_segments_in_their_place(
        segments in proptest::collection::vec("[a-z%0-9]{1,4}", 1..5),
        rest in "[/a-z]{0,5}",
    ) {
        let path = segments.iter().fold(String::new(), |path, segment| path + "/" + segment);
        let template = (0..segments.len()).fold(String::new(), |template, index| {
            template + "/{p" + &index.to_string() + "}"
        });
        let template: &'static str = String::leak(template + "/*");
        let path = path + "/" + &rest;
        let pattern = pattern(template);
        for (index, segment) in segments.iter().enumerate() {
            let name = std::format!("p{index}");
            let open = pattern.open_parts(&path, &name).unwrap();
            prop_assert_eq!(open.parameter, Some(&segment[..]));
            prop_assert_eq!(open.rest, Some(&rest[..]));
        }
    }
}
