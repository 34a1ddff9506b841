use super::{InvalidUtf8, Utf8};
use proptest::prelude::*;
use std::string::String;
use std::vec::Vec;

/// The octet at which a checker fed one octet at a time gives up.
fn fails_at(text: &[u8]) -> Option<usize> {
    let mut checker = Utf8::new();
    text.iter()
        .position(|octet| checker.push(core::slice::from_ref(octet)).is_err())
}

fn whole(text: &[u8]) -> Result<(), InvalidUtf8> {
    let mut checker = Utf8::new();
    checker.push(text)?;
    checker.finish()
}

#[test]
fn a_code_point_above_the_last_fails_at_its_second_octet() {
    assert_eq!(fails_at(b"\xce\xba\xf4\x90\x80\x80"), Some(3));
}

#[test]
fn a_surrogate_fails_at_its_second_octet() {
    assert_eq!(fails_at(b"\xed\xa0\x80"), Some(1));
}

#[test]
fn overlong_forms_fail_as_soon_as_they_show() {
    assert_eq!(fails_at(b"\xc0\xaf"), Some(0));
    assert_eq!(fails_at(b"\xe0\x80\xaf"), Some(1));
    assert_eq!(fails_at(b"\xf0\x80\x80\xaf"), Some(1));
}

#[test]
fn a_text_that_ends_inside_a_character_is_refused() {
    assert_eq!(whole("κόσμε".as_bytes()), Ok(()));
    assert_eq!(whole(b"\xce"), Err(InvalidUtf8));
    assert_eq!(whole(b"\xf0\x9f\xa6"), Err(InvalidUtf8));
}

#[test]
fn a_finished_checker_starts_afresh() {
    let mut checker = Utf8::new();
    assert_eq!(checker.push(b"\xce"), Ok(()));
    assert_eq!(checker.finish(), Err(InvalidUtf8));
    assert_eq!(checker.push(b"a"), Ok(()));
    assert_eq!(checker.finish(), Ok(()));
}

proptest! {
    #[test]
    fn every_way_of_cutting_agrees_with_the_standard_library(
        text in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..24),
            "\\PC{0,8}".prop_map(String::into_bytes),
            ("\\PC{0,6}", any::<u8>(), "\\PC{0,6}").prop_map(|(before, octet, after)| {
                let mut text = before.into_bytes();
                text.push(octet);
                text.extend(after.into_bytes());
                text
            }),
        ],
        cuts in prop::collection::vec(0_usize..24, 0..4),
    ) {
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(text.len())).collect();
        cuts.sort_unstable();
        let mut checker = Utf8::new();
        let mut outcome = Ok(());
        let mut from = 0;
        for cut in cuts.into_iter().chain([text.len()]) {
            outcome = outcome.and_then(|()| checker.push(&text[from..cut]));
            from = cut;
        }
        let outcome = outcome.and_then(|()| checker.finish());
        prop_assert_eq!(outcome.is_ok(), core::str::from_utf8(&text).is_ok());
    }
}
