//! The core in memory, so that its instructions can be counted: an echo over a
//! `Connection` without sockets.
//!
//! Arguments: what (`echo` or `copy`, the same without the connection); `text`,
//! `binary`, `get`, or `drip`, which is a head octet by octet; octets of the
//! payload or of the head; and how many times.
#![forbid(unsafe_code)]

use anyhow::{Context as _, Result, bail};
use dunlin::hub::{Hub, Job, Mailbox};
use dunlin::{
    AnswerError, App, ArrayAssembly, Close, Connection, ConnectionId, Context, Full, HttpDate,
    Instant, Limits, Message, Output, Request, Response, Route, WebSocket, WebSocketRoute,
};
use dunlin_proto::websocket::{FrameHeader, MAX_HEADER, Opcode, mask};
use std::hint::black_box;

struct Echo;

impl App for Echo {
    type Session = ();
    const ROUTES: &'static [Route<Self>] = &[
        Route::get("/", hello),
        Route::websocket("/echo", WebSocketRoute::new(echo)),
    ];
}

fn hello(_: &Echo, _: Request<'_, Echo>, response: Response<'_>) -> Result<(), AnswerError> {
    response.text("Hello, world!")
}

fn echo(_: &Echo, ws: &mut WebSocket<'_, Echo>, message: Message<'_>) -> Result<(), Close> {
    Ok(ws.send(message)?)
}

/// No job is posted here.
struct NoMailbox;

impl Mailbox for NoMailbox {
    fn post(&self, _: ConnectionId, _: &Job<'_>) -> Result<(), Full> {
        Err(Full)
    }
}

/// What a driver's buffer is: octets until they are sent.
struct Wire(Vec<u8>);

impl Output for Wire {
    fn room(&self) -> usize {
        ROOM - self.0.len()
    }

    fn is_drained(&self) -> bool {
        self.0.is_empty()
    }

    fn write(&mut self, parts: &[&[u8]]) -> Result<(), Full> {
        let length: usize = match parts {
            [header, payload] => header.len() + payload.len(),
            parts => parts.iter().map(|part| part.len()).sum(),
        };
        if length > self.room() {
            return Err(Full);
        }
        match parts {
            // The frame of a short message: its header is two octets.
            [[first, second], payload] => {
                self.0.extend_from_slice(&[*first, *second]);
                self.0.extend_from_slice(payload);
            }
            parts => parts.iter().for_each(|part| self.0.extend_from_slice(part)),
        }
        Ok(())
    }
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [what, kind, octets, count] = arguments.as_slice() else {
        bail!("usage: core_echo echo|copy text|binary|get|drip OCTETS COUNT");
    };
    let octets: usize = octets.parse().context("OCTETS")?;
    let count: u64 = count.parse().context("COUNT")?;
    let input = match kind.as_str() {
        "text" => frame(Opcode::Text, octets),
        "binary" => frame(Opcode::Binary, octets),
        "get" => head(octets),
        "drip" => costly_head(octets),
        other => bail!("unknown kind {other}"),
    };
    let mut server = Server::new();
    let websocket = matches!(kind.as_str(), "text" | "binary");
    let piece = if kind == "drip" { 1 } else { input.len() };
    if websocket {
        server.receive(&mut UPGRADE.to_vec());
    }
    // As in the Linux driver: the payload of a short frame begins at a word.
    let mut buffer = vec![0; input.len() + 16];
    let start = buffer.as_ptr().align_offset(8).min(8) + 2;
    let received = &mut buffer[start..start + input.len()];
    for _ in 0..count {
        received.copy_from_slice(black_box(&input));
        if what == "echo" {
            received
                .chunks_mut(piece)
                .for_each(|piece| server.receive(piece));
            assert!(!server.wire.0.is_empty(), "an answer");
        }
        black_box(&mut *received);
        black_box(&mut server.wire.0).clear();
    }
    Ok(())
}

struct Server {
    connection: Connection<Echo, ArrayAssembly<65_536>>,
    wire: Wire,
    date: HttpDate,
}

impl Server {
    fn new() -> Self {
        Self {
            connection: Connection::new(ArrayAssembly::new(), Instant::default()),
            wire: Wire(Vec::with_capacity(ROOM)),
            date: HttpDate::from_unix(1_000_000_000),
        }
    }

    #[inline(never)]
    fn receive(&mut self, input: &mut [u8]) {
        let mut context = Context {
            app: &Echo,
            limits: &Limits::LINUX,
            date: Some(&self.date),
            hub: Hub::new(&NoMailbox),
            id: ConnectionId::from_bits(0),
            now: Instant::default(),
            output: &mut self.wire,
        };
        let used = self.connection.receive(&mut context, input);
        assert_eq!(used, input.len());
    }
}

/// A masked frame, as a client sends it.
fn frame(opcode: Opcode, octets: usize) -> Vec<u8> {
    let key = [0x37, 0xfa, 0x21, 0x3d];
    let header = FrameHeader {
        mask: Some(key),
        ..FrameHeader::new(opcode, octets)
    };
    let mut frame = header.encode(&mut [0; MAX_HEADER]).to_vec();
    let mut payload: Vec<u8> = (0..octets).map(|index| b'a' + (index % 26) as u8).collect();
    let _ = mask(key, &mut payload);
    frame.extend(payload);
    frame
}

/// A request head of so many octets: a small one, or with the fields of a
/// browser.
fn head(octets: usize) -> Vec<u8> {
    let mut head = String::from("GET / HTTP/1.1\r\nHost: 192.168.4.1\r\n");
    for field in BROWSER {
        if head.len() + field.len() + FILLER.len() + 6 <= octets {
            head += field;
        }
    }
    let filler = octets.saturating_sub(head.len() + FILLER.len() + 4);
    head += FILLER;
    head.extend(std::iter::repeat_n('x', filler));
    head += "\r\n\r\n";
    head.into_bytes()
}

/// A request head of so many octets that takes longest to read, time and again
/// when it comes in pieces: the scan over a value stops at every tab.
fn costly_head(octets: usize) -> Vec<u8> {
    let mut head = String::from("GET / HTTP/1.1\r\nHost: a\r\nX: ");
    let filler = octets.saturating_sub(head.len() + 4);
    head.extend(std::iter::repeat_n('\t', filler));
    head += "\r\n\r\n";
    head.into_bytes()
}

const UPGRADE: &[u8] = b"GET /echo HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\n\
    Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

const FILLER: &str = "X-Filler: ";

const BROWSER: &[&str] = &[
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36\r\n",
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8\r\n",
    "Accept-Language: en-GB,en;q=0.9,de;q=0.8\r\n",
    "Accept-Encoding: gzip, deflate, br, zstd\r\n",
    "Connection: keep-alive\r\n",
    "Upgrade-Insecure-Requests: 1\r\n",
    "Sec-Fetch-Dest: document\r\n",
    "Sec-Fetch-Mode: navigate\r\n",
    "Sec-Fetch-Site: none\r\n",
    "Cache-Control: max-age=0\r\n",
];

const ROOM: usize = 1 << 17;
