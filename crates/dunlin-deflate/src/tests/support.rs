//! A WebSocket client that speaks permessage-deflate, by flate2.

use crate::{ConnectionDeflate, DeflateConfig, Engine};
use dunlin::proto::websocket::{FrameHeader, MAX_HEADER, Opcode, mask};
use dunlin::{App, Close, Hub, Limits, Message, Part, Route, WebSocket, WebSocketRoute};
use dunlin_memory::Client;
use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress};

/// Echoes in every way.
pub(super) struct Echo;

impl App for Echo {
    type Session = ();

    const ROUTES: &'static [Route<Self>] = &[
        Route::websocket("/echo", WebSocketRoute::new(echo)),
        Route::websocket("/plain", WebSocketRoute::new(echo).uncompressed()),
        Route::websocket("/parts", WebSocketRoute::streaming(part)),
        Route::websocket("/sized", WebSocketRoute::streaming(part).parts_of(64)),
    ];
}

fn echo(_: &Echo, ws: &mut WebSocket<'_, Echo>, message: Message<'_>) -> Result<(), Close> {
    Ok(ws.send(message)?)
}

fn part(_: &Echo, ws: &mut WebSocket<'_, Echo>, part: Part<'_>) -> Result<(), Close> {
    Ok(ws.send_part(part.kind, part.data, part.last)?)
}

/// A frame that the server sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) first_octet: u8,
    pub(super) payload: Vec<u8>,
}

pub(super) struct Peer<C: dunlin::Compression = ConnectionDeflate> {
    pub(super) client: Client<Echo, C>,
    deflate: Compress,
    inflate: Decompress,
    /// What the handshake was answered with.
    pub(super) extension: Option<String>,
}

pub(super) const LIMITS: Limits = Limits {
    message: 100_000,
    ..Limits::LINUX
};

pub(super) const CONTEXT: DeflateConfig = DeflateConfig {
    level: 6,
    threshold: 1,
    server_context: true,
    client_context: true,
    server_window_bits: 15,
    client_window_bits: 15,
};

pub(super) const SHARED: DeflateConfig = DeflateConfig {
    server_context: false,
    client_context: false,
    ..CONTEXT
};

impl Peer {
    pub(super) fn new(config: DeflateConfig, path: &str, offer: &str) -> Self {
        Self::of(Engine::new(Some(config)).connection(), path, offer)
    }
}

impl<C: dunlin::Compression> Peer<C> {
    /// A client of a server with compression.
    pub(super) fn of(compression: C, path: &str, offer: &str) -> Self {
        let mut client = Client::with_compression(Echo, LIMITS, compression);
        let head = format!(
            "GET {path} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
            Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
            Sec-WebSocket-Extensions: {offer}\r\n\r\n"
        );
        client.send(head.as_bytes());
        let response = String::from_utf8(client.take()).unwrap();
        assert!(response.starts_with("HTTP/1.1 101 "), "{response}");
        let line = |line: &str| {
            line.strip_prefix("Sec-WebSocket-Extensions: ")
                .map(str::to_owned)
        };
        let extension = response.split("\r\n").find_map(line);
        Self {
            client,
            deflate: compressor(15),
            inflate: Decompress::new(false),
            extension,
        }
    }

    /// Deflates a message as it stands in frames, in its own context.
    pub(super) fn deflated(&mut self, message: &[u8]) -> Vec<u8> {
        let mut deflated = Vec::with_capacity(message.len() * 2 + 64);
        self.deflate
            .compress_vec(message, &mut deflated, FlushCompress::Sync)
            .unwrap();
        assert!(deflated.ends_with(&[0, 0, 0xff, 0xff]));
        deflated.truncate(deflated.len() - 4);
        deflated
    }

    /// Inflates what the server sent, in its context.
    pub(super) fn inflated(&mut self, payload: &[u8]) -> Vec<u8> {
        let mut inflated = Vec::with_capacity(1 << 20);
        let whole = [payload, &[0, 0, 0xff, 0xff]].concat();
        self.inflate
            .decompress_vec(&whole, &mut inflated, FlushDecompress::Sync)
            .unwrap();
        inflated
    }

    /// Deflates with another window from now on.
    pub(super) fn set_window(&mut self, bits: u8) {
        self.deflate = compressor(bits);
    }

    pub(super) fn forget(&mut self) {
        self.inflate.reset(false);
        self.deflate.reset();
    }

    pub(super) fn send_frame(&mut self, first_octet: u8, payload: &[u8]) {
        self.client.send(&frame(first_octet, payload));
    }

    /// The frames that came since the last call.
    pub(super) fn frames(&mut self) -> Vec<Frame> {
        let octets = self.client.take();
        let mut rest = &octets[..];
        let mut frames = Vec::new();
        while let [first_octet, length, after @ ..] = rest {
            let (length, after) = match length {
                126 => (u16::from_be_bytes([after[0], after[1]]).into(), &after[2..]),
                127 => (
                    u64::from_be_bytes(after[..8].try_into().unwrap()) as usize,
                    &after[8..],
                ),
                short => (usize::from(*short), after),
            };
            frames.push(Frame {
                first_octet: *first_octet,
                payload: after[..length].to_vec(),
            });
            rest = &after[length..];
        }
        frames
    }

    /// The code that the server closes with, which is all it sends.
    pub(super) fn close_code(&mut self) -> u16 {
        let frames = self.frames();
        let [
            Frame {
                first_octet: 0x88,
                payload,
            },
        ] = &frames[..]
        else {
            panic!("one close frame, not {frames:?}");
        };
        u16::from_be_bytes([payload[0], payload[1]])
    }

    /// The one message that came, inflated if it is compressed.
    pub(super) fn message(&mut self) -> Vec<u8> {
        let mut frames = self.frames();
        assert_eq!(frames.len(), 1, "one message");
        let frame = frames.remove(0);
        match frame.first_octet {
            0xc1 | 0xc2 => self.inflated(&frame.payload),
            0x81 | 0x82 => frame.payload,
            other => panic!("a message, not {other:x}"),
        }
    }
}

fn compressor(bits: u8) -> Compress {
    Compress::new_with_window_bits(Compression::new(6), false, bits)
}

/// A masked frame.
pub(super) fn frame(first_octet: u8, payload: &[u8]) -> Vec<u8> {
    let key = [0x37, 0xfa, 0x21, 0x3d];
    let header = FrameHeader {
        mask: Some(key),
        ..FrameHeader::new(Opcode::Text, payload.len())
    };
    let mut octets = header.encode(&mut [0; MAX_HEADER]).to_vec();
    octets[0] = first_octet;
    let mut masked = payload.to_vec();
    let _ = mask(key, &mut masked);
    octets.extend(masked);
    octets
}

/// Text that repeats itself a little.
pub(super) fn prose(octets: usize, seed: u32) -> Vec<u8> {
    const WORDS: [&str; 8] = [
        "dunlin ", "flock ", "shore ", "of ", "the ", "small ", "waves ", "tide ",
    ];
    let mut state = seed | 1;
    let mut text = Vec::new();
    while text.len() < octets {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        text.extend_from_slice(WORDS[(state >> 20) as usize % WORDS.len()].as_bytes());
    }
    text.truncate(octets);
    text
}

/// Octets that do not compress.
pub(super) fn noise(octets: usize) -> Vec<u8> {
    let mut state = 88_172_645_463_325_252_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    (0..octets).map(|_| next()).collect()
}

/// Only used to post from outside.
pub(super) fn post(hub: Hub<'_>, peer: &Client<Echo, ConnectionDeflate>, text: &str) {
    hub.send(peer.id(), Message::text(text)).unwrap();
}
