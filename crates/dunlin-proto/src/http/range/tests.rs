use std::format;

use super::*;

fn requested(value: &str, length: u64) -> RequestedRange {
    let lines = format!("Host: a\r\nrange: {value}\r\n");
    requested_range(Fields::new(lines.as_bytes()), length)
}

fn part(first: u64, last: u64) -> RequestedRange {
    RequestedRange::Part(ByteRange { first, last })
}

#[test]
fn a_request_without_a_range_wants_the_whole() {
    let fields = Fields::new(b"Host: a\r\n");
    assert_eq!(requested_range(fields, 10), RequestedRange::Whole);
}

#[test]
fn a_range_is_cut_to_what_is_there() {
    for (value, expected) in [
        ("bytes=0-0", part(0, 0)),
        ("bytes=0-9", part(0, 9)),
        ("bytes=0-10", part(0, 9)),
        ("bytes=3-5", part(3, 5)),
        ("bytes=9-9", part(9, 9)),
        ("bytes=9-", part(9, 9)),
        ("bytes=0-", part(0, 9)),
        ("bytes=-1", part(9, 9)),
        ("bytes=-10", part(0, 9)),
        ("bytes=-11", part(0, 9)),
        ("BYTES=1-2", part(1, 2)),
        ("bytes= 1-2 ,", part(1, 2)),
        ("bytes=01-02", part(1, 2)),
        ("bytes=5-99999999999999999999999", part(5, 9)),
        ("bytes=-99999999999999999999999", part(0, 9)),
    ] {
        assert_eq!(requested(value, 10), expected, "{value}");
    }
}

#[test]
fn a_range_beyond_the_end_is_unsatisfiable() {
    for value in [
        "bytes=10-",
        "bytes=10-20",
        "bytes=-0",
        "bytes=99999999999999999999999-",
        "bytes=10-, 20-30",
    ] {
        assert_eq!(
            requested(value, 10),
            RequestedRange::Unsatisfiable,
            "{value}"
        );
    }
}

#[test]
fn what_is_no_range_of_bytes_is_ignored() {
    for value in [
        "",
        "bytes",
        "bytes=",
        "bytes=,",
        "bytes=-",
        "bytes=5",
        "bytes=2-1",
        "bytes=a-b",
        "bytes=+1-2",
        "bytes=1 - 2",
        "bytes=1-2-3",
        "bytes =1-2",
        "bytes=1-2, x",
        "bytes=20-, 2-1",
        "bytes:1-2",
        "lines=1-2",
        "1-2",
    ] {
        assert_eq!(requested(value, 10), RequestedRange::Whole, "{value}");
    }
}

#[test]
fn several_parts_are_answered_with_the_whole() {
    assert_eq!(requested("bytes=0-1, 3-4", 10), RequestedRange::Whole);
    assert_eq!(requested("bytes=0-1,-1", 10), RequestedRange::Whole);
    let lines = b"Range: bytes=0-1\r\nRange: bytes=3-4\r\n";
    assert_eq!(
        requested_range(Fields::new(lines), 10),
        RequestedRange::Whole
    );
}

#[test]
fn one_part_that_is_there_among_others_is_sent() {
    assert_eq!(requested("bytes=20-30, 0-1", 10), part(0, 1));
}

#[test]
fn an_empty_body_has_no_parts() {
    assert_eq!(requested("bytes=0-", 0), RequestedRange::Unsatisfiable);
    assert_eq!(requested("bytes=-0", 0), RequestedRange::Unsatisfiable);
    assert_eq!(requested("bytes=-1", 0), RequestedRange::Whole);
}

#[test]
fn a_range_knows_its_length_and_its_octets() {
    let range = ByteRange { first: 2, last: 4 };
    assert_eq!(range.len(), 3);
    assert_eq!((range.first(), range.last()), (2, 4));
    assert_eq!(range.of(b"abcdef"), b"cde");
    assert_eq!(range.of(b"abcd"), b"");
    let all = ByteRange {
        first: 0,
        last: u64::MAX,
    };
    assert_eq!(all.len(), u64::MAX);
    assert_eq!(all.of(b"abcd"), b"");
}

#[test]
fn content_range_names_the_part_and_the_whole() {
    let range = ByteRange {
        first: 42,
        last: 1233,
    };
    assert_eq!(
        ContentRange::part(range, 1234).as_str(),
        "bytes 42-1233/1234"
    );
    assert_eq!(ContentRange::unsatisfied(1234).as_str(), "bytes */1234");
    let most = u64::MAX;
    let range = ByteRange {
        first: most,
        last: most,
    };
    let expected = format!("bytes {most}-{most}/{most}");
    assert_eq!(ContentRange::part(range, most).as_str(), expected);
}
