//! The fields that decide how a request is read (RFC 9112 sections 3.2, 6 and 9).

use super::{
    super::{Framing, Version, octet},
    Authority, HeadError,
};

/// What the fields read so far say.
pub(super) struct Semantics<'b> {
    version: Version,
    host: Option<&'b str>,
    length: Option<u64>,
    codings: Codings,
    close: bool,
    keep_alive: bool,
    pub(super) upgrade: bool,
    pub(super) expects_continue: bool,
}

/// The transfer codings so far.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Codings {
    Absent,
    /// Others than `chunked`.
    Others,
    /// `chunked` alone.
    Chunked,
    /// Others, then `chunked`.
    OthersChunked,
}

impl<'b> Semantics<'b> {
    pub(super) fn new(version: Version) -> Self {
        Semantics {
            version,
            host: None,
            length: None,
            codings: Codings::Absent,
            close: false,
            keep_alive: false,
            upgrade: false,
            expects_continue: false,
        }
    }

    /// Takes a field into account.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(super) fn field(&mut self, name: &[u8], value: &'b [u8]) -> Result<(), HeadError> {
        // The length tells names apart without a comparison.
        let known: &[u8] = match name.len() {
            4 => b"host",
            6 => b"expect",
            10 => b"connection",
            14 => b"content-length",
            17 => b"transfer-encoding",
            _ => return Ok(()),
        };
        if !octet::is_same_name(name, known) {
            return Ok(());
        }
        match known.len() {
            4 => self.host_field(value),
            6 => self.expect(value),
            10 => {
                self.connection(value);
                Ok(())
            }
            14 => self.content_length(value),
            _ => self.transfer_encoding(value),
        }
    }

    /// The framing all fields together stand for.
    pub(super) fn framing(&self) -> Result<Framing, HeadError> {
        match (self.codings, self.length) {
            (Codings::Absent, None) => Ok(Framing::None),
            (Codings::Absent, Some(length)) => Ok(Framing::Length(length)),
            (Codings::Chunked, _) => Ok(Framing::Chunked),
            (Codings::OthersChunked, _) => Err(HeadError::TransferEncodingNotImplemented),
            (Codings::Others, _) => Err(HeadError::InvalidTransferEncoding),
        }
    }

    /// The host the request is for, given the authority of its target.
    pub(super) fn host(&self, authority: &'b str) -> Result<&'b str, HeadError> {
        match self.host {
            None if self.version == Version::Http11 => Err(HeadError::InvalidHost),
            // A target with an authority demands a Host field equal to it.
            Some("") if !authority.is_empty() => Err(HeadError::InvalidHost),
            _ if !authority.is_empty() => Ok(authority),
            host => Ok(host.unwrap_or_default()),
        }
    }

    pub(super) fn keep_alive(&self) -> bool {
        !self.close && (self.version == Version::Http11 || self.keep_alive)
    }

    fn host_field(&mut self, value: &'b [u8]) -> Result<(), HeadError> {
        let host = core::str::from_utf8(value).map_err(|_| HeadError::InvalidHost)?;
        let valid = host.is_empty() || Authority::parse(host).is_some();
        if !valid || self.host.replace(host).is_some() {
            return Err(HeadError::InvalidHost);
        }
        Ok(())
    }

    fn expect(&mut self, value: &[u8]) -> Result<(), HeadError> {
        if self.version == Version::Http10 {
            return Ok(());
        }
        for member in octet::members(value).filter(|member| !member.is_empty()) {
            if !octet::is_same_name(member, b"100-continue") {
                return Err(HeadError::ExpectationFailed);
            }
            self.expects_continue = true;
        }
        Ok(())
    }

    fn connection(&mut self, value: &[u8]) {
        for member in octet::members(value) {
            if octet::is_same_name(member, b"close") {
                self.close = true;
            } else if octet::is_same_name(member, b"keep-alive") {
                self.keep_alive = true;
            } else if octet::is_same_name(member, b"upgrade") {
                self.upgrade = true;
            }
        }
    }

    /// Content-Length, repeated only with the same number.
    fn content_length(&mut self, value: &[u8]) -> Result<(), HeadError> {
        if self.codings != Codings::Absent {
            return Err(HeadError::AmbiguousLength);
        }
        for member in octet::members(value) {
            let length = decimal(member).ok_or(HeadError::InvalidContentLength)?;
            if self
                .length
                .replace(length)
                .is_some_and(|other| other != length)
            {
                return Err(HeadError::InvalidContentLength);
            }
        }
        Ok(())
    }

    /// Transfer-Encoding, a list of which only `chunked` is implemented.
    ///
    /// Empty members are ignored (RFC 9110 section 5.6.1.2), but there must be
    /// another. Parameters are refused: what one recipient skips another may not.
    fn transfer_encoding(&mut self, value: &[u8]) -> Result<(), HeadError> {
        if self.version == Version::Http10 {
            return Err(HeadError::InvalidTransferEncoding);
        }
        if self.length.is_some() {
            return Err(HeadError::AmbiguousLength);
        }
        let mut is_empty = true;
        for member in octet::members(value) {
            if member.is_empty() {
                continue;
            }
            is_empty = false;
            let is_chunked = octet::is_same_name(member, b"chunked");
            self.codings = match self.codings {
                Codings::Absent if is_chunked => Codings::Chunked,
                Codings::Others if is_chunked => Codings::OthersChunked,
                Codings::Absent | Codings::Others if is_token(member) => Codings::Others,
                _ => return Err(HeadError::InvalidTransferEncoding),
            };
        }
        if is_empty {
            return Err(HeadError::InvalidTransferEncoding);
        }
        Ok(())
    }
}

fn is_token(text: &[u8]) -> bool {
    octet::token_length(text) == text.len()
}

/// The value of one or more decimal digits, `None` above `u64::MAX`.
fn decimal(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_u64, |value, &digit| {
        let digit = digit.is_ascii_digit().then(|| digit - b'0')?;
        value.checked_mul(10)?.checked_add(u64::from(digit))
    })
}
