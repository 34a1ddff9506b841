//! Messages to be sent.

use flate2::{Compress, Compression, FlushCompress};

/// Deflates messages one after the other.
pub(super) struct MessageDeflater {
    stream: Compress,
    level: u8,
    bits: u8,
}

impl MessageDeflater {
    /// With a level of 1 to 9 and a window of 2 to the power of 9 to 15 octets.
    pub(super) fn new(level: u8, bits: u8) -> Self {
        let compression = Compression::new(level.into());
        Self {
            stream: Compress::new_with_window_bits(compression, false, bits),
            level,
            bits,
        }
    }

    /// Deflates a message into `deflated`; `false` when that failed, and what came
    /// before is forgotten.
    pub(super) fn deflate(&mut self, message: &[u8], deflated: &mut Vec<u8>) -> bool {
        let room = bound(message.len());
        deflated.resize(room, 0);
        let before = self.stream.total_out();
        let status = self.stream.compress(message, deflated, FlushCompress::Sync);
        let length = (self.stream.total_out() - before) as usize;
        let end = length.saturating_sub(TAIL.len());
        // Room that was not used shows that nothing is held back.
        let complete = status.is_ok() && length < room && deflated.get(end..length) == Some(&TAIL);
        deflated.truncate(end);
        if !complete {
            // zlib-rs 0.6.8 cannot be reset while it holds something back.
            *self = Self::new(self.level, self.bits);
        }
        complete
    }

    /// Forgets what came before.
    pub(super) fn reset(&mut self) {
        self.stream.reset();
    }
}

/// Octets that a message is deflated to at most.
pub(super) const fn bound(length: usize) -> usize {
    length + length / 8 + 64
}

/// What a sender leaves off the end of each message (RFC 7692 section 7.2.1): the
/// length of an empty stored block, and its complement.
const TAIL: [u8; 4] = [0x00, 0x00, 0xff, 0xff];
