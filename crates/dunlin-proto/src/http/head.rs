//! Parsing of request heads (RFC 9112 sections 2, 3 and 5).
//!
//! A head is read octet by octet in the order of the wire and the first octet
//! that can't be right decides. A verdict therefore depends only on octets up to
//! the one that brought it about: however the stream is cut, the outcome is the
//! same, and a peer that doesn't speak HTTP learns so from its first octets.
//!
//! Parsing keeps no state between calls. A head that arrives in pieces is read
//! again from its start, which the limit on its length bounds.

mod error;
mod host;
mod reader;
mod semantics;
mod target;

pub use error::HeadError;

use self::{
    host::Authority,
    reader::{Reader, Stop},
    semantics::Semantics,
    target::Target,
};
use super::{Fields, Framing, Method, Version, method, octet};

/// How much a request head may take, in octets and lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeadLimits {
    /// Octets of the request target; more are [`HeadError::TargetTooLong`].
    pub target: usize,
    /// Octets of the whole head, from a leading empty line to the final one;
    /// more are [`HeadError::TooLarge`].
    pub head: usize,
    /// Field lines; more are [`HeadError::TooManyFields`].
    pub fields: usize,
}

/// Parses the request head at the start of `input`.
///
/// Returns the head and the octets it takes, its final empty line included, or
/// `None` as long as it is incomplete: call again with the same octets and more.
///
/// For a stream of octets the outcome doesn't depend on how many of them are
/// there, except that it may be incomplete.
///
/// # Errors
///
/// What is wrong with the head, at the first octet that shows it. The message's
/// end is unknown then: answer with [`HeadError::status`] and close.
pub fn parse_request_head<'b>(
    input: &'b [u8],
    limits: &HeadLimits,
) -> Result<Option<(RequestHead<'b>, usize)>, HeadError> {
    let window = input.get(..limits.head).unwrap_or(input);
    let mut reader = Reader::new(window);
    match read_head(&mut reader, limits) {
        Ok(head) => Ok(Some((head, window.len() - reader.rest().len()))),
        Err(Stop::Refused(error)) => Err(error),
        Err(Stop::Incomplete) if input.len() >= limits.head => Err(HeadError::TooLarge),
        Err(Stop::Incomplete) => Ok(None),
    }
}

/// A valid request head, a view over the octets it was parsed from.
#[derive(Clone, Debug)]
pub struct RequestHead<'b> {
    target: Target<'b>,
    host: &'b str,
    fields: Fields<'b>,
    framing: Framing,
    method: Method,
    version: Version,
    keep_alive: bool,
    expects_continue: bool,
    connection_has_upgrade: bool,
}

impl<'b> RequestHead<'b> {
    /// The request method.
    pub fn method(&self) -> Method {
        self.method
    }

    /// The request target as received, in any of its forms (RFC 9112 section 3.2).
    pub fn target(&self) -> &'b str {
        self.target.whole
    }

    /// The path of the target, not decoded and without the query.
    ///
    /// Starts with `/`, except that it is `*` for `OPTIONS *` and empty for
    /// CONNECT. The path of an absolute target without one is `/`.
    pub fn path(&self) -> &'b str {
        self.target.path
    }

    /// What follows the first `?` of the target, not decoded, if there is one.
    pub fn query(&self) -> Option<&'b str> {
        self.target.query
    }

    /// The version the request is made in.
    pub fn version(&self) -> Version {
        self.version
    }

    /// The header fields.
    pub fn fields(&self) -> Fields<'b> {
        self.fields
    }

    /// How the body that follows is delimited (RFC 9112 section 6).
    pub fn framing(&self) -> Framing {
        self.framing
    }

    /// Whether the client will take another response on the connection
    /// (RFC 9112 section 9.3).
    ///
    /// HTTP/1.1 unless Connection lists `close`; HTTP/1.0 only if it lists
    /// `keep-alive` and not `close`.
    pub fn keep_alive(&self) -> bool {
        self.keep_alive
    }

    /// Whether the client waits for a 100 response before it sends the body
    /// (RFC 9110 section 10.1.1). Never for HTTP/1.0.
    pub fn expects_continue(&self) -> bool {
        self.expects_continue
    }

    /// The host and port the request is for, without userinfo.
    ///
    /// The authority of an absolute or CONNECT target, else the Host field; empty
    /// if that is, or is missing in HTTP/1.0 (RFC 9112 section 3.2.2).
    pub fn host(&self) -> &'b str {
        self.host
    }

    /// Whether Connection lists `upgrade` (RFC 9110 section 7.8).
    pub fn connection_has_upgrade(&self) -> bool {
        self.connection_has_upgrade
    }
}

