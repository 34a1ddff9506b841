//! The Hub: how everything outside the server reaches its connections.

mod record;

pub use crate::topic::TopicRequest;
pub use record::{JobRecords, append_record, record_length};

use crate::{ConnectionId, ConnectionInfo, Message, PublishError, Status, Topic};
use core::num::NonZeroU32;
use dunlin_proto::output::Full;

/// Reaches connections by id, from any task, thread or interrupt, and from
/// handlers.
///
/// What is given to it is queued and done by the server's own loop, in order
/// for each connection. What was accepted is not lost: a job whose connection
/// has no room waits. A job for a connection that has ended is dropped; ids are
/// never used again.
#[derive(Clone, Copy)]
pub struct Hub<'h>(&'h dyn Mailbox);

/// A bounded queue of jobs with a wake-up: what a driver makes of a [`Hub`].
pub trait Mailbox {
    /// Queues a job and wakes the server. A job for
    /// [every WebSocket](ConnectionId::is_every) is delivered to each
    /// connection; those that are none drop it.
    ///
    /// # Errors
    ///
    /// [`Full`] when the queue has no room for it.
    fn post(&self, to: ConnectionId, job: &Job<'_>) -> Result<(), Full>;

    /// What is known of a connection; `None` when it has ended. A mailbox that is
    /// not the one given to handlers knows of none.
    fn connection(&self, _id: ConnectionId) -> Option<ConnectionInfo> {
        None
    }

    /// Shows each connection. A mailbox that is not the one given to handlers
    /// shows none.
    fn each_connection(&self, _visit: &mut dyn FnMut(&ConnectionInfo)) {}

    /// Does something with topics, at once and without waiting. What is published
    /// is a message job [for the topic](ConnectionId::topic), in the order of all
    /// jobs. Subscribing is for the mailbox that handlers are given.
    ///
    /// # Errors
    ///
    /// [`PublishError`], where there is no such topic, and of a publication where
    /// the queue has no room for it.
    fn topics(&self, _request: &TopicRequest<'_>) -> Result<(), PublishError> {
        Err(PublishError::UnknownTopic)
    }
}

/// What the server is asked to do with one connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Job<'j> {
    /// Send a message.
    Message {
        /// The message.
        message: Message<'j>,
        /// What its [report](crate::Report) is to be known by; 0 for none.
        report: u32,
    },
    /// Send a ping.
    Ping(&'j [u8]),
    /// Close it: a WebSocket with this code, an HTTP connection behind the
    /// response it is at.
    Close(dunlin_proto::websocket::Close<'j>),
    /// Answer the request with this number.
    Reply {
        /// The request's number on its connection.
        exchange: u32,
        /// The answer.
        reply: Reply<'j>,
    },
    /// Take it for used now.
    Touch,
    /// Call the application: a job of no connection.
    Call {
        /// What the call is known by.
        token: u32,
    },
    /// Go on with the body of the request with this number, or of its response.
    Resume {
        /// The request's number on its connection.
        exchange: u32,
    },
}

impl<'j> Job<'j> {
    /// The job that publishes a message, and what it is posted to.
    pub const fn publication(topic: Topic, message: Message<'j>) -> (ConnectionId, Self) {
        let report = 0;
        let job = Self::Message { message, report };
        (ConnectionId::of_topic(topic), job)
    }

    /// Whether it waits behind earlier jobs of its connection that have no room, for
    /// drivers. A close does not.
    pub const fn waits_in_line(&self) -> bool {
        !matches!(self, Self::Close(_))
    }

    /// A word for the log.
    pub const fn name(&self) -> &'static str {
        match self {
            Job::Message { .. } => "message",
            Job::Ping(_) => "ping",
            Job::Close(_) => "close",
            Job::Reply { .. } => "reply",
            Job::Resume { .. } => "resume",
            Job::Touch => "touch",
            Job::Call { .. } => "call",
        }
    }
}

/// The answer to a request that took a [`Ticket`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reply<'j> {
    /// The status code.
    pub status: Status,
    /// `Content-Type`; empty for none.
    pub content_type: &'j str,
    /// The body.
    pub body: &'j [u8],
}

