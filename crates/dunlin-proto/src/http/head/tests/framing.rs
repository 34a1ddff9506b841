use super::*;

fn framing(lines: &str) -> Framing {
    parse(&with_fields(lines)).unwrap().framing()
}

#[test]
fn without_a_length_there_is_no_body() {
    assert_eq!(framing("X: y"), Framing::None);
}

#[test]
fn content_length_is_the_length() {
    for (value, length) in [
        ("0", 0),
        ("7", 7),
        ("007", 7),
        ("18446744073709551615", u64::MAX),
        (
            "000000000000000000000000000000000018446744073709551615",
            u64::MAX,
        ),
    ] {
        assert_eq!(
            framing(&format!("Content-Length: {value}")),
            Framing::Length(length)
        );
        assert_eq!(
            framing(&format!("content-LENGTH:\t{value} ")),
            Framing::Length(length)
        );
    }
}

#[test]
fn a_content_length_that_is_no_number_is_refused() {
    for value in [
        "",
        "+5",
        "-5",
        "-0",
        "5 5",
        "5.0",
        "0x5",
        "5a",
        "a",
        "1e3",
        "5;",
        "\"5\"",
        "5\u{b2}",
        "18446744073709551616",
        "99999999999999999999999",
        "5,",
        ",5",
        ",",
        "5,,5",
        "1_0",
        "5\t5",
    ] {
        refuses(
            &[&format!("Content-Length: {value}")],
            HeadError::InvalidContentLength,
        );
    }
}

#[test]
fn a_repeated_content_length_of_the_same_number_counts_once() {
    assert_eq!(
        framing("Content-Length: 5\r\nContent-Length: 5"),
        Framing::Length(5)
    );
    assert_eq!(framing("Content-Length: 5, 5"), Framing::Length(5));
    assert_eq!(
        framing("Content-Length: 5 ,05\r\nContent-Length: 5"),
        Framing::Length(5)
    );
}

#[test]
fn content_lengths_that_differ_are_refused() {
    refuses(
        &[
            "Content-Length: 5\r\nContent-Length: 6",
            "Content-Length: 0\r\nContent-Length: 6",
            "Content-Length: 5, 6",
            "Content-Length: 5, 5\r\nContent-Length: 6",
        ],
        HeadError::InvalidContentLength,
    );
}

#[test]
fn chunked_is_recognised_in_any_case() {
    for value in [
        "chunked",
        "Chunked",
        "CHUNKED",
        " \tchunked\t ",
        ",chunked",
        "chunked ,\t,",
    ] {
        assert_eq!(
            framing(&format!("Transfer-Encoding:{value}")),
            Framing::Chunked
        );
    }
}

#[test]
fn content_length_and_transfer_encoding_together_are_refused() {
    refuses(
        &[
            "Content-Length: 5\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding: chunked\r\nContent-Length: 5",
            "Transfer-Encoding: chunked\r\nX: y\r\nContent-Length: 0",
            "Transfer-Encoding: gzip\r\nContent-Length: 5",
            "Content-Length: 5\r\nTransfer-Encoding: ",
            "Transfer-Encoding: chunked\r\nContent-Length: x",
        ],
        HeadError::AmbiguousLength,
    );
}

#[test]
fn a_coding_before_chunked_is_not_implemented() {
    refuses(
        &[
            "Transfer-Encoding: gzip, chunked",
            "Transfer-Encoding: identity, chunked",
            "Transfer-Encoding: ,gzip,,chunked,",
            "Transfer-Encoding: gzip\r\nTransfer-Encoding: deflate,chunked",
        ],
        HeadError::TransferEncodingNotImplemented,
    );
}

#[test]
fn transfer_encodings_that_end_in_no_single_chunked_are_refused() {
    refuses(
        &[
            "Transfer-Encoding:",
            "Transfer-Encoding: ,",
            "Transfer-Encoding: gzip",
            "Transfer-Encoding: identity",
            "Transfer-Encoding: chunked, gzip",
            "Transfer-Encoding: chunked, identity",
            "Transfer-Encoding: chunked, chunked",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
            "Transfer-Encoding: gzip, chunked, chunked",
            "Transfer-Encoding: chunked,,chunked",
            "Transfer-Encoding: , \t,",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding:",
        ],
        HeadError::InvalidTransferEncoding,
    );
}

#[test]
fn oddly_spelt_transfer_encodings_are_refused() {
    refuses(
        &[
            "Transfer-Encoding: xchunked",
            "Transfer-Encoding: chunkedx",
            "Transfer-Encoding: chunked;q=1",
            "Transfer-Encoding: chunked;",
            "Transfer-Encoding: \"chunked\"",
            "Transfer-Encoding: 'chunked'",
            "Transfer-Encoding: chunked chunked",
            "Transfer-Encoding: chu\tnked",
            "Transfer-Encoding: chunked\u{a0}",
            "Transfer-Encoding: gzip;q=1, chunked",
            "Transfer-Encoding: \u{e7}hunked",
        ],
        HeadError::InvalidTransferEncoding,
    );
    refuses(
        &[
            "Transfer-Encoding : chunked",
            "Transfer-Encoding: \u{b}chunked",
            "Transfer-Encoding: chunked\0",
            "Transfer-Encoding: chunked\r\n , gzip",
            "Transfer-Encoding: \rchunked",
        ],
        HeadError::MalformedField,
    );
}

#[test]
fn transfer_encoding_in_http_1_0_is_refused() {
    let input = b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n";
    assert_eq!(error(input), Some(HeadError::InvalidTransferEncoding));
}
