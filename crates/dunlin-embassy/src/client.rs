//! One connection, its socket, and how the two get on.

use crate::config::TcpKeepAlive;
use crate::desk::{Desk, Seen, peer};
use crate::line::Line;
use crate::output::Ring;
use crate::sys::{once, poll_with, with_input};
use crate::trace::debug;
use core::net::SocketAddr;
use core::task::{self, Waker};
use core::time::Duration;
use dunlin::hub::{Hub, Mailbox};
use dunlin::{
    App, ArrayAssembly, Compression, Connection, ConnectionId, ConnectionInfo, Context, Event,
    Instant, Limits, Phase, hooks,
};
use embassy_net::Stack;
use embassy_net::tcp::{State, TcpSocket};

/// A connection, and what was last seen of its socket.
pub(crate) struct Client<A: App, const ASSEMBLY: usize, C: Compression> {
    pub(crate) connection: Connection<A, ArrayAssembly<ASSEMBLY>, C>,
    /// Octets in the send ring: fewer than before, and the peer has taken some.
    pub(crate) queued: u32,
    /// Something did not fit the send ring.
    refused: bool,
    /// The connection was told that the peer sends nothing more.
    ended: bool,
}

/// A socket: listening, of a client, or on its way back from one.
pub(crate) struct Socket<'d> {
    pub(crate) tcp: TcpSocket<'d>,
    #[cfg(feature = "transport")]
    pub(crate) transport: Option<&'d mut (dyn crate::ReusableTransport + 'static)>,
    /// With a client: it was accepted then. Without one and not listening: the
    /// socket is taken back by force then.
    pub(crate) moment: Instant,
}

/// What the server lends to the connection at hand.
pub(crate) struct Lent<'l, A: App, const ASSEMBLY: usize, C: Compression> {
    pub(crate) app: &'l A,
    pub(crate) limits: &'l Limits,
    pub(crate) mailbox: &'l dyn Mailbox,
    /// The others, where the application wants to see connections.
    pub(crate) others: Option<Seen<'l, A, ASSEMBLY, C>>,
    /// Octets of a socket's send ring.
    pub(crate) send_capacity: usize,
    pub(crate) now: Instant,
    /// When the connection was accepted.
    pub(crate) accepted: Instant,
    pub(crate) id: ConnectionId,
}

impl<A: App, const ASSEMBLY: usize, C: Compression> Client<A, ASSEMBLY, C> {
    pub(crate) fn new(compression: C, now: Instant) -> Self {
        let assembly = ArrayAssembly::new();
        Self {
            connection: Connection::with_compression(assembly, compression, now),
            queued: 0,
            refused: false,
            ended: false,
        }
    }

    /// What an application is told of it.
    pub(crate) fn info(
        &self,
        id: ConnectionId,
        peer: Option<SocketAddr>,
        accepted: Instant,
        now: Instant,
    ) -> ConnectionInfo {
        ConnectionInfo {
            id,
            peer,
            protocol: self.connection.protocol(),
            age: now.since(accepted),
            idle: now.since(self.connection.last_heard()),
        }
    }

    /// Looks at the socket: takes note of what the peer took, goes on where
    /// that made room, and takes what arrived.
    pub(crate) fn attend(&mut self, lent: &Lent<'_, A, ASSEMBLY, C>, line: &mut Line<'_, '_>) {
        if line.tcp.state() == State::Closed {
            if self.connection.phase() == Phase::Open {
                debug!("{} lost: the peer reset the connection", lent.id);
            }
            return self.call(lent, line, |connection, cx| connection.disconnect(cx));
        }
        let queued = line.tcp.send_queue() as u32;
        if queued < self.queued {
            self.queued = queued;
            self.connection.sent(true, queued > 0, lent.now);
            if self.refused || self.connection.is_paused() {
                self.refused = false;
                self.call(lent, line, |connection, cx| connection.writable(cx));
            }
        }
        self.take_input(lent, line);
    }

