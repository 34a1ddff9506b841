//! What frames carry: messages, parts of messages, control payloads.

/// The type of a data message (RFC 6455 section 5.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum MessageKind {
    /// UTF-8 text, opcode 1.
    Text,
    /// Any octets, opcode 2.
    Binary,
}

/// A whole data message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Message<'b> {
    /// UTF-8 text, already checked.
    Text(&'b str),
    /// Any octets.
    Binary(&'b [u8]),
}

impl<'b> Message<'b> {
    /// A text message.
    pub const fn text(text: &'b str) -> Self {
        Self::Text(text)
    }

    /// A binary message.
    pub const fn binary(octets: &'b [u8]) -> Self {
        Self::Binary(octets)
    }

    /// Text or binary.
    pub const fn kind(&self) -> MessageKind {
        match self {
            Self::Text(_) => MessageKind::Text,
            Self::Binary(_) => MessageKind::Binary,
        }
    }

    /// The payload, whatever its kind.
    pub const fn as_bytes(&self) -> &'b [u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Binary(octets) => octets,
        }
    }

    /// The text, if this is a text message.
    pub const fn as_text(&self) -> Option<&'b str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Binary(_) => None,
        }
    }

    /// Octets of the payload.
    pub const fn len(&self) -> usize {
        self.as_bytes().len()
    }

    /// True when the payload has no octets.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// True for a text message that is exactly `text`.
    pub fn is_text(&self, text: &str) -> bool {
        self.as_text() == Some(text)
    }

    /// True for a text message that begins with `prefix`.
    pub fn text_begins(&self, prefix: &str) -> bool {
        self.as_text().is_some_and(|text| text.starts_with(prefix))
    }
}

/// A piece of a data message, as a streaming receiver gets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part<'b> {
    /// The type of the whole message.
    pub kind: MessageKind,
    /// The octets of this piece. A piece of text may begin and end inside a
    /// character; the text as a whole has been checked up to here.
    pub data: &'b [u8],
    /// No octet of this message came before.
    pub first: bool,
    /// No piece of this message comes after.
    pub last: bool,
    /// The octets of the current frame that had not been handed over before
    /// this piece: with [`Part::frame_length`] the same, a frame begins here.
    pub frame_left: u64,
    /// The declared payload length of the current frame, in octets.
    pub frame_length: u64,
}

impl<'b> Part<'b> {
    /// A whole message in one frame, as a part.
    pub const fn whole(message: Message<'b>) -> Self {
        let data = message.as_bytes();
        let length = data.len() as u64;
        Self {
            kind: message.kind(),
            data,
            first: true,
            last: true,
            frame_left: length,
            frame_length: length,
        }
    }
}

/// A ping or a pong with its payload of at most 125 octets (RFC 6455 section
/// 5.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Control<'b> {
    /// Asks for a pong with the same payload.
    Ping(&'b [u8]),
    /// Answers a ping, or tells on its own that the peer lives.
    Pong(&'b [u8]),
}

#[cfg(test)]
mod tests {
    use super::Message;

    #[test]
    fn only_a_text_is_compared_with_a_text() {
        let text = Message::text("Hello");
        assert!(text.is_text("Hello") && !text.is_text("Hell"));
        assert!(text.text_begins("Hell") && !text.text_begins("ello"));
        let binary = Message::binary(b"Hello");
        assert!(!binary.is_text("Hello") && !binary.text_begins("Hell"));
        assert_eq!(binary.as_text(), None);
        assert_eq!(binary.as_bytes(), text.as_bytes());
    }

    #[test]
    fn a_message_is_empty_without_octets() {
        assert!(Message::text("").is_empty() && Message::binary(b"").is_empty());
        assert!(!Message::binary(&[0]).is_empty());
    }
}
