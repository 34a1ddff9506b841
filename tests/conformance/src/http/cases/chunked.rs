//! Chunked bodies.

use super::{Answer, Case, MAY, MUST, post_chunks, refused_as, taken_as};

pub(super) fn cases() -> Vec<Case> {
    [
        sizes(),
        many(),
        refused_sizes(),
        extensions(),
        refused_extensions(),
        ends(),
        trailers(),
        refused_trailers(),
        unfinished(),
    ]
    .concat()
}

fn sizes() -> Vec<Case> {
    taken_as(
        "RFC 9112 7.1",
        &[
            (MUST, "one_chunk_is_a_body", b"a\r\nabcdefghij\r\n0\r\n\r\n"),
            (
                MUST,
                "a_size_is_taken_in_upper_case",
                b"A\r\nabcdefghij\r\n0\r\n\r\n",
            ),
            (
                MUST,
                "several_chunks_are_one_body",
                b"1\r\na\r\n2\r\nbc\r\n7\r\ndefghij\r\n0\r\n\r\n",
            ),
            (
                MUST,
                "a_size_may_have_leading_zeros",
                b"000a\r\nabcdefghij\r\n0\r\n\r\n",
            ),
            (
                MUST,
                "a_size_may_have_forty_leading_zeros",
                b"000000000000000000000000000000000000000a\r\nabcdefghij\r\n0\r\n\r\n",
            ),
            (
                MUST,
                "the_last_chunk_may_have_several_zeros",
                b"a\r\nabcdefghij\r\n0000\r\n\r\n",
            ),
        ],
        &Answer::with_body("abcdefghij"),
        post_chunks,
    )
}

fn many() -> Vec<Case> {
    let single = "1\r\na\r\n".repeat(1000) + "0\r\n\r\n";
    let large = format!("4000\r\n{}\r\n0\r\n\r\n", "a".repeat(0x4000));
    let any: Vec<u8> = (0..=255).collect();
    let any_chunk = [b"100\r\n", &any[..], b"\r\n0\r\n\r\n"].concat();
    let rows: [(&str, Vec<u8>, Vec<u8>); 5] = [
        (
            "no_chunk_but_the_last_is_an_empty_body",
            b"0\r\n\r\n".to_vec(),
            Vec::new(),
        ),
        (
            "a_thousand_chunks_of_one_octet_are_one_body",
            single.into_bytes(),
            b"a".repeat(1000),
        ),
        (
            "a_chunk_of_16_kib_is_taken",
            large.into_bytes(),
            b"a".repeat(0x4000),
        ),
        ("a_chunk_has_any_octets", any_chunk, any),
        (
            "a_chunk_that_looks_like_the_last_one_is_data",
            b"5\r\n0\r\n\r\n\r\n0\r\n\r\n".to_vec(),
            b"0\r\n\r\n".to_vec(),
        ),
    ];
    let case = |(name, chunks, body): (&str, Vec<u8>, Vec<u8>)| {
        Case::new(MUST, "RFC 9112 7.1", name, post_chunks(&chunks)).answer(Answer::with_body(body))
    };
    rows.into_iter().map(case).collect()
}

fn refused_sizes() -> Vec<Case> {
    let mut cases = refused_as(
        "RFC 9112 7.1",
        &[
            (MUST, "a_chunk_without_a_size_is_refused", 400, b""),
            (MUST, "a_plus_sign_before_a_size_is_refused", 400, b"+5"),
            (MUST, "a_minus_sign_before_a_size_is_refused", 400, b"-5"),
            (MUST, "a_size_with_0x_is_refused", 400, b"0x5"),
            (MUST, "a_size_with_a_letter_behind_is_refused", 400, b"5h"),
            (MUST, "a_size_with_another_letter_is_refused", 400, b"g"),
            (MUST, "a_size_with_an_underscore_is_refused", 400, b"0_5"),
            (MUST, "a_size_with_a_fraction_is_refused", 400, b"5.0"),
            (MUST, "a_size_in_quotes_is_refused", 400, b"\"5\""),
            (MUST, "a_blank_before_a_size_is_refused", 400, b" 5"),
            (MUST, "a_tab_before_a_size_is_refused", 400, b"\t5"),
            (MUST, "a_blank_behind_a_size_is_refused", 400, b"5 "),
            (MUST, "a_tab_behind_a_size_is_refused", 400, b"5\t"),
            (MUST, "a_blank_between_digits_is_refused", 400, b"0 5"),
            (MUST, "a_comma_behind_a_size_is_refused", 400, b"5,5"),
            (MUST, "a_nul_behind_a_size_is_refused", 400, b"5\0"),
            (
                MUST,
                "a_size_beyond_ascii_is_refused",
                400,
                "\u{ff15}".as_bytes(),
            ),
            (
                MUST,
                "a_size_of_2_to_the_64_is_refused",
                400,
                b"10000000000000000",
            ),
            (
                MUST,
                "a_size_that_comes_to_5_beyond_64_bits_is_refused",
                400,
                b"10000000000000005",
            ),
            (
                MUST,
                "a_size_of_a_hundred_digits_is_refused",
                400,
                &[b'f'; 100],
            ),
            (
                MUST,
                "a_size_that_comes_to_5_beyond_32_bits_is_another_size",
                413,
                b"100000005",
            ),
            (
                MAY,
                "the_largest_size_of_64_bits_is_answered_413",
                413,
                b"ffffffffffffffff",
            ),
            (
                MAY,
                "a_body_of_more_than_1_mib_is_answered_413",
                413,
                b"100001",
            ),
        ],
        |size| post_chunks(&[size, b"\r\nabcde\r\n0\r\n\r\n"].concat()),
    );
    for case in &mut cases {
        if case.answers[0].status == 413 {
            // Only what has come counts against the limit of a body.
            let more = vec![b'a'; 1 << 20];
            case.sends[0] = post_chunks(&[b"100001\r\n", &more[..], b"a\r\n0\r\n\r\n"].concat());
        }
    }
    cases
}

