//! Masking (RFC 6455 section 5.3).

/// Applies the masking key to `data` in place and returns the key to continue
/// with, rotated by the octets done.
///
/// Masking is its own inverse. A payload that arrives in pieces is unmasked
/// piece by piece, each with the key the piece before returned.
#[must_use = "the next piece of the same payload needs the rotated key"]
pub fn mask(key: [u8; 4], data: &mut [u8]) -> [u8; 4] {
    let rotated = rotate(key, data.len());
    let (blocks, tail) = data.as_chunks_mut::<BLOCK>();
    for block in blocks {
        mask_quads(key, block);
    }
    mask_quads(key, tail);
    rotated
}

#[inline]
fn mask_quads(key: [u8; 4], data: &mut [u8]) {
    let (quads, tail) = data.as_chunks_mut::<4>();
    for quad in quads {
        *quad = (u32::from_ne_bytes(*quad) ^ u32::from_ne_bytes(key)).to_ne_bytes();
    }
    for (octet, key) in tail.iter_mut().zip(key) {
        *octet ^= key;
    }
}

fn rotate(key: [u8; 4], by: usize) -> [u8; 4] {
    let bits = (by % 4) as u32 * 8;
    u32::from_le_bytes(key).rotate_right(bits).to_le_bytes()
}

/// Octets per step: on Linux a width the compiler turns into vector
/// instructions, on a device no more than a register pair or two.
#[cfg(target_pointer_width = "64")]
const BLOCK: usize = 128;
#[cfg(not(target_pointer_width = "64"))]
const BLOCK: usize = 8;

#[cfg(test)]
mod tests {
    use super::mask;
    use std::vec::Vec;

    fn one_by_one(key: [u8; 4], data: &[u8]) -> Vec<u8> {
        let each = data.iter().enumerate();
        each.map(|(index, octet)| octet ^ key[index % 4]).collect()
    }

    #[test]
    fn every_length_is_masked_as_the_rfc_defines_it() {
        let key = [0x37, 0xfa, 0x21, 0x3d];
        for length in 0..200 {
            let plain: Vec<u8> = (0..length).map(|n| n as u8).collect();
            let mut masked = plain.clone();
            let _ = mask(key, &mut masked);
            assert_eq!(masked, one_by_one(key, &plain), "length {length}");
        }
    }

    #[test]
    fn a_payload_in_two_pieces_continues_with_the_rotated_key() {
        let key = [1, 2, 3, 4];
        let plain: Vec<u8> = (0..99).collect();
        for cut in 0..plain.len() {
            let mut masked = plain.clone();
            let (first, second) = masked.split_at_mut(cut);
            let key_after = mask(key, first);
            let _ = mask(key_after, second);
            assert_eq!(masked, one_by_one(key, &plain), "cut at {cut}");
        }
    }
}
