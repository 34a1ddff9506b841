//! The receiving side of the client: octets in, events out, and no patience.

use super::event::{CloseFrame, Event};
use super::frame::{BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT};
use super::inflate::Inflater;

/// Reads what a server sends and holds every frame against RFC 6455 section 5.
///
/// It shares nothing with the server under test. A frame of which only a part
/// has come waits for the rest.
#[derive(Debug, Default)]
pub struct Receiver {
    input: Vec<u8>,
    /// Octets of the input that are done with.
    used: usize,
    message: Option<Unfinished>,
    inflater: Option<Inflater>,
    /// What has come so far.
    pub events: Vec<Event>,
    /// The close frame, once it has come.
    pub close: Option<CloseFrame>,
}

/// A message of which frames have come and more are to come.
#[derive(Debug)]
struct Unfinished {
    is_text: bool,
    is_compressed: bool,
    payload: Vec<u8>,
}

/// One frame as it came.
struct Received {
    first: u8,
    payload: Vec<u8>,
}

impl Receiver {
    /// From now on messages may be compressed.
    pub fn set_inflater(&mut self, inflater: Inflater) {
        self.inflater = Some(inflater);
    }

    /// Octets that are not yet a whole frame.
    pub fn unread(&self) -> usize {
        self.input.len() - self.used
    }

    /// Takes octets from the server.
    ///
    /// # Errors
    ///
    /// What the server did that it must not do.
    pub fn push(&mut self, octets: &[u8]) -> Result<(), String> {
        self.input.extend_from_slice(octets);
        while let Some(frame) = self.next_frame()? {
            self.take(frame)?;
        }
        self.input.drain(..self.used);
        self.used = 0;
        Ok(())
    }

    /// The next frame, if all of it is there.
    fn next_frame(&mut self) -> Result<Option<Received>, String> {
        let input = &self.input[self.used..];
        if self.close.is_some() && !input.is_empty() {
            return Err("octets behind the close frame".into());
        }
        let [first, second, rest @ ..] = input else {
            return Ok(None);
        };
        if second & 0x80 != 0 {
            return Err("a masked frame from the server".into());
        }
        let Some((header, length)) = length_of(*second, rest)? else {
            return Ok(None);
        };
        self.check_first_octet(*first, length)?;
        let Some(payload) = rest.get(header..).and_then(|rest| rest.get(..length)) else {
            return Ok(None);
        };
        let frame = Received {
            first: *first,
            payload: payload.to_vec(),
        };
        self.used += 2 + header + length;
        Ok(Some(frame))
    }

    /// What the first octet of a frame may be here.
    fn check_first_octet(&self, first: u8, length: usize) -> Result<(), String> {
        let opcode = first & 0x0f;
        if first & 0x30 != 0 {
            return Err("RSV2 or RSV3 is set".into());
        }
        let is_data = matches!(opcode, TEXT | BINARY);
        if first & RSV1 != 0 && (!is_data || self.inflater.is_none()) {
            return Err(format!("RSV1 is set in a frame with opcode {opcode}"));
        }
        match opcode {
            CONTINUATION if self.message.is_none() => Err("nothing to continue".into()),
            TEXT | BINARY if self.message.is_some() => Err("a message inside another".into()),
            CONTINUATION | TEXT | BINARY => Ok(()),
            CLOSE | PING | PONG if first & FIN == 0 => Err("a fragmented control frame".into()),
            CLOSE | PING | PONG if length > 125 => Err("a control frame above 125 octets".into()),
            CLOSE | PING | PONG => Ok(()),
            _ => Err(format!("reserved opcode {opcode}")),
        }
    }

    fn take(&mut self, frame: Received) -> Result<(), String> {
        match frame.first & 0x0f {
            PING => self.events.push(Event::Ping(frame.payload)),
            PONG => self.events.push(Event::Pong(frame.payload)),
            CLOSE => self.close = Some(close_frame(&frame.payload)?),
            _ => return self.take_data(frame),
        }
        Ok(())
    }

    fn take_data(&mut self, frame: Received) -> Result<(), String> {
        let message = match &mut self.message {
            Some(message) => {
                message.payload.extend_from_slice(&frame.payload);
                message
            }
            none => none.insert(Unfinished {
                is_text: frame.first & 0x0f == TEXT,
                is_compressed: frame.first & RSV1 != 0,
                payload: frame.payload,
            }),
        };
        if frame.first & FIN == 0 {
            return Ok(());
        }
        let mut payload = std::mem::take(&mut message.payload);
        let (is_text, is_compressed) = (message.is_text, message.is_compressed);
        self.message = None;
        if let (Some(inflater), true) = (&mut self.inflater, is_compressed) {
            payload = inflater.message(&payload)?;
        }
        if is_text && std::str::from_utf8(&payload).is_err() {
            return Err("a text that is not UTF-8".into());
        }
        self.events.push(if is_text {
            Event::Text(payload)
        } else {
            Event::Binary(payload)
        });
        Ok(())
    }
}

/// The octets of an extended length, and the length; `None` until they are
/// there.
fn length_of(short: u8, rest: &[u8]) -> Result<Option<(usize, usize)>, String> {
    let (size, least) = match short {
        126 => (2, 126),
        127 => (8, 0x1_0000),
        short => return Ok(Some((0, usize::from(short)))),
    };
    let Some(octets) = rest.get(..size) else {
        return Ok(None);
    };
    let length = octets
        .iter()
        .fold(0_u64, |length, octet| length << 8 | u64::from(*octet));
    if length < least {
        return Err(format!("length {length} in {size} octets"));
    }
    match usize::try_from(length) {
        Ok(length) if length <= LONGEST => Ok(Some((size, length))),
        _ => Err(format!("a frame of {length} octets")),
    }
}

/// RFC 6455 sections 5.5.1 and 7.4.
fn close_frame(payload: &[u8]) -> Result<CloseFrame, String> {
    let (code, reason) = match payload {
        [] => (None, &[][..]),
        [_] => return Err("a close frame with half a code".into()),
        [high, low, reason @ ..] => (Some(u16::from_be_bytes([*high, *low])), reason),
    };
    match code {
        None | Some(1000..=1003 | 1007..=1014 | 3000..=4999) => {}
        Some(code) => return Err(format!("a close frame with code {code}")),
    }
    let reason = std::str::from_utf8(reason).map_err(|_| "a reason that is not UTF-8")?;
    Ok(CloseFrame {
        code,
        reason: reason.to_owned(),
    })
}

const FIN: u8 = 0x80;
const RSV1: u8 = 0x40;

/// Octets of a frame that nothing in the suite should be answered with more.
const LONGEST: usize = 32 << 20;

#[cfg(test)]
mod tests;
