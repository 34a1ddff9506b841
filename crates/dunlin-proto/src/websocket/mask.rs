//! Masking (RFC 6455 section 5.3).

/// Applies the masking key to `data` in place and returns the key to continue
/// with, rotated by the octets done.
///
/// Masking is its own inverse. A payload that arrives in pieces is unmasked
/// piece by piece, each with the key the piece before returned.
#[cfg_attr(target_pointer_width = "64", inline)]
#[cfg_attr(target_pointer_width = "32", inline(never))]
#[must_use = "the next piece of the same payload needs the rotated key"]
pub fn mask(key: [u8; 4], data: &mut [u8]) -> [u8; 4] {
    let rotated = rotate(key, data.len());
    let rest = if cfg!(target_pointer_width = "64") {
        let rest = mask_blocks::<WIDE>(key, data);
        mask_blocks::<NARROW>(key, rest)
    } else {
        mask_quads(key, data)
    };
    for (index, octet) in rest.iter_mut().enumerate() {
        *octet ^= key[index % 4];
    }
    rotated
}

/// Masks whole blocks and returns the rest. The length is a constant, so that
/// the compiler turns a block into as few and as wide steps as there are.
#[inline]
fn mask_blocks<const LENGTH: usize>(key: [u8; 4], data: &mut [u8]) -> &mut [u8] {
    let (blocks, rest) = data.as_chunks_mut::<LENGTH>();
    for block in blocks {
        for quad in block.as_chunks_mut::<4>().0 {
            *quad = (u32::from_ne_bytes(*quad) ^ u32::from_ne_bytes(key)).to_ne_bytes();
        }
    }
    rest
}

/// Masks four octets at a time, each by itself: nothing is known of where they
/// lie, and a word there would be put together and taken apart again.
fn mask_quads(key: [u8; 4], data: &mut [u8]) -> &mut [u8] {
    let (quads, rest) = data.as_chunks_mut::<4>();
    for [a, b, c, d] in quads {
        *a ^= key[0];
        *b ^= key[1];
        *c ^= key[2];
        *d ^= key[3];
    }
    rest
}

fn rotate(key: [u8; 4], by: usize) -> [u8; 4] {
    let bits = (by % 4) as u32 * 8;
    u32::from_le_bytes(key).rotate_right(bits).to_le_bytes()
}

/// Octets of a block: what vector instructions take in a few steps.
const WIDE: usize = 128;
const NARROW: usize = 16;

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
