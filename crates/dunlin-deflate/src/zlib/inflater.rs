//! Received messages.

use crate::message::{End, Progress, Step, Stream};
use dunlin::{Assembly, InflateError, Inflated};
use flate2::{Decompress, FlushDecompress, Status};

/// Inflates messages one after the other.
pub(super) struct Inflater {
    stream: Decompress,
    progress: Progress,
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
            progress: Progress::default(),
            context: context_bits.map(|bits| Context {
                octets: Vec::new(),
                window: 1 << bits,
            }),
        }
    }

    /// Inflates to `assembly` by way of `buffer`; see
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
        let mut buffered = Buffered {
            stream: &mut self.stream,
            context: self.context.as_mut(),
            buffer,
        };
        self.progress
            .inflate(&mut buffered, input, last, assembly, most)
    }
}

/// A stream with a place for what it inflates to.
struct Buffered<'i> {
    stream: &'i mut Decompress,
    context: Option<&'i mut Context>,
    buffer: &'i mut [u8],
}

impl Stream for Buffered<'_> {
    fn step(&mut self, source: &[u8], most: usize) -> Step<'_> {
        let place = self.buffer.get_mut(..most.min(STEP)).unwrap_or_default();
        let (used, inflated) = (self.stream.total_in(), self.stream.total_out());
        let status = self.stream.decompress(source, place, FlushDecompress::Sync);
        let length = (self.stream.total_out() - inflated) as usize;
        let inflated = place.get(..length).unwrap_or_default();
        if let Some(context) = &mut self.context {
            context.remember(inflated);
        }
        Step {
            used: (self.stream.total_in() - used) as usize,
            inflated,
            end: match status {
                Ok(Status::StreamEnd) => Some(End::Last),
                Ok(_) => None,
                Err(_) => Some(End::Corrupt),
            },
        }
    }

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

/// Octets that are inflated at a time.
const STEP: usize = 16 * 1024;
