//! Transfer-Encoding.

use super::{Answer, Case, MAY, MUST, SHOULD, post, refused_as, taken_as};

pub(super) fn cases() -> Vec<Case> {
    [
        taken(),
        unknown(),
        spellings(),
        with_length(),
        other_names(),
    ]
    .concat()
}

fn taken() -> Vec<Case> {
    taken_as(
        "RFC 9112 6.1",
        &[
            (MUST, "chunked_is_taken", b"Transfer-Encoding: chunked\r\n"),
            (
                MUST,
                "chunked_is_taken_in_upper_case",
                b"Transfer-Encoding: CHUNKED\r\n",
            ),
            (
                MUST,
                "chunked_is_taken_in_mixed_case",
                b"Transfer-Encoding: cHuNkEd\r\n",
            ),
            (
                MUST,
                "the_name_of_the_field_is_taken_in_any_case",
                b"tRANSFER-eNCODING: chunked\r\n",
            ),
            (
                MUST,
                "blanks_around_chunked_do_not_count",
                b"Transfer-Encoding:\t chunked \t\r\n",
            ),
            (
                MUST,
                "chunked_needs_no_blank_before_it",
                b"Transfer-Encoding:chunked\r\n",
            ),
        ],
        &Answer::with_body("abcde"),
        with_chunks,
    )
}

fn unknown() -> Vec<Case> {
    let mut cases = refused_as(
        "RFC 9112 6.1",
        &[
            (
                SHOULD,
                "a_coding_before_chunked_is_answered_501",
                501,
                b"Transfer-Encoding: gzip, chunked\r\n",
            ),
            (
                SHOULD,
                "a_coding_in_a_field_before_chunked_is_answered_501",
                501,
                b"Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n",
            ),
            (
                SHOULD,
                "identity_before_chunked_is_answered_501",
                501,
                b"Transfer-Encoding: identity, chunked\r\n",
            ),
            (
                SHOULD,
                "two_codings_before_chunked_are_answered_501",
                501,
                b"Transfer-Encoding: deflate, gzip, chunked\r\n",
            ),
            (
                MUST,
                "chunked_twice_in_a_list_is_refused",
                400,
                b"Transfer-Encoding: chunked, chunked\r\n",
            ),
            (
                MUST,
                "chunked_in_two_fields_is_refused",
                400,
                b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
            ),
            (
                MUST,
                "chunked_behind_chunked_and_another_is_refused",
                400,
                b"Transfer-Encoding: chunked, gzip, chunked\r\n",
            ),
        ],
        with_chunks,
    );
    cases.extend(refused_as(
        "RFC 9112 6.3",
        &[
            (
                MUST,
                "a_coding_other_than_chunked_alone_is_refused",
                400,
                b"Transfer-Encoding: gzip\r\n",
            ),
            (
                MUST,
                "identity_alone_is_refused",
                400,
                b"Transfer-Encoding: identity\r\n",
            ),
            (
                MUST,
                "chunked_before_another_coding_is_refused",
                400,
                b"Transfer-Encoding: chunked, gzip\r\n",
            ),
            (
                MUST,
                "chunked_before_identity_is_refused",
                400,
                b"Transfer-Encoding: chunked, identity\r\n",
            ),
            (
                MUST,
                "chunked_in_a_field_before_another_is_refused",
                400,
                b"Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip\r\n",
            ),
            (
                MUST,
                "a_name_that_ends_with_chunked_is_another",
                400,
                b"Transfer-Encoding: xchunked\r\n",
            ),
            (
                MUST,
                "a_name_that_begins_with_chunked_is_another",
                400,
                b"Transfer-Encoding: chunkedx\r\n",
            ),
            (
                MUST,
                "half_of_chunked_is_another",
                400,
                b"Transfer-Encoding: chunk\r\n",
            ),
        ],
        with_chunks,
    ));
    cases
}

