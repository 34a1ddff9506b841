use std::{format, string::String, vec::Vec};

use super::*;

/// The body and the octets consumed, or the octets before the error and it.
type Outcome = Result<(Vec<u8>, usize), (Vec<u8>, BodyError)>;

/// Decodes pieces one after the other, as they would come from a connection.
fn decode_pieces<'p>(
    decoder: &mut BodyDecoder,
    pieces: impl IntoIterator<Item = &'p [u8]>,
) -> Outcome {
    let (mut body, mut consumed) = (Vec::new(), 0);
    for piece in pieces {
        let mut piece = piece.to_vec();
        let mut rest = &mut piece[..];
        while !rest.is_empty() && !decoder.is_complete() {
            let decoded = match decoder.decode(rest) {
                Ok(decoded) => decoded,
                Err(error) => return Err((body, error)),
            };
            assert!(decoded.consumed > 0);
            body.extend_from_slice(decoded.data);
            let taken = decoded.consumed;
            consumed += taken;
            rest = &mut rest[taken..];
        }
    }
    Ok((body, consumed))
}

/// Decodes a chunked body and shows on the way that no cut changes the outcome.
fn decode_within(input: &[u8], limits: &BodyLimits) -> (Outcome, bool) {
    let new = || BodyDecoder::new(Framing::Chunked, limits);
    let mut decoder = new();
    let whole = decode_pieces(&mut decoder, [input]);
    for cut in 0..=input.len() {
        let (start, end) = input.split_at(cut);
        assert_eq!(
            decode_pieces(&mut new(), [start, end]),
            whole,
            "cut at {cut}"
        );
    }
    assert_eq!(decode_pieces(&mut new(), input.chunks(1)), whole);
    (whole, decoder.is_complete())
}

#[track_caller]
fn complete(input: &str) -> String {
    let (outcome, complete) = decode_within(input.as_bytes(), &BodyLimits::default());
    let (body, consumed) = outcome.unwrap();
    assert!(complete, "{input:?}");
    assert_eq!(consumed, input.len(), "{input:?}");
    String::from_utf8(body).unwrap()
}

#[track_caller]
fn refused(inputs: &[&str], expected: BodyError) {
    for input in inputs {
        let (outcome, _) = decode_within(input.as_bytes(), &BodyLimits::default());
        let error = outcome.err().map(|(_, error)| error);
        assert_eq!(error, Some(expected), "{input:?}");
    }
}

#[test]
fn a_body_of_no_octets_is_complete_at_once() {
    for framing in [Framing::None, Framing::Length(0)] {
        let mut decoder = BodyDecoder::new(framing, &BodyLimits::default());
        assert!(decoder.is_complete());
        let mut input = *b"GET";
        let decoded = decoder.decode(&mut input).unwrap();
        assert_eq!((decoded.consumed, decoded.data.len()), (0, 0));
        assert!(decoded.complete);
    }
}

#[test]
fn a_body_of_known_length_ends_there() {
    let input = b"hello, next";
    for cut in 0..=input.len() {
        let mut decoder = BodyDecoder::new(Framing::Length(5), &BodyLimits::default());
        let (start, end) = input.split_at(cut);
        let outcome = decode_pieces(&mut decoder, [start, end]);
        assert_eq!(outcome, Ok((b"hello".to_vec(), 5)));
        assert!(decoder.is_complete());
    }
}

#[test]
fn a_body_of_known_length_is_incomplete_before() {
    let mut decoder = BodyDecoder::new(Framing::Length(u64::MAX), &BodyLimits::default());
    assert_eq!(
        decode_pieces(&mut decoder, [&b"hello"[..]]),
        Ok((b"hello".to_vec(), 5))
    );
    assert!(!decoder.is_complete());
}

#[test]
fn chunks_are_joined() {
    assert_eq!(complete("0\r\n\r\n"), "");
    assert_eq!(complete("5\r\nhello\r\n0\r\n\r\n"), "hello");
    assert_eq!(
        complete("5\r\nhello\r\n1\r\n \r\n5\r\nworld\r\n0\r\n\r\n"),
        "hello world"
    );
    assert_eq!(complete("2\r\n\r\n\r\n000\r\n\r\n"), "\r\n");
}

#[test]
fn sizes_are_hexadecimal_of_either_case() {
    for size in ["1a", "1A", "01a", "0000000000000000000000000000001A"] {
        let body = "abcdefghijklmnopqrstuvwxyz";
        assert_eq!(complete(&format!("{size}\r\n{body}\r\n0\r\n\r\n")), body);
    }
}

