use std::{format, string::String, vec::Vec};

use super::*;

mod connection;
mod fields;
mod framing;
mod limits;
mod request_line;

const GENEROUS: HeadLimits = HeadLimits {
    target: 8192,
    head: 16384,
    fields: 64,
};

/// Parses a whole head and shows on the way that no cut of it changes the outcome.
fn parse(input: &[u8]) -> Result<RequestHead<'_>, HeadError> {
    parse_within(input, &GENEROUS)
}

fn parse_within<'b>(input: &'b [u8], limits: &HeadLimits) -> Result<RequestHead<'b>, HeadError> {
    let whole = parse_request_head(input, limits);
    for end in 0..input.len() {
        let cut = parse_request_head(&input[..end], limits);
        if !matches!(cut, Ok(None)) {
            assert_eq!(
                format!("{cut:?}"),
                format!("{whole:?}"),
                "cut at {end} of {}",
                input.escape_ascii()
            );
        }
    }
    match whole {
        Ok(Some((head, length))) => {
            assert_eq!(length, input.len(), "of {}", input.escape_ascii());
            Ok(head)
        }
        Ok(None) => panic!("incomplete: {}", input.escape_ascii()),
        Err(error) => Err(error),
    }
}

fn error(input: &[u8]) -> Option<HeadError> {
    parse(input).err()
}

/// A GET request with these field lines besides Host.
fn with_fields(lines: &str) -> Vec<u8> {
    format!("GET / HTTP/1.1\r\nHost: a\r\n{lines}\r\n\r\n").into_bytes()
}

/// Asserts that each of these field lines is refused with this error.
fn refuses(lines: &[&str], expected: HeadError) {
    for line in lines {
        assert_eq!(error(&with_fields(line)), Some(expected), "{line:?}");
    }
}

#[test]
fn all_parts_of_a_request_are_there() {
    let head = parse(
        b"POST /a/b?c=d&e HTTP/1.1\r\nHost: example.org:8080\r\nContent-Length: 5\r\n\
          X-Empty:\r\nX-Blank: \t a b \t \r\n\r\n",
    )
    .unwrap();
    assert_eq!(head.method(), Method::Post);
    assert_eq!(head.target(), "/a/b?c=d&e");
    assert_eq!(head.path(), "/a/b");
    assert_eq!(head.query(), Some("c=d&e"));
    assert_eq!(head.version(), Version::Http11);
    assert_eq!(head.host(), "example.org:8080");
    assert_eq!(head.framing(), Framing::Length(5));
    assert!(head.keep_alive());
    assert!(!head.expects_continue());
    assert!(!head.connection_has_upgrade());
    let fields: Vec<_> = head
        .fields()
        .iter()
        .map(|field| (field.name, field.value))
        .collect();
    assert_eq!(
        fields,
        [
            ("Host", &b"example.org:8080"[..]),
            ("Content-Length", b"5"),
            ("X-Empty", b""),
            ("X-Blank", b"a b"),
        ]
    );
}

#[test]
fn the_head_ends_at_its_empty_line() {
    let input = b"\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\nGET /next HTTP/1.1\r\n";
    let (head, length) = parse_request_head(input, &GENEROUS).unwrap().unwrap();
    assert_eq!(head.target(), "/");
    assert_eq!(&input[length..], b"GET /next HTTP/1.1\r\n");
}

#[test]
fn nothing_is_incomplete() {
    assert!(matches!(parse_request_head(b"", &GENEROUS), Ok(None)));
}

#[test]
fn every_error_has_its_status() {
    for (error, code) in [
        (HeadError::MalformedRequestLine, 400),
        (HeadError::MethodNotImplemented, 501),
        (HeadError::MalformedTarget, 400),
        (HeadError::TargetTooLong, 414),
        (HeadError::VersionNotSupported, 505),
        (HeadError::TooLarge, 431),
        (HeadError::TooManyFields, 431),
        (HeadError::MalformedField, 400),
        (HeadError::InvalidHost, 400),
        (HeadError::InvalidContentLength, 400),
        (HeadError::InvalidTransferEncoding, 400),
        (HeadError::TransferEncodingNotImplemented, 501),
        (HeadError::AmbiguousLength, 400),
        (HeadError::ExpectationFailed, 417),
    ] {
        assert_eq!(error.status().code(), code, "{error}");
    }
}

#[test]
fn a_head_is_104_octets_on_64_bit() {
    if size_of::<usize>() == 8 {
        assert!(size_of::<RequestHead<'_>>() <= 104);
    }
}
