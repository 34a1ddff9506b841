//! The framing of chunks, an octet at a time (RFC 9112 section 7.1).

use super::{super::octet, BodyDecoder, BodyError};

/// What the next octet of a body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Of a body of known length.
    Octets,
    /// The first digit of a chunk size.
    Size,
    /// A further digit, or what ends them.
    SizeDigits,
    /// Of an extension, after `;` or a blank: the line can't end here.
    ExtensionBlank,
    /// Of an extension, after a visible octet.
    Extension,
    /// The LF of a chunk line.
    SizeLf,
    /// Of the data of a chunk.
    Chunk,
    /// The CR after a chunk.
    ChunkCr,
    /// The LF after a chunk.
    ChunkLf,
    /// The first of a trailer line or of the empty line.
    Trailer,
    /// Of a trailer's name, or the colon after it.
    TrailerName,
    /// Of a trailer's value.
    TrailerValue,
    /// The LF of a trailer line.
    TrailerLf,
    /// The LF of the empty line.
    FinalLf,
    /// None: the body has ended.
    Complete,
    /// None: there was an error.
    Failed(BodyError),
}

impl BodyDecoder {
    /// Takes framing up to the next body octet and returns its length.
    pub(super) fn framing(&mut self, input: &[u8]) -> Result<usize, BodyError> {
        for (taken, &octet) in input.iter().enumerate() {
            match self.step {
                Step::Octets | Step::Chunk | Step::Complete => return Ok(taken),
                _ => {}
            }
            match self.step(octet) {
                Ok(step) => self.step = step,
                Err(error) => {
                    self.step = Step::Failed(error);
                    return Err(error);
                }
            }
        }
        match self.step {
            Step::Failed(error) => Err(error),
            _ => Ok(input.len()),
        }
    }

    /// Takes one octet of framing and returns the next step.
    fn step(&mut self, octet: u8) -> Result<Step, BodyError> {
        match (self.step, octet) {
            (Step::Size, _) => {
                self.remaining = 0;
                self.allowance = self.limits.chunk_line;
                self.size_digit(octet)
            }
            (Step::SizeDigits, b';') => self.chunk_line(Step::ExtensionBlank),
            (Step::SizeDigits | Step::Extension, b'\r') => Ok(Step::SizeLf),
            (Step::SizeDigits, _) => self.size_digit(octet),
            (Step::Extension | Step::ExtensionBlank, b' ' | b'\t') => {
                self.chunk_line(Step::ExtensionBlank)
            }
            (Step::Extension | Step::ExtensionBlank, _) if octet::is_value(octet) => {
                self.chunk_line(Step::Extension)
            }
            (Step::SizeLf, b'\n') if self.remaining > 0 => Ok(Step::Chunk),
            (Step::SizeLf, b'\n') => {
                self.allowance = self.limits.trailers;
                Ok(Step::Trailer)
            }
            (Step::ChunkCr, b'\r') => Ok(Step::ChunkLf),
            (Step::ChunkLf, b'\n') => Ok(Step::Size),
            (Step::ChunkCr | Step::ChunkLf, _) => Err(BodyError::MalformedChunkEnd),
            (Step::Trailer, b'\r') => Ok(Step::FinalLf),
            (Step::FinalLf, b'\n') => Ok(Step::Complete),
            (Step::Failed(error), _) => Err(error),
            (
                Step::Trailer
                | Step::TrailerName
                | Step::TrailerValue
                | Step::TrailerLf
                | Step::FinalLf,
                _,
            ) => self.trailer(octet),
            _ => Err(BodyError::MalformedChunkLine),
        }
    }

    fn size_digit(&mut self, octet: u8) -> Result<Step, BodyError> {
        let digit = octet::hex_digit(octet).ok_or(BodyError::MalformedChunkLine)?;
        if self.remaining >> 60 != 0 {
            return Err(BodyError::ChunkSizeOverflow);
        }
        self.remaining = self.remaining << 4 | u64::from(digit);
        self.chunk_line(Step::SizeDigits)
    }

    fn chunk_line(&mut self, next: Step) -> Result<Step, BodyError> {
        self.spend(next, BodyError::ChunkLineTooLong)
    }

    /// Counts an octet against the limit in force.
    pub(super) fn spend(&mut self, next: Step, error: BodyError) -> Result<Step, BodyError> {
        self.allowance = self.allowance.checked_sub(1).ok_or(error)?;
        Ok(next)
    }
}
