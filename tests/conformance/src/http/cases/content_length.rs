//! Content-Length.

use super::{Answer, Case, MAY, MUST, post, post_body, refused_as, taken_as};
use crate::http::case::HIDDEN;

pub(super) fn cases() -> Vec<Case> {
    [lengths(), malformed(), differing(), bodies(), unfinished()].concat()
}

fn lengths() -> Vec<Case> {
    taken_as(
        "RFC 9110 8.6",
        &[
            (MUST, "a_length_is_taken", b"Content-Length: 5\r\n"),
            (
                MUST,
                "a_length_with_leading_zeros_is_taken",
                b"Content-Length: 0005\r\n",
            ),
            (
                MUST,
                "the_name_of_the_field_is_taken_in_any_case",
                b"cONTENT-lENGTH: 5\r\n",
            ),
            (
                MUST,
                "blanks_around_a_length_do_not_count",
                b"Content-Length: \t5\t \r\n",
            ),
            (
                MAY,
                "the_same_length_in_two_fields_is_taken",
                b"Content-Length: 5\r\nContent-Length: 5\r\n",
            ),
            (
                MAY,
                "the_same_length_in_a_list_is_taken",
                b"Content-Length: 5, 5\r\n",
            ),
            (
                MAY,
                "the_same_length_in_another_writing_is_taken",
                b"Content-Length: 5\r\nContent-Length: 05\r\n",
            ),
        ],
        &Answer::with_body("abcde"),
        |fields| post(fields, b"abcde"),
    )
}

fn malformed() -> Vec<Case> {
    refused_as(
        "RFC 9112 6.3",
        &[
            (MUST, "an_empty_length_is_refused", 400, b""),
            (MUST, "a_plus_sign_is_refused", 400, b"+5"),
            (MUST, "a_minus_sign_is_refused", 400, b"-5"),
            (MUST, "a_negative_zero_is_refused", 400, b"-0"),
            (MUST, "a_blank_between_digits_is_refused", 400, b"5 5"),
            (MUST, "a_tab_between_digits_is_refused", 400, b"5\t5"),
            (MUST, "a_hexadecimal_length_is_refused", 400, b"0x5"),
            (MUST, "hexadecimal_digits_are_refused", 400, b"a"),
            (MUST, "a_fraction_is_refused", 400, b"5.0"),
            (MUST, "an_exponent_is_refused", 400, b"5e0"),
            (MUST, "an_underscore_is_refused", 400, b"5_0"),
            (MUST, "quotes_are_refused", 400, b"\"5\""),
            (MUST, "a_parameter_is_refused", 400, b"5;a=b"),
            (MUST, "a_word_is_refused", 400, b"five"),
            (
                MUST,
                "digits_beyond_ascii_are_refused",
                400,
                "\u{ff15}".as_bytes(),
            ),
            (MUST, "an_octet_beyond_ascii_is_refused", 400, b"5\xa0"),
            (
                MUST,
                "an_empty_member_behind_a_length_is_refused",
                400,
                b"5,",
            ),
            (
                MUST,
                "an_empty_member_before_a_length_is_refused",
                400,
                b",5",
            ),
            (MUST, "a_semicolon_between_lengths_is_refused", 400, b"5;5"),
            (
                MUST,
                "a_length_of_2_to_the_64_is_refused",
                400,
                b"18446744073709551616",
            ),
            (
                MUST,
                "a_length_that_comes_to_5_beyond_64_bits_is_refused",
                400,
                b"18446744073709551621",
            ),
            (
                MUST,
                "a_length_of_a_hundred_digits_is_refused",
                400,
                &[b'9'; 100],
            ),
        ],
        |length| post(&[b"Content-Length: ", length, b"\r\n"].concat(), b"abcde"),
    )
}