#[test]
fn one_call_takes_the_framing_around_a_run() {
    let mut decoder = BodyDecoder::new(Framing::Chunked, &BodyLimits::default());
    let mut input = *b"5\r\nhello\r\n0\r\n\r\nGET";
    let decoded = decoder.decode(&mut input).unwrap();
    assert_eq!(decoded.data, b"hello");
    assert_eq!(decoded.consumed, 15);
    assert!(decoded.complete);
}

#[test]
fn nothing_behind_the_body_is_consumed() {
    let (outcome, complete) = decode_within(b"1\r\na\r\n0\r\n\r\nGET /", &BodyLimits::default());
    assert!(complete);
    assert_eq!(outcome, Ok((b"a".to_vec(), 11)));
}

#[test]
fn octets_before_an_error_are_returned_and_the_error_stays() {
    let mut decoder = BodyDecoder::new(Framing::Chunked, &BodyLimits::default());
    let mut input = *b"5\r\nhelloX";
    let decoded = decoder.decode(&mut input).unwrap();
    assert_eq!((decoded.consumed, &*decoded.data), (8, &b"hello"[..]));
    for _ in 0..2 {
        let error = decoder.decode(&mut input[8..]).unwrap_err();
        assert_eq!(error, BodyError::MalformedChunkEnd);
    }
    assert_eq!(
        decoder.decode(&mut []).unwrap_err(),
        BodyError::MalformedChunkEnd
    );
    assert!(!decoder.is_complete());
}

#[test]
fn malformed_sizes_are_refused() {
    refused(
        &[
            "\r\n",
            "+5\r\n",
            "-5\r\n",
            "0x5\r\n",
            "g\r\n",
            " 5\r\n",
            "\t5\r\n",
            "5 \r\n",
            "5\t\r\n",
            "5 5\r\n",
            "5 5;a\r\n",
            " ;a\r\n",
            "5 ;\r\n",
            "5 \n",
            ";a\r\n",
            "5\n",
            "5\r5",
            "5\r\r\n",
            "5g\r\n",
            "5,5\r\n",
            "\"5\"\r\n",
            "5\0\r\n",
            "5_0\r\n",
            "0 \r\n\r\n",
            "0\n\r\n",
            "5\u{ff15}\r\n",
        ],
        BodyError::MalformedChunkLine,
    );
}

#[test]
fn a_size_above_64_bits_is_refused() {
    refused(
        &[
            "10000000000000000\r\n",
            "fffffffffffffffff",
            "00010000000000000000\r\n",
        ],
        BodyError::ChunkSizeOverflow,
    );
}

#[test]
fn the_largest_size_is_64_bits() {
    for size in ["ffffffffffffffff", "000FFFFFFFFFFFFFFFF"] {
        let input = format!("{size}\r\nabc");
        let (outcome, complete) = decode_within(input.as_bytes(), &BodyLimits::default());
        assert_eq!(outcome, Ok((b"abc".to_vec(), input.len())));
        assert!(!complete);
    }
}

#[test]
fn extensions_are_skipped() {
    for extension in [
        "a",
        "a=b",
        "a=\"b c\"",
        " a = b;c",
        "a=\u{e9}",
        "a\tb",
        "\"\\\"\"",
    ] {
        for blanks in ["", " ", "\t \t"] {
            let input = format!("1{blanks};{extension}\r\nx\r\n0{blanks};{extension}\r\n\r\n");
            assert_eq!(complete(&input), "x");
        }
    }
}

#[test]
fn malformed_extensions_are_refused() {
    refused(
        &[
            "1;\r\n",
            "1; \r\n",
            "1;a \r\n",
            "1;a\t\r\n",
            "1;a\n",
            "1;a\rb\r\n",
            "1;a\0\r\n",
            "1;a\x7f\r\n",
            "1;a=\"\r\n\"\r\nx",
            "1;a\r\r\n",
            "1;\n",
            "1;a\x1b\r\n",
        ],
        // The quoted line end is the end of the line, behind it a chunk of one.
        BodyError::MalformedChunkLine,
    );
}

#[test]
fn a_chunk_must_end_in_cr_lf() {
    refused(
        &[
            "1\r\nab",
            "1\r\na\n",
            "1\r\na\rb",
            "1\r\na\r\r\n",
            "1\r\na0\r\n\r\n",
            "1\r\na \r\n",
        ],
        BodyError::MalformedChunkEnd,
    );
}

