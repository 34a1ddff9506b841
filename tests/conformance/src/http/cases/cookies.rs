//! Cookies, as a server takes them.

use super::{Answer, Case, MUST, SHOULD};

/// The behaviour, the field lines, and the cookies shown.
type Row = (&'static str, &'static str, &'static str);

const ROWS: &[Row] = &[
    ("a_cookie_is_read", "Cookie: a=b\r\n", "a=b\n"),
    (
        "several_cookies_are_read_in_order",
        "Cookie: a=b; c=d; e=f\r\n",
        "a=b\nc=d\ne=f\n",
    ),
    (
        "a_value_may_have_equals_signs",
        "Cookie: a=b=c==\r\n",
        "a=b=c==\n",
    ),
    ("a_value_may_be_empty", "Cookie: a=\r\n", "a=\n"),
    (
        "a_value_may_have_quotes",
        "Cookie: a=\"b\"\r\n",
        "a=\"b\"\n",
    ),
    (
        "one_name_may_come_twice",
        "Cookie: a=b; a=c\r\n",
        "a=b\na=c\n",
    ),
    (
        "names_tell_letters_of_both_cases_apart",
        "Cookie: a=b; A=c\r\n",
        "a=b\nA=c\n",
    ),
    ("a_request_without_cookies_has_none", "", ""),
];

const LENIENT: &[Row] = &[
    (
        "cookies_in_two_fields_are_read",
        "Cookie: a=b\r\nCookie: c=d\r\n",
        "a=b\nc=d\n",
    ),
    (
        "a_missing_blank_behind_the_semicolon_does_no_harm",
        "Cookie: a=b;c=d\r\n",
        "a=b\nc=d\n",
    ),
    (
        "what_has_no_equals_sign_is_left_out",
        "Cookie: a; b=c\r\n",
        "b=c\n",
    ),
    (
        "what_has_no_name_is_left_out",
        "Cookie: =a; b=c\r\n",
        "b=c\n",
    ),
    (
        "empty_members_are_left_out",
        "Cookie: ;; a=b ;\r\n",
        "a=b\n",
    ),
];

pub(super) fn cases() -> Vec<Case> {
    let case = |level| {
        move |(name, lines, shown): &Row| {
            let octets = format!("GET /cookie HTTP/1.1\r\nHost: a\r\n{lines}\r\n");
            Case::new(level, "RFC 6265 4.2", name, octets).answer(Answer::with_body(*shown))
        }
    };
    let strict = ROWS.iter().map(case(MUST));
    strict.chain(LENIENT.iter().map(case(SHOULD))).collect()
}
