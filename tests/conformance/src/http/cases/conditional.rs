//! Conditional requests.

use super::{Answer, Case, MUST, get};
use conformance_application::ENTITY_TAG;

pub(super) fn cases() -> Vec<Case> {
    [none_match(), matching(), dates(), elsewhere()].concat()
}

/// The behaviour, the field lines, and the status.
type Row = (&'static str, &'static str, u16);

fn conditional(section: &'static str, rows: &[Row]) -> Vec<Case> {
    let case = |(name, lines, status): &Row| {
        let answer = match status {
            200 => Answer::page(),
            304 => not_modified(),
            other => Answer::new(*other),
        };
        Case::new(MUST, section, name, get(lines.as_bytes())).answer(answer)
    };
    rows.iter().map(case).collect()
}

/// What a 304 must have of the 200, and must not have (RFC 9110 section 15.4.5).
fn not_modified() -> Answer {
    Answer::new(304)
        .has("ETag", ENTITY_TAG)
        .body("")
        .lacks("Transfer-Encoding")
}

fn none_match() -> Vec<Case> {
    let mut cases = conditional(
        "RFC 9110 13.1.2",
        &[
            (
                "the_tag_of_the_page_is_answered_304",
                "If-None-Match: \"dunlin,1\"\r\n",
                304,
            ),
            (
                "a_weak_tag_is_compared_weakly",
                "If-None-Match: W/\"dunlin,1\"\r\n",
                304,
            ),
            ("an_asterisk_is_answered_304", "If-None-Match: *\r\n", 304),
            (
                "the_tag_is_found_in_a_list",
                "If-None-Match: \"a\", W/\"b\",\"dunlin,1\" , \"c\"\r\n",
                304,
            ),
            (
                "the_tag_is_found_in_a_second_field",
                "If-None-Match: \"a\"\r\nIf-None-Match: \"dunlin,1\"\r\n",
                304,
            ),
            (
                "the_tag_is_found_beside_empty_members",
                "If-None-Match: , ,\"dunlin,1\",\r\n",
                304,
            ),
            (
                "the_name_of_the_field_is_taken_in_any_case",
                "if-none-MATCH: *\r\n",
                304,
            ),
            (
                "another_tag_is_answered_200",
                "If-None-Match: \"other\"\r\n",
                200,
            ),
            (
                "a_list_of_other_tags_is_answered_200",
                "If-None-Match: \"a\", \"b\"\r\n",
                200,
            ),
            ("an_empty_list_is_answered_200", "If-None-Match:\r\n", 200),
            (
                "a_tag_in_another_case_is_another",
                "If-None-Match: \"DUNLIN,1\"\r\n",
                200,
            ),
            (
                "half_of_the_tag_is_another",
                "If-None-Match: \"dunlin\"\r\n",
                200,
            ),
            (
                "a_tag_without_quotes_is_none",
                "If-None-Match: dunlin,1\r\n",
                200,
            ),
            (
                "an_asterisk_in_quotes_is_a_tag",
                "If-None-Match: \"*\"\r\n",
                200,
            ),
            (
                "a_tag_in_a_tag_is_none",
                "If-None-Match: \"a, W/\"\r\n",
                200,
            ),
        ],
    );
    let head = "HEAD / HTTP/1.1\r\nHost: a\r\nIf-None-Match: *\r\n\r\n";
    cases.push(
        Case::new(
            MUST,
            "RFC 9110 13.1.2",
            "head_is_answered_304_as_get_is",
            head,
        )
        .answer(not_modified().to_head()),
    );
    let post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nIf-None-Match: *\r\n\r\nab";
    cases.push(
        Case::new(
            MUST,
            "RFC 9110 13.1.2",
            "post_is_answered_412_and_not_performed",
            post,
        )
        .answer(Answer::new(412).body("")),
    );
    let behind = [
        get(b"If-None-Match: *\r\n"),
        get(b"If-None-Match: *\r\n"),
        get(b""),
    ]
    .concat();
    cases.push(
        Case::new(MUST, "RFC 9110 15.4.5", "a_304_has_no_body", behind)
            .answer(not_modified())
            .answer(not_modified())
            .answer(Answer::page()),
    );
    cases
}

fn matching() -> Vec<Case> {
    let mut cases = conditional(
        "RFC 9110 13.1.1",
        &[
            (
                "the_tag_of_the_page_lets_it_be_answered",
                "If-Match: \"dunlin,1\"\r\n",
                200,
            ),
            ("an_asterisk_lets_it_be_answered", "If-Match: *\r\n", 200),
            (
                "the_tag_is_found_in_a_list",
                "If-Match: \"a\", \"dunlin,1\"\r\n",
                200,
            ),
            (
                "another_tag_is_answered_412",
                "If-Match: \"other\"\r\n",
                412,
            ),
            (
                "a_weak_tag_is_never_the_same",
                "If-Match: W/\"dunlin,1\"\r\n",
                412,
            ),
            ("an_empty_list_is_answered_412", "If-Match:\r\n", 412),
        ],
    );
    cases.extend(conditional(
        "RFC 9110 13.2.2",
        &[
            (
                "if_match_comes_before_if_none_match",
                "If-None-Match: *\r\nIf-Match: \"other\"\r\n",
                412,
            ),
            (
                "if_none_match_comes_behind_if_match",
                "If-Match: *\r\nIf-None-Match: *\r\n",
                304,
            ),
        ],
    ));
    let post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nIf-Match: \"other\"\r\n\r\nab";
    cases.push(
        Case::new(
            MUST,
            "RFC 9110 13.1.1",
            "post_is_not_performed_for_another_tag",
            post,
        )
        .answer(Answer::new(412).body("")),
    );
    cases
}

/// The page has no date of modification.
fn dates() -> Vec<Case> {
    conditional(
        "RFC 9110 13.1.3",
        &[
            (
                "if_modified_since_is_ignored_where_no_date_is_known",
                "If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n",
                200,
            ),
            (
                "if_modified_since_that_is_no_date_is_ignored",
                "If-Modified-Since: yesterday\r\n",
                200,
            ),
            (
                "if_modified_since_is_ignored_beside_if_none_match",
                "If-Modified-Since: Fri, 31 Dec 9999 23:59:59 GMT\r\nIf-None-Match: \"other\"\r\n",
                200,
            ),
            (
                "if_unmodified_since_is_ignored_where_no_date_is_known",
                "If-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n",
                200,
            ),
            (
                "if_range_is_ignored_without_a_range",
                "If-Range: \"dunlin,1\"\r\n",
                200,
            ),
        ],
    )
}

/// A condition does not count where the answer would not be a success.
fn elsewhere() -> Vec<Case> {
    [
        (
            "a_condition_on_an_unknown_path_is_ignored",
            "GET /nowhere",
            404,
        ),
        ("a_condition_of_another_method_is_ignored", "PUT /", 405),
        ("a_condition_of_options_is_ignored", "OPTIONS /", 200),
    ]
    .into_iter()
    .map(|(name, line, status)| {
        let octets =
            format!("{line} HTTP/1.1\r\nHost: a\r\nIf-None-Match: *\r\nIf-Match: \"x\"\r\n\r\n");
        Case::new(MUST, "RFC 9110 13.2.1", name, octets).answer(Answer::new(status))
    })
    .collect()
}
