//! Response bodies that are asked for part by part.

use crate::hub::TopicRequest;
use crate::{App, ConnectionId, Hub, Output, Resume, StreamEvent, Topic, UnknownTopic};
use dunlin_proto::http::{BodyLength, write_chunk};
use dunlin_proto::output::Full;

/// Sends the next octets of a response's body.
///
/// It is called when the peer has room for more, until it calls
/// [`PulledBody::finish`] or the announced length is reached. `Full`, which
/// [`PulledBody::send`] returns, may be passed on with `?`: the handler is called
/// again when there is room. A handler that returns without having sent
/// anything is called again after [`Hub::resume`], or after a mark of a topic that
/// the body [subscribes](PulledBody::subscribe) to.
pub type PullHandler<A> = fn(&A, &mut PulledBody<'_, A>) -> Result<(), Full>;

/// A response body in the making: what a [`PullHandler`] sends with.
pub struct PulledBody<'b, A: App> {
    pub(crate) session: &'b mut A::Session,
    pub(crate) output: &'b mut dyn Output,
    pub(crate) hub: Hub<'b>,
    pub(crate) resume: Resume,
    pub(crate) progress: &'b mut Progress,
}

/// How far a pulled body is.
#[derive(Debug)]
pub(crate) struct Progress {
    /// With [`BodyLength::Known`] the octets that are left.
    pub(crate) length: BodyLength,
    /// Octets sent since the peer had everything.
    pub(crate) unread: usize,
    pub(crate) end: End,
}

/// Whether a pulled body has ended, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// More is to come.
    None,
    /// All was sent.
    Finished,
    /// It cannot be finished.
    Aborted,
}

impl<'b, A: App> PulledBody<'b, A> {
    /// What the application keeps for this connection.
    pub fn session(&mut self) -> &mut A::Session {
        self.session
    }

    /// Octets that [`PulledBody::send`] takes now.
    pub fn room(&self) -> usize {
        let room = self.output.room().saturating_sub(CHUNK_FRAME);
        let room = room.min(PULLED_AT_ONCE.saturating_sub(self.progress.unread));
        match self.progress.length {
            BodyLength::Known(left) => room.min(usize::try_from(left).unwrap_or(usize::MAX)),
            _ => room,
        }
    }

    /// Sends octets of the body; none is not a part.
    ///
    /// # Errors
    ///
    /// [`Full`] when they are more than [`PulledBody::room`]: nothing was sent.
    pub fn send(&mut self, octets: &[u8]) -> Result<(), Full> {
        if octets.is_empty() {
            return Ok(());
        }
        if octets.len() > self.room() {
            return Err(Full);
        }
        match &mut self.progress.length {
            BodyLength::Chunked => write_chunk(octets, self.output)?,
            BodyLength::Known(left) => {
                self.output.write(&[octets])?;
                *left -= octets.len() as u64;
                if *left == 0 {
                    self.progress.end = End::Finished;
                }
            }
            BodyLength::UntilClose | BodyLength::None => self.output.write(&[octets])?,
        }
        self.progress.unread += octets.len();
        Ok(())
    }

    /// Sends an event; for a response begun with
    /// [`Response::events`](crate::Response::events).
    ///
    /// # Errors
    ///
    /// [`Full`] when there is no room for it now: nothing was sent.
    pub fn send_event(&mut self, event: &StreamEvent<'_>) -> Result<(), Full> {
        let length = event.length();
        if length > self.room() {
            return Err(Full);
        }
        // There is room for all of it, so that no write fails.
        let chunked = matches!(self.progress.length, BodyLength::Chunked);
        event.write(chunked, self.output)?;
        self.progress.unread += length;
        Ok(())
    }

    /// Ends the body. One of an announced length ends by itself.
    pub fn finish(&mut self) {
        let short = matches!(self.progress.length, BodyLength::Known(left) if left > 0);
        self.progress.end = if short { End::Aborted } else { End::Finished };
    }

    /// Gives the body up: the connection ends, so that the client notices.
    pub fn abort(&mut self) {
        self.progress.end = End::Aborted;
    }

    /// What [`Hub::resume`] wants when there is something to send again.
    pub fn resume(&self) -> Resume {
        self.resume
    }

    /// Subscribes to a topic until the body ends: each [mark](Hub::mark) resumes
    /// it, so that the handler is called again. What is
    /// [published](Hub::publish) is not part of a body.
    ///
    /// # Errors
    ///
    /// [`UnknownTopic`] where the application has no such topic.
    pub fn subscribe(&mut self, topic: Topic) -> Result<(), UnknownTopic> {
        let request = TopicRequest::Subscribe(topic, self.resume.connection);
        self.hub.topics(&request).map_err(|_| UnknownTopic)
    }

    /// The connection the request came on.
    pub fn id(&self) -> ConnectionId {
        self.resume.connection
    }

    /// Reaches any connection, later and from anywhere.
    pub fn hub(&self) -> Hub<'b> {
        self.hub
    }
}

/// Octets that are asked for before the peer has taken those before: enough to
/// keep a fast peer busy, and all that a slow one costs.
pub(crate) const PULLED_AT_ONCE: usize = 64 * 1024;

/// Octets around a chunk, and those of the last one.
const CHUNK_FRAME: usize = 16 + 2 + 2 + 5;
