//! What can be wrong with the framing of a body.

use core::fmt;

use super::super::Status;

/// Why a chunked body was refused.
///
/// The end of the body is unknown, so nothing behind it may be read as a request:
/// answer with [`status`](Self::status), then close the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
// A word, for the same reason as `HeadError`.
#[repr(u32)]
pub enum BodyError {
    /// A chunk line isn't a hexadecimal size and extensions: a sign, a blank after
    /// the size or at the end, a control, or a line end other than CR LF.
    MalformedChunkLine,
    /// A chunk size has more than 16 significant digits.
    ChunkSizeOverflow,
    /// A chunk line is longer than
    /// [`BodyLimits::chunk_line`](super::BodyLimits::chunk_line).
    ChunkLineTooLong,
    /// A chunk isn't followed by CR LF.
    MalformedChunkEnd,
    /// A trailer line isn't `name: value`.
    MalformedTrailer,
    /// A trailer is Content-Length, Transfer-Encoding or Host.
    ForbiddenTrailer,
    /// The trailers are longer than
    /// [`BodyLimits::trailers`](super::BodyLimits::trailers).
    TrailersTooLong,
}

impl BodyError {
    /// The status to answer with, if no response has been started: 400.
    pub const fn status(self) -> Status {
        Status::BAD_REQUEST
    }
}

impl fmt::Display for BodyError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            BodyError::MalformedChunkLine => "malformed chunk line",
            BodyError::ChunkSizeOverflow => "chunk size too large",
            BodyError::ChunkLineTooLong => "chunk line too long",
            BodyError::MalformedChunkEnd => "chunk without line end",
            BodyError::MalformedTrailer => "malformed trailer",
            BodyError::ForbiddenTrailer => "framing field in trailers",
            BodyError::TrailersTooLong => "trailers too long",
        })
    }
}

impl core::error::Error for BodyError {}
