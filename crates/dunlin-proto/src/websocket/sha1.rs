//! SHA-1 (FIPS 180-4 section 6.1), in a loop that is small.
//!
//! The handshake needs a digest of some sixty octets once for each connection
//! and no security of it (RFC 6455 section 10.8), so size is all that counts.

/// The digest of two parts, one behind the other.
pub(super) fn sha1(front: &[u8], back: &[u8]) -> [u8; 20] {
    let mut sha1 = Sha1 {
        state: INITIAL,
        words: [0; 16],
        length: 0,
    };
    front.iter().for_each(|octet| sha1.push(*octet));
    back.iter().for_each(|octet| sha1.push(*octet));
    let length = sha1.length;
    sha1.push(0x80);
    while sha1.length % BLOCK != BLOCK - 8 {
        sha1.push(0);
    }
    // The length is told in bits.
    sha1.words[14] = (length as u64 >> 29) as u32;
    sha1.words[15] = (length << 3) as u32;
    sha1.compress();
    let mut digest = [0; 20];
    for (index, octet) in digest.iter_mut().enumerate() {
        *octet = (sha1.state[index / 4] >> (24 - index % 4 * 8)) as u8;
    }
    digest
}

struct Sha1 {
    state: [u32; 5],
    /// The current block, and then the schedule made from it.
    words: [u32; 16],
    /// Octets so far.
    length: usize,
}

impl Sha1 {
    #[inline(never)]
    fn push(&mut self, octet: u8) {
        // What a word held before is shifted out.
        let word = &mut self.words[self.length % BLOCK / 4];
        *word = *word << 8 | u32::from(octet);
        self.length += 1;
        if self.length.is_multiple_of(BLOCK) {
            self.compress();
        }
    }

    /// Takes the current block into the state.
    fn compress(&mut self) {
        let words = &mut self.words;
        let [mut a, mut b, mut c, mut d, mut e] = self.state;
        for round in 0..80 {
            // The schedule is a ring: each word is made from four of the last 16.
            if round >= 16 {
                let ago = |ago: usize| words[(round + 16 - ago) % 16];
                let mixed = ago(3) ^ ago(8) ^ ago(14) ^ ago(16);
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
        for (word, add) in self.state.iter_mut().zip([a, b, c, d, e]) {
            *word = word.wrapping_add(add);
        }
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
