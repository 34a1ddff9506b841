//! The framing of chunks, an octet at a time (RFC 9112 section 7.1).

use super::{super::octet, BodyDecoder, BodyError, NameMatcher};

/// What the next octet of a body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Of a body of known length.
    Octets,
    /// The first digit of a chunk size.
    Size,
    /// A further digit, or what ends them.
    SizeDigits,
    /// A blank behind the size: an extension has to follow.
    SizeBlank,
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

impl Step {
    /// What an octet is that may not stand here.
    fn malformed(self) -> BodyError {
        match self {
            Step::ChunkCr | Step::ChunkLf => BodyError::MalformedChunkEnd,
            step if step.is_trailer() => BodyError::MalformedTrailer,
            _ => BodyError::MalformedChunkLine,
        }
    }

    fn is_trailer(self) -> bool {
        matches!(
            self,
            Step::Trailer
                | Step::TrailerName
                | Step::TrailerValue
                | Step::TrailerLf
                | Step::FinalLf
        )
    }
}

impl BodyDecoder {
    /// Takes framing from the start of `input`, up to data or the end of the
    /// body; returns the octets it takes.
    pub(super) fn framing(&mut self, input: &[u8]) -> Result<usize, BodyError> {
        let mut taken = 0;
        loop {
            match self.step {
                Step::Octets | Step::Chunk | Step::Complete => return Ok(taken),
                Step::Failed(error) => return Err(error),
                _ => {}
            }
            let Some(&octet) = input.get(taken) else {
                return Ok(taken);
            };
            taken += 1;
            self.step = self.step(octet).unwrap_or_else(Step::Failed);
        }
    }

    /// Takes one octet of framing and returns the next step.
    fn step(&mut self, octet: u8) -> Result<Step, BodyError> {
        let next = match (self.step, octet) {
            (Step::SizeDigits | Step::SizeBlank, b';') => Step::ExtensionBlank,
            (Step::SizeDigits | Step::SizeBlank, b' ' | b'\t') => Step::SizeBlank,
            (Step::SizeDigits | Step::Extension, b'\r') => Step::SizeLf,
            (Step::Size | Step::SizeDigits, _) => {
                if self.step == Step::Size {
                    self.remaining = 0;
                    self.allowance = self.limits.chunk_line.into();
                }
                self.size_digit(octet)?;
                Step::SizeDigits
            }
            (Step::Extension | Step::ExtensionBlank, b' ' | b'\t') => Step::ExtensionBlank,
            (Step::Extension | Step::ExtensionBlank, _) if octet::is_value(octet) => {
                Step::Extension
            }
            (Step::SizeLf, b'\n') if self.remaining > 0 => Step::Chunk,
            (Step::SizeLf, b'\n') => {
                // One more for this octet, which is of no trailer.
                self.allowance = u32::from(self.limits.trailers) + 1;
                Step::Trailer
            }
            (Step::ChunkCr, b'\r') => Step::ChunkLf,
            (Step::ChunkLf, b'\n') => Step::Size,
            (Step::Trailer, b'\r') => Step::FinalLf,
            (Step::FinalLf, b'\n') => Step::Complete,
            (Step::Trailer | Step::TrailerName, _) if octet::is_token(octet) => {
                self.name.push(octet);
                Step::TrailerName
            }
            (Step::TrailerName, b':') if self.name.is_forbidden() => {
                return Err(BodyError::ForbiddenTrailer);
            }
            (Step::TrailerName, b':') => Step::TrailerValue,
            (Step::TrailerValue, b'\r') => Step::TrailerLf,
            (Step::TrailerValue, _) if octet::is_value(octet) => Step::TrailerValue,
            (Step::TrailerLf, b'\n') => Step::Trailer,
            (step, _) => return Err(step.malformed()),
        };
        if next == Step::Trailer {
            self.name = NameMatcher::new();
        }
        self.spend(next)?;
        Ok(next)
    }

    #[cfg_attr(target_pointer_width = "32", inline(never))]
    fn size_digit(&mut self, octet: u8) -> Result<(), BodyError> {
        let digit = octet::hex_digit(octet).ok_or(BodyError::MalformedChunkLine)?;
        if self.remaining >> 60 != 0 {
            return Err(BodyError::ChunkSizeOverflow);
        }
        self.remaining = self.remaining << 4 | u64::from(digit);
        Ok(())
    }

    /// Counts an octet that leads to a further one of a bounded line.
    fn spend(&mut self, next: Step) -> Result<(), BodyError> {
        let error = match next {
            Step::SizeDigits | Step::SizeBlank | Step::ExtensionBlank | Step::Extension => {
                BodyError::ChunkLineTooLong
            }
            Step::Trailer | Step::TrailerName | Step::TrailerValue | Step::TrailerLf => {
                BodyError::TrailersTooLong
            }
            _ => return Ok(()),
        };
        self.allowance = self.allowance.checked_sub(1).ok_or(error)?;
        Ok(())
    }
}
