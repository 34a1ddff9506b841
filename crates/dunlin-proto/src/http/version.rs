//! Protocol versions (RFC 9112 section 2.3).

/// The version of HTTP a request is made in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Version {
    /// HTTP/1.0: not persistent unless asked for, no chunked coding.
    Http10,
    /// HTTP/1.1, or a later minor version, which is served as 1.1 (RFC 9110
    /// section 2.5).
    Http11,
}
