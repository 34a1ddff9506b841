//! The connections of an event loop: verbs, output, deadlines.
//!
//! Nothing here knows how readiness is learned. A way of doing I/O brings a
//! [`Wire`] and calls [`Clients::receive`], [`Clients::writable`] and
//! [`Clients::end_of_input`] as things happen.

use crate::Config;
use crate::client::{Client, Lent, LinuxConnection};
use crate::desk::peer;
use crate::directory::FileBody;
use crate::hub::LinuxMailbox;
use crate::jobs::Jobs;
use crate::purge::LeastRecentlyUsed;
use crate::topics::Topics;
use crate::transport::MakeTransport;
use dunlin::{
    App, ConnectionId, Context, Event, HttpDate, Instant, Phase, Slot, Slots, Table, hooks,
};
use dunlin_deflate::Engine;
use rustix::io::Errno;
use std::cell::RefCell;
use std::io;
use std::os::fd::OwnedFd;
use std::rc::Rc;
use std::sync::Arc;

/// What a way of doing I/O does for a connection.
pub(crate) trait Wire {
    /// Sends octets, as many as the kernel takes at once; with `more` others follow
    /// at once.
    fn send(&mut self, socket: &OwnedFd, octets: &[u8], more: bool) -> Result<usize, Errno>;

    /// Sends octets of a file, as many as the kernel takes at once.
    fn send_file(&mut self, socket: &OwnedFd, file: &mut FileBody) -> io::Result<usize>;

    /// Octets that the kernel holds for the peer.
    fn unacknowledged(&self, socket: &OwnedFd) -> u32;

    /// Lets the close that follows drop what the kernel still holds for the
    /// peer.
    fn give_up(&mut self, socket: &OwnedFd);

    /// Ends the sending side.
    fn shut_down(&mut self, socket: &OwnedFd);

    /// Says what is to be told of a connection from now on.
    fn watch(&mut self, socket: &OwnedFd, id: ConnectionId, interest: Interest);
}

/// What is to be told of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Interest {
    /// That octets, or the end of them, can be received.
    pub(crate) input: bool,
    /// That octets can be sent.
    pub(crate) output: bool,
    /// That the peer has ended its side, though nothing is received.
    pub(crate) end: bool,
}

/// All connections of one event loop.
pub(crate) struct Clients<A: App, W> {
    pub(crate) wire: W,
    pub(crate) app: A,
    pub(crate) config: Config,
    pub(crate) deflate: Engine,
    pub(crate) transport: Option<MakeTransport>,
    pub(crate) table: Table<GrowingSlots<Client<A>>>,
    pub(crate) least_recently_used: LeastRecentlyUsed,
    pub(crate) mailbox: Arc<LinuxMailbox>,
    /// Gathers the output of the connection at hand.
    gathered: Vec<u8>,
    pub(crate) jobs: Jobs,
    /// Shared with handlers, who subscribe.
    pub(crate) topics: Rc<RefCell<Topics>>,
    pub(crate) now: Instant,
    date: HttpDate,
    date_seconds: u64,
    /// No deadline is earlier.
    earliest: Instant,
}

impl<A: App, W: Wire> Clients<A, W> {
    pub(crate) fn new(app: A, config: Config, mailbox: Arc<LinuxMailbox>, wire: W) -> Self {
        let slots = GrowingSlots {
            limit: config.max_connections.saturating_add(SPARE),
            slots: Vec::new(),
        };
        Self {
            wire,
            app,
            deflate: Engine::new(config.deflate),
            config,
            transport: None,
            table: Table::new(slots),
            least_recently_used: LeastRecentlyUsed::default(),
            mailbox,
            gathered: Vec::new(),
            jobs: Jobs::default(),
            topics: Rc::new(RefCell::new(Topics::new(A::TOPICS))),
            now: Instant::default(),
            date: HttpDate::from_unix(0),
            date_seconds: 0,
            earliest: Instant::NEVER,
        }
    }

    /// Sets the time for what follows: milliseconds since the start, and
    /// seconds since 1970.
    pub(crate) fn set_time(&mut self, now: Instant, unix_seconds: u64) {
        self.now = now;
        if unix_seconds != self.date_seconds {
            self.date_seconds = unix_seconds;
            self.date = HttpDate::from_unix(unix_seconds);
        }
    }

    /// Open connections, those that are being refused included.
    pub(crate) fn len(&self) -> usize {
        self.table.len()
    }

