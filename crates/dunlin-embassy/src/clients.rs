//! The sockets of a server and the connections on them: who is let in, who has
//! to go, deadlines, jobs.

use crate::client::{Client, Lent, Socket};
use crate::desk::{Desk, Seen};
use crate::mailbox::{HeldJobs, Mailbox, Next};
use crate::trace::debug;
use crate::{Config, TcpKeepAlive};
use core::time::Duration;
use dunlin::hub::{Hub, Job};
use dunlin::{
    App, ArrayAssembly, Compression, Connection, ConnectionId, Context, Delivery, Event, Instant,
    Limits, Phase, Slot, Table, Topic, hooks,
};
use embassy_net::Stack;
use embassy_net::tcp::State;

/// Sockets, and the client of each.
pub(crate) struct Clients<
    'd,
    A: App,
    const SOCKETS: usize,
    const ASSEMBLY: usize,
    const HUB: usize,
    C: Compression,
    const TOPICS: usize,
> {
    sockets: [Socket<'d>; SOCKETS],
    /// The client of a socket is in the slot with the same number.
    table: ClientTable<'d, A, ASSEMBLY, C>,
    app: &'d A,
    limits: Limits,
    port: u16,
    /// An idle connection may be closed for a newcomer.
    purge_idle: bool,
    mailbox: &'static Mailbox<HUB, TOPICS>,
    /// What the compression of each connection is a copy of.
    compression: C,
    /// Octets of a socket's send ring.
    send_capacity: usize,
    pub(crate) now: Instant,
    /// No deadline is earlier.
    earliest: Instant,
    /// The sockets that something was done with since they were last watched.
    touched: u32,
    /// The sockets that a newcomer can connect to.
    listening: u32,
    /// The topic that is asked for first, if it is marked.
    first_topic: usize,
    /// Nobody is let in any more.
    pub(crate) stopping: bool,
}

impl<
    'd,
    A: App,
    const SOCKETS: usize,
    const ASSEMBLY: usize,
    const HUB: usize,
    C: Compression + Clone,
    const TOPICS: usize,
> Clients<'d, A, SOCKETS, ASSEMBLY, HUB, C, TOPICS>
{
    pub(crate) fn new(
        stack: Stack<'d>,
        rings: [(&'d mut [u8], &'d mut [u8]); SOCKETS],
        table: ClientTable<'d, A, ASSEMBLY, C>,
        app: &'d A,
        config: &Config,
        mailbox: &'static Mailbox<HUB, TOPICS>,
        compression: C,
    ) -> Self {
        let send_capacity = rings.first().map_or(0, |(_, send)| send.len());
        Self {
            sockets: rings.map(|(receive, send)| Socket::new(stack, receive, send)),
            table,
            app,
            limits: config.limits,
            port: config.port,
            purge_idle: config.purge_idle,
            mailbox,
            compression,
            send_capacity,
            now: Instant::default(),
            earliest: Instant::NEVER,
            touched: 0,
            listening: 0,
            first_topic: 0,
            stopping: false,
        }
    }

    /// Gives each socket its transport.
    #[cfg(feature = "transport")]
    pub(crate) fn set_transports<T: crate::ReusableTransport + 'static>(
        &mut self,
        transports: &'d mut [T; SOCKETS],
    ) {
        for (socket, transport) in self.sockets.iter_mut().zip(transports) {
            socket.transport = Some(transport);
        }
    }

    /// Has the stack ask silent peers whether they are there.
    pub(crate) fn keep_alive(&mut self, keep_alive: TcpKeepAlive) {
        for socket in &mut self.sockets {
            socket.keep_alive(keep_alive);
        }
    }

    pub(crate) const fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// Sockets that a newcomer can connect to.
    pub(crate) const fn listening(&self) -> usize {
        self.listening.count_ones() as usize
    }

    /// Looks at each socket of a set once.
    pub(crate) fn attend(&mut self, sockets: u32) {
        for slot in members::<SOCKETS>(sockets) {
            self.attend_to(slot);
        }
    }

    fn attend_to(&mut self, slot: u32) {
        if let Some(id) = self.table.at(slot) {
            return self.attend_client(id);
        }
        let Some(socket) = self.sockets.get_mut(slot as usize) else {
            return;
        };
        self.touched |= 1 << slot;
        if socket.has_newcomer() {
            self.accept(slot);
            if let Some(id) = self.table.at(slot) {
                self.welcome(id);
            }
        } else if !self.stopping {
            socket.recover(self.port, self.now, &self.limits);
            self.earliest = self.earliest.min(socket.moment);
        }
    }

    fn attend_client(&mut self, id: ConnectionId) {
        self.with(id, |client, lent, socket| {
            client.attend(lent, &mut socket.line());
        });
    }

    /// Gives the peer that has connected to a socket its client. A new client is
    /// large: it is made here so that no handler is called on top of it.
    #[inline(never)]
    fn accept(&mut self, slot: u32) {
        // There is none where the generations of the slot are used up.
        self.table
            .insert_at(slot, Client::new(self.compression.clone(), self.now));
        #[cfg(feature = "transport")]
        if let Some(socket) = self.sockets.get_mut(slot as usize) {
            socket.begin_transport();
        }
        if const { A::HOOKS.shows_connections() }
            && let Some(socket) = self.sockets.get_mut(slot as usize)
        {
            socket.moment = self.now;
        }
    }

    /// Serves a newcomer, or refuses it where there is no room.
    fn welcome(&mut self, id: ConnectionId) {
        self.log_accepted(id);
        self.mailbox.set_connections(self.table.len());
        if !self.stopping && (self.busy() < SOCKETS || self.make_room(id)) {
            self.verb(id, |connection, cx| connection.open(cx));
            return self.attend_client(id);
        }
        debug!("{} refused: too many connections", id);
        self.verb(id, |connection, cx| connection.refuse_overloaded(cx));
    }

    fn log_accepted(&self, id: ConnectionId) {
        let socket = self.sockets.get(id.slot() as usize);
        match socket.and_then(|socket| socket.tcp.remote_endpoint()) {
            Some(peer) => debug!("{} accepted from {}", id, peer),
            None => debug!("{} accepted", id),
        }
    }

    /// Connections that are not on their way out.
    fn busy(&self) -> usize {
        let clients = self.table.iter().map(|(_, client)| client);
        clients
            .filter(|client| client.connection.phase() == Phase::Open)
            .count()
    }

    /// Closes the connection that is idle longest, if one may be closed: one
    /// between requests, or one that has not begun its first for a while.
    fn make_room(&mut self, newcomer: ConnectionId) -> bool {
        if !self.purge_idle {
            return false;
        }
        let may_close = |(id, client): &(ConnectionId, &Client<A, ASSEMBLY, C>)| {
            let connection = &client.connection;
            let silence = self.now.since(connection.last_heard());
            *id != newcomer
                && connection.is_idle()
                && (!connection.is_new() || silence >= FIRST_REQUEST)
        };
        let idle = self.table.iter().filter(may_close);
        let longest = idle.min_by_key(|(_, client)| client.connection.last_heard());
        let Some((id, _)) = longest else {
            return false;
        };
        debug!(
            "{} closed: idle, and another connection needs its place",
            id
        );
        self.verb(id, |connection, cx| connection.shutdown(cx));
        true
    }

    /// Takes back the socket of a connection that is over but for the peer's
    /// end, so that somebody who waits can have it: of one that has everything
    /// that was sent, and that has been silent for a while.
    #[cold]
    pub(crate) fn hurry(&mut self) {
        for slot in 0..SOCKETS as u32 {
            let over = |client: &Client<A, ASSEMBLY, C>| {
                client.connection.phase() == Phase::Finishing
                    && self.now.since(client.connection.last_heard()) >= LAST_WORDS
            };
            let Some(id) = self.table.at(slot) else {
                continue;
            };
            let socket = self.sockets.get(slot as usize);
            let has_all = socket.is_some_and(|socket| socket.tcp.state() == State::FinWait2);
            if has_all && self.table.get(id).is_some_and(over) {
                debug!("{} closed: another connection needs its place", id);
                return self.verb(id, |connection, cx| connection.disconnect(cx));
            }
        }
    }

    /// Delivers a job, for a broadcast to each of `slots`, unless an earlier one
    /// of its connection is `waiting`.
    pub(crate) fn deliver(
        &mut self,
        id: ConnectionId,
        job: &Job<'_>,
        slots: u32,
        waiting: &mut u32,
    ) -> Next {
        if let Job::Call { token } = job {
            self.call(*token);
            return Next::Done;
        }
        let mut slots = slots;
        if TOPICS > 0
            && let Some(topic) = id.topic()
        {
            slots &= self.mailbox.subscribers(topic);
        } else if !id.is_every() {
            let delivery = self.deliver_to(id, job, waiting);
            hooks::report(self.app, id, job, delivery);
            return match delivery {
                Delivery::Held => Next::Keep(slots),
                _ => Next::Done,
            };
        }
        let mut kept = 0;
        for slot in members::<SOCKETS>(slots) {
            if let Some(id) = self.table.at(slot)
                && self.deliver_to(id, job, waiting) == Delivery::Held
            {
                kept |= 1 << slot;
            }
        }
        if kept == 0 {
            Next::Done
        } else {
            Next::Keep(kept)
        }
    }

    /// Calls the application.
    fn call(&self, token: u32) {
        if const { !A::HOOKS.shows_connections() } {
            return hooks::call(self.app, token, Hub::new(self.mailbox));
        }
        let desk = Desk {
            mailbox: self.mailbox,
            own: None,
            seen: Seen {
                clients: self.table.all(),
                before: &self.sockets,
                behind: &[],
            },
            now: self.now,
        };
        hooks::call(self.app, token, Hub::new(&desk));
    }

    /// Tells the application of the server's beginning and end.
    pub(crate) fn tell(&self, event: &Event<'_>) {
        hooks::tell(self.app, event);
    }

    fn deliver_to(&mut self, id: ConnectionId, job: &Job<'_>, waiting: &mut u32) -> Delivery {
        let slot = 1_u32.checked_shl(id.slot()).unwrap_or_default();
        let mut delivery = Delivery::Dropped;
        if *waiting & slot != 0 && self.table.get(id).is_some() {
            return Delivery::Held;
        }
        self.verb(id, |connection, cx| delivery = connection.deliver(cx, job));
        if delivery == Delivery::Held {
            *waiting |= slot;
        }
        delivery
    }

    /// Ends those for which publications wait in more than half of the mailbox and
    /// that take nothing, because others find no room in it. Returns whether there
    /// were any.
    #[cold]
    pub(crate) fn cut_off_stalled(&mut self, jobs: &HeldJobs<HUB>) -> bool {
        let mut any = false;
        for slot in 0..SOCKETS as u32 {
            let Some(id) = self.table.at(slot) else {
                continue;
            };
            let client = self.table.get(id);
            let is_stalled =
                client.is_some_and(|client| client.connection.blocked_for(self.now) >= PATIENCE);
            if is_stalled && jobs.published_for(slot) > HUB / 2 {
                self.verb(id, |connection, cx| connection.cut_off(cx));
                any = true;
            }
        }
        any
    }

    /// Asks those whose topics were marked for the values of now, and again those of
    /// `rung` that had no room.
    pub(crate) fn ask_for_latest(&mut self, rung: u32) {
        let marked = self.mailbox.take_marks();
        let mailbox = self.mailbox;
        for slot in members::<SOCKETS>(mailbox.owed() & (marked | rung)) {
            let Some(id) = self.table.at(slot) else {
                continue;
            };
            // Whose value had room last time is last now.
            let start = self.first_topic;
            let mut asked = None;
            self.verb(id, |connection, cx| {
                for number in (start..TOPICS).chain(0..start) {
                    let topic = Topic::new(number as u16);
                    if !mailbox.is_owed(topic, slot) {
                        continue;
                    }
                    if connection.latest(cx, topic, asked.is_none()) == Delivery::Held {
                        break;
                    }
                    mailbox.paid(topic, slot);
                    asked = Some(number);
                }
            });
            if let Some(asked) = asked {
                self.first_topic = asked + 1;
            }
        }
    }

    /// Does what is due.
    pub(crate) fn expire(&mut self) {
        if self.now < self.earliest {
            return;
        }
        self.earliest = Instant::NEVER;
        for slot in 0..SOCKETS as u32 {
            match self.table.at(slot) {
                // It does nothing before the connection's own deadline.
                Some(id) => self.verb(id, |connection, cx| connection.timeout(cx)),
                None => self.attend_to(slot),
            }
        }
    }

    /// When to look again, if nothing happens before.
    pub(crate) const fn wake_by(&self) -> Instant {
        self.earliest
    }

    /// Asks to be told when something happens to a socket. Returns whether
    /// other sockets listen than before.
    pub(crate) fn watch(&mut self) -> bool {
        let before = self.listening;
        for slot in members::<SOCKETS>(core::mem::take(&mut self.touched)) {
            let Some(socket) = self.sockets.get_mut(slot as usize) else {
                continue;
            };
            socket.watch(&self.mailbox.bells.waker(slot));
            if socket.tcp.state() == State::Listen {
                self.listening |= 1 << slot;
            } else {
                self.listening &= !(1 << slot);
            }
        }
        before != self.listening
    }

    /// Without a link every connection is lost.
    #[cold]
    pub(crate) fn lose_all(&mut self) {
        if !self.table.is_empty() {
            debug!("all connections lost: the link is down");
            self.disconnect();
        }
        self.touched = u32::MAX;
        for socket in self.sockets.iter_mut().filter(|_| !self.stopping) {
            if socket.tcp.state() != State::Listen {
                socket.listen(self.port);
            }
        }
    }

    /// Lets nobody in any more and ends all connections in order.
    pub(crate) fn shut_down(&mut self) {
        self.stopping = true;
        self.touched = u32::MAX;
        for socket in &mut self.sockets {
            if socket.tcp.state() == State::Listen {
                socket.tcp.close();
            }
        }
        self.each(|connection, cx| connection.shutdown(cx));
    }

    /// Ends all connections at once.
    pub(crate) fn disconnect(&mut self) {
        self.each(|connection, cx| connection.disconnect(cx));
    }

    /// Calls a verb of every connection.
    fn each(
        &mut self,
        verb: impl Fn(&mut Connection<A, ArrayAssembly<ASSEMBLY>, C>, &mut Context<'_, A>),
    ) {
        for slot in 0..SOCKETS as u32 {
            if let Some(id) = self.table.at(slot) {
                self.verb(id, &verb);
            }
        }
    }

    /// Calls a verb of a connection.
    fn verb(
        &mut self,
        id: ConnectionId,
        verb: impl FnOnce(&mut Connection<A, ArrayAssembly<ASSEMBLY>, C>, &mut Context<'_, A>),
    ) {
        self.with(id, |client, lent, socket| {
            client.verb(lent, &mut socket.line(), verb);
        });
    }

    /// Does something with a connection, and what follows from it.
    fn with(
        &mut self,
        id: ConnectionId,
        action: impl FnOnce(&mut Client<A, ASSEMBLY, C>, &Lent<'_, A, ASSEMBLY, C>, &mut Socket<'d>),
    ) {
        let Some(found) = find(&mut self.table, &mut self.sockets, id) else {
            return;
        };
        let (client, socket, others) = found;
        let lent = Lent {
            app: self.app,
            limits: &self.limits,
            mailbox: self.mailbox,
            others,
            send_capacity: self.send_capacity,
            now: self.now,
            accepted: socket.moment,
            id,
        };
        self.touched |= 1 << id.slot();
        action(client, &lent, socket);
        if client.connection.phase() == Phase::Closed {
            client.end(&lent, &mut socket.line());
            debug!("{} closed", id);
            self.table.discard(id);
            if TOPICS > 0 {
                self.mailbox.forget(id.slot());
            }
            self.mailbox.set_connections(self.table.len());
            socket.give_back(self.port, self.now, &self.limits);
            if self.stopping && socket.tcp.state() == State::Listen {
                socket.tcp.close();
            }
            self.earliest = self.earliest.min(socket.moment);
        } else {
            let deadline = client.connection.deadline(&self.limits);
            self.earliest = self.earliest.min(deadline);
        }
    }
}

/// A connection with its socket, and the others if the application wants to see
/// them.
fn find<'o, 't: 'o, 's: 'o, 'd, A: App, const ASSEMBLY: usize, C: Compression>(
    table: &'t mut ClientTable<'d, A, ASSEMBLY, C>,
    sockets: &'s mut [Socket<'d>],
    id: ConnectionId,
) -> Option<Found<'o, 't, 's, 'd, A, ASSEMBLY, C>> {
    let slot = id.slot() as usize;
    if const { !A::HOOKS.shows_connections() } {
        return Some((table.get_mut(id)?, sockets.get_mut(slot)?, None));
    }
    let (client, clients) = table.get_with_others(id)?;
    let (before, rest) = sockets.split_at_mut_checked(slot)?;
    let (socket, behind) = rest.split_first_mut()?;
    let others = Seen {
        clients,
        before,
        behind,
    };
    Some((client, socket, Some(others)))
}

type ClientTable<'d, A, const ASSEMBLY: usize, C> = Table<&'d mut [Slot<Client<A, ASSEMBLY, C>>]>;

type Found<'o, 't, 's, 'd, A, const ASSEMBLY: usize, C> = (
    &'t mut Client<A, ASSEMBLY, C>,
    &'s mut Socket<'d>,
    Option<Seen<'o, A, ASSEMBLY, C>>,
);

/// The members of a set of sockets.
fn members<const SOCKETS: usize>(mut set: u32) -> impl Iterator<Item = u32> {
    set &= !(u32::MAX << SOCKETS);
    core::iter::from_fn(move || {
        let first = set.trailing_zeros();
        set &= set.wrapping_sub(1);
        (first < u32::BITS).then_some(first)
    })
}

/// How long a newcomer may be silent before its place may be given to another.
const FIRST_REQUEST: Duration = Duration::from_secs(1);

/// How long a peer may take nothing while others find no room for what they
/// publish because of it: longer than it takes to send lost octets again.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long a peer that has been told the end may go on before its place may be
/// given to another.
const LAST_WORDS: Duration = Duration::from_millis(250);
