//! A whole connection, whose client, application and clock do what the input
//! chooses.
//!
//! Settings: an octet for the limits, one for the room, four for the cut, and
//! the choices of the handlers behind their number. Behind them: steps, each an
//! octet with what it needs.

use crate::application::{Application, PART};
use crate::pieces::Cut;
use crate::script::{self, pick, raw};
use crate::witness::{Output, requests};
use arbitrary::{Result, Unstructured};
use dunlin::{CloseCode, ConnectionId, Instant, Limits, Message, Phase, Reply, Status};
use dunlin_memory::Client;
use dunlin_proto::websocket::Close;
use std::time::Duration;

/// Checks one input.
pub fn check(data: &[u8]) {
    let mut input = Unstructured::new(data);
    let Ok(mut run) = Run::new(&mut input) else {
        return;
    };
    while !input.is_empty() {
        if run.step(&mut input).is_err() {
            break;
        }
        run.check_bounds();
    }
    run.conclude();
}

struct Run {
    client: Client<Application>,
    limits: Limits,
    capacity: usize,
    cut: Cut,
    /// Without what came behind a refusal: the end of a head that was late
    /// does not make a HEAD of what was refused.
    sent: Vec<u8>,
    taken: Vec<u8>,
    /// Octets that had been sent when the server ended the connection.
    total: Option<usize>,
    /// Something happened that can cut a response off.
    lossy: bool,
}

impl Run {
    fn new(input: &mut Unstructured<'_>) -> Result<Self> {
        let [limits, room]: [u8; 2] = input.arbitrary()?;
        let cut = Cut::read(input)?;
        let limits = pick(&[LINUX, DEVICE, TIGHT], limits);
        let capacity = match room % 4 {
            0 => limits.message + 64 * 1024,
            1 => 4096 + usize::from(room) * 8,
            _ => 300 + usize::from(room) * 4,
        };
        let mut client = Client::new(Application::new(&raw(input)?), limits);
        client.set_capacity(capacity);
        Ok(Self {
            client,
            limits,
            capacity,
            cut,
            sent: Vec::new(),
            taken: Vec::new(),
            total: None,
            lossy: false,
        })
    }

    fn step(&mut self, input: &mut Unstructured<'_>) -> Result<()> {
        let step: u8 = input.arbitrary()?;
        match step % 24 {
            kind @ 0..10 => {
                let octets = script::read(kind, input)?;
                self.send(&octets);
            }
            10 => self
                .client
                .take_at_most(usize::from(input.arbitrary::<u8>()?)),
            11 => self.client.take_at_most(usize::MAX),
            12 => self.pass(Duration::from_millis(input.arbitrary::<u16>()?.into())),
            13 => self.wait_for_deadline(),
            14 if input.ratio(1, 4)? => self.client.end(),
            15 if input.ratio(1, 4)? => {
                self.lossy = true;
                self.client.reset();
            }
            16 if input.ratio(1, 4)? => self.client.stop_server(),
            17..=21 => self.post(step, input)?,
            22 => self.cut = Cut::read(input)?,
            _ => self.client.run_jobs(),
        }
        Ok(())
    }

    fn send(&mut self, octets: &[u8]) {
        for piece in self.cut.pieces(octets) {
            if self.client.phase() == Phase::Open {
                self.sent.extend_from_slice(piece);
            }
            self.client.send(piece);
        }
    }

    /// Gives the Hub a job; when it is full that is refused.
    fn post(&mut self, step: u8, input: &mut Unstructured<'_>) -> Result<()> {
        let octet: u8 = input.arbitrary()?;
        let hub = self.client.hub();
        let to = if octet == 255 {
            ConnectionId::from_bits(1)
        } else {
            self.client.id()
        };
        let text = "h".repeat(usize::from(octet) * 4);
        let _ = match step % 24 {
            17 => hub.send(to, Message::text(&text)),
            18 => hub.broadcast(Message::binary(text.as_bytes())),
            19 => hub.ping(to, text.as_bytes()),
            20 if octet.is_multiple_of(4) => {
                let code = CloseCode::new(3000 + u16::from(octet)).unwrap_or(CloseCode::NORMAL);
                hub.close(to, Close::new(code, &text))
            }
            20 => Ok(()),
            _ => {
                self.reply(octet, &text);
                Ok(())
            }
        };
        Ok(())
    }

