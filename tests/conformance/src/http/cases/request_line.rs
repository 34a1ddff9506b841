//! The request line: method, blanks, version, length.

use super::{Answer, Case, MAY, MUST, SHOULD, refused, refused_as, taken_as};

pub(super) fn cases() -> Vec<Case> {
    [line(), methods(), versions(), refused_versions(), lengths()].concat()
}

fn line() -> Vec<Case> {
    refused_as(
        "RFC 9112 3",
        &[
            (
                SHOULD,
                "two_blanks_before_the_target_are_refused",
                400,
                b"GET  / HTTP/1.1",
            ),
            (
                SHOULD,
                "two_blanks_before_the_version_are_refused",
                400,
                b"GET /  HTTP/1.1",
            ),
            (
                SHOULD,
                "a_tab_before_the_target_is_refused",
                400,
                b"GET\t/ HTTP/1.1",
            ),
            (
                SHOULD,
                "a_tab_before_the_version_is_refused",
                400,
                b"GET /\tHTTP/1.1",
            ),
            (
                SHOULD,
                "a_vertical_tab_is_no_blank",
                400,
                b"GET\x0b/ HTTP/1.1",
            ),
            (SHOULD, "a_form_feed_is_no_blank", 400, b"GET /\x0cHTTP/1.1"),
            (
                SHOULD,
                "a_blank_before_the_method_is_refused",
                400,
                b" GET / HTTP/1.1",
            ),
            (
                SHOULD,
                "a_blank_behind_the_version_is_refused",
                400,
                b"GET / HTTP/1.1 ",
            ),
            (
                SHOULD,
                "a_tab_behind_the_version_is_refused",
                400,
                b"GET / HTTP/1.1\t",
            ),
            (
                SHOULD,
                "a_fourth_part_is_refused",
                400,
                b"GET / HTTP/1.1 HTTP/1.1",
            ),
            (
                SHOULD,
                "a_blank_in_the_target_is_refused",
                400,
                b"GET /a b HTTP/1.1",
            ),
            (SHOULD, "a_line_without_a_version_is_refused", 400, b"GET /"),
            (
                SHOULD,
                "a_line_without_a_target_is_refused",
                400,
                b"GET HTTP/1.1",
            ),
            (SHOULD, "a_line_of_a_method_alone_is_refused", 400, b"GET"),
            (
                SHOULD,
                "a_line_without_a_method_is_refused",
                400,
                b"/ HTTP/1.1",
            ),
            (
                SHOULD,
                "a_line_that_begins_with_a_colon_is_refused",
                400,
                b": / HTTP/1.1",
            ),
        ],
        with_line,
    )
}

fn methods() -> Vec<Case> {
    refused_as(
        "RFC 9112 3.1",
        &[
            (
                SHOULD,
                "an_unknown_method_is_answered_501",
                501,
                b"FROB / HTTP/1.1",
            ),
            (
                MUST,
                "a_method_in_lower_case_is_another_method",
                501,
                b"get / HTTP/1.1",
            ),
            (
                MUST,
                "a_method_in_mixed_case_is_another_method",
                501,
                b"Get / HTTP/1.1",
            ),
            (
                SHOULD,
                "a_method_longer_than_any_known_is_answered_501",
                501,
                b"ABCDEFGHIJKLMNOPQRSTUVWXYZ / HTTP/1.1",
            ),
            (
                SHOULD,
                "a_method_that_begins_as_a_known_one_is_unknown",
                501,
                b"GETS / HTTP/1.1",
            ),
            (
                SHOULD,
                "a_method_of_all_token_characters_is_a_method",
                501,
                b"!#$%&'*+-.^_`|~09 / HTTP/1.1",
            ),
            (
                SHOULD,
                "a_bracket_in_the_method_is_refused",
                400,
                b"GE(T / HTTP/1.1",
            ),
            (
                SHOULD,
                "a_slash_in_the_method_is_refused",
                400,
                b"GE/T / HTTP/1.1",
            ),
            (
                SHOULD,
                "a_quote_in_the_method_is_refused",
                400,
                b"\"GET\" / HTTP/1.1",
            ),
            (
                SHOULD,
                "a_colon_behind_the_method_is_refused",
                400,
                b"GET: / HTTP/1.1",
            ),
            (
                SHOULD,
                "a_nul_in_the_method_is_refused",
                400,
                b"GE\0T / HTTP/1.1",
            ),
            (
                SHOULD,
                "a_delete_octet_in_the_method_is_refused",
                400,
                b"GE\x7fT / HTTP/1.1",
            ),
        ],
        with_line,
    )
}

