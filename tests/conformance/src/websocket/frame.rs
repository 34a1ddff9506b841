//! Frames as a client sends them (RFC 6455 section 5.2), also such as no
//! client should.

/// A frame with every field as the case wants it; its length is always in the
/// shortest form, and it is always masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// The last frame of its message.
    pub fin: bool,
    /// RSV1 to RSV3 as a number from 0 to 7, RSV1 being 4.
    pub reserved: u8,
    /// The opcode, from 0 to 15.
    pub opcode: u8,
    /// The payload before it is masked.
    pub payload: Vec<u8>,
}

impl Frame {
    /// A frame that is a whole message, or a control frame.
    pub fn new(opcode: u8, payload: impl Into<Vec<u8>>) -> Self {
        Self {
            fin: true,
            reserved: 0,
            opcode,
            payload: payload.into(),
        }
    }

    /// A text message in one frame.
    pub fn text(payload: impl Into<Vec<u8>>) -> Self {
        Self::new(TEXT, payload)
    }

    /// A binary message in one frame.
    pub fn binary(payload: impl Into<Vec<u8>>) -> Self {
        Self::new(BINARY, payload)
    }

    /// The last frame of a message in fragments.
    pub fn last(payload: impl Into<Vec<u8>>) -> Self {
        Self::new(CONTINUATION, payload)
    }

    /// A frame in the midst of a message.
    pub fn middle(payload: impl Into<Vec<u8>>) -> Self {
        Self::last(payload).unfinished()
    }

    /// A ping.
    pub fn ping(payload: impl Into<Vec<u8>>) -> Self {
        Self::new(PING, payload)
    }

    /// A pong.
    pub fn pong(payload: impl Into<Vec<u8>>) -> Self {
        Self::new(PONG, payload)
    }

    /// A close frame with a code and a reason.
    pub fn close(code: u16, reason: impl AsRef<[u8]>) -> Self {
        let mut payload = code.to_be_bytes().to_vec();
        payload.extend_from_slice(reason.as_ref());
        Self::new(CLOSE, payload)
    }

    /// The same without FIN.
    #[must_use]
    pub fn unfinished(mut self) -> Self {
        self.fin = false;
        self
    }

    /// The same with reserved bits.
    #[must_use]
    pub fn reserved(mut self, bits: u8) -> Self {
        self.reserved = bits;
        self
    }

    /// The frame as it is sent.
    pub fn octets(&self) -> Vec<u8> {
        let mut octets = Vec::with_capacity(self.payload.len() + LONGEST_HEADER);
        self.append_to(&mut octets);
        octets
    }

    /// Appends the frame as it is sent.
    pub fn append_to(&self, octets: &mut Vec<u8>) {
        let fin = u8::from(self.fin) << 7;
        octets.push(fin | (self.reserved & 7) << 4 | self.opcode & 15);
        let length = self.payload.len();
        match (u8::try_from(length), u16::try_from(length)) {
            (Ok(short @ ..=125), _) => octets.push(MASKED | short),
            (_, Ok(medium)) => {
                octets.push(MASKED | 126);
                octets.extend_from_slice(&medium.to_be_bytes());
            }
            _ => {
                octets.push(MASKED | 127);
                octets.extend_from_slice(&(length as u64).to_be_bytes());
            }
        }
        let key = key_for(&self.payload);
        octets.extend_from_slice(&key);
        let keys = key.iter().cycle();
        octets.extend(
            self.payload
                .iter()
                .zip(keys)
                .map(|(octet, key)| octet ^ key),
        );
    }
}

/// Several frames, one behind the other.
pub fn octets_of(frames: &[Frame]) -> Vec<u8> {
    let mut octets = Vec::new();
    frames.iter().for_each(|frame| frame.append_to(&mut octets));
    octets
}

/// A message in frames of at most `size` octets.
pub fn fragments(opcode: u8, payload: &[u8], size: usize) -> Vec<Frame> {
    let mut frames: Vec<_> = payload.chunks(size).map(Frame::middle).collect();
    if frames.is_empty() {
        frames.push(Frame::middle([]));
    }
    if let Some(first) = frames.first_mut() {
        first.opcode = opcode;
    }
    if let Some(last) = frames.last_mut() {
        last.fin = true;
    }
    frames
}

/// A key that differs from frame to frame and is the same in every run, so
/// that a failure can be repeated.
fn key_for(payload: &[u8]) -> [u8; 4] {
    let seed = payload
        .iter()
        .take(64)
        .fold(payload.len() as u32, |sum, octet| {
            sum.wrapping_mul(31).wrapping_add(u32::from(*octet))
        });
    (seed.wrapping_mul(0x9e37_79b9) | 0x0101_0101).to_be_bytes()
}

/// The opcode of a frame that goes on with a message.
pub const CONTINUATION: u8 = 0;
/// The opcode of a text.
pub const TEXT: u8 = 1;
/// The opcode of binary data.
pub const BINARY: u8 = 2;
/// The opcode of a close frame.
pub const CLOSE: u8 = 8;
/// The opcode of a ping.
pub const PING: u8 = 9;
/// The opcode of a pong.
pub const PONG: u8 = 10;

const MASKED: u8 = 0x80;
const LONGEST_HEADER: usize = 14;
