//! WebSocket frames: every way of cutting them gives what a plain decoder
//! finds, at the octet where it shows; and what is encoded is decoded.
//!
//! Settings: an octet for the role and the way of reading, two for the largest
//! piece, four for the cut. Behind them: frames as octets, or, with the high
//! bit of the first octet, frames to be encoded.

use crate::pieces::Cut;
use crate::reference::frames::{Decoded, Event, decode};
use arbitrary::{Result, Unstructured};
use dunlin_proto::websocket::{
    self as ws, Decoder, FrameHeader, MAX_HEADER, Message, MessageKind, Opcode, ProtocolError,
    Role, mask,
};

/// Checks one input.
pub fn check(data: &[u8]) {
    let mut input = Unstructured::new(data);
    let Ok(settings) = Settings::read(&mut input) else {
        return;
    };
    if settings.encodes {
        let (octets, events) = encode(&mut input, settings.role);
        let expected = Decoded {
            events,
            error: None,
            at_border: true,
        };
        assert_eq!(decode(&octets, settings.role), expected, "the reference");
        check_octets(&octets, &settings);
    } else {
        check_octets(input.take_rest(), &settings);
    }
}

struct Settings {
    role: Role,
    encodes: bool,
    /// Whole messages are asked for first.
    whole: bool,
    max: usize,
    cut: Cut,
}

impl Settings {
    fn read(input: &mut Unstructured<'_>) -> Result<Self> {
        let bits: u8 = input.arbitrary()?;
        let max: u16 = input.arbitrary()?;
        Ok(Self {
            role: if bits & 1 == 0 {
                Role::Server
            } else {
                Role::Client
            },
            whole: bits & 2 != 0,
            encodes: bits & 0x80 != 0,
            max: usize::from(max).max(1),
            cut: Cut::read(input)?,
        })
    }
}

fn check_octets(octets: &[u8], settings: &Settings) {
    let expected = decode(octets, settings.role);
    let is_long = octets.len() > LONG;
    let cuts = if is_long {
        [Cut::WHOLE, settings.cut.coarser(), Cut::EACH.coarser()]
    } else {
        [Cut::WHOLE, settings.cut, Cut::EACH]
    };
    for cut in cuts {
        let mut receiver = Receiver::new(settings);
        if is_long {
            receiver.max = receiver.max.max(64);
        }
        let mut taken = 0;
        let mut result = Ok(());
        for piece in cut.pieces(octets) {
            taken += piece.len();
            result = receiver.take(piece);
            if result.is_err() {
                break;
            }
        }
        assert_eq!(receiver.events, expected.events, "{cut:?}");
        assert_eq!(result.err(), expected.error.map(|(error, _)| error));
        if let Some((_, shown)) = expected.error {
            assert!(taken >= shown, "known before it shows");
            let each = cut.pieces(octets).all(|piece| piece.len() == 1);
            assert!(!each || taken == shown, "not known when it shows");
        } else {
            let inside = receiver.decoder.is_inside();
            let unfinished = receiver.decoder.unfinished_message().is_some();
            assert_eq!(inside, unfinished || !expected.at_border);
        }
    }
}

/// A decoder and what it has returned.
struct Receiver {
    decoder: Decoder,
    whole: bool,
    max: usize,
    events: Vec<Event>,
    message: Vec<u8>,
    control: Vec<u8>,
    /// Payload octets of the current frame that have come.
    of_frame: u64,
}

impl Receiver {
    fn new(settings: &Settings) -> Self {
        Self {
            decoder: Decoder::new(settings.role),
            whole: settings.whole,
            max: settings.max,
            events: Vec::new(),
            message: Vec::new(),
            control: Vec::new(),
            of_frame: 0,
        }
    }

    fn take(&mut self, piece: &[u8]) -> Result<(), ProtocolError> {
        let mut piece = piece.to_vec();
        let mut input = &mut piece[..];
        loop {
            while self.whole
                && let Some(message) = self.decoder.whole_message(&mut input, self.max)
            {
                let message = message?;
                assert!(message.len() <= self.max);
                self.message(message.kind(), message.as_bytes().to_vec());
            }
            let Some(frame) = self.decoder.frame(&mut input)? else {
                assert!(input.is_empty(), "a header is used up");
                return Ok(());
            };
            assert_eq!(frame.left, frame.length - self.of_frame);
            if input.is_empty() && frame.left > 0 {
                return Ok(());
            }
            let event = self.decoder.payload(&mut input, self.max)?;
            self.event(event, &frame);
        }
    }