fn extensions() -> Vec<Case> {
    taken_as(
        "RFC 9112 7.1.1",
        &[
            (
                MUST,
                "an_extension_is_ignored",
                b"5;a=b\r\nabcde\r\n0\r\n\r\n",
            ),
            (
                MUST,
                "an_extension_without_a_value_is_ignored",
                b"5;a\r\nabcde\r\n0\r\n\r\n",
            ),
            (
                MUST,
                "several_extensions_are_ignored",
                b"5;a=b;c;d=e\r\nabcde\r\n0\r\n\r\n",
            ),
            (
                MUST,
                "an_extension_with_a_quoted_value_is_ignored",
                b"5;a=\"b;c \\\" d\"\r\nabcde\r\n0\r\n\r\n",
            ),
            (
                MUST,
                "an_extension_of_the_last_chunk_is_ignored",
                b"5\r\nabcde\r\n0;a=b\r\n\r\n",
            ),
            (
                MUST,
                "a_blank_before_the_semicolon_is_ignored",
                b"5 ;a=b\r\nabcde\r\n0\r\n\r\n",
            ),
            (
                MUST,
                "a_tab_before_the_semicolon_is_ignored",
                b"5\t;a=b\r\nabcde\r\n0\r\n\r\n",
            ),
            (
                MUST,
                "blanks_before_the_semicolon_of_the_last_chunk_are_ignored",
                b"5\r\nabcde\r\n0 \t ;a=b\r\n\r\n",
            ),
            (
                MUST,
                "blanks_behind_the_semicolon_are_ignored",
                b"5; \ta=b\r\nabcde\r\n0\r\n\r\n",
            ),
            (
                MUST,
                "blanks_around_the_equals_sign_are_ignored",
                b"5;a = b\r\nabcde\r\n0\r\n\r\n",
            ),
            (
                MUST,
                "an_extension_that_looks_like_a_size_is_ignored",
                b"5;ff\r\nabcde\r\n0\r\n\r\n",
            ),
        ],
        &Answer::with_body("abcde"),
        post_chunks,
    )
}

fn refused_extensions() -> Vec<Case> {
    let long = [b"5;", &[b'a'; 300][..]].concat();
    refused_as(
        "RFC 9112 7.1.1",
        &[
            (
                MUST,
                "a_semicolon_without_an_extension_is_refused",
                400,
                b"5;",
            ),
            (
                MUST,
                "a_blank_behind_an_extension_is_refused",
                400,
                b"5;a=b ",
            ),
            (MUST, "a_nul_in_an_extension_is_refused", 400, b"5;a=\0"),
            (
                MUST,
                "a_delete_octet_in_an_extension_is_refused",
                400,
                b"5;a=\x7f",
            ),
            (MUST, "a_bare_cr_in_an_extension_is_refused", 400, b"5;a\rb"),
            (MUST, "a_bare_lf_in_an_extension_is_refused", 400, b"5;a\nb"),
            (
                MUST,
                "a_bare_lf_behind_an_extension_is_refused",
                400,
                b"5;a=b\n0",
            ),
            (
                MUST,
                "a_line_end_in_a_quoted_value_is_refused",
                400,
                b"5;a=\"\r\n0\r\n\r\n\"",
            ),
            (
                MUST,
                "an_extension_longer_than_256_octets_is_refused",
                400,
                &long,
            ),
        ],
        |line| post_chunks(&[line, b"\r\nabcd\r\n0\r\n\r\n"].concat()),
    )
}

