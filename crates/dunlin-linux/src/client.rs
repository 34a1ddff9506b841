//! One connection of an event loop, with its socket and what waits for it.

use crate::Config;
use crate::assembly::GrowingAssembly;
use crate::clients::{Interest, Wire};
use crate::desk::{Desk, Own};
use crate::hub::LinuxMailbox;
use crate::output::{Cork, Waiting};
use crate::topics::Topics;
use crate::transport::{has_read, read_through};
use dunlin::hub::Hub;
use dunlin::{
    App, Connection, ConnectionId, Context, Event, HttpDate, Instant, Others, Output, Phase,
    Through, Transport, hooks,
};
use dunlin_deflate::ConnectionDeflate;
use rustix::io::Errno;
use std::cell::RefCell;
use std::os::fd::OwnedFd;
use std::time::Duration;

/// A connection as this driver has it.
pub(crate) type LinuxConnection<A> = Connection<A, GrowingAssembly, ConnectionDeflate>;

/// A connection, and what the kernel and the loop know of it.
pub(crate) struct Client<A: App> {
    pub(crate) connection: LinuxConnection<A>,
    pub(crate) waiting: Option<Box<Waiting>>,
    pub(crate) transport: Option<Box<dyn Transport>>,
    pub(crate) socket: OwnedFd,
    pub(crate) interest: Interest,
    pub(crate) opened: Instant,
    /// The later its last octets came or went, the larger.
    pub(crate) used: u64,
    pub(crate) ended: bool,
    pub(crate) shut_down: bool,
    /// It has had its turn, and goes on in the next.
    pub(crate) goes_on: bool,
}

/// What the loop lends to the connection at hand.
pub(crate) struct Lent<'l, A: App, W> {
    pub(crate) wire: &'l mut W,
    pub(crate) app: &'l A,
    pub(crate) config: &'l Config,
    pub(crate) mailbox: &'l LinuxMailbox,
    pub(crate) topics: &'l RefCell<Topics>,
    pub(crate) others: Others<'l, Client<A>>,
    pub(crate) gathered: &'l mut Vec<u8>,
    pub(crate) date: &'l HttpDate,
    pub(crate) now: Instant,
    /// Marks the connection as used now.
    pub(crate) stamp: u64,
}

impl<A: App> Client<A> {
    /// A connection that was accepted `now`.
    pub(crate) fn new(socket: OwnedFd, deflate: ConnectionDeflate, now: Instant) -> Self {
        let assembly = GrowingAssembly::default();
        Self {
            connection: Connection::with_compression(assembly, deflate, now),
            waiting: None,
            transport: None,
            socket,
            interest: Interest {
                input: true,
                output: false,
                end: false,
            },
            opened: now,
            used: 0,
            ended: false,
            shut_down: false,
            goes_on: false,
        }
    }

