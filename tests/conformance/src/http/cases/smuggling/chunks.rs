//! Chunk sizes and ends that some would read otherwise.

use super::{Answer, HIDDEN, MUST, case};
use crate::http::case::Case;
use crate::http::cases::post_chunks;

pub(super) fn cases() -> Vec<Case> {
    [sizes(), ends(), hidden_in_data(), trailers()].concat()
}

/// A size that one reading takes for the length of the hidden request, and
/// another for 0 or for something else.
fn sizes() -> Vec<Case> {
    let size = format!("{:x}", HIDDEN.len());
    let rows = [
        ("a_plus_sign", format!("+{size}")),
        ("a_minus_sign", format!("-{size}")),
        ("0x", format!("0x{size}")),
        ("a_blank_before", format!(" {size}")),
        ("a_blank_behind", format!("{size} ")),
        ("a_tab_behind", format!("{size}\t")),
        ("a_blank_and_a_digit", format!("{size} 0")),
        ("a_comma", format!("{size},0")),
        ("a_letter_behind", format!("{size}g")),
        ("an_underscore", format!("0_{size}")),
        ("a_vertical_tab_behind", format!("{size}\x0b")),
        ("a_nul_behind", format!("{size}\0")),
        ("more_than_64_bits", format!("1{size:0>16}")),
        ("more_than_128_bits", format!("1{size:0>32}")),
        ("an_empty_extension", format!("{size};")),
        ("a_bare_lf_in_an_extension", format!("{size};a\n0")),
        ("a_bare_cr_in_an_extension", format!("{size};a\r0")),
        ("a_bare_lf_before", format!("\n{size}")),
        ("an_empty_line_before", format!("\r\n{size}")),
        ("nothing", String::new()),
    ];
    let mut cases = Vec::new();
    for (what, line) in rows {
        let name = format!("a_chunk_size_with_{what}_is_refused");
        for first in ["", "1\r\na\r\n"] {
            let chunks = [
                first.as_bytes(),
                line.as_bytes(),
                b"\r\n",
                HIDDEN,
                b"\r\n0\r\n\r\n",
            ]
            .concat();
            cases.push(case(MUST, &name, post_chunks(&chunks)).refused(400));
        }
        // Read as the last chunk, what follows would be the next request.
        let last = line.replace(&size, "00");
        let chunks = [last.as_bytes(), b"\r\n\r\n", HIDDEN].concat();
        cases.push(case(MUST, &name, post_chunks(&chunks)).refused(400));
    }
    cases
}

/// Ends of lines and of chunks that one reading takes for an end, and another
/// for data or for something to skip.
fn ends() -> Vec<Case> {
    let size = format!("{:x}", HIDDEN.len());
    let hidden = String::from_utf8_lossy(HIDDEN);
    let rows = [
        (
            "a_bare_lf_behind_a_size_is_refused",
            format!("{size}\n{hidden}\r\n0\r\n\r\n"),
        ),
        (
            "a_bare_cr_behind_a_size_is_refused",
            format!("{size}\r{hidden}\r\n0\r\n\r\n"),
        ),
        (
            "a_bare_lf_behind_the_last_size_is_refused",
            format!("0\n\r\n{hidden}"),
        ),
        ("bare_lfs_at_the_end_are_refused", format!("0\n\n{hidden}")),
        (
            "a_bare_lf_at_the_end_is_refused",
            format!("0\r\n\n{hidden}"),
        ),
        (
            "a_bare_cr_at_the_end_is_refused",
            format!("0\r\n\r{hidden}"),
        ),
        (
            "a_bare_lf_behind_a_chunk_is_refused",
            format!("1\r\na\n{size}\r\n{hidden}\r\n0\r\n\r\n"),
        ),
        (
            "a_bare_cr_behind_a_chunk_is_refused",
            format!("1\r\na\r{size}\r\n{hidden}\r\n0\r\n\r\n"),
        ),
        (
            "no_line_end_behind_a_chunk_is_refused",
            format!("1\r\na{size}\r\n{hidden}\r\n0\r\n\r\n"),
        ),
        (
            "two_letters_for_a_line_end_are_refused",
            format!("1\r\naXX0\r\n\r\n{hidden}"),
        ),
        (
            "data_beyond_a_chunk_is_refused",
            format!("1\r\nabcdefgh\r\n0\r\n\r\n{hidden}"),
        ),
        (
            "an_empty_line_between_chunks_is_refused",
            format!("1\r\na\r\n\r\n0\r\n\r\n{hidden}"),
        ),
        (
            "a_last_chunk_without_an_empty_line_is_refused",
            format!("0\r\n{hidden}"),
        ),
    ];
    rows.into_iter()
        .map(|(name, chunks)| case(MUST, name, post_chunks(chunks.as_bytes())).refused(400))
        .collect()
}

/// Chunks that hold the request, and what looks like an end, are data.
fn hidden_in_data() -> Vec<Case> {
    let last = [b"0\r\n\r\n", HIDDEN].concat();
    let name = "a_request_in_a_chunk_is_not_executed";
    [HIDDEN, &last]
        .into_iter()
        .flat_map(|data| {
            let upper = format!("{:X}", data.len());
            let lower = format!("{:x}", data.len());
            let zeros = format!("000{:x}", data.len());
            let extended = format!("{:x};a=\"0\"", data.len());
            [upper, lower, zeros, extended].map(|size| {
                let chunks = [size.as_bytes(), b"\r\n", data, b"\r\n0\r\n\r\n"].concat();
                case(MUST, name, post_chunks(&chunks)).answer(Answer::with_body(data))
            })
        })
        .collect()
}

/// Trailers that would change the framing, had they stood in the head.
fn trailers() -> Vec<Case> {
    let name = "a_field_of_framing_in_the_trailers_is_refused";
    let lines = [
        format!("Content-Length: {}", HIDDEN.len()),
        "Content-Length: 0".to_owned(),
        "Transfer-Encoding: chunked".to_owned(),
        "Host: b".to_owned(),
        "TRANSFER-ENCODING: identity".to_owned(),
    ];
    let mut cases = Vec::new();
    for line in lines {
        for before in ["", "X: a\r\n"] {
            let chunks = format!("1\r\na\r\n0\r\n{before}{line}\r\n\r\n");
            let octets = post_chunks(&[chunks.as_bytes(), HIDDEN].concat());
            cases.push(case(MUST, name, octets).refused(400));
        }
    }
    cases
}