    /// Answers the first or the last request that took a ticket.
    fn reply(&self, octet: u8, text: &str) {
        let mut tickets = self.client.app().tickets.borrow_mut();
        let last = tickets.len().saturating_sub(1);
        let place = if octet.is_multiple_of(2) { 0 } else { last };
        if tickets.is_empty() {
            return;
        }
        let ticket = tickets.remove(place);
        let reply = Reply {
            status: Status::new(200 + u16::from(octet)).unwrap_or(Status::OK),
            content_type: pick(&["", "text/plain", "a\r\nb"], octet / 2),
            body: text.as_bytes(),
        };
        if let Err(ticket) = self.client.hub().reply(ticket, reply) {
            tickets.push(ticket);
        }
    }

    fn pass(&mut self, time: Duration) {
        self.lossy |= self.client.waiting() > 0;
        self.client.pass(time);
        self.check_deadline();
    }

    fn wait_for_deadline(&mut self) {
        self.lossy |= self.client.waiting() > 0;
        self.client.wait_for_deadline();
        self.check_deadline();
    }

    /// A connection that is not over has a deadline, and it is to come.
    fn check_deadline(&self) {
        let (due, now) = (self.client.deadline(), self.client.now());
        if self.client.phase() != Phase::Closed {
            assert!(due > now, "{due:?} is still due at {now:?}");
            assert_ne!(due, Instant::NEVER, "nothing lasts for ever");
        }
    }

    fn check_bounds(&mut self) {
        let client = &mut self.client;
        self.taken.extend(client.take());
        assert!(client.waiting() <= self.capacity);
        let held = client.held() > 0;
        assert!(!held || client.is_paused(), "input is left lying");
        assert!(!held || client.phase() == Phase::Open);
        let message = self.limits.message.max(PART) + CONTROL;
        let most = message.max(self.limits.head + self.limits.body);
        assert!(client.most_assembled() <= most, "more than is documented");
        let app = client.app();
        let open = app.opened.get() - app.closed.get();
        assert_eq!(open == 1, client.is_websocket(), "the closed hook");
        let total = self.taken.len() + client.waiting();
        if let Some(before) = self.total {
            assert_eq!(total, before, "nothing follows the end");
        }
        if client.is_ended() {
            self.total = Some(total);
        }
    }

    /// The client takes all and falls silent: the connection comes to its end,
    /// and what it has sent can be read.
    fn conclude(mut self) {
        self.client.take_at_most(usize::MAX);
        self.check_bounds();
        assert_eq!(self.client.waiting(), 0, "the client has taken all");
        self.lossy |= self.client.phase() == Phase::Open;
        for _ in 0..DEADLINES {
            self.wait_for_deadline();
            self.check_bounds();
        }
        assert_eq!(self.client.phase(), Phase::Closed, "silence ends it");
        let app = self.client.app();
        let seen = Output {
            octets: &self.taken,
            requests: &requests(&self.sent, &self.limits),
            may_be_cut: self.lossy || app.unfinished.get(),
        }
        .check();
        assert_eq!(seen.upgraded, app.opened.get() == 1);
        assert_eq!(app.closed.get(), app.opened.get());
    }
}

/// More than there are between any state and the end, if all that is held
/// waits for tickets that nobody answers.
const DEADLINES: usize = 16;

/// The longest payload of a control frame.
const CONTROL: usize = 125;

const LINUX: Limits = Limits {
    message: 16 * 1024,
    body: 4096,
    ..Limits::LINUX
};

const DEVICE: Limits = Limits::DEVICE;

const TIGHT: Limits = Limits {
    target: 40,
    head: 256,
    fields: 6,
    body: 100,
    message: 100,
    ..Limits::DEVICE
};
