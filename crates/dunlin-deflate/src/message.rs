//! Inflating one message after the other, whatever inflates.

use dunlin::{Assembly, InflateError, Inflated};

/// A stream of DEFLATE data.
pub(crate) trait Stream {
    /// Inflates from `source` as far as it goes, at most `most` octets.
    fn step(&mut self, source: &[u8], most: usize) -> Step<'_>;

    /// Begins another stream, which may refer to what came before.
    ///
    /// # Errors
    ///
    /// [`InflateError::Corrupt`] if that cannot be done.
    fn restart(&mut self) -> Result<(), InflateError>;
}

/// What a step did.
pub(crate) struct Step<'s> {
    /// Octets of the source.
    pub(crate) used: usize,
    pub(crate) inflated: &'s [u8],
    pub(crate) end: Option<End>,
}

/// Why a stream goes no further.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// A block ended it.
    Last,
    /// What comes is not DEFLATE data. What was inflated before it counts, so that
    /// it does not matter how the input is cut.
    Corrupt,
}

/// Where the current message stands.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    /// Octets of the trailer that were fed behind it.
    trailer: usize,
    /// Its last block ended the stream.
    ended: bool,
}

impl Progress {
    /// Does [`dunlin::Compression::inflate`] with a stream.
    pub(crate) fn inflate(
        &mut self,
        stream: &mut impl Stream,
        input: &mut &[u8],
        last: bool,
        assembly: &mut impl Assembly,
        most: usize,
    ) -> Result<Inflated, InflateError> {
        let mut left = most;
        loop {
            let ends = input.is_empty() && last;
            if ends && self.ended {
                self.ended = false;
                return Ok(Inflated::Done);
            }
            let trailer = TRAILER.get(self.trailer..).unwrap_or_default();
            let source = if ends { trailer } else { *input };
            let Step {
                used,
                inflated,
                end,
            } = stream.step(source, left);
            let count = inflated.len();
            assembly.append(inflated).map_err(|_| InflateError::Full)?;
            if end == Some(End::Corrupt) {
                return Err(InflateError::Corrupt);
            }
            left = left.saturating_sub(count);
            if ends {
                self.trailer += used;
            } else {
                *input = input.get(used..).unwrap_or_default();
            }
            if end == Some(End::Last) {
                stream.restart()?;
                if ends {
                    return self.finish();
                }
                self.ended = true;
                continue;
            }
            self.ended &= used == 0;
            if used > 0 || count > 0 {
                continue;
            }
            if input.is_empty() && !last {
                return Ok(Inflated::Done);
            }
            return if left == 0 {
                Ok(Inflated::More)
            } else {
                Err(InflateError::Corrupt)
            };
        }
    }

    /// Gets ready for the next message, if this one was whole: the trailer
    /// ended the stream, all of it.
    fn finish(&mut self) -> Result<Inflated, InflateError> {
        if core::mem::take(&mut self.trailer) == TRAILER.len() {
            Ok(Inflated::Done)
        } else {
            Err(InflateError::Corrupt)
        }
    }
}

/// What stands behind each message to inflate it: what its sender left off (RFC
/// 7692 section 7.2.1), and an empty stored block that ends the stream. That can
/// stand there only if the message was whole.
const TRAILER: [u8; 9] = [0x00, 0x00, 0xff, 0xff, 0x01, 0x00, 0x00, 0xff, 0xff];