fn versions() -> Vec<Case> {
    let mut cases = taken_as(
        "RFC 9110 2.5",
        &[
            (MUST, "http_1_1_is_served", b"GET / HTTP/1.1"),
            (SHOULD, "http_1_2_is_served_as_1_1", b"GET / HTTP/1.2"),
            (SHOULD, "http_1_9_is_served_as_1_1", b"GET / HTTP/1.9"),
        ],
        &Answer::page(),
        with_line,
    );
    cases.push(
        Case::new(
            MUST,
            "RFC 9110 2.5",
            "http_1_0_is_served",
            "GET / HTTP/1.0\r\n\r\n",
        )
        .answer(Answer::page().to_http10())
        .closed(),
    );
    cases
}

fn refused_versions() -> Vec<Case> {
    let mut cases = refused_as(
        "RFC 9110 15.6.6",
        &[
            (SHOULD, "http_2_0_is_answered_505", 505, b"GET / HTTP/2.0"),
            (SHOULD, "http_3_0_is_answered_505", 505, b"GET / HTTP/3.0"),
            (SHOULD, "http_0_9_is_answered_505", 505, b"GET / HTTP/0.9"),
            (SHOULD, "http_9_9_is_answered_505", 505, b"GET / HTTP/9.9"),
        ],
        with_line,
    );
    cases.extend(refused_as(
        "RFC 9112 2.3",
        &[
            (
                MUST,
                "the_name_of_the_protocol_in_lower_case_is_refused",
                400,
                b"GET / http/1.1",
            ),
            (
                MUST,
                "the_name_of_the_protocol_in_mixed_case_is_refused",
                400,
                b"GET / Http/1.1",
            ),
            (MUST, "another_protocol_is_refused", 400, b"GET / HTTPS/1.1"),
            (
                MUST,
                "a_version_without_a_name_is_refused",
                400,
                b"GET / 1.1",
            ),
            (
                MUST,
                "a_version_without_a_minor_number_is_refused",
                400,
                b"GET / HTTP/1",
            ),
            (
                MUST,
                "a_version_that_ends_with_its_dot_is_refused",
                400,
                b"GET / HTTP/1.",
            ),
            (
                MUST,
                "a_version_without_a_major_number_is_refused",
                400,
                b"GET / HTTP/.1",
            ),
            (MUST, "a_third_number_is_refused", 400, b"GET / HTTP/1.1.1"),
            (
                MUST,
                "a_minor_number_of_two_digits_is_refused",
                400,
                b"GET / HTTP/1.10",
            ),
            (
                MUST,
                "a_major_number_of_two_digits_is_refused",
                400,
                b"GET / HTTP/11.1",
            ),
            (MUST, "a_leading_zero_is_refused", 400, b"GET / HTTP/01.1"),
            (MUST, "a_sign_is_refused", 400, b"GET / HTTP/+1.1"),
            (
                MUST,
                "a_comma_for_the_dot_is_refused",
                400,
                b"GET / HTTP/1,1",
            ),
            (
                MUST,
                "a_letter_for_a_digit_is_refused",
                400,
                b"GET / HTTP/1.x",
            ),
            (
                MUST,
                "a_blank_in_the_version_is_refused",
                400,
                b"GET / HTTP /1.1",
            ),
            (
                MUST,
                "a_blank_behind_the_slash_is_refused",
                400,
                b"GET / HTTP/ 1.1",
            ),
            (
                MUST,
                "a_nul_behind_the_version_is_refused",
                400,
                b"GET / HTTP/1.1\0",
            ),
        ],
        with_line,
    ));
    cases
}

fn lengths() -> Vec<Case> {
    let frame = "GET /? HTTP/1.1".len();
    let line = |length: usize| format!("GET /?{} HTTP/1.1", "a".repeat(length - frame));
    let long = with_line(line(8000).as_bytes());
    let longest = format!("GET /?{} HTTP/1.1", "a".repeat(8190));
    let mut cases = vec![
        Case::new(
            SHOULD,
            "RFC 9112 3",
            "a_request_line_of_8000_octets_is_taken",
            long,
        )
        .answer(Answer::page()),
        Case::new(
            MAY,
            "RFC 9112 3",
            "a_target_of_8192_octets_is_taken",
            with_line(longest.as_bytes()),
        )
        .answer(Answer::page()),
    ];
    let too_long = format!("GET /?{} HTTP/1.1", "a".repeat(8191));
    let far_too_long = line(100_000);
    let method = format!("{} / HTTP/1.1", "A".repeat(20_000));
    cases.extend(refused(
        "RFC 9112 3",
        &[
            (
                MUST,
                "a_target_of_8193_octets_is_answered_414",
                414,
                &with_line(too_long.as_bytes()),
            ),
            (
                MUST,
                "a_request_line_of_100000_octets_is_answered_414",
                414,
                &with_line(far_too_long.as_bytes()),
            ),
            (
                SHOULD,
                "a_method_of_20000_octets_is_answered_501",
                501,
                &with_line(method.as_bytes()),
            ),
        ],
    ));
    cases
}

/// A request with this line.
fn with_line(line: &[u8]) -> Vec<u8> {
    [line, b"\r\nHost: a\r\n\r\n"].concat()
}
