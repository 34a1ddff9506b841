//! Lengths that disagree with each other, or that some would read otherwise.

use super::{HIDDEN, MUST, case, post};
use crate::http::case::Case;

pub(super) fn cases() -> Vec<Case> {
    [pairs(), spellings(), with_chunked()].concat()
}

/// Every two of these lengths, in two fields and in a list.
fn pairs() -> Vec<Case> {
    let whole = HIDDEN.len().to_string();
    let lengths = [
        "0",
        "1",
        &whole,
        "00",
        "18446744073709551616",
        "+0",
        "",
        "x",
    ];
    let mut cases = Vec::new();
    for first in lengths {
        for second in lengths.into_iter().filter(|second| !is_same(first, second)) {
            let two = format!("Content-Length: {first}\r\nContent-Length: {second}\r\n");
            let apart = format!("Content-Length: {first}\r\nX: a\r\ncontent-length: {second}\r\n");
            let list = format!("Content-Length: {first}, {second}\r\n");
            for (name, fields) in [
                ("two_fields_of_lengths_that_differ_are_refused", two),
                ("two_fields_apart_of_lengths_that_differ_are_refused", apart),
                ("a_list_of_lengths_that_differ_is_refused", list),
            ] {
                cases.push(case(MUST, name, post(fields.as_bytes(), HIDDEN)).refused(400));
            }
        }
    }
    cases
}

fn is_same(first: &str, second: &str) -> bool {
    let number = |text: &str| text.parse::<u64>().ok().filter(|_| !text.starts_with('+'));
    number(first).is_some() && number(first) == number(second)
}

/// Each spelling of a length that is none.
fn spellings() -> Vec<Case> {
    let mut cases = Vec::new();
    for (spelling, field) in SPELLINGS {
        let name = format!("a_length_with_{spelling}_alone_is_refused");
        cases.push(case(MUST, &name, post(&with_number(field), HIDDEN)).refused(400));
    }
    cases
}

/// The same beside a right framing, before it and behind it.
fn with_chunked() -> Vec<Case> {
    let others: [&[u8]; 3] = [
        b"Transfer-Encoding: chunked\r\n",
        b"Content-Length: 0\r\n",
        b"Content-Length: 5\r\n",
    ];
    let body = super::ends_as_chunks();
    let mut cases = Vec::new();
    for (spelling, field) in SPELLINGS {
        let name = format!("a_length_with_{spelling}_beside_another_framing_is_refused");
        for other in others {
            let field = with_number(field);
            for fields in [[other, &field].concat(), [&field, other].concat()] {
                cases.push(case(MUST, &name, post(&fields, &body)).refused(400));
            }
        }
    }
    cases
}

/// The line with the length of the hidden request in it.
fn with_number(field: &[u8]) -> Vec<u8> {
    let number = HIDDEN.len().to_string().into_bytes();
    let octets = field.iter().flat_map(|octet| match octet {
        b'N' => number.clone(),
        other => vec![*other],
    });
    octets.chain(*b"\r\n").collect()
}

const SPELLINGS: &[(&str, &[u8])] = &[
    ("a_plus_sign", b"Content-Length: +N"),
    ("a_minus_sign", b"Content-Length: -N"),
    ("0x", b"Content-Length: 0xN"),
    ("two_numbers", b"Content-Length: N N"),
    ("a_blank_before_the_colon", b"Content-Length : N"),
    ("a_tab_before_the_colon", b"Content-Length\t: N"),
    ("a_comma_behind", b"Content-Length: N,"),
    ("a_comma_before", b"Content-Length: ,N"),
    ("quotes", b"Content-Length: \"N\""),
    ("a_fraction", b"Content-Length: N.0"),
    ("a_parameter", b"Content-Length: N;a"),
    ("a_letter_behind", b"Content-Length: Na"),
    ("a_vertical_tab_before", b"Content-Length:\x0bN"),
    ("a_form_feed_behind", b"Content-Length: N\x0c"),
    ("a_nul_behind", b"Content-Length: N\0"),
    ("a_nul_in_the_name", b"Content\0-Length: N"),
    ("an_octet_beyond_ascii", b"Content-Length: N\xa0"),
    ("a_folded_value", b"Content-Length:\r\n N"),
    ("a_fold_behind", b"Content-Length: N\r\n 0"),
    ("a_bare_lf_before", b"Content-Length:\nN"),
    ("a_bare_cr_before", b"Content-Length:\rN"),
];
