//! One connection: a state machine with a fixed set of verbs.
//!
//! A driver owns the socket and calls the verbs; the connection never waits,
//! reads or writes by itself. After each verb the driver sends what was written
//! to the output, tells [`Connection::sent`], and looks at
//! [`Connection::phase`] and [`Connection::deadline`].

mod deadlines;
mod http;
mod jobs;
mod topics;
mod websocket;

use crate::compression::{Compression, NoCompression};
use crate::hub::Job;
use crate::response::{Exchange, Outcome, write_some};
use crate::trace::debug;
use crate::uses::{ByDriver, Uses};
use crate::{
    App, Assembly, Close, Closed, ConnectionId, Event, HttpDate, Hub, Instant, Limits, Output,
    Protocol, PullHandler, Status, hooks,
};
use dunlin_proto::http::Version;
use dunlin_proto::websocket::CloseCode;
use http::{Body, Pulling, Streaming};
use websocket::Frames;

pub use jobs::Delivery;

/// What a driver gives to every verb.
pub struct Context<'c, A: App> {
    /// The application.
    pub app: &'c A,
    /// The bounds.
    pub limits: &'c Limits,
    /// The current time for `Date`, where there is a clock.
    pub date: Option<&'c HttpDate>,
    /// The way back for handlers and whoever they tell.
    pub hub: Hub<'c>,
    /// The name of the connection.
    pub id: ConnectionId,
    /// Now.
    pub now: Instant,
    /// Where what is to be sent goes.
    pub output: &'c mut dyn Output,
}

/// One connection of either protocol.
pub struct Connection<A: App, S: Assembly, C: Compression = NoCompression> {
    state: State<A, C>,
    shared: Shared<A, C>,
    assembly: S,
}

/// What every state of a connection works with.
struct Shared<A: App, C> {
    session: A::Session,
    compression: C,
    exchange: Exchange,
    /// When the current state, or the wait in it, began.
    since: Instant,
    /// When the peer was last heard of.
    heard: Instant,
    /// Since when the peer has taken nothing of what waits for it.
    blocked: Instant,
    /// A ping was sent into the silence.
    pinged: bool,
    /// No further request is wanted.
    stopping: bool,
    /// The peer will send nothing more.
    input_ended: bool,
    /// Nothing has been received yet.
    fresh: bool,
    /// The application was told of it.
    opened: bool,
    /// Room, or an answer, has to come before more is taken.
    paused: bool,
}

enum State<A: App, C: Compression> {
    /// Between requests, or inside a request head.
    Head,
    /// Inside a request body; the head lies in the assembly buffer.
    Body(Body<A>),
    /// Inside a request body that a handler takes part by part.
    Streaming(Streaming<A>),
    /// Waiting for the answer through the Hub.
    Ticket,
    /// Sending the rest of a body as room appears.
    Sending(&'static [u8]),
    /// Asking for the rest of a body as room appears.
    Pulling(Pulling<A>),
    /// Speaking WebSocket.
    WebSocket(Frames<A, C>),
    /// The last octets are on their way; what comes in is thrown away.
    Finishing,
    /// Over.
    Closed,
    /// The driver sends the body. The last, so that the others have no gap between
    /// them where there is no such state.
    ByDriver(ByDriver),
}

/// What the driver has to do with the socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Receive and send.
    Open,
    /// Send what is waiting, then shut down the sending side; go on receiving,
    /// so that no reset takes back what was sent, until the peer ends its side
    /// too or [`Connection::timeout`] closes.
    Finishing,
    /// Close the socket now.
    Closed,
}

/// What became of a step through the input.
enum Flow<A: App> {
    /// Go on with the rest of the input.
    Again,
    /// All that can be used is used.
    Wait,
    /// Room, or an answer, has to come first; the rest of the input stays.
    Pause,
    /// Go on in another state.
    Become(Next<A>),
    /// Answer with this status and end the connection.
    Refuse(Status),
    /// Send this close frame and end the connection.
    Fail(&'static Close),
}

/// A state that needs nothing of the one before. It is handed up through
/// several calls, so it is small; the others are made where they stay.
enum Next<A: App> {
    Head,
    Ticket,
    Sending(&'static [u8]),
    Pulling(PullHandler<A>),
    Finishing,
    Closed,
    ByDriver(ByDriver),
}

impl<A: App, C: Compression> State<A, C> {
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    fn enter(&mut self, next: Next<A>) {
        *self = match next {
            Next::Head => Self::Head,
            Next::Ticket => Self::Ticket,
            Next::Sending(rest) => Self::Sending(rest),
            Next::Pulling(pull) if Uses::<A>::PULLED_BODIES => Self::Pulling(Pulling::new(pull)),
            Next::ByDriver(by_driver) => Self::ByDriver(by_driver),
            Next::Pulling(_) | Next::Finishing => Self::Finishing,
            Next::Closed => Self::Closed,
        };
    }

