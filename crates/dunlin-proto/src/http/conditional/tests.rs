use super::*;
use std::string::String;

/// 1994-11-06 08:49:37 UTC.
const TIME: u64 = 784_111_777;
const BEFORE: &str = "Sun, 06 Nov 1994 08:49:36 GMT";
const SAME: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
const AFTER: &str = "Sun, 06 Nov 1994 08:49:38 GMT";

const STRONG: Validators<'_> = Validators {
    entity_tag: Some("\"a,1\""),
    last_modified: Some(TIME),
    date_is_strong: true,
};

const NOTHING: Validators<'_> = Validators {
    entity_tag: None,
    last_modified: None,
    date_is_strong: false,
};

fn lines(fields: &[(&str, &str)]) -> String {
    let line = |(name, value): &(&str, &str)| std::format!("{name}: {value}\r\n");
    fields.iter().map(line).collect()
}

fn select(validators: &Validators<'_>, method: Method, fields: &[(&str, &str)]) -> Selection {
    validators.select(method, Fields::new(lines(fields).as_bytes()), 10)
}

fn get(fields: &[(&str, &str)]) -> Selection {
    select(&STRONG, Method::Get, fields)
}

fn is_part(selection: Selection) -> bool {
    matches!(selection, Selection::Part(_))
}

#[test]
fn without_conditions_the_whole_is_sent() {
    assert_eq!(get(&[]), Selection::Whole);
    assert_eq!(select(&NOTHING, Method::Get, &[]), Selection::Whole);
}

#[test]
fn if_match_wants_a_tag_that_is_strongly_the_same() {
    for value in ["*", "\"a,1\"", "\"b\", \"a,1\""] {
        assert_eq!(get(&[("If-Match", value)]), Selection::Whole, "{value}");
    }
    for value in ["", "\"a\"", "W/\"a,1\"", "a,1", "\"b\", \"c\"", "*, \"b\""] {
        let answer = get(&[("If-Match", value)]);
        assert_eq!(answer, Selection::PreconditionFailed, "{value}");
    }
    let second = [("If-Match", "\"b\""), ("If-Match", "\"a,1\"")];
    assert_eq!(get(&second), Selection::Whole);
}

#[test]
fn a_weak_tag_of_the_server_fails_if_match_but_not_if_none_match() {
    let weak = Validators {
        entity_tag: Some("W/\"1\""),
        ..STRONG
    };
    let answer = |name, value| select(&weak, Method::Get, &[(name, value)]);
    assert_eq!(answer("If-Match", "W/\"1\""), Selection::PreconditionFailed);
    assert_eq!(answer("If-None-Match", "\"1\""), Selection::NotModified);
}

#[test]
fn if_none_match_is_compared_weakly() {
    for value in ["*", "\"a,1\"", "W/\"a,1\"", ", \"b\", W/\"a,1\""] {
        let field = [("If-None-Match", value)];
        assert_eq!(get(&field), Selection::NotModified, "{value}");
        let head = select(&STRONG, Method::Head, &field);
        assert_eq!(head, Selection::NotModified, "{value}");
        let put = select(&STRONG, Method::Put, &field);
        assert_eq!(put, Selection::PreconditionFailed, "{value}");
    }
    for value in ["", "\"a\"", "a,1", "\"A,1\""] {
        assert_eq!(
            get(&[("If-None-Match", value)]),
            Selection::Whole,
            "{value}"
        );
    }
}

#[test]
fn if_modified_since_asks_for_what_is_newer() {
    for (value, answer) in [
        (BEFORE, Selection::Whole),
        (SAME, Selection::NotModified),
        (AFTER, Selection::NotModified),
        ("Sunday, 06-Nov-94 08:49:37 GMT", Selection::NotModified),
        ("yesterday", Selection::Whole),
        ("784111777", Selection::Whole),
    ] {
        let field = [("If-Modified-Since", value)];
        assert_eq!(get(&field), answer, "{value}");
        assert_eq!(select(&STRONG, Method::Head, &field), answer, "{value}");
        assert_eq!(select(&STRONG, Method::Post, &field), Selection::Whole);
        assert_eq!(select(&NOTHING, Method::Get, &field), Selection::Whole);
    }
}

