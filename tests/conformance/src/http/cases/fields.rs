//! Field lines.

use super::{Answer, Case, MAY, MUST, echo, fields_shown, get, refused_fields};

pub(super) fn cases() -> Vec<Case> {
    [shown(), malformed(), names(), values(), bounds(), ignored()].concat()
}

/// How strongly, the behaviour, the lines sent, and the lines shown.
type Shown = (&'static str, &'static str, &'static [u8], &'static [u8]);

fn shown() -> Vec<Case> {
    const ROWS: &[Shown] = &[
        (
            "RFC 9110 5.1",
            "a_name_is_shown_in_the_case_it_was_sent_in",
            b"x-MiXeD: a\r\n",
            b"x-MiXeD: a\n",
        ),
        (
            "RFC 9110 5.1",
            "a_name_of_all_token_characters_is_taken",
            b"!#$%&'*+-.^_`|~09azAZ: a\r\n",
            b"!#$%&'*+-.^_`|~09azAZ: a\n",
        ),
        (
            "RFC 9110 5.1",
            "a_name_of_one_digit_is_taken",
            b"1: a\r\n",
            b"1: a\n",
        ),
        (
            "RFC 9112 5.1",
            "blanks_around_a_value_do_not_belong_to_it",
            b"X: \t a \t\r\n",
            b"X: a\n",
        ),
        (
            "RFC 9112 5.1",
            "a_value_needs_no_blank_before_it",
            b"X:a\r\n",
            b"X: a\n",
        ),
        ("RFC 9110 5.5", "a_value_may_be_empty", b"X:\r\n", b"X: \n"),
        (
            "RFC 9110 5.5",
            "a_value_of_blanks_is_empty",
            b"X: \t \r\n",
            b"X: \n",
        ),
        (
            "RFC 9110 5.5",
            "blanks_in_a_value_stay",
            b"X: a  b\tc\r\n",
            b"X: a  b\tc\n",
        ),
        (
            "RFC 9110 5.5",
            "a_value_may_have_colons",
            b"X: a:b: c\r\n",
            b"X: a:b: c\n",
        ),
        (
            "RFC 9110 5.5",
            "a_value_may_be_beyond_ascii",
            b"X: \x80\xff\r\n",
            b"X: \x80\xff\n",
        ),
        (
            "RFC 9110 5.6.4",
            "a_quoted_text_stays_as_it_is",
            b"X: \"a, \\\"b\"\r\n",
            b"X: \"a, \\\"b\"\n",
        ),
        (
            "RFC 9110 5.3",
            "fields_of_one_name_keep_their_order",
            b"X: a\r\nY: b\r\nx: c\r\n",
            b"X: a\nY: b\nx: c\n",
        ),
        (
            "RFC 9110 5.3",
            "a_field_of_one_value_that_comes_twice_is_left_to_the_application",
            b"Content-Type: a/b\r\nContent-Type: c/d\r\nAuthorization: a\r\nauthorization: b\r\n",
            b"Content-Type: a/b\nContent-Type: c/d\nAuthorization: a\nauthorization: b\n",
        ),
        (
            "RFC 9110 5.1",
            "an_unknown_field_is_no_reason_to_refuse",
            b"Unknown-Field: a\r\n",
            b"Unknown-Field: a\n",
        ),
    ];
    let case = |(section, name, lines, shown): &Shown| {
        Case::new(MUST, section, name, echo(lines)).answer(fields_shown(shown))
    };
    ROWS.iter().map(case).collect()
}

fn malformed() -> Vec<Case> {
    let mut cases = refused_fields(
        "RFC 9112 5.1",
        &[
            (
                MUST,
                "a_blank_before_the_colon_is_refused",
                400,
                b"X : a\r\n",
            ),
            (
                MUST,
                "a_tab_before_the_colon_is_refused",
                400,
                b"X\t: a\r\n",
            ),
            (MUST, "a_blank_in_a_name_is_refused", 400, b"X Y: a\r\n"),
            (MUST, "an_empty_name_is_refused", 400, b": a\r\n"),
            (MUST, "a_line_without_a_colon_is_refused", 400, b"X\r\n"),
            (
                MUST,
                "a_blank_before_the_colon_of_content_length_is_refused",
                400,
                b"Content-Length : 0\r\n",
            ),
            (
                MUST,
                "a_blank_before_the_colon_of_transfer_encoding_is_refused",
                400,
                b"Transfer-Encoding : chunked\r\n",
            ),
        ],
    );
    cases.extend(refused_fields(
        "RFC 9112 5.2",
        &[
            (
                MUST,
                "a_line_folded_with_a_blank_is_refused",
                400,
                b"X: a\r\n b\r\n",
            ),
            (
                MUST,
                "a_line_folded_with_a_tab_is_refused",
                400,
                b"X: a\r\n\tb\r\n",
            ),
            (
                MUST,
                "a_line_folded_to_an_empty_one_is_refused",
                400,
                b"X: a\r\n \r\n",
            ),
            (
                MUST,
                "a_value_that_begins_in_a_folded_line_is_refused",
                400,
                b"X:\r\n a\r\n",
            ),
            (
                MUST,
                "a_folded_line_that_looks_like_a_field_is_refused",
                400,
                b"X: a\r\n Y: b\r\n",
            ),
            (MUST, "a_folded_line_behind_host_is_refused", 400, b" b\r\n"),
        ],
    ));
    cases
}

