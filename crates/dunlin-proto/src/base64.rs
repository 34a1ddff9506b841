//! What handshakes and credentials need of base64 (RFC 4648 section 4).

/// Writes `octets` in base64, padded; `text` is as long as that.
pub(crate) fn encode(octets: &[u8], text: &mut [u8]) {
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
pub(crate) fn is_sixteen_octets(text: &[u8]) -> bool {
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

/// Decodes a padded text into `octets`, and returns the part that was filled.
///
/// `None` when it is not the only form of what it stands for, or is more than
/// `octets` holds.
pub(crate) fn decode<'o>(text: &[u8], octets: &'o mut [u8]) -> Option<&'o [u8]> {
    let mut length = 0;
    let mut rest = text;
    while let [first, second, third, fourth, tail @ ..] = rest {
        let is_last = tail.is_empty();
        let (count, third, fourth) = match (*third, *fourth) {
            (b'=', b'=') if is_last => (1, b'A', b'A'),
            (third, b'=') if is_last => (2, third, b'A'),
            (third, fourth) => (3, third, fourth),
        };
        let mut group = 0;
        for symbol in [*first, *second, third, fourth] {
            group = group << 6 | u32::from(sextet(symbol)?);
        }
        let [_, decoded @ ..] = group.to_be_bytes();
        let (decoded, padding) = decoded.split_at_checked(count)?;
        if padding.iter().any(|octet| *octet != 0) {
            return None;
        }
        octets
            .get_mut(length..length + count)?
            .copy_from_slice(decoded);
        length += count;
        rest = tail;
    }
    if !rest.is_empty() {
        return None;
    }
    octets.get(..length)
}

fn sextet(symbol: u8) -> Option<u8> {
    match symbol {
        b'A'..=b'Z' => Some(symbol - b'A'),
        b'a'..=b'z' => Some(symbol - b'a' + 26),
        b'0'..=b'9' => Some(symbol - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
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
    use super::{decode, encode, is_sixteen_octets};
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
        fn a_text_is_decoded_as_another_implementation_decodes_it(
            text in prop_oneof!["([A-Za-z0-9+/]{4}){0,5}", "[A-Za-z0-9+/]{0,9}[AQgwBx]={0,3}", "[ -~]{0,9}"],
        ) {
            let mut octets = [0; 40];
            let expected = Base64::decode_vec(&text).ok();
            prop_assert_eq!(decode(text.as_bytes(), &mut octets), expected.as_deref());
        }

        #[test]
        fn what_was_encoded_is_decoded_where_there_is_room(
            octets in proptest::collection::vec(any::<u8>(), 1..40),
        ) {
            let text = Base64::encode_string(&octets);
            let mut output = vec![0; octets.len()];
            prop_assert_eq!(decode(text.as_bytes(), &mut output), Some(&octets[..]));
            let (_, small) = output.split_first_mut().unwrap();
            prop_assert_eq!(decode(text.as_bytes(), small), None);
        }

        #[test]
        fn every_key_is_taken(octets in any::<[u8; 16]>()) {
            let mut text = [0; 24];
            encode(&octets, &mut text);
            prop_assert!(is_sixteen_octets(&text));
        }
    }
}
