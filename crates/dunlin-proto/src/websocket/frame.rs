//! Frame headers (RFC 6455 section 5.2) and writing frames.

use super::MessageKind;
use crate::output::{Full, Output};

/// What a frame is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[repr(u8)]
pub enum Opcode {
    /// More of the message begun by an earlier frame.
    Continuation = 0,
    /// The beginning of a text message.
    Text = 1,
    /// The beginning of a binary message.
    Binary = 2,
    /// The closing handshake.
    Close = 8,
    /// Are you there?
    Ping = 9,
    /// I am.
    Pong = 10,
}

impl Opcode {
    /// The opcode with this number; `None` for the reserved ones.
    pub const fn from_bits(bits: u8) -> Option<Self> {
        match bits {
            0 => Some(Self::Continuation),
            1 => Some(Self::Text),
            2 => Some(Self::Binary),
            8 => Some(Self::Close),
            9 => Some(Self::Ping),
            10 => Some(Self::Pong),
            _ => None,
        }
    }

    /// Close, ping and pong: at most 125 octets, never fragmented.
    pub const fn is_control(self) -> bool {
        self as u8 >= 8
    }
}

impl From<MessageKind> for Opcode {
    fn from(kind: MessageKind) -> Self {
        match kind {
            MessageKind::Text => Self::Text,
            MessageKind::Binary => Self::Binary,
        }
    }
}

/// The header of a frame to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FrameHeader {
    /// What the frame is.
    pub opcode: Opcode,
    /// The last frame of its message.
    pub fin: bool,
    /// The first reserved bit: the message is compressed (RFC 7692 section 6).
    pub rsv1: bool,
    /// Octets of payload, below 2^63.
    pub length: u64,
    /// The masking key: always there from a client, never from a server.
    pub mask: Option<[u8; 4]>,
}

impl FrameHeader {
    /// An unmasked header of a whole message or a control frame.
    pub const fn new(opcode: Opcode, length: usize) -> Self {
        Self {
            opcode,
            fin: true,
            rsv1: false,
            length: length as u64,
            mask: None,
        }
    }

    /// Octets that [`FrameHeader::encode`] returns: 2 to 14.
    pub const fn encoded_length(&self) -> usize {
        let length = match self.length {
            0..=125 => 2,
            126..=0xffff => 4,
            _ => 10,
        };
        if self.mask.is_some() {
            length + 4
        } else {
            length
        }
    }

    /// Writes the header with the shortest form of the length and returns it.
    #[inline]
    pub fn encode<'b>(&self, buffer: &'b mut [u8; MAX_HEADER]) -> &'b [u8] {
        let mask_bit = if self.mask.is_some() { 0x80 } else { 0 };
        buffer[0] = u8::from(self.fin) << 7 | u8::from(self.rsv1) << 6 | self.opcode as u8;
        let mut end = 2;
        match self.length {
            0..=125 => buffer[1] = mask_bit | self.length as u8,
            126..=0xffff => {
                buffer[1] = mask_bit | 126;
                buffer[2..4].copy_from_slice(&(self.length as u16).to_be_bytes());
                end = 4;
            }
            _ => {
                buffer[1] = mask_bit | 127;
                buffer[2..10].copy_from_slice(&self.length.to_be_bytes());
                end = 10;
            }
        }
        if let Some(mask) = self.mask {
            buffer[end..end + 4].copy_from_slice(&mask);
            end += 4;
        }
        &buffer[..end]
    }
}

/// Writes an unmasked frame, as a server sends it.
///
/// # Errors
///
/// [`Full`] when the whole frame does not fit; then nothing was written.
#[cfg_attr(target_pointer_width = "32", inline(never))]
pub fn write_frame(
    output: &mut dyn Output,
    opcode: Opcode,
    fin: bool,
    payload: &[u8],
) -> Result<(), Full> {
    if payload.len() <= MAX_CONTROL_PAYLOAD {
        let short = [u8::from(fin) << 7 | opcode as u8, payload.len() as u8];
        return output.write(&[&short, payload]);
    }
    let header = FrameHeader {
        fin,
        ..FrameHeader::new(opcode, payload.len())
    };
    let mut buffer = [0; MAX_HEADER];
    output.write(&[header.encode(&mut buffer), payload])
}

/// Octets of the longest header: with a length of 64 bits and a mask.
pub const MAX_HEADER: usize = 14;

/// Octets that the payload of a control frame may have (RFC 6455 section 5.5).
pub const MAX_CONTROL_PAYLOAD: usize = 125;