#[test]
fn if_unmodified_since_fails_for_what_is_newer() {
    for (value, answer) in [
        (BEFORE, Selection::PreconditionFailed),
        (SAME, Selection::Whole),
        (AFTER, Selection::Whole),
        ("tomorrow", Selection::Whole),
    ] {
        let field = [("If-Unmodified-Since", value)];
        assert_eq!(get(&field), answer, "{value}");
        assert_eq!(select(&STRONG, Method::Delete, &field), answer, "{value}");
        assert_eq!(select(&NOTHING, Method::Get, &field), Selection::Whole);
    }
    let twice = [
        ("If-Unmodified-Since", BEFORE),
        ("If-Unmodified-Since", BEFORE),
    ];
    assert_eq!(get(&twice), Selection::Whole);
}

/// Each row has a condition that decides and one behind it that would say
/// something else.
#[test]
fn conditions_come_in_the_order_of_the_rfc() {
    for (fields, answer) in [
        (
            [("If-Match", "\"a,1\""), ("If-Unmodified-Since", BEFORE)],
            Selection::Whole,
        ),
        (
            [("If-Match", "\"b\""), ("If-Unmodified-Since", AFTER)],
            Selection::PreconditionFailed,
        ),
        (
            [("If-Match", "\"b\""), ("If-None-Match", "*")],
            Selection::PreconditionFailed,
        ),
        (
            [("If-Match", "*"), ("If-None-Match", "*")],
            Selection::NotModified,
        ),
        (
            [("If-Unmodified-Since", BEFORE), ("If-None-Match", "*")],
            Selection::PreconditionFailed,
        ),
        (
            [("If-None-Match", "\"b\""), ("If-Modified-Since", AFTER)],
            Selection::Whole,
        ),
        (
            [("If-None-Match", "\"a,1\""), ("If-Modified-Since", BEFORE)],
            Selection::NotModified,
        ),
        (
            [("If-Match", "\"b\""), ("Range", "bytes=0-1")],
            Selection::PreconditionFailed,
        ),
        (
            [("If-None-Match", "*"), ("Range", "bytes=0-1")],
            Selection::NotModified,
        ),
        (
            [("If-Modified-Since", SAME), ("Range", "bytes=20-")],
            Selection::NotModified,
        ),
    ] {
        assert_eq!(get(&fields), answer, "{fields:?}");
        let turned = [fields[1], fields[0]];
        assert_eq!(get(&turned), answer, "{turned:?}");
    }
}

#[test]
fn a_range_is_sent_to_get_only() {
    assert!(is_part(get(&[("Range", "bytes=0-1")])));
    assert_eq!(
        get(&[("Range", "bytes=10-")]),
        Selection::RangeNotSatisfiable
    );
    for method in [Method::Head, Method::Put] {
        for value in ["bytes=0-1", "bytes=10-"] {
            assert_eq!(
                select(&STRONG, method, &[("Range", value)]),
                Selection::Whole
            );
        }
    }
}

#[test]
fn if_range_wants_the_very_same_representation() {
    for (value, holds) in [
        ("\"a,1\"", true),
        ("W/\"a,1\"", false),
        ("\"a\"", false),
        ("*", false),
        ("\"a,1\", \"b\"", false),
        (SAME, true),
        (BEFORE, false),
        (AFTER, false),
        ("", false),
    ] {
        let fields = [("Range", "bytes=0-1"), ("If-Range", value)];
        assert_eq!(is_part(get(&fields)), holds, "{value}");
        let beyond = [("Range", "bytes=10-"), ("If-Range", value)];
        let refused = get(&beyond) == Selection::RangeNotSatisfiable;
        assert_eq!(refused, holds, "{value}");
        assert_eq!(select(&NOTHING, Method::Get, &fields), Selection::Whole);
    }
    let twice = [
        ("Range", "bytes=0-1"),
        ("If-Range", "\"a,1\""),
        ("If-Range", "\"a,1\""),
    ];
    assert_eq!(get(&twice), Selection::Whole);
}

#[test]
fn if_range_takes_a_date_only_where_it_tells_the_octets() {
    let fields = [("Range", "bytes=0-1"), ("If-Range", SAME)];
    let weak = Validators {
        date_is_strong: false,
        ..STRONG
    };
    assert_eq!(select(&weak, Method::Get, &fields), Selection::Whole);
}

#[test]
fn if_range_without_a_range_means_nothing() {
    assert_eq!(get(&[("If-Range", "\"b\"")]), Selection::Whole);
}
