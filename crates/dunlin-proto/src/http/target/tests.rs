use std::vec::Vec;

use super::*;

#[test]
fn queries_are_split_into_pairs() {
    for (query, expected) in [
        ("", &[][..]),
        ("a=b", &[("a", "b")]),
        ("a=b&c=d", &[("a", "b"), ("c", "d")]),
        ("&&a&", &[("a", "")]),
        ("a==b=", &[("a", "=b=")]),
        ("=", &[("", "")]),
        ("a=%26+%3D&a=;", &[("a", "%26+%3D"), ("a", ";")]),
    ] {
        assert_eq!(
            query_pairs(query).collect::<Vec<_>>(),
            expected,
            "{query:?}"
        );
    }
}

#[test]
fn query_value_is_the_first_of_a_decoded_key() {
    let query = "a=1&%61=2&b+c=3&%=4&d";
    for (key, value) in [
        ("a", Some("1")),
        ("b c", Some("3")),
        ("d", Some("")),
        ("%", None),
        ("b+c", None),
    ] {
        assert_eq!(query_value(query, key), value, "{key:?}");
    }
}

#[test]
fn percent_encoding_is_decoded() {
    for (input, plus, expected) in [
        ("", false, &b""[..]),
        ("abc", false, b"abc"),
        ("%41%6a%6A", false, b"Ajj"),
        ("a+b", false, b"a+b"),
        ("a+b%2B", true, b"a b+"),
        ("%00%ff%2500", false, b"\0\xFF%00"),
        ("\u{e9}", false, b"\xC3\xA9"),
    ] {
        let mut output = [0; 16];
        assert_eq!(
            percent_decode(input, &mut output, plus),
            Ok(expected),
            "{input:?}"
        );
    }
}

#[test]
fn malformed_encodings_are_errors() {
    for input in ["%", "%4", "a%4", "%zz", "%4z", "%%41", "% 41", "%+1"] {
        let mut output = [0; 16];
        assert_eq!(
            percent_decode(input, &mut output, true),
            Err(PercentError::Malformed)
        );
        assert!(!percent_eq(input, input, true), "{input:?}");
    }
}

#[test]
fn a_result_longer_than_the_buffer_is_an_error() {
    let mut output = [0; 2];
    assert_eq!(percent_decode("%41b", &mut output, false), Ok(&b"Ab"[..]));
    assert_eq!(
        percent_decode("%41bc", &mut output, false),
        Err(PercentError::TooLong)
    );
    assert_eq!(
        percent_decode("%41%", &mut output, false),
        Err(PercentError::Malformed)
    );
    assert_eq!(percent_decode("", &mut [], false), Ok(&b""[..]));
}

#[test]
fn percent_eq_compares_what_is_decoded() {
    for (encoded, plain, plus, expected) in [
        ("", "", false, true),
        ("a%20b", "a b", false, true),
        ("a+b", "a b", true, true),
        ("a+b", "a b", false, false),
        ("a+b", "a+b", false, true),
        ("%C3%a9", "\u{e9}", false, true),
        ("ab", "a", false, false),
        ("a", "ab", false, false),
    ] {
        assert_eq!(
            percent_eq(encoded, plain, plus),
            expected,
            "{encoded:?} {plain:?}"
        );
    }
}

#[test]
fn decoded_text_is_utf_8() {
    let mut output = [0; 8];
    assert_eq!(
        percent_decode_str("caf%C3%A9+1", &mut output, true),
        Ok("caf\u{e9} 1")
    );
    for (input, error) in [
        ("%C3", PercentError::NotText),
        ("%ff", PercentError::NotText),
        ("%C", PercentError::Malformed),
        ("123456789", PercentError::TooLong),
    ] {
        assert_eq!(percent_decode_str(input, &mut output, false), Err(error));
    }
}
