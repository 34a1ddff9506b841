//! SHA-1 (FIPS 180-4 section 6.1), in a loop that is small.
//!
//! The handshake needs a digest of some sixty octets once for each connection
//! and no security of it (RFC 6455 section 10.8), so size is all that counts.

/// The digest of two parts, one behind the other.
pub(super) fn sha1(front: &[u8], back: &[u8]) -> [u8; 20] {
    let length = front.len() + back.len();
    let octet = |at: usize| match front.get(at).or(back.get(at.wrapping_sub(front.len()))) {
        Some(octet) => *octet,
        None if at == length => 0x80,
        None => 0,
    };
    let mut state = INITIAL;
    let end = (length + END).next_multiple_of(BLOCK);
    let mut at = 0;
    while at < end {
        let mut words = [0; 16];
        for index in 0..BLOCK {
            words[index / 4] = words[index / 4] << 8 | u32::from(octet(at));
            at += 1;
        }
        if at == end {
            let bits = length as u64 * 8;
            words[14] = (bits >> 32) as u32;
            words[15] = bits as u32;
        }
        compress(&mut state, &mut words);
    }
    let mut digest = [0; 20];
    for (four, word) in digest.as_chunks_mut::<4>().0.iter_mut().zip(state) {
        *four = word.to_be_bytes();
    }
    digest
}

/// Takes one block into the state.
fn compress(state: &mut [u32; 5], words: &mut [u32; 16]) {
    let [mut a, mut b, mut c, mut d, mut e] = *state;
    for round in 0..80 {
        // The schedule is a ring: each word is made from four of the last 16.
        let ago = |words: &[u32; 16], ago: usize| words[(round + 16 - ago) % 16];
        if round >= 16 {
            let mixed = ago(words, 3) ^ ago(words, 8) ^ ago(words, 14) ^ ago(words, 16);
            words[round % 16] = mixed.rotate_left(1);
        }
        let (mixed, constant) = match round / 20 {
            0 => (d ^ (b & (c ^ d)), 0x5a82_7999),
            1 => (b ^ c ^ d, 0x6ed9_eba1),
            2 => ((b & c) | (d & (b | c)), 0x8f1b_bcdc),
            _ => (b ^ c ^ d, 0xca62_c1d6_u32),
        };
        let next = a
            .rotate_left(5)
            .wrapping_add(mixed)
            .wrapping_add(e)
            .wrapping_add(constant)
            .wrapping_add(words[round % 16]);
        (a, b, c, d, e) = (next, a, b.rotate_left(30), c, d);
    }
    for (word, add) in state.iter_mut().zip([a, b, c, d, e]) {
        *word = word.wrapping_add(add);
    }
}

const INITIAL: [u32; 5] = [
    0x6745_2301,
    0xefcd_ab89,
    0x98ba_dcfe,
    0x1032_5476,
    0xc3d2_e1f0,
];

/// Octets of a block.
const BLOCK: usize = 64;

/// Octets behind the message: a mark and its length.
const END: usize = 9;

#[cfg(test)]
mod tests {
    use super::sha1;
    use std::vec::Vec;

    #[test]
    fn every_length_has_the_digest_that_another_implementation_finds() {
        let message: Vec<u8> = (0..200).collect();
        for length in 0..message.len() {
            let (front, back) = message[..length].split_at(length / 3);
            let theirs = sha1_smol::Sha1::from(&message[..length]).digest().bytes();
            assert_eq!(sha1(front, back), theirs, "length {length}");
        }
    }
}
