//! Frames (RFC 6455 section 5), from all octets at once.

use dunlin_proto::websocket::{MessageKind, Opcode, ProtocolError, Role};

/// What frames say.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Decoded {
    /// Messages and control frames that ended, in order.
    pub(crate) events: Vec<Event>,
    /// What is wrong behind them, and the octets after which that shows.
    pub(crate) error: Option<(ProtocolError, usize)>,
    /// The octets end behind a frame.
    pub(crate) at_border: bool,
}

/// A message, or a control frame, with its payload unmasked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    Message(MessageKind, Vec<u8>),
    Control(Opcode, Vec<u8>),
}

/// Decodes all frames in `octets`.
pub(crate) fn decode(octets: &[u8], role: Role) -> Decoded {
    let mut reader = Reader {
        octets,
        at: 0,
        role,
        message: None,
        events: Vec::new(),
    };
    let mut at_border = true;
    let error = loop {
        if reader.at == octets.len() {
            break None;
        }
        match reader.frame() {
            Ok(()) => {}
            Err(None) => {
                at_border = false;
                break None;
            }
            Err(Some(error)) => break Some((error, reader.at)),
        }
    };
    Decoded {
        events: reader.events,
        error,
        at_border,
    }
}

struct Reader<'b> {
    octets: &'b [u8],
    at: usize,
    role: Role,
    message: Option<Message>,
    events: Vec<Event>,
}

/// A message of which more is to come.
struct Message {
    kind: MessageKind,
    payload: Vec<u8>,
    /// Octets of it that are whole characters.
    checked: usize,
}

/// `None` when the octets end.
type Stop = Option<ProtocolError>;

struct Header {
    opcode: Opcode,
    fin: bool,
    length: u64,
    key: [u8; 4],
}

impl Reader<'_> {
    fn next(&mut self) -> Result<u8, Stop> {
        let octet = self.octets.get(self.at).copied().ok_or(None)?;
        self.at += 1;
        Ok(octet)
    }

    fn number(&mut self, octets: usize) -> Result<u64, Stop> {
        (0..octets).try_fold(0, |number, _| Ok(number << 8 | u64::from(self.next()?)))
    }

    fn frame(&mut self) -> Result<(), Stop> {
        let header = self.header()?;
        if header.opcode.is_control() {
            let payload = self.payload(&header);
            self.end_of_payload(&header, &payload)?;
            self.events.push(Event::Control(header.opcode, payload));
            return Ok(());
        }
        let mut message = match header.opcode {
            Opcode::Continuation => self.message.take().ok_or(None)?,
            Opcode::Text => Message::new(MessageKind::Text),
            _ => Message::new(MessageKind::Binary),
        };
        let payload = self.payload(&header);
        if let Err(too_many) = message.push(&payload) {
            self.at -= too_many;
            return Err(Some(ProtocolError::InvalidUtf8));
        }
        self.end_of_payload(&header, &payload)?;
        if !header.fin {
            self.message = Some(message);
            return Ok(());
        }
        if message.kind == MessageKind::Text && message.checked < message.payload.len() {
            return Err(Some(ProtocolError::InvalidUtf8));
        }
        self.events
            .push(Event::Message(message.kind, message.payload));
        Ok(())
    }

    /// As much of a payload as there is, unmasked.
    fn payload(&mut self, header: &Header) -> Vec<u8> {
        let there = &self.octets[self.at..];
        let length = usize::try_from(header.length).unwrap_or(usize::MAX);
        let masked = &there[..length.min(there.len())];
        self.at += masked.len();
        let octets = masked.iter().enumerate();
        octets
            .map(|(place, octet)| octet ^ header.key[place & 3])
            .collect()
    }

    fn end_of_payload(&self, header: &Header, payload: &[u8]) -> Result<(), Stop> {
        if payload.len() as u64 == header.length {
            Ok(())
        } else {
            Err(None)
        }
    }

    fn header(&mut self) -> Result<Header, Stop> {
        let first = self.next()?;
        if first & 0x70 != 0 {
            return Err(Some(ProtocolError::ReservedBits));
        }
        let opcode = Opcode::from_bits(first & 0x0f).ok_or(Some(ProtocolError::ReservedOpcode))?;
        let fin = first & 0x80 != 0;
        if opcode.is_control() && !fin {
            return Err(Some(ProtocolError::ControlFrame));
        }
        let continues = opcode == Opcode::Continuation;
        if !opcode.is_control() && continues != self.message.is_some() {
            return Err(Some(ProtocolError::Fragmentation));
        }
        let second = self.next()?;
        let masked = second & 0x80 != 0;
        if masked != (self.role == Role::Server) {
            return Err(Some(ProtocolError::Masking));
        }
        let short = u64::from(second & 0x7f);
        if opcode.is_control() && short > 125 {
            return Err(Some(ProtocolError::ControlFrame));
        }
        let (length, least, most) = match short {
            126 => (self.number(2)?, 126, u64::from(u16::MAX)),
            127 => (self.number(8)?, 1 << 16, u64::MAX >> 1),
            short => (short, 0, 125),
        };
        if length < least || length > most {
            return Err(Some(ProtocolError::Length));
        }
        let mut key = [0; 4];
        if masked {
            for octet in &mut key {
                *octet = self.next()?;
            }
        }
        Ok(Header {
            opcode,
            fin,
            length,
            key,
        })
    }
}

impl Message {
    fn new(kind: MessageKind) -> Self {
        Self {
            kind,
            payload: Vec::new(),
            checked: 0,
        }
    }

    /// Takes octets; fails with the number of those behind the first that
    /// shows that a text is not UTF-8.
    fn push(&mut self, octets: &[u8]) -> Result<(), usize> {
        self.payload.extend_from_slice(octets);
        if self.kind == MessageKind::Binary {
            return Ok(());
        }
        let text = &self.payload[self.checked..];
        let valid = match str::from_utf8(text) {
            Ok(_) => text.len(),
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            Err(error) => {
                let shows = |end: &usize| {
                    str::from_utf8(&text[..*end]).is_err_and(|error| error.error_len().is_some())
                };
                let ends = error.valid_up_to() + 1..=text.len();
                return Err(text.len() - ends.into_iter().find(shows).unwrap_or(text.len()));
            }
        };
        self.checked += valid;
        Ok(())
    }
}
