//! The receiving side: octets in, events out (RFC 6455 sections 5 and 8.1).

use super::{
    Close, CloseCode, InvalidUtf8, MAX_CONTROL_PAYLOAD, Message, MessageKind, Opcode, Part, Utf8,
    mask, utf8,
};

/// Which end of the connection this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Receives masked frames and sends unmasked ones.
    Server,
    /// Receives unmasked frames and sends masked ones.
    Client,
}

/// Turns received octets into events.
///
/// Two verbs in turn: [`Decoder::frame`] until it returns a frame, then
/// [`Decoder::payload`] until it returns the last piece of that frame. Both
/// take what they use from the front of `input`, which may be cut anywhere;
/// the decoder keeps what belongs to an unfinished header, never payload.
///
/// After an error the connection is failed: send a close frame with
/// [`ProtocolError::close_code`] and decode nothing more (RFC 6455 section
/// 7.1.7).
#[derive(Debug, Clone)]
pub struct Decoder {
    /// Payload octets of the current frame still to come.
    left: u64,
    /// The payload length of the current frame, or what is known of it.
    length: u64,
    key: [u8; 4],
    text: Utf8,
    role: Role,
    stage: Stage,
    /// Octets of the current stage of the header still to come.
    missing: u8,
    /// Of the frame whose header or payload is being received.
    opcode: Opcode,
    fin: bool,
    /// The message whose frames are being received.
    message: Option<MessageKind>,
    /// No octet of that message has been returned yet.
    first: bool,
}

/// What the next octet belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// The first octet of a header.
    First,
    /// The second one: mask bit and short length.
    Second,
    /// A length of 16 bits.
    Length16,
    /// A length of 64 bits.
    Length64,
    /// The masking key.
    Key,
    /// The payload.
    Payload,
}

/// The frame whose payload comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame {
    /// What it is.
    pub opcode: Opcode,
    /// The last frame of its message.
    pub fin: bool,
    /// The declared payload length in octets, below 2^63. A claim: do not
    /// reserve memory by it.
    pub length: u64,
    /// Payload octets not yet returned.
    pub left: u64,
}

/// What the octets say.
#[derive(Debug, PartialEq, Eq)]
pub enum Event<'b> {
    /// A whole data message that lay in one piece.
    Whole(Message<'b>),
    /// A piece of a data message.
    Part(Part<'b>),
    /// A piece of a close, ping or pong payload; `last` ends it. A payload of
    /// at most 125 octets comes in several pieces only when it arrived so.
    Control {
        /// Which.
        opcode: Opcode,
        /// The piece.
        data: &'b [u8],
        /// No piece of this payload comes after.
        last: bool,
    },
}

/// The peer broke the protocol: fail the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
// A word, for the same reason as `HeadError`.
#[repr(u32)]
pub enum ProtocolError {
    /// A reserved bit is set without an extension that defines it (5.2).
    ReservedBits,
    /// A reserved opcode (5.2).
    ReservedOpcode,
    /// A client's frame is not masked, or a server's frame is (5.1).
    Masking,
    /// A control frame is fragmented or longer than 125 octets (5.5).
    ControlFrame,
    /// A length not in its shortest form, or of 64 bits (5.2).
    Length,
    /// A continuation with nothing to continue, or a new message inside an
    /// unfinished one (5.4).
    Fragmentation,
    /// A close payload of one octet, or a code that may not be sent (7.4).
    CloseFrame,
    /// Text, or the reason of a close, that is not UTF-8 (8.1).
    InvalidUtf8,
}

impl ProtocolError {
    /// What to close with: the code, and a few words as the reason.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub const fn close(self) -> &'static Close<'static> {
        &CLOSES[self as usize]
    }

    /// The code to close with.
    pub const fn close_code(self) -> CloseCode {
        self.close().code
    }

    /// A few words for the close frame's reason and the log.
    pub const fn reason(self) -> &'static str {
        self.close().reason
    }
}

impl core::fmt::Display for ProtocolError {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.write_str(self.reason())
    }
}

impl core::error::Error for ProtocolError {}

impl From<InvalidUtf8> for ProtocolError {
    fn from(_: InvalidUtf8) -> Self {
        Self::InvalidUtf8
    }
}

impl Decoder {
    /// A decoder at the beginning of a connection.
    pub const fn new(role: Role) -> Self {
        Self {
            left: 0,
            length: 0,
            key: [0; 4],
            text: Utf8::new(),
            role,
            stage: Stage::First,
            missing: 0,
            opcode: Opcode::Continuation,
            fin: false,
            message: None,
            first: true,
        }
    }

