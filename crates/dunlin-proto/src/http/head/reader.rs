//! The cursor a head is read with.

use super::{super::octet, HeadError};

/// Why reading ended before the head did.
pub(super) enum Stop {
    /// The octets so far are right, but more have to come.
    Incomplete,
    /// No octets that may come can make it right.
    Refused(HeadError),
}

impl From<HeadError> for Stop {
    fn from(error: HeadError) -> Self {
        Stop::Refused(error)
    }
}

/// Octets not read yet.
///
/// Each method looks at octets in order and only says more than
/// [`Stop::Incomplete`] about those it has seen.
pub(super) struct Reader<'b> {
    rest: &'b [u8],
}

impl<'b> Reader<'b> {
    pub(super) fn new(input: &'b [u8]) -> Self {
        Reader { rest: input }
    }

    pub(super) fn rest(&self) -> &'b [u8] {
        self.rest
    }

    /// The next octet, which stays.
    #[inline]
    pub(super) fn peek(&self) -> Result<u8, Stop> {
        self.rest.first().copied().ok_or(Stop::Incomplete)
    }

    /// Takes the octet given; any other is the error given.
    #[inline]
    pub(super) fn expect(&mut self, octet: u8, error: HeadError) -> Result<(), Stop> {
        match self.rest {
            [first, tail @ ..] if *first == octet => {
                self.rest = tail;
                Ok(())
            }
            [] => Err(Stop::Incomplete),
            _ => Err(Stop::Refused(error)),
        }
    }

    /// Takes CR and LF.
    pub(super) fn line_end(&mut self, error: HeadError) -> Result<(), Stop> {
        self.expect(b'\r', error)?;
        self.expect(b'\n', error)
    }

    /// Takes a decimal digit.
    pub(super) fn digit(&mut self, error: HeadError) -> Result<u8, Stop> {
        let octet = self.peek()?;
        if !octet.is_ascii_digit() {
            return Err(Stop::Refused(error));
        }
        self.take(1);
        Ok(octet)
    }

    /// Takes octets as long as they may stand in a token.
    #[inline]
    pub(super) fn take_token(&mut self) -> &'b [u8] {
        self.take(octet::token_length(self.rest))
    }

    /// Takes octets as long as they may stand in a target, no more than `limit`.
    #[inline]
    pub(super) fn take_target(&mut self, limit: usize) -> &'b [u8] {
        let (scope, _) = self.rest.split_at(limit.min(self.rest.len()));
        let end = scope.iter().position(|&octet| !octet::is_target(octet));
        self.take(end.unwrap_or(scope.len()))
    }

    /// Takes octets as long as they may stand in a field value.
    #[inline]
    pub(super) fn take_value(&mut self) -> &'b [u8] {
        self.take(octet::value_length(self.rest))
    }

    fn take(&mut self, length: usize) -> &'b [u8] {
        let (taken, rest) = self.rest.split_at(length.min(self.rest.len()));
        self.rest = rest;
        taken
    }
}
