//! The two things a handshake needs of base64 (RFC 4648 section 4).

/// Writes `octets` in base64, padded; `text` is as long as that.
pub(super) fn encode(octets: &[u8], text: &mut [u8]) {
    for (three, four) in octets.chunks(3).zip(text.chunks_mut(4)) {
        let mut group = 0;
        for index in 0..3 {
            group = group << 8 | u32::from(three.get(index).copied().unwrap_or(0));
        }
        for (index, place) in four.iter_mut().enumerate() {
            let sextet = (group >> (18 - 6 * index)) as u8 & 63;
            *place = if index > three.len() {
                b'='
            } else {
                symbol(sextet)
            };
        }
    }
}

/// Whether a text is 16 octets in base64, and the only form of them.
pub(super) fn is_sixteen_octets(text: &[u8]) -> bool {
    match text {
        // Of the last symbol only two bits count; the others are 0.
        [front @ .., b'A' | b'Q' | b'g' | b'w', b'=', b'='] => {
            let is_symbol =
                |octet: &u8| octet.is_ascii_alphanumeric() || matches!(octet, b'+' | b'/');
            front.len() == 21 && front.iter().all(is_symbol)
        }
        _ => false,
    }
}

fn symbol(sextet: u8) -> u8 {
    match sextet {
        0..=25 => b'A' + sextet,
        26..=51 => b'a' + (sextet - 26),
        52..=61 => b'0' + (sextet - 52),
        62 => b'+',
        _ => b'/',
    }
}

#[cfg(test)]
mod tests {
    use super::{encode, is_sixteen_octets};
    use base64ct::{Base64, Encoding};
    use proptest::prelude::*;
    use std::string::String;
    use std::vec;

    proptest! {
        #[test]
        fn octets_are_written_as_another_implementation_writes_them(
            octets in proptest::collection::vec(any::<u8>(), 0..40),
        ) {
            let mut text = vec![0; octets.len().div_ceil(3) * 4];
            encode(&octets, &mut text);
            prop_assert_eq!(String::from_utf8(text).unwrap(), Base64::encode_string(&octets));
        }

        #[test]
        fn what_another_implementation_decodes_to_16_octets_is_a_key(
            text in prop_oneof!["[A-Za-z0-9+/]{20,22}={0,3}", "[!-~]{24}", "[AQgwBx]{22}=="],
        ) {
            let decoded = Base64::decode_vec(&text);
            prop_assert_eq!(
                is_sixteen_octets(text.as_bytes()),
                decoded.is_ok_and(|octets| octets.len() == 16)
            );
        }

        #[test]
        fn every_key_is_taken(octets in any::<[u8; 16]>()) {
            let mut text = [0; 24];
            encode(&octets, &mut text);
            prop_assert!(is_sixteen_octets(&text));
        }
    }
}
