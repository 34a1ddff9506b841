//! What an extension does to received frames (RFC 6455 section 9).

use super::{InvalidUtf8, MessageKind, Utf8};

/// An extension between received octets and the [`Decoder`](super::Decoder).
pub trait Extension {
    /// Takes note of the first octet of a frame, before the decoder gets it.
    ///
    /// What the extension has given a meaning to is made what it would be
    /// without the extension; what it has not stays, and the decoder refuses
    /// it.
    fn begin_frame(&mut self, first_octet: &mut u8);

    /// The kind of the message whose frames are being received, if it is
    /// compressed. The decoder takes it for a binary one.
    fn compressed(&self) -> Option<MessageKind>;

    /// Checks octets that a compressed text inflated to, in order; `last` with
    /// the last of a message.
    ///
    /// # Errors
    ///
    /// [`InvalidUtf8`] as soon as an octet shows it.
    fn check_text(&mut self, octets: &[u8], last: bool) -> Result<(), InvalidUtf8>;
}

/// No extension.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NoExtension;

impl Extension for NoExtension {
    fn begin_frame(&mut self, _: &mut u8) {}

    fn compressed(&self) -> Option<MessageKind> {
        None
    }

    fn check_text(&mut self, _: &[u8], _: bool) -> Result<(), InvalidUtf8> {
        Ok(())
    }
}

/// permessage-deflate, where it was negotiated (RFC 7692 section 6): the first
/// reserved bit of a message's first frame marks it as compressed.
#[derive(Debug, Clone, Default)]
pub struct CompressedMessages {
    negotiated: bool,
    compressed: Option<MessageKind>,
    text: Utf8,
}

impl CompressedMessages {
    /// With the extension, or as if there were none.
    pub const fn new(negotiated: bool) -> Self {
        Self {
            negotiated,
            compressed: None,
            text: Utf8::new(),
        }
    }
}

impl Extension for CompressedMessages {
    fn begin_frame(&mut self, first_octet: &mut u8) {
        if !self.negotiated {
            return;
        }
        match *first_octet & !FIN {
            COMPRESSED_TEXT => self.compressed = Some(MessageKind::Text),
            COMPRESSED_BINARY => self.compressed = Some(MessageKind::Binary),
            TEXT | BINARY => return self.compressed = None,
            _ => return,
        }
        *first_octet = *first_octet & FIN | BINARY;
    }

    fn compressed(&self) -> Option<MessageKind> {
        self.compressed
    }

    fn check_text(&mut self, octets: &[u8], last: bool) -> Result<(), InvalidUtf8> {
        self.text.push(octets)?;
        if last { self.text.finish() } else { Ok(()) }
    }
}

const FIN: u8 = 0x80;
const TEXT: u8 = 1;
const BINARY: u8 = 2;

/// With the first reserved bit.
const COMPRESSED_TEXT: u8 = 0x40 | TEXT;
const COMPRESSED_BINARY: u8 = 0x40 | BINARY;

#[cfg(test)]
mod tests {
    use super::{CompressedMessages, Extension};
    use crate::websocket::MessageKind;

    fn begun(extension: &mut CompressedMessages, mut first_octet: u8) -> u8 {
        extension.begin_frame(&mut first_octet);
        first_octet
    }

    #[test]
    fn a_compressed_message_is_handed_on_as_binary() {
        let mut extension = CompressedMessages::new(true);
        assert_eq!(begun(&mut extension, 0xc1), 0x82);
        assert_eq!(extension.compressed(), Some(MessageKind::Text));
        assert_eq!(begun(&mut extension, 0x42), 0x02);
        assert_eq!(extension.compressed(), Some(MessageKind::Binary));
        assert_eq!(begun(&mut extension, 0x89), 0x89, "a ping between");
        assert_eq!(begun(&mut extension, 0x80), 0x80, "the rest");
        assert_eq!(extension.compressed(), Some(MessageKind::Binary));
        assert_eq!(begun(&mut extension, 0x81), 0x81);
        assert_eq!(extension.compressed(), None);
    }

    #[test]
    fn other_reserved_bits_stay_for_the_decoder_to_refuse() {
        let mut extension = CompressedMessages::new(true);
        for octet in [0xc0, 0xc8, 0xc9, 0xca, 0xa1, 0x91, 0xf1, 0xe2, 0xc3] {
            assert_eq!(begun(&mut extension, octet), octet);
        }
    }

    #[test]
    fn nothing_is_changed_where_it_was_not_negotiated() {
        let mut extension = CompressedMessages::new(false);
        assert_eq!(begun(&mut extension, 0xc1), 0xc1);
        assert_eq!(extension.compressed(), None);
    }
}
