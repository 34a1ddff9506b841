//! The Host field.

use super::{Answer, Case, MAY, MUST, refused_as, taken_as};

const SECTION: &str = "RFC 9112 3.2";

pub(super) fn cases() -> Vec<Case> {
    [taken(), absent(), invalid()].concat()
}

fn taken() -> Vec<Case> {
    taken_as(
        "RFC 9110 7.2",
        &[
            (MUST, "a_host_is_taken", b"Host: a.example"),
            (MUST, "a_host_with_a_port_is_taken", b"Host: a.example:8080"),
            (MUST, "a_host_with_an_empty_port_is_taken", b"Host: a:"),
            (MUST, "an_empty_host_is_taken", b"Host:"),
            (MUST, "an_ipv4_address_is_taken", b"Host: 127.0.0.1:80"),
            (MUST, "an_ipv6_address_is_taken", b"Host: [2001:db8::1]"),
            (
                MUST,
                "an_ipv6_address_with_a_port_is_taken",
                b"Host: [::1]:80",
            ),
            (MUST, "a_percent_encoded_host_is_taken", b"Host: a%20b"),
            (
                MUST,
                "a_host_with_a_dot_at_its_end_is_taken",
                b"Host: a.example.",
            ),
            (
                MUST,
                "a_host_may_have_the_marks_of_a_name",
                b"Host: a_b-c~d!$&'()*+;=",
            ),
            (
                MUST,
                "the_name_of_the_field_is_taken_in_any_case",
                b"hOST: a",
            ),
            (
                MUST,
                "blanks_around_the_host_do_not_count",
                b"Host: \t a \t ",
            ),
        ],
        &Answer::page(),
        with_fields,
    )
}

fn absent() -> Vec<Case> {
    let mut cases = refused_as(
        SECTION,
        &[
            (MUST, "http_1_1_without_host_is_refused", 400, b"X: a"),
            (MUST, "two_hosts_are_refused", 400, b"Host: a\r\nHost: b"),
            (
                MUST,
                "the_same_host_twice_is_refused",
                400,
                b"Host: a\r\nHost: a",
            ),
            (
                MUST,
                "two_hosts_with_others_between_are_refused",
                400,
                b"Host: a\r\nX: b\r\nhost: a",
            ),
            (MUST, "two_empty_hosts_are_refused", 400, b"Host:\r\nHost:"),
            (
                MUST,
                "a_host_and_an_empty_one_are_refused",
                400,
                b"Host: a\r\nHost:",
            ),
        ],
        with_fields,
    );
    cases.push(
        Case::new(
            MUST,
            SECTION,
            "http_1_2_without_host_is_refused",
            "GET / HTTP/1.2\r\n\r\n",
        )
        .refused(400),
    );
    cases.push(
        Case::new(
            MUST,
            SECTION,
            "http_1_0_without_host_is_served",
            "GET / HTTP/1.0\r\n\r\n",
        )
        .answer(Answer::page().to_http10())
        .closed(),
    );
    for (name, fields) in [
        (
            "two_hosts_are_refused_in_http_1_0",
            "Host: a\r\nHost: a\r\n",
        ),
        ("an_invalid_host_is_refused_in_http_1_0", "Host: a/b\r\n"),
    ] {
        let request = format!("GET / HTTP/1.0\r\n{fields}\r\n");
        cases.push(Case::new(MUST, SECTION, name, request).refused(400));
    }
    cases
}

fn invalid() -> Vec<Case> {
    refused_as(
        SECTION,
        &[
            (MUST, "a_host_with_userinfo_is_refused", 400, b"Host: u@a"),
            (
                MUST,
                "a_host_with_a_password_is_refused",
                400,
                b"Host: u:p@a",
            ),
            (MUST, "a_host_with_a_path_is_refused", 400, b"Host: a/b"),
            (
                MUST,
                "a_host_with_a_slash_at_its_end_is_refused",
                400,
                b"Host: a/",
            ),
            (
                MUST,
                "a_host_with_a_scheme_is_refused",
                400,
                b"Host: http://a",
            ),
            (MUST, "a_host_with_a_query_is_refused", 400, b"Host: a?b"),
            (MUST, "a_host_with_a_fragment_is_refused", 400, b"Host: a#b"),
            (MAY, "a_list_of_hosts_is_refused", 400, b"Host: a,b"),
            (
                MUST,
                "a_list_of_hosts_with_blanks_is_refused",
                400,
                b"Host: a, b",
            ),
            (MUST, "a_blank_in_the_host_is_refused", 400, b"Host: a b"),
            (MUST, "a_tab_in_the_host_is_refused", 400, b"Host: a\tb"),
            (
                MUST,
                "a_backslash_in_the_host_is_refused",
                400,
                b"Host: a\\b",
            ),
            (
                MUST,
                "quotes_around_the_host_are_refused",
                400,
                b"Host: \"a\"",
            ),
            (
                MUST,
                "angle_brackets_around_the_host_are_refused",
                400,
                b"Host: <a>",
            ),
            (
                MUST,
                "a_host_beyond_ascii_is_refused",
                400,
                b"Host: \xc3\xa4",
            ),
            (
                MUST,
                "a_percent_sign_without_digits_is_refused",
                400,
                b"Host: a%",
            ),
            (
                MUST,
                "a_percent_sign_with_one_digit_is_refused",
                400,
                b"Host: a%2",
            ),
            (
                MUST,
                "a_percent_sign_with_letters_is_refused",
                400,
                b"Host: a%zz",
            ),
            (MUST, "a_port_of_letters_is_refused", 400, b"Host: a:b"),
            (MUST, "a_port_with_a_sign_is_refused", 400, b"Host: a:+80"),
            (MUST, "a_second_port_is_refused", 400, b"Host: a:80:80"),
            (MAY, "a_port_above_65535_is_refused", 400, b"Host: a:65536"),
            (
                MUST,
                "a_blank_before_the_port_is_refused",
                400,
                b"Host: a :80",
            ),
            (MUST, "a_port_alone_is_refused", 400, b"Host: :80"),
            (
                MUST,
                "an_ipv6_address_without_brackets_is_refused",
                400,
                b"Host: ::1",
            ),
            (
                MUST,
                "an_ipv6_address_without_its_last_bracket_is_refused",
                400,
                b"Host: [::1",
            ),
            (
                MUST,
                "a_bracket_without_an_address_is_refused",
                400,
                b"Host: []",
            ),
            (MUST, "letters_in_brackets_are_refused", 400, b"Host: [abc]"),
            (
                MUST,
                "letters_behind_an_address_are_refused",
                400,
                b"Host: [::1]a",
            ),
            (MUST, "a_bracket_in_a_name_is_refused", 400, b"Host: a]b"),
            (
                MUST,
                "an_ipv6_address_of_nine_groups_is_refused",
                400,
                b"Host: [1:2:3:4:5:6:7:8:9]",
            ),
            (
                MUST,
                "an_ipv6_address_with_two_gaps_is_refused",
                400,
                b"Host: [1::2::3]",
            ),
        ],
        with_fields,
    )
}

/// A request with these field lines alone, the last without its end.
fn with_fields(fields: &[u8]) -> Vec<u8> {
    [b"GET / HTTP/1.1\r\n", fields, b"\r\n\r\n"].concat()
}