    /// True when not even a refusal can be given to one more.
    pub(crate) fn is_full(&self) -> bool {
        self.table.len() >= self.config.max_connections.saturating_add(SPARE)
    }

    /// The moment by which [`Clients::expire`] is to be called.
    pub(crate) fn earliest_deadline(&self) -> Instant {
        self.earliest.min(self.jobs.look_again())
    }

    /// Takes in an accepted connection; one beyond the limit is answered 503.
    pub(crate) fn accepted(&mut self, socket: OwnedFd) -> Option<ConnectionId> {
        let overloaded =
            self.table.len() >= self.config.max_connections && !self.purge_least_recently_used();
        let transport = self.transport.as_ref().map(|make| make(peer(&socket)));
        let mut client = Client::new(socket, self.deflate.connection(), self.now);
        client.transport = transport;
        let id = self.table.insert_with(|_| client)?;
        if overloaded {
            log::debug!(target: "dunlin", "{id} refused: too many connections");
            self.with(id, |connection, cx| connection.refuse_overloaded(cx));
        } else {
            self.with(id, |connection, cx| connection.open(cx));
        }
        Some(id)
    }

    /// Ends the connection that was not used for the longest time, if one may be
    /// ended for another; in the middle of a head it is answered 503.
    fn purge_least_recently_used(&mut self) -> bool {
        if !self.config.purge_idle {
            return false;
        }
        let Some(id) = self.least_recently_used.next(&self.table, self.now) else {
            return false;
        };
        log::debug!(target: "dunlin", "{id} purged: another connection needs its place");
        self.with(id, |connection, cx| {
            if connection.is_idle() {
                connection.shutdown(cx);
            } else {
                connection.refuse_overloaded(cx);
            }
        });
        true
    }

    /// The socket of a connection.
    pub(crate) fn socket(&self, id: ConnectionId) -> Option<&OwnedFd> {
        self.table.get(id).map(|client| &client.socket)
    }

    /// True when a connection takes input now.
    pub(crate) fn takes_input(&self, id: ConnectionId) -> bool {
        self.table
            .get(id)
            .is_some_and(|client| client.interest.input)
    }

    /// True when a connection has to know that its peer has ended its side.
    pub(crate) fn awaits_end(&self, id: ConnectionId) -> bool {
        self.table.get(id).is_some_and(|client| client.interest.end)
    }

    /// How many octets may be received at a time from a peer, so that what they
    /// make the server do does not keep others waiting.
    pub(crate) fn receive_at_most(&self, id: ConnectionId) -> usize {
        let as_they_are = self.table.get(id).is_some_and(|client| {
            let connection = &client.connection;
            connection.is_streaming()
                || connection.is_websocket() && !connection.compression().is_agreed()
        });
        if as_they_are { usize::MAX } else { COSTLY }
    }

    /// Gives received octets to their connection.
    pub(crate) fn receive(&mut self, id: ConnectionId, input: &mut [u8]) {
        self.step(id, |client, lent| client.receive(lent, id, input));
    }

    /// Sends what waits for a peer that takes octets again.
    pub(crate) fn writable(&mut self, id: ConnectionId) {
        self.step(id, |client, lent| client.writable(lent, id));
    }

    /// The peer will send nothing more.
    pub(crate) fn end_of_input(&mut self, id: ConnectionId) {
        self.step(id, |client, lent| {
            client.ended = true;
            client.verb(lent, id, |connection, cx| connection.end_of_input(cx));
        });
    }

    /// The socket failed.
    pub(crate) fn failed(&mut self, id: ConnectionId, errno: Errno) {
        log::debug!(target: "dunlin", "{id} lost: {errno}");
        self.with(id, |connection, cx| connection.disconnect(cx));
    }

    /// Ends all connections in order.
    pub(crate) fn shut_down(&mut self) {
        self.each(|connection, cx| connection.shutdown(cx));
    }

    /// Ends all connections at once.
    pub(crate) fn disconnect(&mut self) {
        self.each(|connection, cx| connection.disconnect(cx));
    }

    /// Does what is due.
    pub(crate) fn expire(&mut self) {
        if self.now >= self.jobs.look_again() {
            self.look_at_unread();
        }
        if self.now >= self.earliest {
            self.expire_each();
        }
        if self.jobs.is_stirred() || self.topics.borrow().has_due() {
            // What waited for those that are gone has to make room.
            self.run_jobs();
        }
    }