fn spellings() -> Vec<Case> {
    let mut cases = refused_as(
        "RFC 9112 7",
        &[
            (
                SHOULD,
                "chunked_with_a_parameter_is_refused",
                400,
                b"Transfer-Encoding: chunked;a=b\r\n",
            ),
            (
                SHOULD,
                "chunked_with_a_semicolon_is_refused",
                400,
                b"Transfer-Encoding: chunked;\r\n",
            ),
            (
                MUST,
                "chunked_in_quotes_is_refused",
                400,
                b"Transfer-Encoding: \"chunked\"\r\n",
            ),
            (
                MUST,
                "chunked_in_single_quotes_is_refused",
                400,
                b"Transfer-Encoding: 'chunked'\r\n",
            ),
            (
                MUST,
                "chunked_with_a_blank_within_is_refused",
                400,
                b"Transfer-Encoding: chu nked\r\n",
            ),
            (
                MUST,
                "two_words_are_refused",
                400,
                b"Transfer-Encoding: gzip chunked\r\n",
            ),
            (
                MUST,
                "a_semicolon_between_codings_is_refused",
                400,
                b"Transfer-Encoding: gzip;chunked\r\n",
            ),
            (
                MUST,
                "an_empty_value_is_refused",
                400,
                b"Transfer-Encoding:\r\n",
            ),
            (
                MUST,
                "a_comma_alone_is_refused",
                400,
                b"Transfer-Encoding: ,\r\n",
            ),
            (
                MUST,
                "a_vertical_tab_before_chunked_is_refused",
                400,
                b"Transfer-Encoding: \x0bchunked\r\n",
            ),
            (
                MUST,
                "a_vertical_tab_behind_chunked_is_refused",
                400,
                b"Transfer-Encoding: chunked\x0b\r\n",
            ),
            (
                MUST,
                "a_form_feed_before_chunked_is_refused",
                400,
                b"Transfer-Encoding: \x0cchunked\r\n",
            ),
            (
                MUST,
                "a_nul_behind_chunked_is_refused",
                400,
                b"Transfer-Encoding: chunked\0\r\n",
            ),
            (
                MUST,
                "a_blank_beyond_ascii_before_chunked_is_refused",
                400,
                b"Transfer-Encoding: \xa0chunked\r\n",
            ),
            (
                MUST,
                "a_byte_order_mark_before_chunked_is_refused",
                400,
                b"Transfer-Encoding: \xef\xbb\xbfchunked\r\n",
            ),
            (
                MUST,
                "chunked_in_a_folded_line_is_refused",
                400,
                b"Transfer-Encoding:\r\n chunked\r\n",
            ),
            (
                MUST,
                "chunked_behind_a_bare_lf_is_refused",
                400,
                b"Transfer-Encoding:\nchunked\r\n",
            ),
            (
                MUST,
                "chunked_behind_a_bare_cr_is_refused",
                400,
                b"Transfer-Encoding: \rchunked\r\n",
            ),
        ],
        with_chunks,
    );
    cases.extend(taken_as(
        "RFC 9110 5.6.1.2",
        &[
            (
                MUST,
                "an_empty_member_before_chunked_is_ignored",
                b"Transfer-Encoding: , chunked\r\n",
            ),
            (
                MUST,
                "an_empty_member_behind_chunked_is_ignored",
                b"Transfer-Encoding: chunked,\r\n",
            ),
            (
                MUST,
                "several_empty_members_around_chunked_are_ignored",
                b"Transfer-Encoding: ,\t, chunked ,,\r\n",
            ),
        ],
        &Answer::with_body("abcde"),
        with_chunks,
    ));
    cases
}

fn with_length() -> Vec<Case> {
    let mut cases = refused_as(
        "RFC 9112 6.3",
        &[
            (
                MAY,
                "a_length_before_chunked_is_refused",
                400,
                b"Content-Length: 15\r\nTransfer-Encoding: chunked\r\n",
            ),
            (
                MAY,
                "a_length_behind_chunked_is_refused",
                400,
                b"Transfer-Encoding: chunked\r\nContent-Length: 15\r\n",
            ),
            (
                MAY,
                "a_length_of_zero_beside_chunked_is_refused",
                400,
                b"Content-Length: 0\r\nTransfer-Encoding: chunked\r\n",
            ),
        ],
        with_chunks,
    );
    for (name, fields) in [
        (
            "transfer_encoding_in_http_1_0_is_refused",
            "Transfer-Encoding: chunked\r\n",
        ),
        (
            "transfer_encoding_in_http_1_0_is_refused_with_keep_alive",
            "Connection: keep-alive\r\nTransfer-Encoding: chunked\r\n",
        ),
        (
            "transfer_encoding_in_http_1_0_is_refused_with_a_length",
            "Content-Length: 15\r\nTransfer-Encoding: chunked\r\n",
        ),
    ] {
        let request = format!("POST / HTTP/1.0\r\n{fields}\r\n5\r\nabcde\r\n0\r\n\r\n");
        cases.push(Case::new(MUST, "RFC 9112 6.1", name, request).refused(400));
    }
    cases
}

/// Names that only look like the field's: the chunks behind are no body, and
/// no request.
fn other_names() -> Vec<Case> {
    let name = "a_field_of_a_similar_name_is_another_field";
    let names = [
        "Transfer_Encoding",
        "TransferEncoding",
        "Transfer-Encodings",
        "X-Transfer-Encoding",
        "Transfer-Encodin",
        "Content-Transfer-Encoding",
    ];
    let case = |other: &str| {
        let fields = format!("{other}: chunked\r\n");
        Case::new(MUST, "RFC 9112 6.3", name, with_chunks(fields.as_bytes()))
            .answer(Answer::with_body(""))
            .refused(400)
    };
    names.into_iter().map(case).collect()
}

fn with_chunks(fields: &[u8]) -> Vec<u8> {
    post(fields, b"5\r\nabcde\r\n0\r\n\r\n")
}
