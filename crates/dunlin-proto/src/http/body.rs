//! Decoding of request bodies (RFC 9112 sections 6 and 7).

mod chunked;
mod error;
mod trailer;

pub use error::BodyError;

use self::{chunked::Step, trailer::NameMatcher};

/// How the body of a message is delimited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// There is no body.
    None,
    /// The body is this many octets long.
    Length(u64),
    /// The body is in chunks (RFC 9112 section 7.1).
    Chunked,
}

/// How much the framing of a chunked body may take, in octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BodyLimits {
    /// Octets of a chunk's size and extensions, without the line's end.
    pub chunk_line: u16,
    /// Octets of all trailer lines with their ends, without the empty line after
    /// them.
    pub trailers: u16,
}

impl Default for BodyLimits {
    /// 256 octets per chunk line and 1024 of trailers.
    fn default() -> Self {
        BodyLimits {
            chunk_line: 256,
            trailers: 1024,
        }
    }
}

/// Finds the octets of a body in those of a connection.
///
/// The whole state is in here, 24 octets, so that the input may be cut anywhere.
/// Call [`decode`](Self::decode) until [`is_complete`](Self::is_complete); a body
/// of no octets is so from the start.
#[derive(Clone, Debug)]
pub struct BodyDecoder {
    /// Octets left of the body or chunk; the size so far while it is read.
    remaining: u64,
    limits: BodyLimits,
    /// Octets left of the limit in force.
    allowance: u32,
    name: NameMatcher,
    step: Step,
}

/// What [`BodyDecoder::decode`] found.
#[derive(Debug)]
pub struct Decoded<'b> {
    /// Octets of the input that are done with, [`data`](Self::data) included.
    pub consumed: usize,
    /// The next octets of the body, a part of the input; may be empty.
    pub data: &'b mut [u8],
    /// Whether the body has ended; what isn't consumed comes after it.
    pub complete: bool,
}

impl BodyDecoder {
    /// A decoder at the start of a body.
    ///
    /// The limits only concern [`Framing::Chunked`].
    pub fn new(framing: Framing, limits: &BodyLimits) -> Self {
        let (step, remaining) = match framing {
            Framing::None | Framing::Length(0) => (Step::Complete, 0),
            Framing::Length(length) => (Step::Octets, length),
            Framing::Chunked => (Step::Size, 0),
        };
        BodyDecoder {
            remaining,
            limits: *limits,
            allowance: limits.chunk_line.into(),
            name: NameMatcher::new(),
            step,
        }
    }

    /// Whether the body has ended.
    pub fn is_complete(&self) -> bool {
        self.step == Step::Complete
    }

    /// Consumes input up to the end of the next run of body octets and of the
    /// framing behind it.
    ///
    /// Call again with the rest of the input until all is consumed or the body is
    /// complete. Octets after the body are never consumed.
    ///
    /// # Errors
    ///
    /// What is wrong with the framing, after the octets before it were returned;
    /// the same again on every later call. Answer with [`BodyError::status`] and
    /// close: where the next request starts is unknown.
    pub fn decode<'b>(&mut self, input: &'b mut [u8]) -> Result<Decoded<'b>, BodyError> {
        let start = self.framing(input)?;
        let end = start + self.run(input.len() - start);
        let mut consumed = end;
        if start < end {
            // An error in here is found again by the next call, which reports it.
            let behind = input.get(end..).unwrap_or_default();
            consumed += self.framing(behind).unwrap_or(0);
        }
        Ok(Decoded {
            consumed,
            data: input.get_mut(start..end).unwrap_or_default(),
            complete: self.is_complete(),
        })
    }

    /// Takes body octets from `available` ones and returns their number.
    fn run(&mut self, available: usize) -> usize {
        if !matches!(self.step, Step::Octets | Step::Chunk) {
            return 0;
        }
        let run = usize::try_from(self.remaining).map_or(available, |left| left.min(available));
        self.remaining -= run as u64;
        if self.remaining == 0 {
            self.step = match self.step {
                Step::Octets => Step::Complete,
                _ => Step::ChunkCr,
            };
        }
        run
    }
}

#[cfg(test)]
mod tests;