/// What became of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobOutcome {
    /// It was given to the network; whether it arrived nobody knows.
    Sent,
    /// It is larger than the connection's output, and was not sent.
    TooLarge,
    /// The connection has ended, or is none for this job, or the request was
    /// answered for meanwhile.
    Gone,
}

/// The right to answer one request later, once.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "a request whose ticket is lost is answered with 503 when its time is over"]
pub struct Ticket {
    pub(crate) connection: ConnectionId,
    pub(crate) exchange: u32,
}

impl Ticket {
    /// The connection the request came on.
    pub fn connection(&self) -> ConnectionId {
        self.connection
    }

    /// The number of the request on its connection: the token of the reply's
    /// [`Report`](crate::Report).
    pub fn number(&self) -> u32 {
        self.exchange
    }
}

/// Names a body that paused: of a request whose handler has taken less than all,
/// or of a response whose handler had nothing to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resume {
    pub(crate) connection: ConnectionId,
    pub(crate) exchange: u32,
}

impl<'h> Hub<'h> {
    /// A Hub over a driver's mailbox.
    pub const fn new(mailbox: &'h dyn Mailbox) -> Self {
        Self(mailbox)
    }

    /// Sends a message to a WebSocket.
    ///
    /// # Errors
    ///
    /// [`Full`] when the Hub's queue has no room: nothing was queued.
    pub fn send(&self, to: ConnectionId, message: Message<'_>) -> Result<(), Full> {
        let report = 0;
        self.0.post(to, &Job::Message { message, report })
    }

    /// As [`Hub::send`]; what became of the message is told to the hook
    /// [`Hooks::report`](crate::Hooks::report) with this token.
    ///
    /// # Errors
    ///
    /// [`Full`] when the Hub's queue has no room: nothing was queued, and nothing
    /// is reported.
    pub fn send_reported(
        &self,
        to: ConnectionId,
        message: Message<'_>,
        token: NonZeroU32,
    ) -> Result<(), Full> {
        let report = token.get();
        self.0.post(to, &Job::Message { message, report })
    }

    /// Sends a message to every WebSocket that is open when the server takes
    /// the job. It is queued once; a peer without room gets it when it has, and
    /// the others do not wait for that.
    ///
    /// # Errors
    ///
    /// [`Full`] when the Hub's queue has no room, because the server has not
    /// come to it yet or because earlier jobs wait for slow peers, at most for
    /// [`Limits::send_time`](crate::Limits::send_time): nothing was queued.
    pub fn broadcast(&self, message: Message<'_>) -> Result<(), Full> {
        let report = 0;
        let job = Job::Message { message, report };
        self.0.post(ConnectionId::EVERY, &job)
    }

    /// Sends a message to every connection that subscribes to a topic when the
    /// server takes the job. It is queued once, however many there are.
    ///
    /// A subscriber without room gets it when it has, and the others do not wait
    /// for that. One for which too much waits is cut off: on Linux beyond
    /// `Config::lag`; on a device one that takes nothing for a second while more than
    /// half of the mailbox waits for it and others find no room. So what is published
    /// without a pause should be less than that, or be published as fast as its
    /// subscribers take it. Where only the newest counts, [mark](Hub::mark).
    ///
    /// # Errors
    ///
    /// [`PublishError`]: nothing was queued.
    pub fn publish(&self, topic: Topic, message: Message<'_>) -> Result<(), PublishError> {
        self.0.topics(&TopicRequest::Publish(topic, message))
    }

