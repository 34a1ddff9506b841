//! What can be wrong with a request head.

use core::fmt;

use super::super::Status;

/// Why a request head was refused.
///
/// The end of a refused request is unknown, so nothing behind it may be read as
/// a request: answer with [`status`](Self::status), then close the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
// A word: an octet would share a word with a length wherever a result has either,
// and be taken out of it again.
#[repr(u32)]
pub enum HeadError {
    /// The request line isn't `method SP target SP HTTP/d.d CRLF`, or more than
    /// one empty line is before it.
    MalformedRequestLine,
    /// The method is a token, but none of [`Method`](super::super::Method).
    MethodNotImplemented,
    /// The target has none of the four forms, or one the method doesn't allow
    /// (RFC 9112 section 3.2).
    MalformedTarget,
    /// The target is longer than [`HeadLimits::target`](super::HeadLimits::target).
    TargetTooLong,
    /// The major version isn't 1.
    VersionNotSupported,
    /// The head is longer than [`HeadLimits::head`](super::HeadLimits::head).
    TooLarge,
    /// There are more field lines than
    /// [`HeadLimits::fields`](super::HeadLimits::fields).
    TooManyFields,
    /// A field line isn't `name: value CRLF`: a character that may not stand
    /// there, a blank before the colon, or a folded line.
    MalformedField,
    /// Host is missing in HTTP/1.1, repeated, not `host[:port]`, or empty beside
    /// a target with an authority (RFC 9112 section 3.2).
    InvalidHost,
    /// Content-Length isn't one number below 2^64 (RFC 9110 section 8.6).
    InvalidContentLength,
    /// Transfer-Encoding isn't a list of codings ending in a single `chunked`, or
    /// the request is HTTP/1.0 (RFC 9112 section 6.1).
    InvalidTransferEncoding,
    /// Transfer-Encoding has a coding before `chunked`, none of which are
    /// implemented.
    TransferEncodingNotImplemented,
    /// Both Content-Length and Transfer-Encoding are present, as in an attempt to
    /// smuggle a request (RFC 9112 section 6.3).
    AmbiguousLength,
    /// Expect has a member other than `100-continue` (RFC 9110 section 10.1.1).
    ExpectationFailed,
}

impl HeadError {
    /// The status to answer with: 400, 414, 417, 431, 501 or 505.
    pub const fn status(self) -> Status {
        match self {
            HeadError::MalformedRequestLine
            | HeadError::MalformedTarget
            | HeadError::MalformedField
            | HeadError::InvalidHost
            | HeadError::InvalidContentLength
            | HeadError::InvalidTransferEncoding
            | HeadError::AmbiguousLength => Status::BAD_REQUEST,
            HeadError::TargetTooLong => Status::URI_TOO_LONG,
            HeadError::ExpectationFailed => Status::EXPECTATION_FAILED,
            HeadError::TooLarge | HeadError::TooManyFields => {
                Status::REQUEST_HEADER_FIELDS_TOO_LARGE
            }
            HeadError::MethodNotImplemented | HeadError::TransferEncodingNotImplemented => {
                Status::NOT_IMPLEMENTED
            }
            HeadError::VersionNotSupported => Status::HTTP_VERSION_NOT_SUPPORTED,
        }
    }
}

impl fmt::Display for HeadError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            HeadError::MalformedRequestLine => "malformed request line",
            HeadError::MethodNotImplemented => "method not implemented",
            HeadError::MalformedTarget => "malformed request target",
            HeadError::TargetTooLong => "request target too long",
            HeadError::VersionNotSupported => "version not supported",
            HeadError::TooLarge => "request head too large",
            HeadError::TooManyFields => "too many fields",
            HeadError::MalformedField => "malformed field line",
            HeadError::InvalidHost => "missing or invalid host",
            HeadError::InvalidContentLength => "invalid content length",
            HeadError::InvalidTransferEncoding => "invalid transfer encoding",
            HeadError::TransferEncodingNotImplemented => "transfer encoding not implemented",
            HeadError::AmbiguousLength => "both content length and transfer encoding",
            HeadError::ExpectationFailed => "expectation failed",
        })
    }
}

impl core::error::Error for HeadError {}
