//! What a client receives.

use std::fmt;

/// What the server sends after the handshake, as the client sees it.
#[derive(Clone, PartialEq, Eq)]
pub enum Event {
    /// A text message, whatever frames it came in.
    Text(Vec<u8>),
    /// A binary message, whatever frames it came in.
    Binary(Vec<u8>),
    /// A ping.
    Ping(Vec<u8>),
    /// A pong.
    Pong(Vec<u8>),
}

impl Event {
    /// A text message.
    pub fn text(payload: impl Into<Vec<u8>>) -> Self {
        Self::Text(payload.into())
    }

    /// A binary message.
    pub fn binary(payload: impl Into<Vec<u8>>) -> Self {
        Self::Binary(payload.into())
    }

    /// A pong.
    pub fn pong(payload: impl Into<Vec<u8>>) -> Self {
        Self::Pong(payload.into())
    }

    /// The name of its kind, and its payload.
    pub fn parts(&self) -> (&'static str, &[u8]) {
        match self {
            Self::Text(payload) => ("text", payload),
            Self::Binary(payload) => ("binary", payload),
            Self::Ping(payload) => ("ping", payload),
            Self::Pong(payload) => ("pong", payload),
        }
    }
}

/// Its kind, its length, and how it begins: payloads have up to 16 MiB.
impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, payload) = self.parts();
        let shown = &payload[..payload.len().min(SHOWN)];
        let more = if payload.len() > SHOWN { " .." } else { "" };
        let (length, shown) = (payload.len(), shown.escape_ascii());
        write!(f, "{kind} of {length} \"{shown}\"{more}")
    }
}

/// A close frame as received: no code, or a code with a reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloseFrame {
    /// The code, if there is one.
    pub code: Option<u16>,
    /// The reason.
    pub reason: String,
}

/// Octets of a payload that a report shows.
const SHOWN: usize = 24;
