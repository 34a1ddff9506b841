//! The client: compresses by what was agreed to, and inflates what comes.

use super::LIMITS;
use crate::script::{masked, pick, raw};
use arbitrary::{Result, Unstructured};
use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress};

/// What the response to the handshake says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Agreed {
    server_context: bool,
    client_context: bool,
    client_window: u8,
}

impl Agreed {
    /// Reads a response; panics where it says what was not offered.
    pub(super) fn read(response: &str, offers: &str) -> Option<Self> {
        let line = |line: &str| {
            line.strip_prefix("Sec-WebSocket-Extensions: ")
                .map(str::to_owned)
        };
        let extension = response.split("\r\n").find_map(line)?;
        let mut parameters = extension.split("; ");
        assert_eq!(parameters.next(), Some("permessage-deflate"));
        let mut agreed = Self {
            server_context: true,
            client_context: true,
            client_window: smallest_hint(offers),
        };
        for parameter in parameters {
            match parameter.split_once('=') {
                None if parameter == "server_no_context_takeover" => agreed.server_context = false,
                None if parameter == "client_no_context_takeover" => agreed.client_context = false,
                Some(("server_max_window_bits", bits)) => drop(window(bits)),
                Some(("client_max_window_bits", bits)) => {
                    assert!(
                        offers.contains("client_max_window_bits"),
                        "{offers}: {extension}"
                    );
                    agreed.client_window = agreed.client_window.min(window(bits));
                }
                _ => panic!("{parameter} in {extension}"),
            }
        }
        Some(agreed)
    }
}

fn window(bits: &str) -> u8 {
    let bits = bits.parse().expect("a number");
    assert!((8..=15).contains(&bits));
    bits
}

/// A client that makes several offers keeps to the smallest window of them all.
fn smallest_hint(offers: &str) -> u8 {
    let values = offers.split("client_max_window_bits=").skip(1);
    let bits = values.filter_map(|value| {
        let digits = value.trim_start_matches('"');
        let end = digits.find(|digit: char| !digit.is_ascii_digit());
        digits[..end.unwrap_or(digits.len())].parse().ok()
    });
    bits.filter(|bits| (8..=15).contains(bits))
        .min()
        .unwrap_or(15)
}

/// What a client sees of the server's frames.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Seen {
    Text(Vec<u8>),
    Binary(Vec<u8>),
    Pong(Vec<u8>),
    Close(Vec<u8>),
}

/// Reads what the server sent: well-formed, unmasked frames of messages that
/// inflate.
pub(super) fn read(mut octets: &[u8], agreed: Option<Agreed>) -> Vec<Seen> {
    let mut seen = Vec::new();
    let mut inflater = Decompress::new(false);
    let mut message: Option<(u8, Vec<u8>)> = None;
    while let Some((first, payload)) = take_frame(&mut octets) {
        assert!(
            !matches!(seen.last(), Some(Seen::Close(_))),
            "behind a close frame"
        );
        match first {
            0x8a => seen.push(Seen::Pong(payload.to_vec())),
            0x88 => seen.push(Seen::Close(payload.to_vec())),
            0xc1 | 0xc2 => {
                let agreed = agreed.expect("what was compressed was agreed to");
                assert!(message.is_none());
                if !agreed.server_context {
                    inflater.reset(false);
                }
                let inflated = inflate(&mut inflater, payload);
                seen.push(whole(first & 0x0f, inflated));
            }
            0x00..=0x02 | 0x80..=0x82 => {
                let begins = first & 0x0f != 0;
                assert_eq!(begins, message.is_none(), "fragments in order");
                let (opcode, mut data) = message.take().unwrap_or((first & 0x0f, Vec::new()));
                data.extend_from_slice(payload);
                if first & 0x80 != 0 {
                    seen.push(whole(opcode, data));
                } else {
                    message = Some((opcode, data));
                }
            }
            _ => panic!("a frame that begins with {first:x}"),
        }
    }
    seen
}

fn whole(opcode: u8, data: Vec<u8>) -> Seen {
    if opcode == 1 {
        assert!(std::str::from_utf8(&data).is_ok());
        Seen::Text(data)
    } else {
        Seen::Binary(data)
    }
}

fn inflate(inflater: &mut Decompress, payload: &[u8]) -> Vec<u8> {
    let mut inflated = Vec::with_capacity(2 * LIMITS.message);
    let data = [payload, TAIL].concat();
    let before = inflater.total_in();
    inflater
        .decompress_vec(&data, &mut inflated, FlushDecompress::Sync)
        .expect("what the server sends inflates");
    assert_eq!(inflater.total_in() - before, data.len() as u64);
    inflated
}

