//! Transfer-Encoding in each spelling, alone, with a length, and twice.

use super::{Answer, MUST, case, ends_as_chunks, ends_as_length, post, refusal};
use crate::http::case::Case;

pub(super) fn cases() -> Vec<Case> {
    [with_length(), alone(), similar_names(), twice(), http10()].concat()
}

/// Each spelling with each length, in both orders and for both readings.
fn with_length() -> Vec<Case> {
    let mut cases = Vec::new();
    for (spelling, coding) in SPELLINGS {
        let name = format!("a_length_with_{spelling}_is_refused");
        for length in LENGTHS {
            for (octets, body) in readings() {
                let length = length.replace('N', &octets.to_string());
                for fields in both_orders(coding, length.as_bytes()) {
                    cases.push(
                        case(MUST, &name, post(&fields, &body))
                            .answer(refusal())
                            .closed(),
                    );
                }
            }
        }
    }
    cases
}

/// Each spelling alone: none but the right one is a framing.
fn alone() -> Vec<Case> {
    let mut cases = Vec::new();
    for (spelling, coding) in SPELLINGS
        .iter()
        .filter(|(spelling, _)| !spelling.starts_with("chunked_as_"))
    {
        let name = format!("{spelling}_alone_is_refused");
        for (_, body) in readings() {
            let fields = [coding, &b"\r\n"[..]].concat();
            cases.push(
                case(MUST, &name, post(&fields, &body))
                    .answer(refusal())
                    .closed(),
            );
        }
    }
    cases
}

/// Names that only look like the field's: the length counts.
fn similar_names() -> Vec<Case> {
    let name = "a_length_with_a_field_of_a_similar_name_counts";
    let fields = [
        "Transfer_Encoding: chunked",
        "TransferEncoding: chunked",
        "Transfer-Encoding-: chunked",
        "X-Transfer-Encoding: chunked",
        "Content-Encoding: chunked",
        "TE: chunked",
        "X: Transfer-Encoding: chunked",
    ];
    let mut cases = Vec::new();
    for field in fields {
        let body = ends_as_chunks();
        let length = format!("Content-Length: {}", body.len());
        for fields in both_orders(field.as_bytes(), length.as_bytes()) {
            let answer = Answer::with_body(body.clone());
            cases.push(case(MUST, name, post(&fields, &body)).answer(answer));
        }
    }
    cases
}

/// Two codings, in two fields and in a list, whose order is kept.
fn twice() -> Vec<Case> {
    let codings = [
        "chunked",
        "CHUNKED",
        "gzip",
        "identity",
        "xchunked",
        "",
        "\"chunked\"",
        "chunked;a=b",
    ];
    let mut cases = Vec::new();
    for first in codings {
        let spelt: String = first
            .chars()
            .filter(|letter| letter.is_ascii_alphabetic())
            .collect();
        let case_of = if first == "CHUNKED" {
            "upper_case"
        } else {
            "a_coding"
        };
        let first_name = if spelt.is_empty() {
            "nothing".to_owned()
        } else {
            spelt.to_lowercase()
        };
        let name = format!("{case_of}_{first_name}_before_another_is_refused");
        for second in codings {
            let fields = format!("Transfer-Encoding: {first}\r\nTransfer-Encoding: {second}\r\n");
            let list = format!("Transfer-Encoding: {first}, {second}\r\n");
            // An empty member does not count, an empty field is refused.
            let is_right = matches!((first, second), ("", "chunked" | "CHUNKED"))
                || matches!((first, second), ("chunked" | "CHUNKED", ""));
            let list = (!is_right).then_some(list);
            for fields in [Some(fields), list].into_iter().flatten() {
                let octets = post(fields.as_bytes(), &ends_as_chunks());
                cases.push(case(MUST, &name, octets).answer(refusal()).closed());
            }
        }
    }
    cases
}

/// HTTP/1.0 has no transfer codings.
fn http10() -> Vec<Case> {
    let name = "transfer_encoding_in_http_1_0_is_refused";
    let mut cases = Vec::new();
    for (octets, body) in readings() {
        let length = format!("Content-Length: {octets}");
        let coding = "Transfer-Encoding: chunked";
        let mut all = vec![format!("{coding}\r\n").into_bytes()];
        all.extend(both_orders(coding.as_bytes(), length.as_bytes()));
        for fields in all {
            for connection in ["", "Connection: keep-alive\r\n"] {
                let head = [
                    b"POST / HTTP/1.0\r\n",
                    connection.as_bytes(),
                    &fields,
                    b"\r\n",
                ]
                .concat();
                cases.push(case(MUST, name, [head, body.clone()].concat()).refused(400));
            }
        }
    }
    cases
}