/// Every octet that no name has.
fn names() -> Vec<Case> {
    let is_token = |octet: &u8| octet.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(octet);
    let others = (0..=255_u8).filter(move |octet| !is_token(octet) && *octet != b':');
    let case = |octet: u8| {
        let line = [b"X", &[octet][..], b"Y: a\r\n"].concat();
        let name = "a_name_with_an_octet_that_no_token_has_is_refused";
        Case::new(MUST, "RFC 9110 5.1", name, get(&line)).refused(400)
    };
    others.map(case).collect()
}

/// Every control that no value has.
fn values() -> Vec<Case> {
    let controls = (0..=255_u8).filter(|octet| octet.is_ascii_control() && *octet != b'\t');
    let case = |octet: u8| {
        let name = if matches!(octet, 0 | b'\r' | b'\n') {
            "a_value_with_nul_cr_or_lf_is_refused"
        } else {
            "a_value_with_another_control_is_refused"
        };
        let level = if matches!(octet, 0 | b'\r' | b'\n') {
            MUST
        } else {
            MAY
        };
        let places: [&[u8]; 3] = [b"X: a#b\r\n", b"X: #b\r\n", b"X: a#\r\n"];
        places.map(|line| {
            let line: Vec<u8> = line
                .iter()
                .map(|there| if *there == b'#' { octet } else { *there })
                .collect();
            Case::new(level, "RFC 9110 5.5", name, get(&line)).refused(400)
        })
    };
    controls.flat_map(case).collect()
}

fn bounds() -> Vec<Case> {
    let section = "RFC 9110 5.4";
    let fields = |count: usize| "X: a\r\n".repeat(count).into_bytes();
    // One of them is Host.
    let most = Case::new(
        MUST,
        section,
        "a_hundred_fields_are_taken",
        get(&fields(99)),
    );
    let value = |length: usize| format!("X: {}\r\n", "a".repeat(length)).into_bytes();
    let frame = get(&value(0)).len();
    let longest = get(&value(HEAD - frame));
    let mut cases = vec![
        most.answer(Answer::page()),
        Case::new(MUST, section, "a_head_of_16_kib_is_taken", longest).answer(Answer::page()),
    ];
    let many_names: String = (0..1000)
        .map(|number| format!("X{number}: a\r\n"))
        .collect();
    cases.extend(refused_fields(
        section,
        &[
            (
                MUST,
                "one_field_more_than_a_hundred_is_answered_431",
                431,
                &fields(100),
            ),
            (
                MUST,
                "a_thousand_fields_are_answered_431",
                431,
                many_names.as_bytes(),
            ),
            (
                MUST,
                "a_head_of_more_than_16_kib_is_answered_431",
                431,
                &value(HEAD - frame + 1),
            ),
            (
                MUST,
                "a_value_of_100000_octets_is_answered_431",
                431,
                &value(100_000),
            ),
            (
                MUST,
                "a_name_of_100000_octets_is_answered_431",
                431,
                &[b"X".repeat(100_000), b": a\r\n".to_vec()].concat(),
            ),
        ],
    ));
    cases
}

/// Fields that ask for what a server need not have.
fn ignored() -> Vec<Case> {
    let rows: [(&'static str, &str, &[u8]); 7] = [
        (
            "RFC 9110 14.2",
            "a_range_may_be_ignored",
            b"Range: bytes=0-3\r\n",
        ),
        (
            "RFC 9110 14.2",
            "a_malformed_range_is_ignored",
            b"Range: bytes=9-3,x\r\n",
        ),
        (
            "RFC 9110 12.5.1",
            "accept_may_be_ignored",
            b"Accept: image/png;q=0.5\r\n",
        ),
        (
            "RFC 9110 12.5.3",
            "accept_encoding_may_be_ignored",
            b"Accept-Encoding: gzip, identity;q=0\r\n",
        ),
        (
            "RFC 9110 10.1.4",
            "te_may_be_ignored",
            b"TE: trailers, gzip\r\nConnection: TE\r\n",
        ),
        (
            "RFC 9110 7.6.2",
            "max_forwards_is_ignored_for_get",
            b"Max-Forwards: 0\r\n",
        ),
        (
            "RFC 9110 6.6.2",
            "trailer_is_ignored_where_there_is_no_body",
            b"Trailer: X\r\n",
        ),
    ];
    let case = |(section, name, lines): (&'static str, &str, &[u8])| {
        Case::new(MAY, section, name, get(lines)).answer(Answer::page())
    };
    rows.into_iter().map(case).collect()
}

/// The octets of a head that the server takes.
const HEAD: usize = 16 * 1024;
