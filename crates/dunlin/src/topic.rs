//! Topics: what connections subscribe to.

use core::fmt;
use dunlin_proto::output::Full;
use dunlin_proto::websocket::{Close, CloseCode, Message};

use crate::ConnectionId;

/// Something that connections subscribe to and anybody publishes to.
///
/// An application has [`App::TOPICS`](crate::App::TOPICS) of them, numbered from
/// 0. There are two ways to use one, and a topic may be used in both:
///
/// - **Messages.** [`Hub::publish`](crate::Hub::publish) sends a message to each
///   subscriber. Each gets all, in order; one that is too slow for that is
///   closed, and delays no other.
/// - **The latest value.** [`Hub::mark`](crate::Hub::mark) says that a value has
///   changed, and is nothing more than a flag, so that an interrupt may do it as
///   often as it likes. Each subscriber is asked for when it has room
///   ([`WebSocketRoute::latest`](crate::WebSocketRoute::latest)), and sends what
///   the value is then. Nothing is queued, and nobody is sent what is stale
///   already.
///
/// ```
/// use core::sync::atomic::{AtomicI32, Ordering};
/// use dunlin::{App, Close, Full, Message, Route, Topic, WebSocket, WebSocketRoute};
///
/// struct Station {
///     millidegrees: AtomicI32,
/// }
///
/// const CHAT: Topic = Topic::new(0);
/// const TEMPERATURE: Topic = Topic::new(1);
///
/// impl App for Station {
///     type Session = ();
///     const TOPICS: usize = 2;
///     const ROUTES: &'static [Route<Self>] = &[Route::websocket(
///         "/ws",
///         WebSocketRoute::new(say).open(join).latest(show),
///     )];
/// }
///
/// fn join(
///     station: &Station,
///     ws: &mut WebSocket<'_, Station>,
///     _: &dunlin::RequestView<'_>,
/// ) -> Result<(), Close> {
///     ws.subscribe(CHAT)?;
///     ws.subscribe(TEMPERATURE)?;
///     Ok(show(station, ws, TEMPERATURE)?)
/// }
///
/// /// What one says, all hear.
/// fn say(_: &Station, ws: &mut WebSocket<'_, Station>, message: Message<'_>) -> Result<(), Close> {
///     Ok(ws.hub().publish(CHAT, message)?)
/// }
///
/// /// Called some time after `hub.mark(TEMPERATURE)`.
/// fn show(station: &Station, ws: &mut WebSocket<'_, Station>, _: Topic) -> Result<(), Full> {
///     let value = station.millidegrees.load(Ordering::Relaxed);
///     ws.send(Message::binary(&value.to_be_bytes()))
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Topic(u16);

impl Topic {
    /// The topic with this number, counted from 0. It is one of an application's
    /// if the number is below its [`App::TOPICS`](crate::App::TOPICS).
    pub const fn new(number: u16) -> Self {
        Self(number)
    }

    /// Its number.
    pub const fn number(self) -> u16 {
        self.0
    }

    /// Its number, where topics are counted.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// Why a connection cannot subscribe: the application has no such topic. Its
/// number is [`App::TOPICS`](crate::App::TOPICS) or more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownTopic;

/// Why a message was not published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PublishError {
    /// The Hub's queue has no room: nothing was queued. Try again when the server
    /// has had a turn, or drop the message.
    Full,
    /// The application has no such topic: its number is
    /// [`App::TOPICS`](crate::App::TOPICS) or more.
    UnknownTopic,
}

impl From<Full> for PublishError {
    fn from(Full: Full) -> Self {
        Self::Full
    }
}

impl fmt::Display for PublishError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Full => "the queue of jobs has no room",
            Self::UnknownTopic => "the application has no such topic",
        })
    }
}

impl core::error::Error for PublishError {}

impl fmt::Display for UnknownTopic {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        PublishError::UnknownTopic.fmt(formatter)
    }
}

impl core::error::Error for UnknownTopic {}

/// A handler that passes it on with `?` closes its WebSocket with 1008 where there
/// was no room, as [`Full`] does, and with 1011 where there is no such topic.
impl From<PublishError> for Close<'_> {
    fn from(error: PublishError) -> Self {
        match error {
            PublishError::Full => Full.into(),
            PublishError::UnknownTopic => UnknownTopic.into(),
        }
    }
}

/// A handler that passes it on with `?` closes its WebSocket with 1011.
impl From<UnknownTopic> for Close<'_> {
    fn from(UnknownTopic: UnknownTopic) -> Self {
        Self::new(CloseCode::INTERNAL_ERROR, "no such topic")
    }
}

/// What a [`Mailbox`](crate::hub::Mailbox) is asked to do with topics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TopicRequest<'r> {
    /// Add a connection to the subscribers; one that is there stays.
    Subscribe(Topic, ConnectionId),
    /// Take a connection out of the subscribers.
    Unsubscribe(Topic, ConnectionId),
    /// Take a connection out of the subscribers of every topic.
    Leave(ConnectionId),
    /// Queue a message for the subscribers, and wake the server.
    Publish(Topic, Message<'r>),
    /// Take note that the value has changed, and wake the server.
    Mark(Topic),
}
