//! The closing handshake (RFC 6455 sections 5.5.1 and 7.4).

use super::ProtocolError;
use crate::output::Full;

/// Why a connection is closed (RFC 6455 section 7.4): only codes that may
/// stand in a close frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct CloseCode(u16);

impl CloseCode {
    /// The purpose of the connection is fulfilled.
    pub const NORMAL: Self = Self(1000);
    /// The server stops or the page is left.
    pub const GOING_AWAY: Self = Self(1001);
    /// The peer broke the protocol.
    pub const PROTOCOL_ERROR: Self = Self(1002);
    /// A kind of data that this end does not take.
    pub const UNSUPPORTED_DATA: Self = Self(1003);
    /// Data that is not what its type says, such as text that is not UTF-8.
    pub const INVALID_PAYLOAD: Self = Self(1007);
    /// A rule of this end that has no code of its own.
    pub const POLICY_VIOLATION: Self = Self(1008);
    /// A message larger than this end takes.
    pub const MESSAGE_TOO_BIG: Self = Self(1009);
    /// The client needed an extension that the server did not accept.
    pub const MANDATORY_EXTENSION: Self = Self(1010);
    /// The server met something it did not expect.
    pub const INTERNAL_ERROR: Self = Self(1011);
    /// The server restarts; try again.
    pub const SERVICE_RESTART: Self = Self(1012);
    /// The server is overloaded; try again later.
    pub const TRY_AGAIN_LATER: Self = Self(1013);

    /// The code with this number, if it may stand in a close frame: 1000 to
    /// 1014 without 1004, 1005 and 1006, and 3000 to 4999.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub const fn new(code: u16) -> Option<Self> {
        match code {
            1000..=1003 | 1007..=1014 | 3000..=4999 => Some(Self(code)),
            _ => None,
        }
    }

    /// The number.
    pub const fn get(self) -> u16 {
        self.0
    }
}

/// A code and a reason, as a close frame carries them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Close<'b> {
    /// Why.
    pub code: CloseCode,
    /// For a log; at most [`MAX_CLOSE_REASON`] octets are sent.
    pub reason: &'b str,
}

impl<'b> Close<'b> {
    /// A close with a reason.
    pub const fn new(code: CloseCode, reason: &'b str) -> Self {
        Self { code, reason }
    }

    /// The part of the reason that fits a close frame, cut between characters.
    pub fn wire_reason(&self) -> &'b str {
        let end = self.reason.floor_char_boundary(MAX_CLOSE_REASON);
        self.reason.get(..end).unwrap_or_default()
    }
}

impl From<CloseCode> for Close<'_> {
    fn from(code: CloseCode) -> Self {
        Self { code, reason: "" }
    }
}

/// A peer that does not take what is sent to it is closed with 1008.
impl From<Full> for Close<'_> {
    fn from(_: Full) -> Self {
        Close::new(CloseCode::POLICY_VIOLATION, "not reading what is sent")
    }
}

/// Reads the payload of a close frame: `None` when it is empty.
///
/// # Errors
///
/// [`ProtocolError::CloseFrame`] for a payload of one octet or a code that may
/// not stand in a frame, [`ProtocolError::InvalidUtf8`] for a reason that is
/// not UTF-8 (RFC 6455 section 5.5.1).
pub fn parse_close(payload: &[u8]) -> Result<Option<Close<'_>>, ProtocolError> {
    let Some((code, reason)) = payload.split_first_chunk() else {
        return if payload.is_empty() {
            Ok(None)
        } else {
            Err(ProtocolError::CloseFrame)
        };
    };
    let code = CloseCode::new(u16::from_be_bytes(*code)).ok_or(ProtocolError::CloseFrame)?;
    let reason = core::str::from_utf8(reason).map_err(|_| ProtocolError::InvalidUtf8)?;
    Ok(Some(Close { code, reason }))
}

/// The octets of a reason that a close frame has room for.
pub const MAX_CLOSE_REASON: usize = 123;

#[cfg(test)]
mod tests {
    use super::{Close, CloseCode, parse_close};
    use crate::websocket::ProtocolError;

    #[test]
    fn codes_that_may_not_stand_in_a_frame_are_refused() {
        for code in [
            0_u16, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535,
        ] {
            assert_eq!(
                parse_close(&code.to_be_bytes()),
                Err(ProtocolError::CloseFrame),
                "{code}"
            );
        }
    }

    #[test]
    fn codes_that_may_stand_in_a_frame_are_read() {
        for code in [
            1000_u16, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1014, 3000, 4999,
        ] {
            let payload = code.to_be_bytes();
            let close = parse_close(&payload).unwrap().unwrap();
            assert_eq!(close.code.get(), code);
        }
    }

    #[test]
    fn payloads_of_none_one_and_more_octets() {
        assert_eq!(parse_close(b""), Ok(None));
        assert_eq!(parse_close(b"\x03"), Err(ProtocolError::CloseFrame));
        let close = Close::new(CloseCode::NORMAL, "bye");
        assert_eq!(parse_close(b"\x03\xe8bye"), Ok(Some(close)));
        assert_eq!(
            parse_close(b"\x03\xe8\xff"),
            Err(ProtocolError::InvalidUtf8)
        );
    }

    #[test]
    fn a_long_reason_is_cut_between_characters() {
        let long = "é".repeat(100);
        let close = Close::new(CloseCode::NORMAL, &long);
        assert_eq!(close.wire_reason().len(), 122);
    }
}