    fn event(&mut self, event: ws::Event<'_>, frame: &ws::Frame) {
        let octets = match event {
            ws::Event::Whole(message) => {
                self.message(message.kind(), message.as_bytes().to_vec());
                message.len()
            }
            ws::Event::Part(part) => {
                assert_eq!(part.first, self.message.is_empty());
                assert_eq!(
                    (part.frame_left, part.frame_length),
                    (frame.left, frame.length)
                );
                self.message.extend_from_slice(part.data);
                if part.last {
                    let payload = std::mem::take(&mut self.message);
                    self.message(part.kind, payload);
                }
                part.data.len()
            }
            ws::Event::Control { opcode, data, last } => {
                assert_eq!(opcode, frame.opcode);
                self.control.extend_from_slice(data);
                if last {
                    let payload = std::mem::take(&mut self.control);
                    self.events.push(Event::Control(opcode, payload));
                }
                data.len()
            }
        };
        assert!(octets <= self.max);
        self.of_frame += octets as u64;
        if self.of_frame == frame.length {
            self.of_frame = 0;
        }
    }

    fn message(&mut self, kind: MessageKind, payload: Vec<u8>) {
        if kind == MessageKind::Text {
            assert!(str::from_utf8(&payload).is_ok(), "text is checked");
        }
        self.events.push(Event::Message(kind, payload));
    }
}

/// Encodes messages in fragments, and control frames between them; returns
/// the octets and what they say.
fn encode(input: &mut Unstructured<'_>, role: Role) -> (Vec<u8>, Vec<Event>) {
    let mut octets = Vec::new();
    let mut events = Vec::new();
    while !input.is_empty() && octets.len() < VERY_LONG {
        let Ok((bits, payload)) = message(input) else {
            break;
        };
        let mut frames = Frames {
            octets: &mut octets,
            masked: role == Role::Server,
        };
        let kind = if bits & 1 == 0 {
            MessageKind::Binary
        } else {
            MessageKind::Text
        };
        let payload = match kind {
            MessageKind::Text => String::from_utf8_lossy(&payload).into_owned().into_bytes(),
            MessageKind::Binary => payload,
        };
        let mut opcode = kind.into();
        let mut rest = &payload[..];
        for _ in 0..bits >> 1 & 3 {
            let (fragment, behind) = rest.split_at(rest.len() / 2);
            frames.write(opcode, false, fragment);
            (opcode, rest) = (Opcode::Continuation, behind);
            if bits & 0x40 != 0 {
                let ping = &payload[..payload.len().min(125)];
                frames.write(Opcode::Ping, true, ping);
                events.push(Event::Control(Opcode::Ping, ping.to_vec()));
            }
        }
        frames.write(opcode, true, rest);
        let message = match kind {
            MessageKind::Binary => Message::Binary(&payload),
            MessageKind::Text => Message::Text(str::from_utf8(&payload).expect("made of text")),
        };
        events.push(Event::Message(message.kind(), message.as_bytes().to_vec()));
    }
    (octets, events)
}

/// How a message is sent, and its octets, which may be repeated, so that long
/// ones need little input.
fn message(input: &mut Unstructured<'_>) -> Result<(u8, Vec<u8>)> {
    let [bits, length, times]: [u8; 3] = input.arbitrary()?;
    let length = usize::from(length).min(input.len());
    let times = match times {
        255 => LONGEST / (length + 1),
        times => usize::from(times % 16) + 1,
    };
    Ok((bits, input.bytes(length)?.repeat(times)))
}

/// Where frames are encoded to.
struct Frames<'o> {
    octets: &'o mut Vec<u8>,
    masked: bool,
}

impl Frames<'_> {
    fn write(&mut self, opcode: Opcode, fin: bool, payload: &[u8]) {
        let key = (payload.len() as u32)
            .wrapping_mul(0x9e37_79b9)
            .to_be_bytes();
        let header = FrameHeader {
            fin,
            mask: self.masked.then_some(key),
            ..FrameHeader::new(opcode, payload.len())
        };
        let mut buffer = [0; MAX_HEADER];
        let encoded = header.encode(&mut buffer);
        assert_eq!(encoded.len(), header.encoded_length());
        self.octets.extend_from_slice(encoded);
        let start = self.octets.len();
        self.octets.extend_from_slice(payload);
        if self.masked {
            let _ = mask(key, &mut self.octets[start..]);
        }
    }
}

/// Octets beyond which it takes too long to take each by itself.
const LONG: usize = 4096;

/// Octets behind which no message is encoded any more.
const VERY_LONG: usize = 32 * 1024;

/// Octets of a message whose length takes 64 bits.
const LONGEST: usize = 70_000;