    /// Calls a verb, and goes on with input that waited for it.
    pub(crate) fn verb(
        &mut self,
        lent: &Lent<'_, A, ASSEMBLY, C>,
        line: &mut Line<'_, '_>,
        verb: impl FnOnce(&mut Connection<A, ArrayAssembly<ASSEMBLY>, C>, &mut Context<'_, A>),
    ) {
        self.call(lent, line, verb);
        self.take_input(lent, line);
    }

    /// Lets the application know that it is over.
    pub(crate) fn end(&mut self, lent: &Lent<'_, A, ASSEMBLY, C>, line: &mut Line<'_, '_>) {
        self.call(lent, line, |connection, cx| connection.end(cx));
    }

    fn take_input(&mut self, lent: &Lent<'_, A, ASSEMBLY, C>, line: &mut Line<'_, '_>) {
        #[cfg(feature = "transport")]
        self.take_input_through(lent, line);
        while !line.is_through() && !self.connection.is_paused() && line.tcp.can_recv() {
            let used = with_input(line.tcp, |tcp, input| {
                let mut used = 0;
                self.call(lent, &mut Line::plain(tcp), |connection, cx| {
                    used = connection.receive(cx, input);
                });
                used
            });
            if used == 0 {
                break;
            }
        }
        if !self.ended && !line.can_receive() && peer_has_ended(line.tcp.state()) {
            self.ended = true;
            self.call(lent, line, |connection, cx| connection.end_of_input(cx));
        }
        if self.connection.phase() == Phase::Finishing {
            #[cfg(feature = "transport")]
            self.finish_transport(lent, line);
            // Behind what is still in the ring.
            line.tcp.close();
        }
    }

    pub(crate) fn call(
        &mut self,
        lent: &Lent<'_, A, ASSEMBLY, C>,
        line: &mut Line<'_, '_>,
        verb: impl FnOnce(&mut Connection<A, ArrayAssembly<ASSEMBLY>, C>, &mut Context<'_, A>),
    ) {
        let others = lent.others.filter(|_| A::HOOKS.shows_connections());
        let desk = others.map(|others| Desk {
            mailbox: lent.mailbox,
            own: Some(self.info(lent.id, peer(line.tcp), lent.accepted, lent.now)),
            seen: others,
            now: lent.now,
        });
        let hub = match &desk {
            Some(desk) => Hub::new(desk),
            None => Hub::new(lent.mailbox),
        };
        let mut ring = Ring::new(line.tcp, self.queued as usize, lent.send_capacity);
        #[cfg(not(feature = "transport"))]
        let output = &mut ring;
        #[cfg(feature = "transport")]
        let mut through;
        #[cfg(feature = "transport")]
        let output: &mut dyn dunlin::Output = match line.transport.as_deref_mut() {
            Some(transport) => {
                through = dunlin::Through {
                    transport,
                    output: &mut ring,
                };
                &mut through
            }
            None => &mut ring,
        };
        let mut context = Context {
            app: lent.app,
            limits: lent.limits,
            date: None,
            hub,
            id: lent.id,
            now: lent.now,
            output,
        };
        verb(&mut self.connection, &mut context);
        let (queued, refused) = (ring.queued, ring.refused);
        self.written(lent, queued, refused);
    }

    /// Takes note of what is in the send ring now.
    pub(crate) fn written(
        &mut self,
        lent: &Lent<'_, A, ASSEMBLY, C>,
        queued: usize,
        refused: bool,
    ) {
        let octets = queued - self.queued as usize;
        if octets > 0 {
            let id = lent.id;
            hooks::tell(lent.app, &Event::Sent { id, octets });
        }
        self.refused |= refused;
        self.queued = queued as u32;
        self.connection.sent(false, self.queued > 0, lent.now);
    }
}

impl<'d> Socket<'d> {
    pub(crate) fn new(stack: Stack<'d>, receive: &'d mut [u8], send: &'d mut [u8]) -> Self {
        let mut tcp = TcpSocket::new(stack, receive, send);
        // An answer does not wait for the acknowledgement of the one before.
        tcp.set_nagle_enabled(false);
        Self {
            tcp,
            #[cfg(feature = "transport")]
            transport: None,
            moment: Instant::NEVER,
        }
    }

    /// Has the stack ask peers that are silent whether they are there.
    pub(crate) fn keep_alive(&mut self, keep_alive: TcpKeepAlive) {
        self.tcp.set_keep_alive(Some(keep_alive.interval));
        self.tcp.set_timeout(Some(keep_alive.lost_after()));
    }

    /// True for a peer that has connected, or has sent all and gone, and that
    /// nobody has looked at yet.
    pub(crate) fn has_newcomer(&self) -> bool {
        matches!(self.tcp.state(), State::Established | State::CloseWait)
    }

    /// Listens, whatever was before; what the peer of that still sends is
    /// answered with a reset.
    pub(crate) fn listen(&mut self, port: u16) {
        // Listening at once, the stack forgets the old peer without a reset.
        self.tcp.abort();
        let _ = once(self.tcp.accept(port));
        self.moment = Instant::NEVER;
    }

    /// Gives the socket back after its client: in order where the peer has all
    /// that was sent, else with a reset.
    pub(crate) fn give_back(&mut self, port: u16, now: Instant, limits: &Limits) {
        match self.tcp.state() {
            // Nothing is on the way to the peer any more.
            State::FinWait2 => return self.listen(port),
            State::TimeWait => return self.moment = now.after(ACKNOWLEDGED),
            // Nor is a reset: the peer ended first, or reset the connection.
            State::Closed if self.tcp.remote_endpoint().is_none() => return self.listen(port),
            State::Established => self.tcp.abort(),
            _ if self.tcp.send_queue() > 0 => self.tcp.abort(),
            _ => self.tcp.close(),
        }
        self.moment = now.after(limits.close_time);
    }

    /// Goes on with a socket that has no client: a handshake that does not end,
    /// or a close that the peer has not acknowledged.
    pub(crate) fn recover(&mut self, port: u16, now: Instant, limits: &Limits) {
        let is_over = now >= self.moment;
        match self.tcp.state() {
            State::Listen => self.moment = Instant::NEVER,
            State::TimeWait if !is_over => self.moment = self.moment.min(now.after(ACKNOWLEDGED)),
            State::Closed if is_over || self.tcp.remote_endpoint().is_none() => self.listen(port),
            State::SynReceived if self.moment == Instant::NEVER => {
                self.moment = now.after(limits.head_time);
            }
            _ if is_over => self.listen(port),
            _ => {}
        }
    }

    /// Asks to be woken when something happens to the socket.
    pub(crate) fn watch(&mut self, waker: &Waker) {
        let cx = &mut task::Context::from_waker(waker);
        // It is over at once if input waits; then the connection waits for room.
        let _ = poll_with(self.tcp.wait_read_ready(), cx);
        // It is over at once if nothing waits for the peer.
        let _ = poll_with(self.tcp.flush(), cx);
    }
}

/// The peer has sent its last octet.
fn peer_has_ended(state: State) -> bool {
    matches!(
        state,
        State::CloseWait | State::LastAck | State::Closing | State::TimeWait
    )
}

/// How long the stack may take to acknowledge the last octets of a peer: it waits
/// 10 ms for more to acknowledge with them. A peer that it never does it for would
/// be reset when it sends them again, and could lose what it has not read yet.
const ACKNOWLEDGED: Duration = Duration::from_millis(15);

/// Octets that a socket takes in the server, besides its memory in the stack.
pub(crate) const SOCKET_STATE: usize = size_of::<Socket<'static>>();
