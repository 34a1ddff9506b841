use std::vec::Vec;

use super::*;

fn pairs(lines: &[u8]) -> Vec<(&str, &str)> {
    cookies(Fields::new(lines)).collect()
}

#[test]
fn cookies_of_all_fields_come_in_order() {
    let lines = b"Cookie: a=b; c=d\r\nX: y=z\r\ncookie: e=f\r\n";
    assert_eq!(pairs(lines), [("a", "b"), ("c", "d"), ("e", "f")]);
}

#[test]
fn values_stay_as_received() {
    let lines = b"Cookie: a=\"b\"; c==d=; e=; f=%20;a=2\r\n";
    assert_eq!(
        pairs(lines),
        [
            ("a", "\"b\""),
            ("c", "=d="),
            ("e", ""),
            ("f", "%20"),
            ("a", "2")
        ]
    );
}

#[test]
fn blanks_around_names_and_values_are_dropped() {
    assert_eq!(
        pairs(b"Cookie:  a = b ;\tc=d e ;\r\n"),
        [("a", "b"), ("c", "d e")]
    );
}

#[test]
fn what_is_no_pair_is_left_out() {
    assert_eq!(
        pairs(b"Cookie: a; =b; ;; \xE9=c; d=\xFF; e=f\r\n"),
        [("e", "f")]
    );
    assert_eq!(pairs(b"Cookie:\r\n"), []);
    assert_eq!(pairs(b""), []);
}
