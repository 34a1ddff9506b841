//! Bodies (RFC 9112 sections 6 and 7), from all octets at once.

use dunlin_proto::http::{BodyError, BodyLimits, Framing};

/// What a body holds and how it ends.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Decoded {
    body: Vec<u8>,
    /// Octets that the body took, unless it was refused.
    taken: usize,
    end: End,
}

impl Decoded {
    pub(crate) fn new(body: Vec<u8>, taken: usize, end: End) -> Self {
        Self { body, taken, end }
    }
}

/// How a body ends.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum End {
    Complete,
    Incomplete,
    Refused(BodyError),
}

/// Decodes the body at the front of `octets`.
pub(crate) fn decode(framing: Framing, limits: &BodyLimits, octets: &[u8]) -> Decoded {
    let mut reader = Reader { octets, at: 0 };
    let mut body = Vec::new();
    let end = match framing {
        Framing::None => End::Complete,
        Framing::Length(length) => match reader.data(length, &mut body) {
            Ok(()) => End::Complete,
            Err(end) => end,
        },
        Framing::Chunked => match reader.chunks(limits, &mut body) {
            Ok(()) => End::Complete,
            Err(end) => end,
        },
    };
    let taken = if matches!(end, End::Refused(_)) {
        0
    } else {
        reader.at
    };
    Decoded::new(body, taken, end)
}

struct Reader<'b> {
    octets: &'b [u8],
    at: usize,
}

impl Reader<'_> {
    fn next(&mut self) -> Result<u8, End> {
        let octet = self.octets.get(self.at).copied().ok_or(End::Incomplete)?;
        self.at += 1;
        Ok(octet)
    }

    fn expect(&mut self, wanted: u8, error: BodyError) -> Result<(), End> {
        if self.next()? == wanted {
            Ok(())
        } else {
            Err(End::Refused(error))
        }
    }

    fn data(&mut self, length: u64, body: &mut Vec<u8>) -> Result<(), End> {
        let there = self.octets.len() - self.at;
        let taken = usize::try_from(length).map_or(there, |length| length.min(there));
        body.extend_from_slice(&self.octets[self.at..self.at + taken]);
        self.at += taken;
        if (taken as u64) < length {
            return Err(End::Incomplete);
        }
        Ok(())
    }

    fn chunks(&mut self, limits: &BodyLimits, body: &mut Vec<u8>) -> Result<(), End> {
        loop {
            let size = self.chunk_line(limits.chunk_line.into())?;
            if size == 0 {
                return self.trailers(limits.trailers.into());
            }
            self.data(size, body)?;
            self.expect(b'\r', BodyError::MalformedChunkEnd)?;
            self.expect(b'\n', BodyError::MalformedChunkEnd)?;
        }
    }

    fn chunk_line(&mut self, limit: usize) -> Result<u64, End> {
        let mut budget = Budget(limit, BodyError::ChunkLineTooLong);
        let mut size: u64 = 0;
        let first = self.at;
        let mut octet = self.next()?;
        while let Some(digit) = char::from(octet).to_digit(16) {
            if size >> 60 != 0 {
                return Err(End::Refused(BodyError::ChunkSizeOverflow));
            }
            size = size * 16 + u64::from(digit);
            budget.spend()?;
            octet = self.next()?;
        }
        if self.at == first + 1 {
            return Err(End::Refused(BodyError::MalformedChunkLine));
        }
        while matches!(octet, b' ' | b'\t') {
            budget.spend()?;
            octet = self.next()?;
            if !matches!(octet, b' ' | b'\t' | b';') {
                return Err(End::Refused(BodyError::MalformedChunkLine));
            }
        }
        if octet == b';' {
            budget.spend()?;
            octet = self.extension(&mut budget)?;
        }
        if octet != b'\r' {
            return Err(End::Refused(BodyError::MalformedChunkLine));
        }
        self.expect(b'\n', BodyError::MalformedChunkLine)?;
        Ok(size)
    }

    /// Takes what is behind a semicolon, which does not end in a blank, and
    /// returns the octet behind it.
    fn extension(&mut self, budget: &mut Budget) -> Result<u8, End> {
        let mut may_end = false;
        loop {
            let octet = self.next()?;
            if !is_value(octet) {
                return if may_end {
                    Ok(octet)
                } else {
                    Err(End::Refused(BodyError::MalformedChunkLine))
                };
            }
            may_end = !matches!(octet, b' ' | b'\t');
            budget.spend()?;
        }
    }

    fn trailers(&mut self, limit: usize) -> Result<(), End> {
        const MALFORMED: BodyError = BodyError::MalformedTrailer;
        let mut budget = Budget(limit, BodyError::TrailersTooLong);
        loop {
            let mut name = Vec::new();
            let mut octet = self.next()?;
            if octet == b'\r' {
                return self.expect(b'\n', MALFORMED);
            }
            while is_token(octet) {
                name.push(octet);
                budget.spend()?;
                octet = self.next()?;
            }
            if octet != b':' || name.is_empty() {
                return Err(End::Refused(MALFORMED));
            }
            if FORBIDDEN
                .iter()
                .any(|there| there.as_bytes().eq_ignore_ascii_case(&name))
            {
                return Err(End::Refused(BodyError::ForbiddenTrailer));
            }
            while octet != b'\r' {
                budget.spend()?;
                octet = self.next()?;
                if octet != b'\r' && !is_value(octet) {
                    return Err(End::Refused(MALFORMED));
                }
            }
            budget.spend()?;
            self.expect(b'\n', MALFORMED)?;
            budget.spend()?;
        }
    }
}

/// Octets that a part of the framing may still take.
struct Budget(usize, BodyError);

impl Budget {
    fn spend(&mut self) -> Result<(), End> {
        self.0 = self.0.checked_sub(1).ok_or(End::Refused(self.1))?;
        Ok(())
    }
}

fn is_value(octet: u8) -> bool {
    octet == b'\t' || (octet >= b' ' && octet != 0x7f)
}

fn is_token(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&octet)
}

const FORBIDDEN: [&str; 3] = ["content-length", "transfer-encoding", "host"];
