//! Expectations.

use super::{Answer, Case, MAY, MUST, SHOULD, get, post, refused_fields};

const SECTION: &str = "RFC 9110 10.1.1";

pub(super) fn cases() -> Vec<Case> {
    [awaited(), not_awaited(), instead(), http10(), others()].concat()
}

/// The client waits for the 100.
fn awaited() -> Vec<Case> {
    let continued = |name, fields: &[u8], body: &[u8]| {
        Case::new(MUST, SECTION, name, post(fields, b""))
            .answer(Answer::new(100))
            .then_sends(body)
            .answer(Answer::with_body("abcde"))
    };
    vec![
        continued(
            "a_client_that_waits_is_told_to_go_on",
            b"Content-Length: 5\r\nExpect: 100-continue\r\n",
            b"abcde",
        ),
        continued(
            "a_client_that_waits_with_chunks_is_told_to_go_on",
            b"Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n",
            b"5\r\nabcde\r\n0\r\n\r\n",
        ),
        continued(
            "the_expectation_is_taken_in_any_case",
            b"Content-Length: 5\r\nexpect: 100-CONTINUE\r\n",
            b"abcde",
        ),
        continued(
            "the_expectation_twice_is_one",
            b"Content-Length: 5\r\nExpect: 100-continue\r\nExpect: 100-continue\r\n",
            b"abcde",
        ),
        continued(
            "the_expectation_is_found_beside_empty_members",
            b"Content-Length: 5\r\nExpect: ,100-continue,\r\n",
            b"abcde",
        ),
    ]
}

fn not_awaited() -> Vec<Case> {
    vec![
        Case::new(
            MAY,
            SECTION,
            "a_body_that_has_come_needs_no_100",
            post(b"Content-Length: 5\r\nExpect: 100-continue\r\n", b"abcde"),
        )
        .may_continue()
        .answer(Answer::with_body("abcde")),
        Case::new(
            MUST,
            SECTION,
            "a_request_without_a_body_gets_no_100",
            get(b"Expect: 100-continue\r\n"),
        )
        .answer(Answer::page()),
        Case::new(
            MUST,
            SECTION,
            "a_request_with_an_empty_body_gets_no_100",
            post(b"Content-Length: 0\r\nExpect: 100-continue\r\n", b""),
        )
        .answer(Answer::with_body("")),
        Case::new(
            MUST,
            SECTION,
            "a_client_that_expects_nothing_gets_no_100",
            post(b"Content-Length: 5\r\n", b"abcde"),
        )
        .answer(Answer::with_body("abcde")),
    ]
}

/// The final answer comes in place of the 100, and the body is not read.
fn instead() -> Vec<Case> {
    let head = |line: &str, length: &str| {
        format!(
            "{line} HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\nExpect: 100-continue\r\n\r\n"
        )
    };
    [
        (
            "an_unknown_path_is_answered_404_instead",
            head("POST /nowhere", "5"),
            404,
        ),
        (
            "another_method_is_answered_405_instead",
            head("PUT /", "5"),
            405,
        ),
        (
            "too_long_a_body_is_answered_413_instead",
            head("POST /", "1048577"),
            413,
        ),
        (
            "a_malformed_request_is_answered_400_instead",
            head("POST /", "x"),
            400,
        ),
    ]
    .into_iter()
    .map(|(name, octets, status)| Case::new(MUST, SECTION, name, octets).refused(status))
    .collect()
}

fn http10() -> Vec<Case> {
    let head = "POST / HTTP/1.0\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nabcde";
    vec![
        Case::new(MUST, "RFC 9110 15.2", "http_1_0_gets_no_100", head)
            .answer(Answer::with_body("abcde").to_http10())
            .closed(),
        Case::new(
            MUST,
            SECTION,
            "an_unknown_expectation_in_http_1_0_is_ignored",
            "GET / HTTP/1.0\r\nExpect: nothing\r\n\r\n",
        )
        .answer(Answer::page().to_http10())
        .closed(),
    ]
}

fn others() -> Vec<Case> {
    refused_fields(
        "RFC 9110 15.5.18",
        &[
            (
                MAY,
                "an_unknown_expectation_is_answered_417",
                417,
                b"Expect: nothing\r\n",
            ),
            (
                MAY,
                "an_unknown_expectation_beside_the_known_one_is_answered_417",
                417,
                b"Expect: 100-continue, nothing\r\n",
            ),
            (
                SHOULD,
                "an_expectation_with_a_parameter_is_another",
                417,
                b"Expect: 100-continue;a=b\r\n",
            ),
            (
                SHOULD,
                "an_expectation_with_more_digits_is_another",
                417,
                b"Expect: 100-continued\r\n",
            ),
        ],
    )
}
