//! Messages and their lines.

use super::{Answer, Case, MAY, MUST, SHOULD, echo, fields_shown, get, post_body, refused};

const SECTION: &str = "RFC 9112 2.2";

pub(super) fn cases() -> Vec<Case> {
    [empty_lines(), line_ends(), foreign(), unfinished()].concat()
}

fn empty_lines() -> Vec<Case> {
    let behind_body = [post_body(b"ab"), b"\r\n".to_vec(), get(b"")].concat();
    let mut cases = vec![
        Case::new(
            SHOULD,
            SECTION,
            "one_empty_line_before_the_request_line_is_ignored",
            [b"\r\n".to_vec(), get(b"")].concat(),
        )
        .answer(Answer::page()),
        Case::new(
            SHOULD,
            SECTION,
            "an_empty_line_that_an_old_client_sends_behind_a_body_is_ignored",
            behind_body,
        )
        .answer(Answer::with_body("ab"))
        .answer(Answer::page()),
    ];
    cases.extend(refused(
        SECTION,
        &[
            (
                MAY,
                "a_second_empty_line_is_refused",
                400,
                b"\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
            ),
            (
                MAY,
                "an_empty_line_of_a_bare_lf_is_refused",
                400,
                b"\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
            ),
            (
                MUST,
                "a_blank_line_is_no_empty_line",
                400,
                b" \r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
            ),
        ],
    ));
    cases
}

fn line_ends() -> Vec<Case> {
    let mut cases = refused(
        SECTION,
        &[
            (
                MAY,
                "a_bare_lf_ends_no_request_line",
                400,
                b"GET / HTTP/1.1\nHost: a\r\n\r\n",
            ),
            (
                MAY,
                "a_bare_lf_ends_no_field_line",
                400,
                b"GET / HTTP/1.1\r\nHost: a\n\r\n",
            ),
            (
                MAY,
                "a_bare_lf_ends_no_head",
                400,
                b"GET / HTTP/1.1\r\nHost: a\r\n\n",
            ),
            (
                MAY,
                "bare_lfs_throughout_are_refused",
                400,
                b"GET / HTTP/1.1\nHost: a\n\n",
            ),
            (
                MUST,
                "a_bare_cr_ends_no_request_line",
                400,
                b"GET / HTTP/1.1\rHost: a\r\n\r\n",
            ),
            (
                MUST,
                "a_bare_cr_ends_no_field_line",
                400,
                b"GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n",
            ),
            (
                MUST,
                "two_crs_before_an_lf_are_refused",
                400,
                b"GET / HTTP/1.1\r\r\nHost: a\r\n\r\n",
            ),
            (
                MUST,
                "a_bare_cr_in_the_method_is_refused",
                400,
                b"G\rET / HTTP/1.1\r\nHost: a\r\n\r\n",
            ),
            (
                MUST,
                "a_bare_cr_in_the_target_is_refused",
                400,
                b"GET /\ra HTTP/1.1\r\nHost: a\r\n\r\n",
            ),
            (
                MUST,
                "a_bare_cr_in_a_name_is_refused",
                400,
                b"GET / HTTP/1.1\r\nHost: a\r\nX\rY: b\r\n\r\n",
            ),
            (
                MUST,
                "a_bare_cr_in_a_value_is_refused",
                400,
                b"GET / HTTP/1.1\r\nHost: a\r\nX: b\rc\r\n\r\n",
            ),
            (
                MUST,
                "a_bare_cr_before_the_request_line_is_refused",
                400,
                b"\rGET / HTTP/1.1\r\nHost: a\r\n\r\n",
            ),
            (
                MUST,
                "a_blank_before_the_first_field_is_refused",
                400,
                b"GET / HTTP/1.1\r\n Host: a\r\n\r\n",
            ),
            (
                MUST,
                "a_tab_before_the_first_field_is_refused",
                400,
                b"GET / HTTP/1.1\r\n\tHost: a\r\n\r\n",
            ),
            (
                MUST,
                "a_line_of_blanks_behind_the_request_line_is_refused",
                400,
                b"GET / HTTP/1.1\r\n  \r\nHost: a\r\n\r\n",
            ),
        ],
    );
    cases.push(
        Case::new(
            MUST,
            SECTION,
            "a_message_is_read_as_octets_whatever_their_encoding",
            echo(b"X: \xe4\xff\xc3\xa9\xed\xa0\x80\r\n"),
        )
        .answer(fields_shown(b"X: \xe4\xff\xc3\xa9\xed\xa0\x80\n")),
    );
    cases
}

/// What other protocols would begin with.
fn foreign() -> Vec<Case> {
    refused(
        "RFC 9112 3",
        &[
            (
                SHOULD,
                "a_tls_handshake_is_refused",
                400,
                b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
            ),
            (
                SHOULD,
                "a_response_is_no_request",
                400,
                b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
            ),
            (
                SHOULD,
                "the_preface_of_http2_is_refused",
                501,
                b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            ),
            (SHOULD, "a_nul_is_refused_at_once", 400, b"\0"),
            (
                SHOULD,
                "octets_above_ascii_are_no_method",
                400,
                b"\xc3\x84 / HTTP/1.1\r\nHost: a\r\n\r\n",
            ),
        ],
    )
}

fn unfinished() -> Vec<Case> {
    let rows: [(&str, &[u8]); 6] = [
        ("a_connection_without_a_request_gets_no_answer", b""),
        ("an_empty_line_alone_gets_no_answer", b"\r\n"),
        ("half_a_request_line_gets_no_answer", b"GET / HT"),
        ("half_a_field_gets_no_answer", b"GET / HTTP/1.1\r\nHost: a"),
        (
            "a_head_without_its_empty_line_gets_no_answer",
            b"GET / HTTP/1.1\r\nHost: a\r\n",
        ),
        (
            "a_head_without_its_last_lf_gets_no_answer",
            b"GET / HTTP/1.1\r\nHost: a\r\n\r",
        ),
    ];
    let case =
        |(name, octets): (&str, &[u8])| Case::new(MUST, "RFC 9112 8", name, octets).unfinished();
    rows.into_iter().map(case).collect()
}