fn differing() -> Vec<Case> {
    let mut cases = refused_as(
        "RFC 9112 6.3",
        &[
            (
                MUST,
                "two_fields_of_different_lengths_are_refused",
                400,
                b"Content-Length: 5\r\nContent-Length: 6\r\n",
            ),
            (
                MUST,
                "a_list_of_different_lengths_is_refused",
                400,
                b"Content-Length: 5, 6\r\n",
            ),
            (
                MUST,
                "a_length_of_zero_beside_another_is_refused",
                400,
                b"Content-Length: 0\r\nContent-Length: 5\r\n",
            ),
            (
                MUST,
                "a_length_beside_an_invalid_one_is_refused",
                400,
                b"Content-Length: 5\r\nContent-Length: x\r\n",
            ),
            (
                MUST,
                "a_length_beside_an_empty_one_is_refused",
                400,
                b"Content-Length: 5\r\nContent-Length:\r\n",
            ),
            (
                MUST,
                "a_third_length_that_differs_is_refused",
                400,
                b"Content-Length: 5\r\nContent-Length: 5\r\nContent-Length: 4\r\n",
            ),
        ],
        |fields| post(fields, b"abcde"),
    );
    cases.extend(refused_as(
        "RFC 9110 15.5.14",
        &[
            (
                MAY,
                "a_body_of_more_than_1_mib_is_answered_413",
                413,
                b"1048577",
            ),
            (
                MAY,
                "a_length_of_2_to_the_63_is_answered_413",
                413,
                b"9223372036854775808",
            ),
            (
                MAY,
                "the_largest_length_of_64_bits_is_answered_413",
                413,
                b"18446744073709551615",
            ),
        ],
        |length| post(&[b"Content-Length: ", length, b"\r\n"].concat(), b"abcde"),
    ));
    cases
}

fn bodies() -> Vec<Case> {
    let all: Vec<u8> = (0..=255).collect();
    let long = all.repeat(256);
    let section = "RFC 9112 6.2";
    let mut cases: Vec<Case> = [
        ("a_body_of_a_length_is_exactly_that_long", &b"abcde"[..]),
        ("an_empty_body_is_taken", b""),
        ("a_body_has_any_octets", &all),
        ("a_body_of_64_kib_is_taken", &long),
        ("a_body_that_is_a_request_is_a_body", HIDDEN),
        (
            "a_body_that_begins_with_an_empty_line_is_a_body",
            b"\r\n\r\nGET / HTTP/1.1\r\n\r\n",
        ),
    ]
    .into_iter()
    .map(|(name, body)| {
        Case::new(MUST, section, name, post_body(body)).answer(Answer::with_body(body))
    })
    .collect();
    cases.push(
        Case::new(
            MUST,
            "RFC 9112 6.3",
            "a_request_without_a_length_has_no_body",
            "POST / HTTP/1.1\r\nHost: a\r\n\r\n",
        )
        .answer(Answer::with_body("")),
    );
    cases.push(
        Case::new(
            MUST,
            "RFC 9112 6",
            "a_body_of_a_get_request_is_read",
            "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabcde",
        )
        .answer(Answer::page()),
    );
    cases.push(
        Case::new(
            MUST,
            "RFC 9112 6",
            "a_body_of_a_head_request_is_read",
            "HEAD / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabcde",
        )
        .answer(Answer::page_head()),
    );
    cases.push(
        Case::new(
            MUST,
            "RFC 9112 6",
            "a_body_of_a_delete_request_is_read",
            "DELETE /nothing HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabcde",
        )
        .answer(Answer::new(204)),
    );
    cases.push(
        Case::new(
            MUST,
            "RFC 9112 6.2",
            "a_length_is_taken_in_http_1_0",
            "POST / HTTP/1.0\r\nContent-Length: 5\r\n\r\nabcde",
        )
        .answer(Answer::with_body("abcde").to_http10())
        .closed(),
    );
    cases
}

fn unfinished() -> Vec<Case> {
    let section = "RFC 9112 8";
    let rows: [(&str, &[u8]); 3] = [
        ("a_body_that_is_too_short_gets_no_answer", b"abcd"),
        ("a_body_that_does_not_begin_gets_no_answer", b""),
        (
            "a_body_short_of_all_but_its_last_octet_gets_no_answer",
            b"a",
        ),
    ];
    let case = |(name, body): (&str, &[u8])| {
        Case::new(MUST, section, name, post(b"Content-Length: 5\r\n", body)).unfinished()
    };
    rows.into_iter().map(case).collect()
}