    /// Says that the value of a topic has changed: each subscriber is
    /// [asked for](crate::WebSocketRoute::latest) when it has room, once for any
    /// number of marks that came before that. A pulled body that subscribes
    /// [goes on](Hub::resume).
    ///
    /// It sets a flag and wakes the server: it takes the same short time however
    /// many subscribe, cannot fail, and may be called from an interrupt. For a
    /// topic that the application does not have it does nothing.
    pub fn mark(&self, topic: Topic) {
        let _ = self.0.topics(&TopicRequest::Mark(topic));
    }

    /// Sends a ping with up to 125 octets; more are cut off.
    ///
    /// # Errors
    ///
    /// [`Full`] when the Hub's queue has no room: nothing was queued.
    pub fn ping(&self, to: ConnectionId, payload: &[u8]) -> Result<(), Full> {
        self.0.post(to, &Job::Ping(payload))
    }

    /// Closes a connection: a WebSocket with this code and reason, an HTTP
    /// connection behind the response it is at.
    ///
    /// It does not wait for a peer that reads nothing: messages that wait for room at
    /// that time are dropped, and reported as gone where that was asked for.
    ///
    /// # Errors
    ///
    /// [`Full`] when the Hub's queue has no room: nothing was queued.
    pub fn close(
        &self,
        to: ConnectionId,
        close: dunlin_proto::websocket::Close<'_>,
    ) -> Result<(), Full> {
        self.0.post(to, &Job::Close(close))
    }

    /// Takes a connection for used now: it is not closed soon for being idle, nor
    /// to make room for another. A ping that was sent still wants its pong.
    ///
    /// # Errors
    ///
    /// [`Full`] when the Hub's queue has no room: nothing was queued.
    pub fn touch(&self, connection: ConnectionId) -> Result<(), Full> {
        self.0.post(connection, &Job::Touch)
    }

    /// Calls the hook [`Hooks::call`](crate::Hooks::call) from the server's own
    /// loop, where the connections can be looked at.
    ///
    /// # Errors
    ///
    /// [`Full`] when the Hub's queue has no room: nothing was queued.
    pub fn call(&self, token: u32) -> Result<(), Full> {
        self.0.post(ConnectionId::EVERY, &Job::Call { token })
    }

    /// What is known of a connection; `None` when it has ended.
    ///
    /// Only the Hub that handlers and hooks are given knows of connections; on a
    /// device that of an application with
    /// [`Hooks::connections`](crate::Hooks::connections).
    pub fn connection(&self, id: ConnectionId) -> Option<ConnectionInfo> {
        self.0.connection(id)
    }

    /// Shows each connection to `visit`, those on their way out included.
    ///
    /// Only the Hub that handlers and hooks are given knows of connections, as with
    /// [`Hub::connection`]; from elsewhere have the server [call](Hub::call) a hook.
    pub fn each_connection(&self, visit: &mut dyn FnMut(&ConnectionInfo)) {
        self.0.each_connection(visit);
    }

    /// Goes on with a body that paused; its handler is called again. One that is
    /// over meanwhile ignores it.
    ///
    /// # Errors
    ///
    /// [`Full`] when the Hub's queue has no room: nothing was queued, try again.
    pub fn resume(&self, body: Resume) -> Result<(), Full> {
        let exchange = body.exchange;
        self.0.post(body.connection, &Job::Resume { exchange })
    }

    pub(crate) fn topics(&self, request: &TopicRequest<'_>) -> Result<(), PublishError> {
        self.0.topics(request)
    }

    /// Answers the request that took the ticket. A request answered for
    /// meanwhile, or whose connection has ended, ignores it.
    ///
    /// # Errors
    ///
    /// The ticket, when the Hub's queue has no room: try again.
    pub fn reply(&self, ticket: Ticket, reply: Reply<'_>) -> Result<(), Ticket> {
        let job = Job::Reply {
            exchange: ticket.exchange,
            reply,
        };
        self.0.post(ticket.connection, &job).map_err(|Full| ticket)
    }
}