    /// Tells the handler of a body taken part by part, if it is at one, that the
    /// rest does not come.
    fn abandon(&self, shared: &mut Shared<A, C>, cx: &Context<'_, A>) {
        if Uses::<A>::STREAMED_BODIES
            && let Self::Streaming(body) = self
        {
            body.abandon(shared, cx);
        }
    }
}

impl<A: App, S: Assembly> Connection<A, S> {
    /// A connection that was accepted `now`, with an empty assembly buffer,
    /// whose messages are never compressed.
    ///
    /// The buffer must hold a request head with its body
    /// ([`Limits::head`] + [`Limits::body`]) and the largest message with a
    /// control frame ([`Limits::message`] + 125 octets).
    pub fn new(assembly: S, now: Instant) -> Self {
        Self::with_compression(assembly, NoCompression, now)
    }
}

impl<A: App, S: Assembly, C: Compression> Connection<A, S, C> {
    /// As [`Connection::new`], with what compresses messages where the client
    /// offers it.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub fn with_compression(assembly: S, compression: C, now: Instant) -> Self {
        let exchange = Exchange {
            number: 0,
            version: Version::Http11,
            head_only: false,
            persistent: true,
            status: Status::OK,
            outcome: Outcome::Open,
        };
        let shared = Shared {
            session: A::Session::default(),
            compression,
            exchange,
            since: now,
            heard: now,
            blocked: Instant::NEVER,
            pinged: false,
            stopping: false,
            input_ended: false,
            fresh: true,
            opened: false,
            paused: false,
        };
        Self {
            state: State::Head,
            shared,
            assembly,
        }
    }

    /// Begins the connection: call it once, before any other verb, unless the
    /// connection is [refused](Connection::refuse_overloaded).
    pub fn open(&mut self, cx: &mut Context<'_, A>) {
        hooks::tell(cx.app, &Event::Opened(cx.id));
        self.shared.opened = true;
        if let Some(opened) = const { A::HOOKS.opened }
            && let Err(status) = opened(cx.app, &mut self.shared.session, cx.id, cx.hub)
        {
            debug!("{} refused by the application: {}", cx.id, status.code());
            self.refuse(cx, status);
        }
    }

    /// Ends the connection: call it once, when it is [`Phase::Closed`] and before it
    /// is dropped. One that was refused in place of being [opened](Connection::open)
    /// tells nobody.
    pub fn end(&mut self, cx: &mut Context<'_, A>) {
        if !self.shared.opened {
            return;
        }
        if let Some(ended) = const { A::HOOKS.ended } {
            ended(cx.app, &mut self.shared.session, cx.id);
        }
        hooks::tell(cx.app, &Event::Ended(cx.id));
    }

    /// Takes octets that arrived, cut anywhere, and returns how many it used.
    /// The input is changed in place.
    ///
    /// Less than all were used when an answer or room for one has to come
    /// first: keep the rest, receive no more, and offer the rest again after
    /// [`Connection::writable`] or [`Connection::deliver`].
    pub fn receive(&mut self, cx: &mut Context<'_, A>, input: &mut [u8]) -> usize {
        let length = input.len();
        let mut rest = input;
        self.shared.heard = cx.now;
        self.shared.pinged = false;
        self.advance(cx, &mut rest);
        let octets = length - rest.len();
        hooks::tell(cx.app, &Event::Received { id: cx.id, octets });
        octets
    }

    /// Goes on where room was missing: call it when the peer has taken octets
    /// and there is room again.
    pub fn writable(&mut self, cx: &mut Context<'_, A>) {
        if let State::Sending(rest) = self.state {
            let rest = write_some(cx.output, rest);
            self.state = State::Sending(rest);
            if rest.is_empty() {
                self.state.enter(http::answered(&mut self.shared, cx.now));
            }
        }
        if let State::WebSocket(frames) = &mut self.state
            && let Flow::Become(next) = frames.writable(&mut self.shared, cx)
        {
            self.state.enter(next);
        }
        self.advance(cx, &mut &mut [][..]);
    }

