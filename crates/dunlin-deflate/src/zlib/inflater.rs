//! Received messages.

use crate::TRAILER;
use dunlin::{Assembly, InflateError, Inflated};
use flate2::{Decompress, FlushDecompress, Status};

/// Inflates messages one after the other.
pub(super) struct Inflater {
    stream: Decompress,
    /// Octets of the trailer that were fed behind the current message.
    trailer: usize,
    /// The last block of the current message ended the stream.
    ended: bool,
    /// The end of what was inflated, where later messages may refer to it.
    context: Option<Context>,
}

/// What later messages may refer to.
struct Context {
    octets: Vec<u8>,
    /// Octets that can be referred to.
    window: usize,
}

impl Inflater {
    /// For messages that refer to those before them through a window of 2 to
    /// this power, or to nothing.
    pub(super) fn new(context_bits: Option<u8>) -> Self {
        Self {
            stream: Decompress::new(false),
            trailer: 0,
            ended: false,
            context: context_bits.map(|bits| Context {
                octets: Vec::new(),
                window: 1 << bits,
            }),
        }
    }

    /// Inflates to `assembly`, at most `most` octets; see
    /// [`dunlin::Compression::inflate`].
    pub(super) fn inflate(
        &mut self,
        input: &mut &[u8],
        last: bool,
        assembly: &mut impl Assembly,
        most: usize,
        buffer: &mut Vec<u8>,
    ) -> Result<Inflated, InflateError> {
        buffer.resize(STEP, 0);
        let mut left = most;
        loop {
            let place = buffer.get_mut(..left.min(STEP)).unwrap_or_default();
            let ends = input.is_empty() && last;
            if ends && self.ended {
                self.ended = false;
                return Ok(Inflated::Done);
            }
            let trailer = TRAILER.get(self.trailer..).unwrap_or_default();
            let source = if ends { trailer } else { *input };
            let step = self.step(source, place)?;
            let inflated = place.get(..step.inflated).unwrap_or_default();
            assembly.append(inflated).map_err(|_| InflateError::Full)?;
            left -= step.inflated;
            if ends {
                self.trailer += step.used;
            } else {
                *input = input.get(step.used..).unwrap_or_default();
            }
            if step.ended {
                self.restart()?;
                if ends {
                    return self.finish();
                }
                self.ended = true;
                continue;
            }
            self.ended &= step.used == 0;
            if step.used > 0 || step.inflated > 0 {
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

    fn step(&mut self, source: &[u8], place: &mut [u8]) -> Result<Step, InflateError> {
        let (used, inflated) = (self.stream.total_in(), self.stream.total_out());
        let status = self
            .stream
            .decompress(source, place, FlushDecompress::Sync)
            .map_err(|_| InflateError::Corrupt)?;
        let step = Step {
            used: (self.stream.total_in() - used) as usize,
            inflated: (self.stream.total_out() - inflated) as usize,
            ended: status == Status::StreamEnd,
        };
        if let Some(context) = &mut self.context {
            context.remember(place.get(..step.inflated).unwrap_or_default());
        }
        Ok(step)
    }

    /// Begins another stream, which may refer to what came before.
    fn restart(&mut self) -> Result<(), InflateError> {
        self.stream.reset(false);
        match &self.context {
            Some(context) if !context.octets.is_empty() => {
                let set = self.stream.set_dictionary(context.window());
                set.map(|_| ()).map_err(|_| InflateError::Corrupt)
            }
            _ => Ok(()),
        }
    }
}

impl Context {
    fn remember(&mut self, inflated: &[u8]) {
        let from = inflated.len().saturating_sub(self.window);
        let inflated = inflated.get(from..).unwrap_or_default();
        if self.octets.len() + inflated.len() > 2 * self.window {
            let kept = self.window.min(self.octets.len());
            self.octets.drain(..self.octets.len() - kept);
        }
        self.octets.extend_from_slice(inflated);
    }

    fn window(&self) -> &[u8] {
        let from = self.octets.len().saturating_sub(self.window);
        self.octets.get(from..).unwrap_or_default()
    }
}

/// What a step did.
struct Step {
    used: usize,
    inflated: usize,
    /// A block ended the stream.
    ended: bool,
}

/// Octets that are inflated at a time.
const STEP: usize = 16 * 1024;