    /// Returns the current frame, reading its header from `input` if need be;
    /// `None` when the header goes on beyond `input`, which is then used up.
    ///
    /// # Errors
    ///
    /// [`ProtocolError`] as soon as an octet of the header shows it.
    pub fn frame(&mut self, input: &mut &mut [u8]) -> Result<Option<Frame>, ProtocolError> {
        while self.stage != Stage::Payload {
            let [octet] = take(input, 1) else {
                return Ok(None);
            };
            self.header_octet(*octet)?;
        }
        Ok(self.current())
    }

    /// Takes a message that lies whole at the front of `input` in one frame,
    /// which most do, if it has at most `max` octets; unmasks it in place.
    ///
    /// `None`, with nothing taken, for everything else: [`Decoder::frame`]
    /// tells what it is.
    ///
    /// # Errors
    ///
    /// [`ProtocolError::InvalidUtf8`] for a text that is not UTF-8.
    #[inline]
    pub fn whole_message<'b>(
        &mut self,
        input: &mut &'b mut [u8],
        max: usize,
    ) -> Option<Result<Message<'b>, ProtocolError>> {
        if self.is_inside() || self.role != Role::Server {
            return None;
        }
        let (kind, header, length) = whole_frame(input)?;
        if length > max || input.len() - header < length {
            return None;
        }
        let header = take(input, header);
        let payload = take(input, length);
        let key = header.last_chunk::<4>()?;
        let _ = mask(*key, payload);
        Some(match kind {
            MessageKind::Binary => Ok(Message::Binary(payload)),
            MessageKind::Text => utf8::text(payload).map(Message::Text).map_err(Into::into),
        })
    }

    /// The frame whose payload is being received.
    pub fn current(&self) -> Option<Frame> {
        (self.stage == Stage::Payload).then_some(Frame {
            opcode: self.opcode,
            fin: self.fin,
            length: self.length,
            left: self.left,
        })
    }

    /// The data message of which frames have come and more are to come.
    pub fn unfinished_message(&self) -> Option<MessageKind> {
        self.message
    }

    /// True when the next octet is the first of a frame.
    #[inline]
    pub fn is_between_frames(&self) -> bool {
        self.stage == Stage::First
    }

    /// True in the midst of a header, a frame or a message.
    #[inline]
    pub fn is_inside(&self) -> bool {
        self.stage != Stage::First || self.message.is_some()
    }

    /// Takes payload of the current frame from `input`, at most `max` octets,
    /// and unmasks it in place.
    ///
    /// Call it only after [`Decoder::frame`] returned a frame; without one it
    /// returns an empty pong piece and takes nothing.
    ///
    /// # Errors
    ///
    /// [`ProtocolError::InvalidUtf8`] as soon as an octet of a text shows it.
    pub fn payload<'b>(
        &mut self,
        input: &mut &'b mut [u8],
        max: usize,
    ) -> Result<Event<'b>, ProtocolError> {
        if self.stage != Stage::Payload {
            return Ok(Event::Control {
                opcode: Opcode::Pong,
                data: &[],
                last: false,
            });
        }
        let left = usize::try_from(self.left).unwrap_or(usize::MAX);
        let data = take(input, left.min(max));
        if self.role == Role::Server {
            self.key = mask(self.key, data);
        }
        let frame_left = self.left;
        self.left -= data.len() as u64;
        let last_of_frame = self.left == 0;
        if last_of_frame {
            self.stage = Stage::First;
        }
        if self.opcode.is_control() {
            return Ok(Event::Control {
                opcode: self.opcode,
                data,
                last: last_of_frame,
            });
        }
        self.data_event(data, frame_left, last_of_frame && self.fin)
    }

    fn data_event<'b>(
        &mut self,
        data: &'b [u8],
        frame_left: u64,
        last: bool,
    ) -> Result<Event<'b>, ProtocolError> {
        let Some(kind) = self.message else {
            return Err(ProtocolError::Fragmentation);
        };
        let first = self.first;
        self.first = first && data.is_empty();
        if last {
            self.message = None;
        }
        match kind {
            MessageKind::Text if first && last => {
                let text = utf8::text(data)?;
                return Ok(Event::Whole(Message::Text(text)));
            }
            MessageKind::Binary if first && last => {
                return Ok(Event::Whole(Message::Binary(data)));
            }
            MessageKind::Text => {
                self.text.push(data)?;
                if last {
                    self.text.finish()?;
                }
            }
            MessageKind::Binary => {}
        }
        let frame_length = self.length;
        Ok(Event::Part(Part {
            kind,
            data,
            first,
            last,
            frame_left,
            frame_length,
        }))
    }

    /// Takes the next octet of a header. Those that come so are few: a short
    /// message is seldom cut, and a long one has one header.
    fn header_octet(&mut self, octet: u8) -> Result<(), ProtocolError> {
        self.missing = self.missing.saturating_sub(1);
        match self.stage {
            Stage::First => {
                (self.opcode, self.fin) = self.read_first_octet(octet)?;
                self.stage = Stage::Second;
                return Ok(());
            }
            Stage::Second => self.read_second_octet(octet)?,
            Stage::Length16 | Stage::Length64 => {
                self.length = self.length << 8 | u64::from(octet);
                if self.missing == 0 {
                    self.check_length()?;
                }
            }
            Stage::Key => {
                let [_, second, third, fourth] = self.key;
                self.key = [second, third, fourth, octet];
            }
            Stage::Payload => {}
        }
        if self.missing == 0 {
            if self.role == Role::Server && self.stage != Stage::Key {
                (self.stage, self.missing) = (Stage::Key, 4);
            } else {
                self.begin();
            }
        }
        Ok(())
    }

    fn read_second_octet(&mut self, octet: u8) -> Result<(), ProtocolError> {
        if (octet & 0x80 != 0) != (self.role == Role::Server) {
            return Err(ProtocolError::Masking);
        }
        let short = octet & 0x7f;
        if self.opcode.is_control() && usize::from(short) > MAX_CONTROL_PAYLOAD {
            return Err(ProtocolError::ControlFrame);
        }
        self.length = 0;
        match short {
            126 => (self.stage, self.missing) = (Stage::Length16, 2),
            127 => (self.stage, self.missing) = (Stage::Length64, 8),
            _ => self.length = short.into(),
        }
        Ok(())
    }

    /// Takes a length in its shortest form only.
    fn check_length(&self) -> Result<(), ProtocolError> {
        let shortest = match self.stage {
            Stage::Length16 => self.length > 125,
            _ => self.length > 0xffff && self.length >> 63 == 0,
        };
        if shortest {
            Ok(())
        } else {
            Err(ProtocolError::Length)
        }
    }

    fn read_first_octet(&self, octet: u8) -> Result<(Opcode, bool), ProtocolError> {
        if octet & 0x70 != 0 {
            return Err(ProtocolError::ReservedBits);
        }
        let fin = octet & 0x80 != 0;
        let opcode = Opcode::from_bits(octet & 0x0f).ok_or(ProtocolError::ReservedOpcode)?;
        let in_order = match opcode {
            Opcode::Continuation => self.message.is_some(),
            Opcode::Text | Opcode::Binary => self.message.is_none(),
            _ if fin => true,
            _ => return Err(ProtocolError::ControlFrame),
        };
        if in_order {
            Ok((opcode, fin))
        } else {
            Err(ProtocolError::Fragmentation)
        }
    }

    /// Goes on to the payload of the frame whose header is complete.
    fn begin(&mut self) {
        let message = match self.opcode {
            Opcode::Text => Some(MessageKind::Text),
            Opcode::Binary => Some(MessageKind::Binary),
            _ => None,
        };
        if message.is_some() {
            self.message = message;
            self.first = true;
        }
        self.left = self.length;
        self.stage = Stage::Payload;
    }
}