fn ends() -> Vec<Case> {
    refused_as(
        "RFC 9112 7.1",
        &[
            (
                MUST,
                "a_bare_lf_behind_a_size_is_refused",
                400,
                b"5\nabcde\r\n0\r\n\r\n",
            ),
            (
                MUST,
                "a_bare_cr_behind_a_size_is_refused",
                400,
                b"5\rabcde\r\n0\r\n\r\n",
            ),
            (
                MUST,
                "two_crs_behind_a_size_are_refused",
                400,
                b"5\r\r\nabcde\r\n0\r\n\r\n",
            ),
            (
                MUST,
                "a_bare_lf_behind_a_chunk_is_refused",
                400,
                b"5\r\nabcde\n0\r\n\r\n",
            ),
            (
                MUST,
                "a_bare_cr_behind_a_chunk_is_refused",
                400,
                b"5\r\nabcde\r0\r\n\r\n",
            ),
            (
                MUST,
                "a_chunk_without_a_line_end_is_refused",
                400,
                b"5\r\nabcde0\r\n\r\n",
            ),
            (
                MUST,
                "a_chunk_longer_than_its_size_is_refused",
                400,
                b"5\r\nabcdef\r\n0\r\n\r\n",
            ),
            (
                MUST,
                "a_chunk_shorter_than_its_size_is_refused",
                400,
                b"5\r\nabcd\r\n0\r\n\r\n",
            ),
            (
                MUST,
                "an_empty_line_between_chunks_is_refused",
                400,
                b"5\r\nabcde\r\n\r\n0\r\n\r\n",
            ),
            (
                MUST,
                "a_bare_lf_behind_the_last_size_is_refused",
                400,
                b"5\r\nabcde\r\n0\n\r\n",
            ),
            (
                MUST,
                "a_bare_lf_at_the_end_is_refused",
                400,
                b"5\r\nabcde\r\n0\r\n\n",
            ),
            (
                MUST,
                "a_bare_cr_at_the_end_is_refused",
                400,
                b"5\r\nabcde\r\n0\r\n\rX",
            ),
        ],
        post_chunks,
    )
}

fn trailers() -> Vec<Case> {
    taken_as(
        "RFC 9112 7.1.2",
        &[
            (MAY, "a_trailer_is_dropped", b"X: a\r\n"),
            (
                MAY,
                "several_trailers_are_dropped",
                b"X: a\r\nY:b\r\nZ: \r\n",
            ),
            (
                MAY,
                "a_trailer_of_connection_has_no_effect",
                b"Connection: close\r\n",
            ),
            (
                MAY,
                "a_trailer_of_expect_has_no_effect",
                b"Expect: nothing\r\n",
            ),
            (
                MAY,
                "a_trailer_of_if_match_has_no_effect",
                b"If-Match: \"other\"\r\n",
            ),
        ],
        &Answer::with_body("abcde"),
        |lines| post_chunks(&[b"5\r\nabcde\r\n0\r\n", lines, b"\r\n"].concat()),
    )
}

fn refused_trailers() -> Vec<Case> {
    let long = [b"X: ", &[b'a'; 1100][..], b"\r\n"].concat();
    refused_as(
        "RFC 9112 7.1.2",
        &[
            (
                MAY,
                "a_trailer_of_content_length_is_refused",
                400,
                b"Content-Length: 5\r\n",
            ),
            (
                MAY,
                "a_trailer_of_transfer_encoding_is_refused",
                400,
                b"transfer-encoding: chunked\r\n",
            ),
            (MAY, "a_trailer_of_host_is_refused", 400, b"Host: a\r\n"),
            (MUST, "a_trailer_without_a_colon_is_refused", 400, b"X\r\n"),
            (MUST, "a_trailer_without_a_name_is_refused", 400, b": a\r\n"),
            (
                MUST,
                "a_blank_before_the_colon_of_a_trailer_is_refused",
                400,
                b"X : a\r\n",
            ),
            (MUST, "a_folded_trailer_is_refused", 400, b"X: a\r\n b\r\n"),
            (MUST, "a_nul_in_a_trailer_is_refused", 400, b"X: \0\r\n"),
            (
                MUST,
                "a_bare_cr_in_a_trailer_is_refused",
                400,
                b"X: a\rb\r\n",
            ),
            (
                MUST,
                "a_bare_lf_behind_a_trailer_is_refused",
                400,
                b"X: a\n",
            ),
            (MUST, "trailers_longer_than_1_kib_are_refused", 400, &long),
        ],
        |lines| post_chunks(&[b"5\r\nabcde\r\n0\r\n", lines, b"\r\n"].concat()),
    )
}

fn unfinished() -> Vec<Case> {
    let rows: [(&str, &[u8]); 7] = [
        ("a_chunked_body_that_does_not_begin_gets_no_answer", b""),
        ("a_size_without_its_line_end_gets_no_answer", b"5"),
        ("half_a_chunk_gets_no_answer", b"5\r\nab"),
        (
            "a_body_without_its_last_chunk_gets_no_answer",
            b"5\r\nabcde\r\n",
        ),
        (
            "a_last_chunk_without_its_line_end_gets_no_answer",
            b"5\r\nabcde\r\n0\r\n",
        ),
        (
            "a_last_chunk_without_its_last_octet_gets_no_answer",
            b"5\r\nabcde\r\n0\r\n\r",
        ),
        ("half_a_trailer_gets_no_answer", b"5\r\nabcde\r\n0\r\nX: a"),
    ];
    let case = |(name, chunks): (&str, &[u8])| {
        Case::new(MUST, "RFC 9112 8", name, post_chunks(chunks)).unfinished()
    };
    rows.into_iter().map(case).collect()
}
