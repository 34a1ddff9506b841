use super::{basic_credentials, credentials_match};
use base64ct::{Base64, Encoding};
use proptest::prelude::*;
use std::format;
use std::string::String;

fn value_of(credentials: &[u8]) -> String {
    format!("Basic {}", Base64::encode_string(credentials))
}

#[test]
fn the_examples_of_rfc_7617_are_read() {
    let mut buffer = [0; 32];
    for (value, expected) in [
        (
            "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
            ("Aladdin", "open sesame"),
        ),
        ("Basic dGVzdDoxMjPCow==", ("test", "123\u{a3}")),
    ] {
        let read = basic_credentials(value.as_bytes(), &mut buffer);
        assert_eq!(read, Some(expected), "{value}");
    }
}

#[test]
fn the_scheme_is_named_in_any_case_and_blanks_may_follow() {
    let mut buffer = [0; 8];
    for value in ["basic YTpi", "BASIC   YTpi", "Basic YTpi "] {
        let read = basic_credentials(value.as_bytes(), &mut buffer);
        assert_eq!(read, Some(("a", "b")), "{value:?}");
    }
}

#[test]
fn the_user_ends_at_the_first_colon() {
    let mut buffer = [0; 8];
    for (credentials, expected) in [
        (&b"a:b:c"[..], ("a", "b:c")),
        (b":", ("", "")),
        (b"a:", ("a", "")),
        (b":b", ("", "b")),
    ] {
        let value = value_of(credentials);
        let read = basic_credentials(value.as_bytes(), &mut buffer);
        assert_eq!(read, Some(expected), "{value}");
    }
}

#[test]
fn what_is_malformed_gives_nothing() {
    for value in [
        "",
        "Basic",
        "Basic ",
        "BasicYTpi",
        "Basic\tYTpi",
        "Basi YTpi",
        "Bearer YTpi",
        "Digest YTpi",
        "Basic YTp",
        "Basic YTpi=",
        "Basic YT pi",
        "Basic YTo",
        "Basic YTo!",
        "Basic YTr=",
    ] {
        let mut buffer = [0; 32];
        assert_eq!(
            basic_credentials(value.as_bytes(), &mut buffer),
            None,
            "{value:?}"
        );
    }
    for credentials in [
        &b"no colon"[..],
        b"a\0:b",
        b"a:b\r\nc",
        b"a:\x7f",
        b"a:\xff",
    ] {
        let mut buffer = [0; 32];
        let value = value_of(credentials);
        assert_eq!(
            basic_credentials(value.as_bytes(), &mut buffer),
            None,
            "{value:?}"
        );
    }
}

#[test]
fn what_the_buffer_does_not_hold_gives_nothing() {
    let value = value_of(b"user:password");
    assert!(basic_credentials(value.as_bytes(), &mut [0; 13]).is_some());
    assert_eq!(basic_credentials(value.as_bytes(), &mut [0; 12]), None);
    assert_eq!(basic_credentials(value.as_bytes(), &mut []), None);
}

proptest! {
    #[test]
    fn credentials_match_when_both_are_the_same(
        given in ("[ab]{0,3}", "[ab]{0,3}"),
        expected in ("[ab\0]{0,3}", "[ab\0]{0,3}"),
    ) {
        let matches = credentials_match((&given.0, &given.1), (&expected.0, &expected.1));
        prop_assert_eq!(matches, given == expected);
        prop_assert!(credentials_match((&given.0, &given.1), (&given.0, &given.1)));
    }

    #[test]
    fn any_value_is_read_without_panic(value in proptest::collection::vec(any::<u8>(), 0..60)) {
        let mut buffer = [0; 20];
        let _ = basic_credentials(&value, &mut buffer);
        let value = value_of(&value);
        let _ = basic_credentials(value.as_bytes(), &mut buffer);
    }
}