/// The kind, the header's length and the payload's length of a frame that is a
/// whole message of at most 65,535 octets, masked and well-formed, and whose
/// header lies in `input`.
#[inline]
fn whole_frame(input: &[u8]) -> Option<(MessageKind, usize, usize)> {
    let [first, second, rest @ ..] = input else {
        return None;
    };
    let kind = match first {
        0x81 => MessageKind::Text,
        0x82 => MessageKind::Binary,
        _ => return None,
    };
    match (second, rest) {
        (0x80..=0xfd, [_, _, _, _, ..]) => Some((kind, 6, usize::from(second & 0x7f))),
        (0xfe, [high, low, _, _, _, _, ..]) => {
            let length = u16::from_be_bytes([*high, *low]);
            if length > 125 {
                Some((kind, 8, usize::from(length)))
            } else {
                None
            }
        }
        _ => None,
    }
}

/// What each [`ProtocolError`] is closed with, by its number.
const CLOSES: [Close<'_>; 8] = [
    Close::new(CloseCode::PROTOCOL_ERROR, "reserved bit set"),
    Close::new(CloseCode::PROTOCOL_ERROR, "reserved opcode"),
    Close::new(CloseCode::PROTOCOL_ERROR, "wrong masking"),
    Close::new(
        CloseCode::PROTOCOL_ERROR,
        "control frame fragmented or too long",
    ),
    Close::new(CloseCode::PROTOCOL_ERROR, "length not in its shortest form"),
    Close::new(CloseCode::PROTOCOL_ERROR, "fragments out of order"),
    Close::new(CloseCode::PROTOCOL_ERROR, "invalid close frame"),
    Close::new(CloseCode::INVALID_PAYLOAD, "text is not UTF-8"),
];

/// Takes up to `length` octets from the front of `input`.
fn take<'b>(input: &mut &'b mut [u8], length: usize) -> &'b mut [u8] {
    let all = core::mem::take(input);
    let (front, rest) = all.split_at_mut(length.min(all.len()));
    *input = rest;
    front
}

#[cfg(test)]
mod tests;