    /// Goes on behind a body that the driver sends by itself: call it when the last
    /// octet of it is sent, while [`Connection::is_sent_by_driver`].
    #[cfg(feature = "driver-bodies")]
    pub fn body_sent(&mut self, cx: &mut Context<'_, A>) {
        if let State::ByDriver(_) = self.state {
            self.state.enter(http::answered(&mut self.shared, cx.now));
            self.shared.paused = false;
        }
    }

    /// Takes note of what the driver has sent: whether the peer took any octet,
    /// and whether any is still waiting for it.
    pub fn sent(&mut self, progressed: bool, pending: bool, now: Instant) {
        if pending {
            if progressed || !self.is_blocked() {
                self.shared.blocked = now;
            }
        } else if self.is_blocked() {
            self.shared.blocked = Instant::NEVER;
            if matches!(self.state, State::Finishing) {
                self.shared.since = now;
            }
        }
        let over = !pending && self.shared.input_ended;
        if over && matches!(self.state, State::Finishing) {
            self.state = State::Closed;
        }
    }

    /// Takes note that the peer will send nothing more. A stream of events is
    /// finished then; any other response is still sent.
    pub fn end_of_input(&mut self, cx: &mut Context<'_, A>) {
        self.shared.input_ended = true;
        let waits = self.is_blocked();
        if self.is_event_stream()
            && let State::Pulling(pulling) = &mut self.state
        {
            // It has no other end, and who listens no longer looks the same.
            self.shared.exchange.persistent = false;
            pulling.close();
            return self.advance(cx, &mut &mut [][..]);
        }
        match &self.state {
            // A client may end its side and still wait for the answer.
            State::Ticket | State::Sending(_) | State::Pulling(_) | State::ByDriver(_) => {
                self.shared.exchange.persistent = false;
            }
            State::Head | State::Finishing if waits => self.state = State::Finishing,
            State::WebSocket(frames) if waits => {
                frames.report(&mut self.shared, cx, Closed::Lost);
                self.state = State::Finishing;
            }
            _ => self.disconnect(cx),
        }
    }

    /// Ends the connection at once: the socket failed, or the driver gives it
    /// up. Hooks are called; nothing more is sent.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub fn disconnect(&mut self, cx: &mut Context<'_, A>) {
        let state = core::mem::replace(&mut self.state, State::Closed);
        topics::leave(cx);
        state.abandon(&mut self.shared, cx);
        if let State::WebSocket(frames) = state {
            frames.report(&mut self.shared, cx, Closed::Lost);
        }
        self.assembly.clear();
    }

    /// Ends the connection in order, because the server stops: a WebSocket is
    /// closed with 1001, a request in progress is still answered.
    pub fn shutdown(&mut self, cx: &mut Context<'_, A>) {
        let close = Close::new(CloseCode::GOING_AWAY, "server stops");
        self.deliver(cx, &Job::Close(close));
    }

    /// Lets a request in progress be the last of its connection.
    fn close_after_response(&mut self, cx: &mut Context<'_, A>) {
        self.shared.stopping = true;
        self.shared.exchange.persistent = false;
        if Uses::<A>::PULLED_BODIES
            && let State::Pulling(pulling) = &mut self.state
        {
            pulling.close();
            return self.advance(cx, &mut &mut [][..]);
        }
        if self.is_idle() {
            self.finish(cx.now);
        }
    }

    /// Answers a new connection with 503 and ends it: there is no room for it.
    pub fn refuse_overloaded(&mut self, cx: &mut Context<'_, A>) {
        self.refuse(cx, Status::SERVICE_UNAVAILABLE);
    }

    fn refuse(&mut self, cx: &mut Context<'_, A>, status: Status) {
        self.state.abandon(&mut self.shared, cx);
        let next = http::refuse(&mut self.shared, &mut self.assembly, cx, status);
        self.state.enter(next);
    }

    /// What the driver has to do with the socket.
    pub fn phase(&self) -> Phase {
        match self.state {
            State::Finishing => Phase::Finishing,
            State::Closed => Phase::Closed,
            _ => Phase::Open,
        }
    }