fn read_head<'b>(reader: &mut Reader<'b>, limits: &HeadLimits) -> Result<RequestHead<'b>, Stop> {
    if reader.peek()? == b'\r' {
        reader.line_end(HeadError::MalformedRequestLine)?;
    }
    let method = read_method(reader)?;
    let (target, authority) = read_target(reader, method, limits.target)?;
    let version = read_version(reader)?;

    let mut semantics = Semantics::new(version);
    let fields = read_fields(reader, limits.fields, &mut semantics)?;
    let framing = semantics.framing()?;
    Ok(RequestHead {
        host: semantics.host(authority)?,
        keep_alive: semantics.keep_alive(),
        expects_continue: semantics.expects_continue,
        connection_has_upgrade: semantics.upgrade,
        target,
        fields,
        framing,
        method,
        version,
    })
}

fn read_method(reader: &mut Reader<'_>) -> Result<Method, Stop> {
    let token = reader.take_token();
    if token.len() > method::LONGEST {
        return Err(HeadError::MethodNotImplemented.into());
    }
    reader.expect(b' ', HeadError::MalformedRequestLine)?;
    if token.is_empty() {
        return Err(HeadError::MalformedRequestLine.into());
    }
    Ok(Method::from_token(token).ok_or(HeadError::MethodNotImplemented)?)
}

fn read_target<'b>(
    reader: &mut Reader<'b>,
    method: Method,
    limit: usize,
) -> Result<(Target<'b>, &'b str), Stop> {
    let target = reader.take_target(limit.saturating_add(1));
    if target.len() > limit {
        return Err(HeadError::TargetTooLong.into());
    }
    reader.expect(b' ', HeadError::MalformedTarget)?;
    Ok(Target::parse(octet::ascii(target), method).ok_or(HeadError::MalformedTarget)?)
}

fn read_version(reader: &mut Reader<'_>) -> Result<Version, Stop> {
    for &octet in b"HTTP/" {
        reader.expect(octet, HeadError::MalformedRequestLine)?;
    }
    let major = reader.digit(HeadError::MalformedRequestLine)?;
    reader.expect(b'.', HeadError::MalformedRequestLine)?;
    let minor = reader.digit(HeadError::MalformedRequestLine)?;
    reader.line_end(HeadError::MalformedRequestLine)?;
    match (major, minor) {
        (b'1', b'0') => Ok(Version::Http10),
        (b'1', _) => Ok(Version::Http11),
        _ => Err(HeadError::VersionNotSupported.into()),
    }
}

fn read_fields<'b>(
    reader: &mut Reader<'b>,
    limit: usize,
    semantics: &mut Semantics<'b>,
) -> Result<Fields<'b>, Stop> {
    let block = reader.rest();
    let mut count = 0;
    while reader.peek()? != b'\r' {
        if count == limit {
            return Err(HeadError::TooManyFields.into());
        }
        count += 1;
        // A folded line starts with a blank and so has an empty name.
        let name = reader.take_token();
        reader.expect(b':', HeadError::MalformedField)?;
        if name.is_empty() {
            return Err(HeadError::MalformedField.into());
        }
        let value = reader.take_value();
        reader.line_end(HeadError::MalformedField)?;
        semantics.field(name, octet::trim(value))?;
    }
    let length = block.len() - reader.rest().len();
    reader.line_end(HeadError::MalformedField)?;
    Ok(Fields::new(block.get(..length).unwrap_or_default()))
}

#[cfg(test)]
mod tests;
