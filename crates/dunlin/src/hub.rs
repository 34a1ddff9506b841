//! The Hub: how everything outside the server reaches its connections.

mod record;

pub use record::{JobRecords, append_record, record_length};

use crate::{ConnectionId, Message, Status};
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
pub trait Mailbox: Sync {
    /// Queues a job and wakes the server. A job for
    /// [every WebSocket](ConnectionId::is_every) is delivered to each
    /// connection; those that are none drop it.
    ///
    /// # Errors
    ///
    /// [`Full`] when the queue has no room for it.
    fn post(&self, to: ConnectionId, job: &Job<'_>) -> Result<(), Full>;
}

/// What the server is asked to do with one connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Job<'j> {
    /// Send a message.
    Message(Message<'j>),
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
    /// Go on with the body of the request with this number, or of its response.
    Resume {
        /// The request's number on its connection.
        exchange: u32,
    },
}

impl Job<'_> {
    /// A word for the log.
    pub const fn name(&self) -> &'static str {
        match self {
            Job::Message(_) => "message",
            Job::Ping(_) => "ping",
            Job::Close(_) => "close",
            Job::Reply { .. } => "reply",
            Job::Resume { .. } => "resume",
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
        self.0.post(to, &Job::Message(message))
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
        self.0.post(ConnectionId::EVERY, &Job::Message(message))
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
