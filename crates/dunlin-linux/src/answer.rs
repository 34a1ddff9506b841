//! Answers that are given later.

use crate::HubHandle;
use dunlin::hub::{Job, record_length};
use dunlin::{Reply, Status, Ticket};
use std::borrow::Cow;
use std::time::Duration;

/// The answer to a request that took a [`Ticket`], with all that is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status code.
    pub status: Status,
    /// `Content-Type`; empty for none.
    pub content_type: Cow<'static, str>,
    /// The body. With its head it must fit
    /// [`Config::hub_capacity`](crate::Config::hub_capacity) and
    /// [`Config::send_buffer`](crate::Config::send_buffer); else the request is
    /// answered 500.
    pub body: Cow<'static, [u8]>,
}

impl Answer {
    /// 200 with a body.
    pub fn new(
        content_type: impl Into<Cow<'static, str>>,
        body: impl Into<Cow<'static, [u8]>>,
    ) -> Self {
        Self {
            status: Status::OK,
            content_type: content_type.into(),
            body: body.into(),
        }
    }

    /// 200 with plain text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::new("text/plain; charset=utf-8", text.into().into_bytes())
    }

    /// 200 with a JSON text.
    pub fn json(json: impl Into<String>) -> Self {
        Self::new("application/json", json.into().into_bytes())
    }

    /// A status, with its name as the body.
    pub fn from_status(status: Status) -> Self {
        Self::text(status.reason()).with_status(status)
    }

    /// The same with another status.
    #[must_use]
    pub fn with_status(mut self, status: Status) -> Self {
        self.status = status;
        self
    }

    fn as_reply(&self) -> Reply<'_> {
        Reply {
            status: self.status,
            content_type: &self.content_type,
            body: &self.body,
        }
    }
}

/// A ticket that is answered whatever happens: 500 when its work panics, 503
/// when it is given up.
pub(crate) struct Pending {
    hub: HubHandle,
    /// Gone when it is answered.
    ticket: Option<Ticket>,
}

impl Pending {
    pub(crate) fn new(hub: &HubHandle, ticket: Ticket) -> Self {
        Self {
            hub: hub.clone(),
            ticket: Some(ticket),
        }
    }

    /// Answers, and waits for that while the Hub has no room.
    pub(crate) fn answer(mut self, answer: Answer) {
        let answer = self.sendable(answer);
        while !self.try_answer(&answer) && !self.hub.0.stop_requested() {
            std::thread::sleep(RETRY);
        }
    }

    /// The answer, or another in the place of one that the Hub will never take.
    pub(crate) fn sendable(&self, answer: Answer) -> Answer {
        let reply = answer.as_reply();
        if record_length(&Job::Reply { exchange: 0, reply }) <= self.hub.0.capacity() {
            return answer;
        }
        log::error!(target: "dunlin", "an answer is longer than the Hub can hold");
        Answer::from_status(Status::INTERNAL_SERVER_ERROR)
    }

    /// Whether it is answered now.
    pub(crate) fn try_answer(&mut self, answer: &Answer) -> bool {
        if let Some(ticket) = self.ticket.take() {
            let replied = self.hub.hub().reply(ticket, answer.as_reply());
            self.ticket = replied.err();
        }
        self.ticket.is_none()
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        let status = if std::thread::panicking() {
            Status::INTERNAL_SERVER_ERROR
        } else {
            Status::SERVICE_UNAVAILABLE
        };
        // Without room in the Hub, the server itself answers when it is time.
        self.try_answer(&Answer::from_status(status));
    }
}

/// How often to look for room in the Hub.
const RETRY: Duration = Duration::from_millis(5);
