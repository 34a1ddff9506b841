//! The reference application without Dunlin: the same transport, buffers, loop
//! and texts, but what comes in is echoed as it is. What this program takes of
//! flash is not Dunlin's.
#![no_std]
#![no_main]

use dunlin::Output;
use dunlin_reference::app::status_of;
use dunlin_reference::output::ArrayOutput;
use dunlin_reference::sys::{self, Queue, Socket};

/// A connection with its buffers.
struct Client {
    input: [u8; SEGMENT],
    input_start: usize,
    input_end: usize,
    output: ArrayOutput<SEGMENT>,
    deadline: u32,
    /// Nothing more is taken from the peer.
    is_ending: bool,
    is_closed: bool,
}

impl Client {
    fn new(now: u32) -> Self {
        Self {
            input: [0; SEGMENT],
            input_start: 0,
            input_end: 0,
            output: ArrayOutput::new(),
            deadline: now + PATIENCE,
            is_ending: false,
            is_closed: false,
        }
    }

    fn serve(&mut self, socket: Socket, now: u32) {
        let events = socket.events();
        self.is_closed |= events.failed();
        self.is_ending |= events.stopping();
        if events.writable() {
            self.deadline = now + PATIENCE;
        }
        if !self.is_ending {
            if self.input_start == self.input_end {
                self.input_start = 0;
                self.input_end = socket.receive(&mut self.input);
            }
            let input = self.input.get_mut(self.input_start..self.input_end);
            let input = input.unwrap_or_default();
            if self.output.write(&[input]).is_ok() {
                self.input_start += input.len();
            }
        }
        self.is_ending |= events.ended() && self.input_start == self.input_end;
        self.is_closed |= self.deadline <= now;
        self.flush(socket, now);
        if self.is_ending {
            socket.end();
        }
    }

    fn flush(&mut self, socket: Socket, now: u32) {
        let sent = socket.send(self.output.as_slice());
        self.output.drop_front(sent);
        if sent > 0 {
            self.deadline = now + PATIENCE;
        }
    }
}

fn turn(clients: &mut [Option<Client>; CONNECTIONS]) {
    let now = sys::clock();
    if sys::has_accepted() {
        accept(clients, now);
    }
    for (number, place) in clients.iter_mut().enumerate() {
        if let Some(client) = place {
            client.serve(Socket(number), now);
            if client.is_closed {
                Socket(number).close();
                *place = None;
            }
        }
    }
    run_jobs(clients, now);
}

fn accept(clients: &mut [Option<Client>; CONNECTIONS], now: u32) {
    match clients.iter_mut().find(|place| place.is_none()) {
        Some(place) => *place = Some(Client::new(now)),
        None => {
            let mut client = Client::new(now);
            let _ = client.output.write(&[b"Hello, world!"]);
            client.flush(Socket(CONNECTIONS), now);
        }
    }
}

/// A job is the number of a client: it is sent the status.
fn run_jobs(clients: &mut [Option<Client>; CONNECTIONS], now: u32) {
    let mut octets = [0; SEGMENT];
    let length = Queue::take(&mut octets);
    for number in octets.iter().take(length) {
        let place = clients.get_mut(usize::from(*number));
        let Some(Some(client)) = place else {
            continue;
        };
        let status = status_of(now, u32::from(*number));
        let written = client.output.write(&[status.as_bytes()]);
        if written.is_err() && Queue::room() > 0 {
            Queue::append(&[*number]);
        }
        client.flush(Socket(usize::from(*number)), now);
    }
}

// SAFETY: the name that the start-up code calls, with this signature; nothing
// else has it.
#[unsafe(no_mangle)]
extern "C" fn main() -> ! {
    let mut clients = core::array::from_fn(|_| None);
    loop {
        turn(&mut clients);
    }
}

/// Octets of a buffer, as in the reference application.
const SEGMENT: usize = 1460;

const CONNECTIONS: usize = 8;

/// Milliseconds without any octet sent.
const PATIENCE: u32 = 5000;