    /// What is known of it.
    pub(crate) fn own(&self, id: ConnectionId) -> Own<'_> {
        Own::new(id, &self.socket, &self.connection, self.opened)
    }

    /// Calls a verb, sends what it wrote, and goes on with input that waited
    /// for that.
    pub(crate) fn verb<W: Wire>(
        &mut self,
        lent: &mut Lent<'_, A, W>,
        id: ConnectionId,
        verb: impl FnOnce(&mut LinuxConnection<A>, &mut Context<'_, A>),
    ) {
        self.call(lent, id, verb);
        self.flush(lent, id);
        if self.connection.is_paused() || self.holds_input() {
            self.pump_held(lent, id, false);
        }
    }

    /// Takes what the peer has sent.
    pub(crate) fn receive<W: Wire>(
        &mut self,
        lent: &mut Lent<'_, A, W>,
        id: ConnectionId,
        input: &mut [u8],
    ) {
        self.used = lent.stamp;
        if self.transport.is_some() {
            return self.receive_through(lent, id, input, true);
        }
        let left = self.pump(lent, id, input, true);
        if left > 0 {
            let used = input.len() - left;
            self.hold_input(input.get(used..).unwrap_or_default().to_vec());
        }
    }

    pub(crate) fn writable<W: Wire>(&mut self, lent: &mut Lent<'_, A, W>, id: ConnectionId) {
        self.goes_on = false;
        let mut progress = self.flush(lent, id);
        self.call(lent, id, |connection, cx| connection.writable(cx));
        progress |= self.flush(lent, id);
        self.pump_held(lent, id, progress);
    }

    /// Feeds input that waited for its turn; whether the peer has taken octets.
    fn pump_held<W: Wire>(&mut self, lent: &mut Lent<'_, A, W>, id: ConnectionId, progress: bool) {
        if self.transport.is_some() {
            return self.receive_through(lent, id, &[], progress);
        }
        let mut input = self.take_held_input();
        let left = self.pump(lent, id, &mut input, progress);
        if left > 0 {
            input.drain(..input.len() - left);
            self.hold_input(input);
        }
    }

    /// Feeds input as long as the connection uses it or the peer takes the
    /// answers; returns how many octets have to be held.
    ///
    /// A peer that takes them as fast as they are made would have the loop for
    /// itself: behind some rounds it goes on in the next turn.
    pub(crate) fn pump<W: Wire>(
        &mut self,
        lent: &mut Lent<'_, A, W>,
        id: ConnectionId,
        mut rest: &mut [u8],
        fresh: bool,
    ) -> usize {
        let mut progress = fresh;
        for _ in 0..ROUNDS {
            if !rest.is_empty() {
                let mut used = 0;
                self.call(lent, id, |connection, cx| {
                    used = connection.receive(cx, rest);
                });
                rest = rest.get_mut(used..).unwrap_or_default();
                progress |= used > 0;
            }
            progress |= self.flush(lent, id);
            if !self.connection.is_paused() && rest.is_empty() {
                return 0;
            }
            if !progress || self.is_waiting_to_send() {
                return rest.len();
            }
            progress = false;
            self.call(lent, id, |connection, cx| connection.writable(cx));
        }
        self.flush(lent, id);
        self.go_on_later(lent);
        rest.len()
    }

    /// Goes on when there is room again, which mostly is at once. Where the kernel
    /// has just taken the last it had room for, the peer has to make some: then
    /// the send deadline counts, though nothing waits here.
    fn go_on_later<W: Wire>(&mut self, lent: &mut Lent<'_, A, W>) {
        self.goes_on = true;
        if !self.is_waiting_to_send() {
            let unacknowledged = lent.wire.unacknowledged(&self.socket);
            self.waiting.get_or_insert_default().unacknowledged = unacknowledged;
            self.connection.sent(true, true, lent.now);
        }
    }

    /// Lets the application know that it is over.
    pub(crate) fn end<W: Wire>(&mut self, lent: &mut Lent<'_, A, W>, id: ConnectionId) {
        self.call(lent, id, |connection, cx| connection.end(cx));
        lent.gathered.clear();
    }

    pub(crate) fn hold_input(&mut self, input: Vec<u8>) {
        self.waiting.get_or_insert_default().input = input;
    }

    pub(crate) fn take_held_input(&mut self) -> Vec<u8> {
        let waiting = self.waiting.as_deref_mut();
        let input = waiting.map(|waiting| core::mem::take(&mut waiting.input));
        self.forget_empty();
        input.unwrap_or_default()
    }

    fn call<W: Wire>(
        &mut self,
        lent: &mut Lent<'_, A, W>,
        id: ConnectionId,
        verb: impl FnOnce(&mut LinuxConnection<A>, &mut Context<'_, A>),
    ) {
        let sent_by_driver = self.connection.is_sent_by_driver();
        let limit = lent.config.send_buffer;
        let mut cork = Cork::new(lent.gathered, self.octets_waiting(), limit);
        let mut through;
        let output: &mut dyn Output = match self.transport.as_deref_mut() {
            Some(transport) => {
                through = Through {
                    transport,
                    output: &mut cork,
                };
                &mut through
            }
            None => &mut cork,
        };
        let own = Own::new(id, &self.socket, &self.connection, self.opened);
        let desk = Desk {
            mailbox: lent.mailbox,
            topics: lent.topics,
            own: Some(own),
            others: lent.others,
            now: lent.now,
        };
        let mut context = Context {
            app: lent.app,
            limits: &lent.config.limits,
            date: Some(lent.date),
            hub: Hub::new(&desk),
            id,
            now: lent.now,
            output,
        };
        verb(&mut self.connection, &mut context);
        let body = cork.body;
        if self.connection.is_sent_by_driver() && !sent_by_driver {
            self.waiting.get_or_insert_default().body = body;
        }
    }

    /// Sends what waits and what was gathered; returns whether the peer's side
    /// took any of it.
    pub(crate) fn flush<W: Wire>(&mut self, lent: &mut Lent<'_, A, W>, id: ConnectionId) -> bool {
        let sent = self
            .send_waiting(lent)
            .and_then(|octets| Ok(octets + self.send_gathered(lent)?))
            .and_then(|octets| Ok(octets + self.send_body(lent, id)?));
        lent.gathered.clear();
        if lent.gathered.capacity() > KEPT_CAPACITY {
            *lent.gathered = Vec::new();
        }
        let Ok(octets) = sent else {
            // The end of the input, or an error, tells of it next.
            if let Some(waiting) = self.waiting.as_deref_mut() {
                waiting.drop_output();
            }
            self.forget_empty();
            self.connection.sent(false, false, lent.now);
            return false;
        };
        let mut sent = octets > 0;
        if self.connection.is_sent_by_driver() && !self.is_waiting_to_send() {
            self.call(lent, id, |connection, cx| connection.body_sent(cx));
            sent = true;
        }
        if octets > 0 {
            self.used = lent.stamp;
            hooks::tell(lent.app, &Event::Sent { id, octets });
        }
        let pending = self.is_waiting_to_send();
        if let Some(waiting) = self.waiting.as_deref_mut().filter(|_| pending) {
            waiting.unacknowledged = lent.wire.unacknowledged(&self.socket);
        }
        self.connection.sent(sent, pending, lent.now);
        if !pending && !self.shut_down && self.connection.phase() == Phase::Finishing {
            self.finish_transport(lent);
            if !self.is_waiting_to_send() {
                self.shut_down = true;
                lent.wire.shut_down(&self.socket);
            }
        }
        sent
    }

    fn send_waiting<W: Wire>(&mut self, lent: &mut Lent<'_, A, W>) -> Result<usize, Errno> {
        let Some(waiting) = self.waiting.as_deref_mut() else {
            return Ok(0);
        };
        if waiting.output().is_empty() {
            return Ok(0);
        }
        let more = waiting.body.is_some();
        let sent = taken(lent.wire.send(&self.socket, waiting.output(), more))?;
        waiting.sent(sent);
        self.forget_empty();
        Ok(sent)
    }

    pub(crate) fn send_gathered<W: Wire>(
        &mut self,
        lent: &mut Lent<'_, A, W>,
    ) -> Result<usize, Errno> {
        if lent.gathered.is_empty() {
            return Ok(0);
        }
        let mut sent = 0;
        if self.octets_waiting() == 0 {
            let waiting = self.waiting.as_deref();
            let more = waiting.is_some_and(|waiting| waiting.body.is_some());
            sent = taken(lent.wire.send(&self.socket, lent.gathered, more))?;
        }
        if sent < lent.gathered.len() {
            self.waiting
                .get_or_insert_default()
                .keep(lent.gathered, sent);
        }
        Ok(sent)
    }

    /// Octets that wait for the peer.
    pub(crate) fn octets_waiting(&self) -> usize {
        let waiting = self.waiting.as_deref();
        waiting.map_or(0, |waiting| waiting.output().len())
    }

    /// Octets of what was published that wait for the peer.
    pub(crate) fn lag(&self) -> usize {
        let waiting = self.waiting.as_deref();
        waiting.map_or(0, |waiting| waiting.published.min(waiting.output().len()))
    }

    /// Takes note that what waits for the peer has grown by publications, where so
    /// many octets waited before them.
    pub(crate) fn note_published(&mut self, before: usize) {
        let lag = self.lag();
        let grown = self.octets_waiting().saturating_sub(before);
        if let Some(waiting) = self.waiting.as_deref_mut() {
            waiting.published = lag + grown;
        }
    }

    /// Sends octets of a file when all before them are sent.
    fn send_body<W: Wire>(
        &mut self,
        lent: &mut Lent<'_, A, W>,
        id: ConnectionId,
    ) -> Result<usize, Errno> {
        let waiting = self.waiting.as_deref_mut();
        let Some(waiting) = waiting.filter(|waiting| waiting.output().is_empty()) else {
            return Ok(0);
        };
        let Some(body) = waiting.body.as_mut() else {
            return Ok(0);
        };
        let sent = match self.transport.as_deref_mut() {
            Some(transport) => read_through(transport, body, lent),
            None => lent.wire.send_file(&self.socket, body),
        };
        match sent {
            Ok(octets) => {
                if body.length() == 0 {
                    waiting.body = None;
                    self.forget_empty();
                }
                if self.transport.is_some() {
                    return self.send_gathered(lent);
                }
                Ok(octets)
            }
            Err(error) => {
                log::debug!(target: "dunlin", "{id} the file cannot be sent: {error}");
                self.call(lent, id, |connection, cx| connection.disconnect(cx));
                Err(Errno::IO)
            }
        }
    }

    pub(crate) fn is_waiting_to_send(&self) -> bool {
        self.waiting.as_deref().is_some_and(Waiting::has_output)
    }

    /// True when its place may be given to another: nothing waits for its peer, and
    /// it is between requests, or in a head of which nothing comes.
    pub(crate) fn may_be_purged(&self, now: Instant) -> bool {
        let connection = &self.connection;
        let unfinished = connection.is_new() || !connection.is_idle();
        let silence = now.since(connection.last_heard());
        self.waiting.is_none()
            && connection.awaits_request()
            && (!unfinished || silence >= UNFINISHED)
    }

    /// Whether input waits for its turn, here or in the transport.
    fn holds_input(&mut self) -> bool {
        let waiting = self.waiting.as_deref();
        waiting.is_some_and(|waiting| !waiting.input.is_empty())
            || self.transport.as_deref_mut().is_some_and(has_read)
    }

    fn forget_empty(&mut self) {
        if self.waiting.as_deref().is_some_and(Waiting::is_empty) {
            self.waiting = None;
        }
    }

    pub(crate) fn update_interest<W: Wire>(&mut self, wire: &mut W, id: ConnectionId) {
        let holds_input = self.holds_input();
        let paused = self.connection.is_paused();
        let interest = Interest {
            input: !self.ended && !holds_input && !paused,
            output: self.is_waiting_to_send() || self.goes_on,
            end: !self.ended && self.connection.is_event_stream(),
        };
        if interest != self.interest {
            self.interest = interest;
            wire.watch(&self.socket, id, interest);
        }
    }
}

/// What a send took: nothing, where the kernel has no room now.
fn taken(sent: Result<usize, Errno>) -> Result<usize, Errno> {
    match sent {
        Err(Errno::AGAIN | Errno::INTR) => Ok(0),
        sent => sent,
    }
}

/// How long a peer may be silent that owes a request, or the rest of its head,
/// before its place may be given to another.
const UNFINISHED: Duration = Duration::from_secs(1);

/// Calls behind which a connection that could go on has had its turn.
const ROUNDS: usize = 16;

/// Capacity that the loop's own buffer keeps after a burst.
const KEPT_CAPACITY: usize = 1024 * 1024;
