//! The same octets, cut in other ways, or answered to a slow client, come to
//! the same answers and the same end.
//!
//! Settings: an octet for the way to the end, one for what the client takes,
//! four for the cut. Behind them: what the client sends, each an octet with what
//! it needs.

use crate::application::Application;
use crate::pieces::Cut;
use crate::script;
use arbitrary::{Result, Unstructured};
use dunlin::{Limits, Phase};
use dunlin_memory::Client;

/// Checks one input.
pub fn check(data: &[u8]) {
    let mut input = Unstructured::new(data);
    let Ok(settings) = Settings::read(&mut input) else {
        return;
    };
    let mut octets = Vec::new();
    while !input.is_empty() {
        match script::next(&mut input) {
            Ok(more) => octets.extend(more),
            Err(_) => break,
        }
    }
    let whole = settings.outcome(&octets, Cut::WHOLE, usize::MAX);
    let each = if octets.len() > LONG {
        Cut::EACH.coarser()
    } else {
        Cut::EACH
    };
    for cut in [settings.cut, each] {
        assert_eq!(settings.outcome(&octets, cut, usize::MAX), whole, "{cut:?}");
    }
    let slow = settings.outcome(&octets, settings.cut, settings.at_most);
    assert_eq!(slow, whole, "a slow client");
}

struct Settings {
    ends: bool,
    stops: bool,
    at_most: usize,
    cut: Cut,
}

impl Settings {
    fn read(input: &mut Unstructured<'_>) -> Result<Self> {
        let [bits, at_most]: [u8; 2] = input.arbitrary()?;
        Ok(Self {
            ends: bits & 1 != 0,
            stops: bits & 2 != 0,
            at_most: usize::from(at_most) * 8 + 1,
            cut: Cut::read(input)?,
        })
    }

    fn outcome(&self, octets: &[u8], cut: Cut, at_most: usize) -> Outcome {
        let mut client = Client::new(Application::default(), LIMITS);
        client.set_capacity(CAPACITY);
        client.take_at_most(at_most);
        for piece in cut.pieces(octets) {
            client.send(piece);
        }
        client.take_at_most(usize::MAX);
        let mut output = client.take();
        if self.stops {
            client.stop_server();
        }
        if self.ends {
            client.end();
        }
        output.extend(client.take());
        Outcome {
            output: without_continue(&output),
            phase: client.phase(),
            is_websocket: client.is_websocket(),
            held: client.held(),
            opened: client.app().opened.get(),
            closed: client.app().closed.get(),
            tickets: client.app().tickets.borrow().len(),
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    output: String,
    phase: Phase,
    is_websocket: bool,
    held: usize,
    opened: usize,
    closed: usize,
    tickets: usize,
}

/// The output as text that is read when it differs. Whether a client is told to
/// go on depends on whether its body was there with its head.
fn without_continue(output: &[u8]) -> String {
    let text = output.escape_ascii().to_string();
    text.replace("HTTP/1.1 100 Continue\\r\\n\\r\\n", "")
}

/// Room for a message, and for an answer besides.
const CAPACITY: usize = LIMITS.message + 16 * 1024;

/// Octets beyond which it takes too long to send each by itself.
const LONG: usize = 4096;

const LIMITS: Limits = Limits {
    head: 1024,
    target: 100,
    body: 2048,
    message: 4096,
    ..Limits::LINUX
};
