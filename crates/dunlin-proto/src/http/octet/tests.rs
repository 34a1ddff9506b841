use std::vec;

use super::*;

#[test]
fn token_characters_are_those_of_rfc_9110() {
    for octet in 0..=u8::MAX {
        let expected = octet.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&octet);
        assert_eq!(is_token(octet), expected, "{octet:#x}");
    }
}

#[test]
fn a_value_ends_at_the_first_control_wherever_it_is() {
    for length in 0..20 {
        for position in 0..length {
            for octet in 0..=u8::MAX {
                let mut bytes = vec![0xFF; length];
                bytes[position] = octet;
                let expected = if is_value(octet) { length } else { position };
                assert_eq!(value_length(&bytes), expected, "{octet:#x} at {position}");
            }
        }
    }
}

#[test]
fn the_first_of_two_controls_counts() {
    for first in 0..16 {
        for second in first..16 {
            for (left, right) in [(b'\r', 0x7F), (0x7F, b'\r'), (0x7F, 0x80), (0, b' ')] {
                let mut bytes = [b'!'; 16];
                bytes[second] = right;
                bytes[first] = left;
                assert_eq!(value_length(&bytes), first);
            }
        }
    }
}

#[test]
fn blanks_are_trimmed_on_both_sides() {
    for (text, expected) in [
        ("", ""),
        (" ", ""),
        ("\t \t", ""),
        (" a b\t", "a b"),
        ("a", "a"),
    ] {
        assert_eq!(trim(text.as_bytes()), expected.as_bytes());
    }
}