fn take_frame<'o>(octets: &mut &'o [u8]) -> Option<(u8, &'o [u8])> {
    let (&[first, length], mut rest) = octets.split_first_chunk()?;
    let length = match length {
        126 => {
            let (length, behind) = rest.split_first_chunk().expect("a length");
            rest = behind;
            u16::from_be_bytes(*length).into()
        }
        short => {
            assert!(short < 126, "unmasked, and no longer than the limit");
            usize::from(short)
        }
    };
    let (payload, behind) = rest.split_at_checked(length).expect("a whole frame");
    *octets = behind;
    Some((first, payload))
}

/// Gathers what a client sends, and what it may expect.
pub(super) struct Peer {
    agreed: Option<Agreed>,
    deflater: Compress,
    pub(super) octets: Vec<u8>,
    /// Up to the first step that may end the connection.
    pub(super) expected: Vec<Seen>,
    is_sound: bool,
}

impl Peer {
    pub(super) fn new(agreed: Option<Agreed>) -> Self {
        // A window of 2^8 is not one that zlib compresses with: nothing is repeated then.
        let bits = agreed.map_or(15, |agreed| agreed.client_window);
        let level = if bits < 9 { 0 } else { 6 };
        let level = Compression::new(level);
        Self {
            agreed,
            deflater: Compress::new_with_window_bits(level, false, bits.max(9)),
            octets: Vec::new(),
            expected: Vec::new(),
            is_sound: true,
        }
    }

    /// Sends one thing more.
    pub(super) fn step(&mut self, input: &mut Unstructured<'_>) -> Result<()> {
        match input.arbitrary::<u8>()? % 6 {
            0 | 1 => self.message(input, None),
            2 => {
                let damage = input.arbitrary()?;
                self.message(input, Some(damage))
            }
            3 => self.plain(input),
            4 => {
                let payload = raw(input)?;
                let payload = payload.get(..125).unwrap_or(&payload);
                self.octets.extend(masked(0x89, payload));
                self.expect(Seen::Pong(payload.to_vec()));
                Ok(())
            }
            _ => {
                let first = input.arbitrary()?;
                let payload = raw(input)?;
                self.octets.extend(masked(first, &payload));
                self.is_sound = false;
                Ok(())
            }
        }
    }

    fn expect(&mut self, seen: Seen) {
        if self.is_sound {
            self.expected.push(seen);
        }
    }

    fn plain(&mut self, input: &mut Unstructured<'_>) -> Result<()> {
        let message = content(input)?;
        self.octets.extend(masked(0x82, &message));
        self.expect_message(message);
        Ok(())
    }

    fn expect_message(&mut self, message: Vec<u8>) {
        // What is too long ends the connection, except on a streaming route.
        self.is_sound &= message.len() <= LIMITS.message;
        self.expect(Seen::Binary(message));
    }

    /// A compressed message in fragments; with `damage`, one octet of it is another.
    fn message(&mut self, input: &mut Unstructured<'_>, damage: Option<[u8; 2]>) -> Result<()> {
        let fragment = usize::from(input.arbitrary::<u8>()?) + 1;
        let message = content(input)?;
        let mut deflated = self.deflate(&message);
        if let Some([place, octet]) = damage {
            let place = usize::from(place) % deflated.len();
            deflated[place] ^= octet;
            self.is_sound = false;
        }
        self.is_sound &= self.agreed.is_some();
        let last = deflated.len().div_ceil(fragment) - 1;
        for (index, data) in deflated.chunks(fragment).enumerate() {
            let first = if index == 0 { 0x42 } else { 0 };
            let fin = u8::from(index == last) << 7;
            self.octets.extend(masked(first | fin, data));
        }
        self.expect_message(message);
        Ok(())
    }

    fn deflate(&mut self, message: &[u8]) -> Vec<u8> {
        if self.agreed.is_some_and(|agreed| !agreed.client_context) {
            self.deflater.reset();
        }
        let mut deflated = Vec::with_capacity(message.len() * 2 + 64);
        self.deflater
            .compress_vec(message, &mut deflated, FlushCompress::Sync)
            .expect("a message deflates");
        assert!(deflated.ends_with(TAIL) || message.is_empty());
        let end = deflated.len().saturating_sub(TAIL.len());
        deflated.truncate(end);
        if deflated.is_empty() {
            deflated.push(0);
        }
        deflated
    }
}

/// What a message holds: octets as they are, or repeated up to 8,160.
fn content(input: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let repeat = pick(&[1, 1, 2, 8, 32], input.arbitrary()?);
    Ok(raw(input)?.repeat(repeat))
}

const TAIL: &[u8] = &[0x00, 0x00, 0xff, 0xff];
