//! What an application is told beside its routes.

use crate::hub::{Job, JobOutcome};
use crate::{
    AnswerError, App, Closed, ConnectionId, Delivery, Hub, MessageKind, RequestHead, Response,
    Status,
};

/// Called when a client has connected, before anything is received. An error
/// refuses it: the client is answered with the status, and the connection ends.
pub type OpenedHandler<A> =
    fn(&A, &mut <A as App>::Session, ConnectionId, Hub<'_>) -> Result<(), Status>;

/// Called once when a connection has ended, however it ended; its session is
/// dropped behind it.
pub type EndedHandler<A> = fn(&A, &mut <A as App>::Session, ConnectionId);

/// Answers in place of the server where it refuses or fails: 404 without a route,
/// 400 for what is no request, 500 where a handler did not answer, and so on.
///
/// The response has its status, and the fields that go with it, such as `Allow`.
/// The head is there if it could be read. A handler that gives no answer at once
/// is answered for with the default text.
pub type ErrorHandler<A> =
    fn(&A, Status, Option<&RequestHead<'_>>, Response<'_>) -> Result<(), AnswerError>;

/// Takes note of an event. It must be quick: it is called for each one.
pub type EventHandler<A> = fn(&A, &Event<'_>);

/// Takes note of what became of a job.
pub type ReportHandler<A> = fn(&A, &Report);

/// Does what was asked for with [`Hub::call`], between the events of connections.
pub type CallHandler<A> = fn(&A, u32, Hub<'_>);

/// What an application is told of, beside the requests and messages of its
/// [routes](App::ROUTES). What it does not ask for costs nothing.
///
/// ```
/// # use dunlin::{App, Event, Hooks, Route, Status};
/// struct Page;
///
/// impl App for Page {
///     type Session = ();
///     const ROUTES: &'static [Route<Self>] = &[];
///     const HOOKS: Hooks<Self> = Hooks::new().error(|_, status, _, response| match status {
///         Status::NOT_FOUND => response.text("There is no such page."),
///         _ => Ok(()),
///     });
/// }
/// ```
pub struct Hooks<A: App> {
    pub(crate) opened: Option<OpenedHandler<A>>,
    pub(crate) ended: Option<EndedHandler<A>>,
    pub(crate) error: Option<ErrorHandler<A>>,
    pub(crate) event: Option<EventHandler<A>>,
    pub(crate) report: Option<ReportHandler<A>>,
    pub(crate) call: Option<CallHandler<A>>,
    connections: bool,
}

impl<A: App> Hooks<A> {
    /// None.
    pub const fn new() -> Self {
        Self {
            opened: None,
            ended: None,
            error: None,
            event: None,
            report: None,
            call: None,
            connections: false,
        }
    }

    /// Calls this handler when a client has connected; it may refuse it.
    #[must_use]
    pub const fn opened(mut self, handler: OpenedHandler<A>) -> Self {
        self.opened = Some(handler);
        self
    }

    /// Calls this handler when a connection has ended.
    #[must_use]
    pub const fn ended(mut self, handler: EndedHandler<A>) -> Self {
        self.ended = Some(handler);
        self
    }

    /// Lets this handler answer where the server refuses or fails.
    #[must_use]
    pub const fn error(mut self, handler: ErrorHandler<A>) -> Self {
        self.error = Some(handler);
        self
    }

    /// Tells this handler of every [`Event`].
    #[must_use]
    pub const fn event(mut self, handler: EventHandler<A>) -> Self {
        self.event = Some(handler);
        self
    }

    /// Tells this handler what became of replies, and of messages sent with
    /// [`Hub::send_reported`].
    #[must_use]
    pub const fn report(mut self, handler: ReportHandler<A>) -> Self {
        self.report = Some(handler);
        self
    }

    /// Calls this handler for [`Hub::call`].
    #[must_use]
    pub const fn call(mut self, handler: CallHandler<A>) -> Self {
        self.call = Some(handler);
        self
    }

    /// Has a device show its connections to handlers and hooks, through
    /// [`Hub::connection`], [`Hub::each_connection`] and
    /// [`Request::peer`](crate::Request::peer). Without it a device shows none, and
    /// has no code for that; on Linux they are shown in any case.
    #[must_use]
    pub const fn connections(mut self) -> Self {
        self.connections = true;
        self
    }

    /// Whether a device shows its connections; for drivers.
    pub const fn shows_connections(&self) -> bool {
        self.connections
    }
}

impl<A: App> Default for Hooks<A> {
    fn default() -> Self {
        Self::new()
    }
}

/// Something that happened in a server.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Event<'e> {
    /// The server takes connections from now on.
    Started,
    /// The server has stopped.
    Stopped,
    /// A client has connected.
    Opened(ConnectionId),
    /// A connection has ended.
    Ended(ConnectionId),
    /// So many octets were received and used.
    Received {
        /// The connection.
        id: ConnectionId,
        /// Octets.
        octets: usize,
    },
    /// So many octets were given to the network.
    Sent {
        /// The connection.
        id: ConnectionId,
        /// Octets.
        octets: usize,
    },
    /// A request head was received.
    Request {
        /// The connection.
        id: ConnectionId,
        /// The head.
        head: &'e RequestHead<'e>,
    },
    /// A response was begun: its head is sent.
    Response {
        /// The connection.
        id: ConnectionId,
        /// Its status.
        status: Status,
    },
    /// The server refuses a request, or answers for a handler that failed.
    Error {
        /// The connection.
        id: ConnectionId,
        /// The status it does it with.
        status: Status,
    },
    /// A handshake was accepted.
    WebSocketOpened(ConnectionId),
    /// A message, or a part of one on a route that takes parts, was received.
    MessageReceived {
        /// The connection.
        id: ConnectionId,
        /// The kind of message.
        kind: MessageKind,
        /// Octets of it.
        octets: usize,
        /// It is the last part, or the whole message.
        last: bool,
    },
    /// A message, or a part of one, was sent.
    MessageSent {
        /// The connection.
        id: ConnectionId,
        /// The kind of message.
        kind: MessageKind,
        /// Octets of it, before compression.
        octets: usize,
        /// It is the last part, or the whole message.
        last: bool,
    },
    /// A message had no room, and was not sent.
    SendFull(ConnectionId),
    /// A WebSocket has ended.
    WebSocketClosed {
        /// The connection.
        id: ConnectionId,
        /// How.
        closed: Closed,
    },
}

/// What became of a job of the [`Hub`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Report {
    /// The connection it was for.
    pub connection: ConnectionId,
    /// The token it was given; of a reply the number of its
    /// [`Ticket`](crate::Ticket).
    pub token: u32,
    /// What became of it.
    pub outcome: JobOutcome,
}

/// Tells an application of an event.
#[inline]
pub fn tell<A: App>(app: &A, event: &Event<'_>) {
    if let Some(handler) = const { A::HOOKS.event } {
        handler(app, event);
    }
}

/// Tells an application what became of a job; a driver does so behind each
/// delivery, and when it drops a job.
#[inline]
pub fn report<A: App>(app: &A, connection: ConnectionId, job: &Job<'_>, delivery: Delivery) {
    let Some(handler) = (const { A::HOOKS.report }) else {
        return;
    };
    let token = match job {
        Job::Message { report, .. } if *report != 0 => *report,
        Job::Reply { exchange, .. } => *exchange,
        _ => return,
    };
    let outcome = match delivery {
        Delivery::Held => return,
        Delivery::Done => JobOutcome::Sent,
        Delivery::TooLarge => JobOutcome::TooLarge,
        Delivery::Dropped => JobOutcome::Gone,
    };
    if !connection.is_every() {
        handler(
            app,
            &Report {
                connection,
                token,
                outcome,
            },
        );
    }
}

/// Does a call that was asked for with [`Hub::call`]; a driver does so in place of
/// delivering the job.
#[inline]
pub fn call<A: App>(app: &A, token: u32, hub: Hub<'_>) {
    if let Some(handler) = const { A::HOOKS.call } {
        handler(app, token, hub);
    }
}
