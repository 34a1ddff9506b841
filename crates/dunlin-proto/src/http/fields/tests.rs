use std::vec::Vec;

use super::*;

const FIELDS: Fields<'_> = Fields {
    lines: b"Host: a\r\nAccept: text/html , */*\r\nX-Empty:\r\nx-Latin:\t\xE9 \r\n\
             ACCEPT:, b,\xE9 , ,c\t\r\nX-Time: 10:20\r\nX-Tab: a\tb\r\n",
};

#[test]
fn fields_come_in_the_order_received() {
    let names: Vec<_> = FIELDS.iter().map(|field| field.name).collect();
    assert_eq!(
        names,
        [
            "Host", "Accept", "X-Empty", "x-Latin", "ACCEPT", "X-Time", "X-Tab"
        ]
    );
    assert_eq!(FIELDS.into_iter().count(), 7);
    assert_eq!((&FIELDS).into_iter().count(), 7);
}

#[test]
fn get_is_the_first_of_a_name_in_any_case() {
    assert_eq!(FIELDS.get("accept"), Some(&b"text/html , */*"[..]));
    assert_eq!(FIELDS.get("X-EMPTY"), Some(&b""[..]));
    assert_eq!(FIELDS.get("X-Time"), Some(&b"10:20"[..]));
    assert_eq!(FIELDS.get("X-Tab"), Some(&b"a\tb"[..]));
    assert_eq!(FIELDS.get("X-Tim"), None);
    assert_eq!(FIELDS.get(""), None);
}

#[test]
fn get_str_is_none_for_other_than_utf_8() {
    assert_eq!(FIELDS.get("X-Latin"), Some(&b"\xE9"[..]));
    assert_eq!(FIELDS.get_str("X-Latin"), None);
    assert_eq!(FIELDS.get_str("HOST"), Some("a"));
}

#[test]
fn get_all_has_every_instance() {
    let values: Vec<_> = FIELDS.get_all("Accept").collect();
    assert_eq!(values, [&b"text/html , */*"[..], b", b,\xE9 , ,c"]);
    assert_eq!(FIELDS.get_all("X-None").count(), 0);
}

#[test]
fn contains_finds_empty_values_too() {
    assert!(FIELDS.contains("x-empty"));
    assert!(!FIELDS.contains("x-none"));
}

#[test]
fn elements_are_the_members_of_all_instances() {
    let members: Vec<_> = FIELDS.elements("accept").collect();
    assert_eq!(members, ["text/html", "*/*", "b", "c"]);
    assert_eq!(FIELDS.elements("x-empty").count(), 0);
}

#[test]
fn tokens_compare_in_any_case_and_whole() {
    assert!(FIELDS.has_token("accept", "B"));
    assert!(FIELDS.has_token("ACCEPT", "Text/HTML"));
    assert!(!FIELDS.has_token("accept", "text"));
    assert!(!FIELDS.has_token("x-empty", ""));
}

#[test]
fn no_fields_are_none() {
    assert_eq!(Fields::default().iter().next(), None);
    assert_eq!(Fields::default().get("host"), None);
}