#[test]
fn a_chunk_line_of_the_limit_fits_and_one_more_does_not() {
    let limits = BodyLimits {
        chunk_line: 4,
        trailers: 0,
    };
    for input in ["0001\r\nx\r\n0000\r\n\r\n", "1;ab\r\nx\r\n0;ab\r\n\r\n"] {
        let (outcome, complete) = decode_within(input.as_bytes(), &limits);
        assert!(outcome.is_ok() && complete, "{input:?}");
    }
    for input in ["00001\r\n", "1;abc\r\n", "1\r\nx\r\n0;abc\r\n", "00000"] {
        let (outcome, _) = decode_within(input.as_bytes(), &limits);
        assert_eq!(
            outcome.unwrap_err().1,
            BodyError::ChunkLineTooLong,
            "{input:?}"
        );
    }
}

#[test]
fn trailers_are_dropped() {
    for trailers in [
        "A: b\r\n",
        "A:\r\nB:c\td\r\n",
        "Hosts: x\r\nHos: t\r\n",
        "X-Host:\u{e9}\r\n",
    ] {
        assert_eq!(complete(&format!("1\r\nx\r\n0\r\n{trailers}\r\n")), "x");
    }
}

#[test]
fn a_trailer_name_longer_than_any_counter_is_not_a_forbidden_one() {
    let name = "host".repeat(70);
    assert_eq!(complete(&format!("0\r\n{name}: x\r\n\r\n")), "");
}

#[test]
fn malformed_trailers_are_refused() {
    refused(
        &[
            "0\r\nA\r\n",
            "0\r\n: b\r\n",
            "0\r\nA : b\r\n",
            "0\r\n A: b\r\n",
            "0\r\nA: b\n",
            "0\r\nA: b\r\r\n",
            "0\r\nA: \0\r\n",
            "0\r\nA: b\r\n c\r\n",
            "0\r\n\n",
            "0\r\n\rx",
            "0\r\nA: b\r\n\rx",
            "0\r\n\u{e9}: b\r\n",
            "0\r\nA\u{e9}: b\r\n",
            "0\r\nA: \x7f",
        ],
        BodyError::MalformedTrailer,
    );
}

#[test]
fn framing_fields_in_trailers_are_refused() {
    refused(
        &[
            "0\r\nContent-Length: 5\r\n\r\n",
            "0\r\nA: b\r\ncontent-length: 5\r\n\r\n",
            "0\r\nTransfer-Encoding: chunked\r\n\r\n",
            "0\r\nTRANSFER-ENCODING:\r\n\r\n",
            "0\r\nHost: a\r\n\r\n",
            "0\r\nhOsT:\r\n\r\n",
        ],
        BodyError::ForbiddenTrailer,
    );
}

#[test]
fn trailers_of_the_limit_fit_and_one_more_octet_does_not() {
    let limits = BodyLimits {
        chunk_line: 1,
        trailers: 11,
    };
    let (outcome, complete) = decode_within(
        b"0\r\nA: b\r\nC:\r\n\r\n",
        &BodyLimits {
            trailers: 10,
            ..limits
        },
    );
    assert!(outcome.is_ok() && complete);
    let (outcome, _) = decode_within(b"0\r\nA: b\r\nC: d\r\n\r\n", &limits);
    assert_eq!(outcome.unwrap_err().1, BodyError::TrailersTooLong);
    let none = BodyLimits {
        trailers: 0,
        ..limits
    };
    let (outcome, complete) = decode_within(b"0\r\n\r\n", &none);
    assert!(outcome.is_ok() && complete);
    let (outcome, _) = decode_within(b"0\r\nA:\r\n", &none);
    assert_eq!(outcome.unwrap_err().1, BodyError::TrailersTooLong);
}

#[test]
fn every_error_is_a_bad_request() {
    for error in [
        BodyError::MalformedChunkLine,
        BodyError::ChunkSizeOverflow,
        BodyError::ChunkLineTooLong,
        BodyError::MalformedChunkEnd,
        BodyError::MalformedTrailer,
        BodyError::ForbiddenTrailer,
        BodyError::TrailersTooLong,
    ] {
        assert_eq!(error.status().code(), 400);
        assert!(!format!("{error}").is_empty());
    }
}

#[test]
fn a_decoder_is_24_octets() {
    assert!(size_of::<BodyDecoder>() <= 24);
}