    /// True for a WebSocket, from the handshake to its end.
    pub fn is_websocket(&self) -> bool {
        matches!(self.state, State::WebSocket(_))
    }

    /// True while a request body is taken part by part: octets may then be received
    /// in pieces of any size.
    pub fn is_streaming(&self) -> bool {
        matches!(self.state, State::Streaming(_))
    }

    /// True while a stream of events is sent: it is finished when the peer
    /// ends its side, so a driver should notice that although it receives nothing.
    pub fn is_event_stream(&self) -> bool {
        Uses::<A>::PULLED_BODIES
            && matches!(&self.state, State::Pulling(pulling) if pulling.is_events())
    }

    /// True while the driver sends the body of a response.
    #[cfg(feature = "driver-bodies")]
    pub fn is_sent_by_driver(&self) -> bool {
        matches!(self.state, State::ByDriver(_))
    }

    /// The compression of its messages.
    pub fn compression(&self) -> &C {
        &self.shared.compression
    }

    /// True while room, or an answer, has to come before more input is taken.
    pub fn is_paused(&self) -> bool {
        match self.state {
            State::Ticket | State::Sending(_) | State::Pulling(_) | State::ByDriver(_) => true,
            State::Finishing | State::Closed => false,
            _ => self.shared.paused,
        }
    }

    /// True between requests: nothing is lost if it is closed now.
    pub fn is_idle(&self) -> bool {
        matches!(self.state, State::Head) && self.assembly.is_empty()
    }

    /// True between requests and inside a request head: no handler knows of it.
    pub fn awaits_request(&self) -> bool {
        matches!(self.state, State::Head)
    }

    /// True until the first request, or a piece of it, has come.
    pub fn is_new(&self) -> bool {
        self.is_idle() && self.shared.fresh
    }

    /// What is spoken on it.
    pub fn protocol(&self) -> Protocol {
        match self.state {
            State::WebSocket(_) => Protocol::WebSocket,
            State::Finishing | State::Closed => Protocol::Ending,
            _ => Protocol::Http,
        }
    }

    /// When the peer was last heard of.
    pub fn last_heard(&self) -> Instant {
        self.shared.heard
    }

    fn is_blocked(&self) -> bool {
        self.shared.blocked != Instant::NEVER
    }

    /// Ends an idle connection: at once if nothing was ever sent on it, for
    /// then nothing can be lost.
    fn finish(&mut self, now: Instant) {
        self.shared.since = now;
        self.state = if self.shared.fresh {
            State::Closed
        } else {
            State::Finishing
        };
    }

    /// Works through the input state by state.
    fn advance(&mut self, cx: &mut Context<'_, A>, rest: &mut &mut [u8]) {
        let Self {
            state,
            shared,
            assembly,
        } = self;
        loop {
            let flow = match state {
                State::WebSocket(frames) => frames.receive(shared, assembly, cx, rest),
                State::Head => http::receive_head(state, shared, assembly, cx, rest),
                State::Body(body) => http::receive_body(body, shared, assembly, cx, rest),
                State::Streaming(body) if Uses::<A>::STREAMED_BODIES => {
                    body.receive(shared, assembly, cx, rest)
                }
                State::Pulling(pulling) if Uses::<A>::PULLED_BODIES => pulling.advance(shared, cx),
                State::Ticket
                | State::Sending(_)
                | State::Pulling(_)
                | State::ByDriver(_)
                | State::Streaming(_) => Flow::Pause,
                State::Finishing | State::Closed => {
                    *rest = &mut [];
                    Flow::Wait
                }
            };
            let next = match flow {
                Flow::Again => continue,
                Flow::Wait | Flow::Pause => {
                    shared.paused = matches!(flow, Flow::Pause);
                    return;
                }
                Flow::Become(next) => {
                    if matches!(state, State::Pulling(_)) {
                        topics::leave(cx);
                    }
                    next
                }
                Flow::Refuse(status) => {
                    state.abandon(shared, cx);
                    http::refuse(shared, assembly, cx, status)
                }
                Flow::Fail(close) => {
                    if let State::WebSocket(frames) = state {
                        frames.fail(shared, cx, close);
                    }
                    assembly.clear();
                    Next::Finishing
                }
            };
            shared.since = cx.now;
            state.enter(next);
        }
    }
}

#[cfg(test)]
mod tests;