/// The length, and the body for which the two readings end apart.
fn readings() -> [(usize, Vec<u8>); 2] {
    let body = ends_as_chunks();
    [(body.len(), body), ends_as_length()]
}

fn both_orders(one: &[u8], other: &[u8]) -> [Vec<u8>; 2] {
    let lines = |first: &[u8], second: &[u8]| [first, b"\r\n", second, b"\r\n"].concat();
    [lines(one, other), lines(other, one)]
}

const LENGTHS: [&str; 5] = [
    "Content-Length: N",
    "content-length:N\t",
    "Content-Length: N, N",
    "Content-Length: 0",
    "Content-Length: 00N",
];

/// What begins with `chunked_as_` is right where it stands alone.
const SPELLINGS: &[(&str, &[u8])] = &[
    ("chunked_as_it_is", b"Transfer-Encoding: chunked"),
    ("chunked_as_upper_case", b"Transfer-Encoding: CHUNKED"),
    ("chunked_as_mixed_case", b"Transfer-Encoding: cHuNkEd"),
    (
        "chunked_as_a_name_in_mixed_case",
        b"tRANSFER-eNCODING: chunked",
    ),
    ("chunked_as_without_a_blank", b"Transfer-Encoding:chunked"),
    ("chunked_as_with_tabs", b"Transfer-Encoding:\tchunked\t"),
    ("chunked_as_behind_a_comma", b"Transfer-Encoding: ,chunked"),
    ("chunked_as_before_a_comma", b"Transfer-Encoding: chunked,"),
    ("a_blank_before_the_colon", b"Transfer-Encoding : chunked"),
    ("a_tab_before_the_colon", b"Transfer-Encoding\t: chunked"),
    ("a_blank_before_the_name", b" Transfer-Encoding: chunked"),
    ("a_folded_value", b"Transfer-Encoding:\r\n chunked"),
    (
        "a_value_folded_with_a_tab",
        b"Transfer-Encoding:\r\n\tchunked",
    ),
    ("a_bare_lf_in_the_value", b"Transfer-Encoding:\nchunked"),
    (
        "a_bare_lf_before_the_name",
        b"X: a\nTransfer-Encoding: chunked",
    ),
    (
        "a_bare_cr_before_the_name",
        b"X: a\rTransfer-Encoding: chunked",
    ),
    (
        "a_bare_cr_behind_the_value",
        b"Transfer-Encoding: chunked\rX",
    ),
    ("a_nul_in_the_name", b"Transfer-\0Encoding: chunked"),
    ("a_nul_behind_the_name", b"Transfer-Encoding\0: chunked"),
    ("a_nul_behind_the_value", b"Transfer-Encoding: chunked\0"),
    (
        "a_vertical_tab_before_the_value",
        b"Transfer-Encoding:\x0bchunked",
    ),
    (
        "a_form_feed_behind_the_value",
        b"Transfer-Encoding: chunked\x0c",
    ),
    (
        "a_delete_octet_behind_the_value",
        b"Transfer-Encoding: chunked\x7f",
    ),
    (
        "an_octet_beyond_ascii_before_the_value",
        b"Transfer-Encoding: \xa0chunked",
    ),
    (
        "an_octet_beyond_ascii_in_the_name",
        b"Transfer\xadEncoding: chunked",
    ),
    ("quotes", b"Transfer-Encoding: \"chunked\""),
    ("a_parameter", b"Transfer-Encoding: chunked;a=b"),
    ("a_semicolon", b"Transfer-Encoding: chunked;"),
    ("an_empty_value", b"Transfer-Encoding:"),
    ("a_comma_alone", b"Transfer-Encoding: ,"),
    (
        "two_commas_and_a_parameter",
        b"Transfer-Encoding: ,chunked;a,",
    ),
    ("another_coding_before", b"Transfer-Encoding: gzip, chunked"),
    ("another_coding_behind", b"Transfer-Encoding: chunked, gzip"),
    ("another_coding", b"Transfer-Encoding: gzip"),
    ("identity", b"Transfer-Encoding: identity"),
    ("xchunked", b"Transfer-Encoding: xchunked"),
    ("chunked_and_letters", b"Transfer-Encoding: chunkedfoo"),
    ("chunked_and_a_word", b"Transfer-Encoding: chunked foo"),
];
