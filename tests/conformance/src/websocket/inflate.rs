//! Compression of messages, independent of the server's (RFC 7692 section 7.2).

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

/// Decompresses messages, with the window and the context that were agreed.
#[derive(Debug)]
pub struct Inflater {
    stream: Decompress,
    keeps_context: bool,
    /// Octets asked for at a time.
    step: usize,
}

impl Inflater {
    /// An inflater with a window of 2 to the power of `window_bits`, from 8 to
    /// 15. Without `keeps_context` each message is decompressed by itself.
    pub fn new(window_bits: u8, keeps_context: bool) -> Self {
        let window_bits = window_bits.clamp(SMALLEST_WINDOW, LARGEST_WINDOW);
        // The library holds a distance against the window only where it leads
        // out of the octets of the same call. So it gives one octet a call,
        // unless no distance can be too far.
        let step = if window_bits < LARGEST_WINDOW {
            1
        } else {
            STEP
        };
        Self {
            stream: Decompress::new_with_window_bits(false, window_bits),
            keeps_context,
            step,
        }
    }

    /// A message of which the compressed octets are given.
    ///
    /// # Errors
    ///
    /// Octets that are no compressed data, or need a larger window or a
    /// context that is not there any more.
    pub fn message(&mut self, compressed: &[u8]) -> Result<Vec<u8>, String> {
        if !self.keeps_context {
            self.stream.reset(false);
        }
        let input = [compressed, &TAIL].concat();
        let mut rest = input.as_slice();
        let mut message = Vec::new();
        loop {
            message.reserve(self.step);
            let filled = message.len();
            message.resize(filled + self.step, 0);
            let (taken, given) = (self.stream.total_in(), self.stream.total_out());
            let target = &mut message[filled..];
            let status = self.stream.decompress(rest, target, FlushDecompress::Sync);
            let status = status.map_err(|error| format!("compressed data: {error}"))?;
            let taken = (self.stream.total_in() - taken) as usize;
            let given = (self.stream.total_out() - given) as usize;
            rest = &rest[taken..];
            message.truncate(filled + given);
            if status == Status::StreamEnd {
                self.stream.reset(false);
            } else if given < self.step {
                // The room was not used up, so the input is.
                break;
            }
        }
        if rest.is_empty() {
            Ok(message)
        } else {
            Err(format!("{} octets left after decompression", rest.len()))
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
