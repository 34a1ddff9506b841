//! Runs the core in memory and prints what it costs in instructions.
#![no_std]
#![no_main]

use core::hint::black_box;
use dunlin::hub::Hub;
use dunlin::proto::websocket::{FrameHeader, MAX_HEADER, Opcode, mask};
use dunlin::{ArrayAssembly, Connection, ConnectionId, Context, Instant};
use dunlin_reference::app::Reference;
use dunlin_reference::output::ArrayOutput;
use dunlin_reference::server::{ASSEMBLY, LIMITS, ReferenceConnection, STATE};
use dunlin_reference::sys::{Queue, exit, instructions, print};

// SAFETY: the name that the start-up code calls, with this signature; nothing
// else has it.
#[unsafe(no_mangle)]
extern "C" fn main() -> ! {
    print_figure("state", STATE as u32);
    let mut bench = Bench::new();
    bench.count("get_64", |input| head(64, input));
    bench.count("get_700", |input| head(700, input));
    bench.count("handshake", |input| input.push(UPGRADE));
    bench.count("binary_32", |input| frame(Opcode::Binary, 32, input));
    bench.count("binary_1024", |input| frame(Opcode::Binary, 1024, input));
    bench.count("text_32", |input| frame(Opcode::Text, 32, input));
    bench.count("text_1024", |input| frame(Opcode::Text, 1024, input));
    bench.count("ping_4", |input| frame(Opcode::Ping, 4, input));
    exit(0)
}

/// A connection that is fed from memory.
struct Bench {
    app: Reference,
    connection: ReferenceConnection,
    output: ArrayOutput<1460>,
}

impl Bench {
    fn new() -> Self {
        Self {
            app: Reference::new(),
            connection: Connection::new(ArrayAssembly::new(), Instant::default()),
            output: ArrayOutput::new(),
        }
    }

    /// Prints the instructions of one input, with all that a driver calls for
    /// it: the mean of several, the first of which is not counted.
    fn count(&mut self, name: &str, fill: fn(&mut Input)) {
        let overhead = cost(|| ());
        let mut sum = 0;
        let rounds = if name == "handshake" { 1 } else { ROUNDS };
        for round in 0..=rounds {
            if rounds == 1 && round == 1 {
                break;
            }
            let mut input = Input::new();
            fill(&mut input);
            let spent = cost(|| self.serve(black_box(input.as_mut_slice())));
            if self.output.as_slice().is_empty() {
                exit(2);
            }
            self.output.clear();
            if round > 0 || rounds == 1 {
                sum += spent - overhead;
            }
        }
        print_figure(name, sum / rounds);
    }

    #[inline(never)]
    fn serve(&mut self, input: &mut [u8]) {
        let now = Instant::from_millis(1);
        let mut cx = Context {
            app: &self.app,
            limits: &LIMITS,
            date: None,
            hub: Hub::new(&Queue),
            id: ConnectionId::from_bits(0),
            now,
            output: &mut self.output,
        };
        let used = self.connection.receive(&mut cx, input);
        self.connection.sent(true, false, now);
        let idle = (self.connection.phase(), self.connection.is_paused());
        black_box((used, idle, self.connection.deadline(&LIMITS)));
    }
}

/// The instructions of a call.
fn cost(call: impl FnOnce()) -> u32 {
    let start = instructions();
    call();
    instructions().wrapping_sub(start)
}

/// Octets to be received; the payload of a short frame begins at a word, as it
/// does wherever a driver can choose.
struct Input {
    octets: Aligned,
    length: usize,
}

#[repr(align(8))]
struct Aligned([u8; SHIFT + ASSEMBLY]);

impl Input {
    fn new() -> Self {
        Self {
            octets: Aligned([0; SHIFT + ASSEMBLY]),
            length: 0,
        }
    }

    fn push(&mut self, octets: &[u8]) {
        let start = SHIFT + self.length;
        let end = start + octets.len();
        match self.octets.0.get_mut(start..end) {
            Some(place) => place.copy_from_slice(octets),
            None => exit(3),
        }
        self.length += octets.len();
    }

    fn as_mut_slice(&mut self) -> &mut [u8] {
        let end = SHIFT + self.length;
        self.octets.0.get_mut(SHIFT..end).unwrap_or_default()
    }
}

/// A masked frame, as a client sends it.
fn frame(opcode: Opcode, octets: usize, input: &mut Input) {
    let key = [0x37, 0xfa, 0x21, 0x3d];
    let header = FrameHeader {
        mask: Some(key),
        ..FrameHeader::new(opcode, octets)
    };
    input.push(header.encode(&mut [0; MAX_HEADER]));
    let mut payload = [0; 1024];
    let payload = payload.get_mut(..octets).unwrap_or_default();
    for (index, octet) in payload.iter_mut().enumerate() {
        *octet = b'a' + (index % 26) as u8;
    }
    let _ = mask(key, payload);
    input.push(payload);
}

/// A request head of so many octets: a small one, or with the fields of a
/// browser.
fn head(octets: usize, input: &mut Input) {
    input.push(b"GET / HTTP/1.1\r\nHost: 192.168.4.1\r\n");
    for field in BROWSER {
        if input.length + field.len() + FILLER.len() + 6 <= octets {
            input.push(field.as_bytes());
        }
    }
    let filler = octets.saturating_sub(input.length + FILLER.len() + 4);
    input.push(FILLER.as_bytes());
    for _ in 0..filler {
        input.push(b"x");
    }
    input.push(b"\r\n\r\n");
}

fn print_figure(name: &str, value: u32) {
    print(name);
    print("=");
    print_number(value);
    print("\n");
}

fn print_number(number: u32) {
    if number >= 10 {
        print_number(number / 10);
    }
    let digit = [b'0' + (number % 10) as u8];
    print(core::str::from_utf8(&digit).unwrap_or_default());
}

const UPGRADE: &[u8] = b"GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\n\
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

/// Octets before the input, so that what is behind a header of six octets lies
/// at a word.
const SHIFT: usize = 2;

const ROUNDS: u32 = 8;
