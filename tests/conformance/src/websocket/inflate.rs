//! Compression of messages, independent of the server's (RFC 7692 section 7.2).

use flate2::{Compress, Compression, FlushCompress, Status};
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::inflate_flags::TINFL_FLAG_HAS_MORE_INPUT;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress};

/// Decompresses messages, with the window and the context that were agreed.
///
/// The library is another one than the server's, and it writes into a ring of
/// the size of the window: a distance that leads out of that is an error. zlib
/// and its kin accept such distances as long as they have the octets.
pub struct Inflater {
    state: Box<DecompressorOxide>,
    window: Vec<u8>,
    /// Where the window is written next.
    next: usize,
    keeps_context: bool,
}

impl std::fmt::Debug for Inflater {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (window, keeps_context) = (self.window.len(), self.keeps_context);
        write!(
            f,
            "Inflater of {window} octets, with context: {keeps_context}"
        )
    }
}

impl Inflater {
    /// An inflater with a window of 2 to the power of `window_bits`, from 8 to
    /// 15. Without `keeps_context` each message is decompressed by itself.
    pub fn new(window_bits: u8, keeps_context: bool) -> Self {
        Self {
            state: Box::default(),
            window: vec![0; 1 << window_bits.clamp(8, LARGEST_WINDOW)],
            next: 0,
            keeps_context,
        }
    }

    /// A message of which the compressed octets are given.
    ///
    /// # Errors
    ///
    /// Octets that are no compressed data, or need a larger window. A context
    /// that is not there any more reads as zeros.
    pub fn message(&mut self, compressed: &[u8]) -> Result<Vec<u8>, String> {
        if !self.keeps_context {
            self.state.init();
            self.window.fill(0);
            self.next = 0;
        }
        let input = [compressed, &TAIL].concat();
        let mut rest = input.as_slice();
        let mut message = Vec::new();
        loop {
            let (status, taken, given) = decompress(
                &mut self.state,
                rest,
                &mut self.window,
                self.next,
                TINFL_FLAG_HAS_MORE_INPUT,
            );
            rest = &rest[taken..];
            let end = self.next + given;
            message.extend_from_slice(&self.window[self.next..end]);
            self.next = end % self.window.len();
            match status {
                TINFLStatus::HasMoreOutput => {}
                TINFLStatus::NeedsMoreInput if rest.is_empty() => return Ok(message),
                // The block said that it was the last, and it was not.
                TINFLStatus::Done if !rest.is_empty() => self.state.init(),
                status => return Err(format!("compressed data: {status:?}")),
            }
        }
    }
}

/// Compresses messages, with the window and the context that were agreed.
#[derive(Debug)]
pub struct Deflater {
    stream: Compress,
    keeps_context: bool,
}

impl Deflater {
    /// A deflater with a window of 2 to the power of `window_bits`, from 8 to
    /// 15. Without `keeps_context` each message is compressed by itself.
    pub fn new(window_bits: u8, keeps_context: bool) -> Self {
        // zlib has no window of 256 octets; what is only stored needs none.
        let level = if window_bits < SMALLEST_WINDOW {
            Compression::none()
        } else {
            Compression::default()
        };
        let window_bits = window_bits.clamp(SMALLEST_WINDOW, LARGEST_WINDOW);
        Self {
            stream: Compress::new_with_window_bits(level, false, window_bits),
            keeps_context,
        }
    }

    /// The compressed octets of a message.
    pub fn message(&mut self, message: &[u8]) -> Vec<u8> {
        if !self.keeps_context {
            self.stream.reset();
        }
        let mut compressed = self.flushed(message, FlushCompress::Sync);
        let end = compressed.len().saturating_sub(TAIL.len());
        if compressed.get(end..) == Some(&TAIL) {
            compressed.truncate(end);
        }
        if compressed.is_empty() {
            // A block that was flushed already leaves nothing to send, and a
            // message takes at least an empty block.
            compressed.push(0);
        }
        compressed
    }

    /// The compressed octets of a message, of which the last block says so.
    /// The context is gone then.
    pub fn final_message(&mut self, message: &[u8]) -> Vec<u8> {
        self.stream.reset();
        let mut compressed = self.flushed(message, FlushCompress::Finish);
        self.stream.reset();
        // RFC 7692 section 7.2.3.4: an empty block behind the last one.
        compressed.push(0);
        compressed
    }

    /// What compressing octets up to a flush gives.
    pub fn flushed(&mut self, message: &[u8], flush: FlushCompress) -> Vec<u8> {
        let mut compressed = Vec::with_capacity(message.len() / 2 + STEP);
        let mut rest = message;
        loop {
            compressed.reserve(STEP);
            let taken = self.stream.total_in();
            // Compressing fails only where the library is misused.
            let status = self.stream.compress_vec(rest, &mut compressed, flush);
            rest = &rest[(self.stream.total_in() - taken) as usize..];
            let has_room = compressed.len() < compressed.capacity();
            if rest.is_empty() && has_room || !matches!(status, Ok(Status::Ok)) {
                return compressed;
            }
        }
    }
}

/// What the end of each message is without (RFC 7692 section 7.2.1).
const TAIL: [u8; 4] = [0x00, 0x00, 0xff, 0xff];

/// The smallest window that zlib compresses with, as a power of two.
const SMALLEST_WINDOW: u8 = 9;
const LARGEST_WINDOW: u8 = 15;

/// Octets decompressed or compressed at a time.
const STEP: usize = 16 * 1024;

#[cfg(test)]
mod tests;
