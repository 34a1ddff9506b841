use std::vec::Vec;

use super::*;

fn tag(text: &str) -> EntityTag<'_> {
    EntityTag::parse(text.as_bytes()).unwrap()
}

fn tags(list: &str) -> Vec<EntityTag<'_>> {
    EntityTags::new(list.as_bytes()).collect()
}

#[test]
fn a_tag_is_its_quotes_and_what_is_between() {
    for text in [
        "\"\"",
        "\"a\"",
        "W/\"a\"",
        "\"a,b\"",
        "\"\u{e9}\"",
        "\"W/\"",
    ] {
        assert!(EntityTag::parse(text.as_bytes()).is_some(), "{text}");
    }
    for text in [
        "",
        "a",
        "\"",
        "\"a",
        "a\"",
        "w/\"a\"",
        "W\"a\"",
        "W/",
        "\"a\" ",
        " \"a\"",
        "\"a b\"",
        "\"a\"b\"",
        "\"\x7F\"",
        "*",
        "W/W/\"a\"",
    ] {
        assert_eq!(EntityTag::parse(text.as_bytes()), None, "{text}");
    }
}

/// The table of RFC 9110 section 8.8.3.2.
#[test]
fn tags_compare_strongly_and_weakly() {
    for (left, right, strong, weak) in [
        ("W/\"1\"", "W/\"1\"", false, true),
        ("W/\"1\"", "W/\"2\"", false, false),
        ("W/\"1\"", "\"1\"", false, true),
        ("\"1\"", "W/\"1\"", false, true),
        ("\"1\"", "\"1\"", true, true),
        ("\"a\"", "\"A\"", false, false),
    ] {
        assert_eq!(
            tag(left).matches_strongly(tag(right)),
            strong,
            "{left} {right}"
        );
        assert_eq!(tag(left).matches_weakly(tag(right)), weak, "{left} {right}");
    }
}

#[test]
fn a_list_is_cut_at_the_commas_between_its_tags() {
    assert_eq!(
        tags(" \"a,\",W/\"b\"\t, ,,\"\" "),
        [tag("\"a,\""), tag("W/\"b\""), tag("\"\"")]
    );
    assert_eq!(tags(""), []);
    assert_eq!(tags(" , "), []);
}

#[test]
fn a_list_ends_before_the_first_member_that_is_no_tag() {
    assert_eq!(tags("\"a\", b, \"c\""), [tag("\"a\"")]);
    assert_eq!(tags("\"a\" \"b\""), []);
    assert_eq!(tags("\"a\", \"b"), [tag("\"a\"")]);
    assert_eq!(tags("\"a\", *"), [tag("\"a\"")]);
}