    /// Looks at the deadline of each connection.
    fn expire_each(&mut self) {
        self.earliest = Instant::NEVER;
        let mut from = 0;
        while let Some(id) = self.table.next_from(from) {
            from = id.slot() + 1;
            let due = self
                .table
                .get(id)
                .is_some_and(|client| client.connection.deadline(&self.config.limits) <= self.now);
            if due && !self.is_still_reading(id) {
                self.with(id, |connection, cx| connection.timeout(cx));
            } else {
                self.note_deadline(id);
            }
        }
    }

    /// Whether a peer that output waits for has acknowledged octets since it
    /// was last looked at; then it has all of [`dunlin::Limits::send_time`]
    /// again. The kernel takes more from the loop only in large steps, which a
    /// slow reader may take longer for.
    fn is_still_reading(&mut self, id: ConnectionId) -> bool {
        let Some(client) = self.table.get_mut(id) else {
            return false;
        };
        let expects_room = client.is_waiting_to_send() || client.goes_on;
        let Some(waiting) = client.waiting.as_deref_mut().filter(|_| expects_room) else {
            return false;
        };
        let held = self.wire.unacknowledged(&client.socket);
        if held >= waiting.unacknowledged {
            return false;
        }
        waiting.unacknowledged = held;
        client.connection.sent(true, true, self.now);
        client.connection.deadline(&self.config.limits) > self.now
    }

    /// Tells the application of the server's beginning and end.
    pub(crate) fn tell(&self, event: &Event<'_>) {
        hooks::tell(&self.app, event);
    }

    fn each(&mut self, mut verb: impl FnMut(&mut LinuxConnection<A>, &mut Context<'_, A>)) {
        let mut from = 0;
        while let Some(id) = self.table.next_from(from) {
            from = id.slot() + 1;
            self.with(id, &mut verb);
        }
    }

    /// Calls a verb of a connection and does what follows from it.
    pub(crate) fn with(
        &mut self,
        id: ConnectionId,
        verb: impl FnOnce(&mut LinuxConnection<A>, &mut Context<'_, A>),
    ) {
        self.step(id, |client, lent| client.verb(lent, id, verb));
    }

    pub(crate) fn step(
        &mut self,
        id: ConnectionId,
        action: impl FnOnce(&mut Client<A>, &mut Lent<'_, A, W>),
    ) {
        let Some((client, others)) = self.table.get_with_others(id) else {
            return;
        };
        if self.jobs.stir(id) {
            self.topics.borrow_mut().ask_again(id);
        }
        let stamp = self.least_recently_used.stamp();
        let mut lent = Lent {
            wire: &mut self.wire,
            app: &self.app,
            config: &self.config,
            mailbox: &self.mailbox,
            topics: &self.topics,
            others,
            gathered: &mut self.gathered,
            date: &self.date,
            now: self.now,
            stamp,
        };
        action(client, &mut lent);
        if client.connection.phase() == Phase::Closed {
            client.end(&mut lent, id);
            log::debug!(target: "dunlin", "{id} closed");
            if client.is_waiting_to_send() {
                // Nobody will take it: the kernel need not keep it either.
                self.wire.give_up(&client.socket);
            }
            self.table.remove(id);
            if A::TOPICS > 0 {
                self.topics.borrow_mut().forget(id);
            }
            return;
        }
        client.update_interest(&mut self.wire, id);
        self.least_recently_used.changed(client);
        let deadline = client.connection.deadline(&self.config.limits);
        self.earliest = self.earliest.min(deadline);
    }

    fn note_deadline(&mut self, id: ConnectionId) {
        if let Some(client) = self.table.get(id) {
            let deadline = client.connection.deadline(&self.config.limits);
            self.earliest = self.earliest.min(deadline);
        }
    }
}

/// Slots that are made as they are needed.
pub(crate) struct GrowingSlots<T> {
    slots: Vec<Slot<T>>,
    limit: usize,
}

impl<T> Slots for GrowingSlots<T> {
    type Item = T;

    fn as_slice(&self) -> &[Slot<T>] {
        &self.slots
    }

    fn as_mut_slice(&mut self) -> &mut [Slot<T>] {
        &mut self.slots
    }

    fn grow(&mut self) -> bool {
        let grows = self.slots.len() < self.limit;
        if grows {
            self.slots.push(Slot::new());
        }
        grows
    }
}

/// Octets received at a time where each may become a thousand: of compressed
/// messages, which then are 4 MiB and may be compressed again, and of requests,
/// which ask for pages, and behind which compressed messages may come.
const COSTLY: usize = 4 * 1024;

/// Connections beyond the limit that are being answered 503.
const SPARE: usize = 128;
