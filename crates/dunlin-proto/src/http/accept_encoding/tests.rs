use std::format;

use super::*;

fn weight(value: &str, coding: &str) -> Option<u16> {
    let line = format!("Accept-Encoding: {value}\r\n");
    coding_weight(Fields::new(line.as_bytes()), coding)
}

fn prefers_gzip(value: &str) -> bool {
    let line = format!("Accept-Encoding: {value}\r\n");
    prefers_coding(Fields::new(line.as_bytes()), "gzip")
}

#[test]
fn gzip_is_sent_to_who_names_it() {
    for value in [
        "gzip",
        "GZip",
        "x-gzip",
        "gzip, deflate, br, zstd",
        "br;q=1.0, gzip;q=0.001",
        "gzip;q=0.5, identity;q=0.5",
        "gzip ; q=1",
        "gzip;Q=1.000",
        "*",
        "*;q=0.1",
        "identity;q=0, *",
        "deflate, gzip;q=0.2, *;q=0",
    ] {
        assert!(prefers_gzip(value), "{value}");
    }
}

#[test]
fn gzip_is_not_sent_to_who_refuses_it_or_likes_it_less() {
    for value in [
        "",
        "identity",
        "br",
        "gzip;q=0",
        "gzip;q=0.000",
        "*;q=0",
        "gzip;q=0, *",
        "gzip;q=0.4, identity;q=0.5",
        "gzip;q=0.4, *;q=0.5",
        "gzippy",
        "gz ip",
    ] {
        assert!(!prefers_gzip(value), "{value}");
    }
    assert!(!prefers_coding(Fields::new(b"Host: a\r\n"), "gzip"));
}

#[test]
fn who_refuses_everything_gets_the_plain_body() {
    assert!(!prefers_gzip("gzip;q=0, identity;q=0"));
}

#[test]
fn a_member_with_a_malformed_weight_does_not_count() {
    for value in [
        "gzip;q=2",
        "gzip;q=1.001",
        "gzip;q=0.1234",
        "gzip;q=-1",
        "gzip;q=.5",
        "gzip;q=",
        "gzip;q=0.5;x=1",
        "gzip;level=1",
        "gzip;q = 1",
    ] {
        assert_eq!(weight(value, "gzip"), None, "{value}");
    }
    assert_eq!(weight("gzip;q=x, gzip;q=0.5", "gzip"), Some(500));
}

#[test]
fn a_weight_is_told_in_thousandths() {
    for (value, expected) in [
        ("br;q=0", Some(0)),
        ("br;q=0.", Some(0)),
        ("br;q=0,5", Some(0)),
        ("br;q=0.001", Some(1)),
        ("br;q=0.12", Some(120)),
        ("br;q=0.999", Some(999)),
        ("br;q=1", Some(1000)),
        ("br", Some(1000)),
        ("*;q=0.3", Some(300)),
        ("*;q=0.3, br;q=0.4", Some(400)),
        ("br;q=0.4, br;q=0.5", Some(400)),
        ("gzip", None),
    ] {
        assert_eq!(weight(value, "br"), expected, "{value}");
    }
    let fields = Fields::new(b"Accept-Encoding: br\r\nAccept-Encoding: gzip;q=0.1\r\n");
    assert_eq!(coding_weight(fields, "gzip"), Some(100));
}
