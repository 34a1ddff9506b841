//! Messages to be sent.

use crate::TAIL;
use flate2::{Compress, Compression, FlushCompress};

/// Deflates messages one after the other.
pub(super) struct MessageDeflater(Compress);

impl MessageDeflater {
    /// With a level of 1 to 9 and a window of 2 to the power of 9 to 15 octets.
    pub(super) fn new(level: u8, bits: u8) -> Self {
        let level = Compression::new(level.into());
        Self(Compress::new_with_window_bits(level, false, bits))
    }

    /// Deflates a message into `deflated`, which is at most `most` octets then;
    /// `false` when it is not enough.
    pub(super) fn deflate(&mut self, message: &[u8], deflated: &mut Vec<u8>, most: usize) -> bool {
        // More room than is used shows that nothing is held back.
        let room = most + TAIL.len() + 1;
        deflated.resize(room, 0);
        let before = self.0.total_out();
        let status = self.0.compress(message, deflated, FlushCompress::Sync);
        let length = (self.0.total_out() - before) as usize;
        let end = length.saturating_sub(TAIL.len());
        let complete = status.is_ok() && length < room && deflated.get(end..length) == Some(&TAIL);
        deflated.truncate(end);
        complete
    }

    /// Forgets what came before.
    pub(super) fn reset(&mut self) {
        self.0.reset();
    }
}

/// Octets that a message is deflated to at most.
pub(super) const fn bound(length: usize) -> usize {
    length + length / 8 + 64
}
