//! What takes long: done by a worker, which is a thread or a task.

use crate::bodies::{DIGESTED, Digested};
use core::fmt::Write;
use core::time::Duration;
use dunlin::{Hub, Reply, Resume, Status, Ticket};
use heapless::{String, Vec};

/// Something to do.
#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "there is no allocator to box it with"
)]
pub enum Work {
    /// Take the next octets of a body, which may then go on.
    Part {
        /// No others were before them.
        is_first: bool,
        /// The octets.
        octets: Vec<u8, PART>,
        /// The body.
        resume: Resume,
    },
    /// Answer for the body whose parts these were.
    End {
        /// How often it paused.
        pauses: u32,
        /// The request.
        ticket: Ticket,
    },
    /// Answer a request.
    Later {
        /// The request.
        ticket: Ticket,
    },
}

/// Does one thing after the other.
#[derive(Default)]
pub struct Worker {
    body: Digested,
}

/// What the server is to be told when something is done.
#[derive(Debug)]
pub enum Todo {
    /// Go on with a body.
    Resume(Resume),
    /// Answer a request with this text.
    Reply(Ticket, String<DIGESTED>),
}

impl Worker {
    /// Does something; what is returned is to be [posted](Todo::post).
    pub fn work(&mut self, work: Work) -> Todo {
        match work {
            Work::Part {
                is_first,
                octets,
                resume,
            } => {
                if is_first {
                    // One before may have been abandoned.
                    self.body = Digested::default();
                }
                self.body.take(&octets);
                Todo::Resume(resume)
            }
            Work::End { pauses, ticket } => {
                let mut text = core::mem::take(&mut self.body).finish();
                // There is room for every number.
                let _ = write!(text, " {pauses}");
                Todo::Reply(ticket, text)
            }
            Work::Later { ticket } => {
                let mut text = String::new();
                // There is room for it.
                let _ = text.push_str("It is later.");
                Todo::Reply(ticket, text)
            }
        }
    }
}

impl Todo {
    /// Tells the server. Returns what is still to be told, when the mailbox has no
    /// room: try again.
    #[must_use]
    pub fn post(self, hub: Hub<'_>) -> Option<Self> {
        match self {
            Self::Resume(resume) => hub.resume(resume).is_err().then_some(self),
            Self::Reply(ticket, text) => {
                let reply = Reply {
                    status: Status::OK,
                    content_type: "text/plain; charset=utf-8",
                    body: text.as_bytes(),
                };
                let refused = hub.reply(ticket, reply).err();
                refused.map(|ticket| Self::Reply(ticket, text))
            }
        }
    }
}

/// What waits for the worker.
pub const DEPTH: usize = 3;

/// Octets of a part.
pub const PART: usize = 256;

/// How long the worker takes for each thing, as a flash memory might.
pub const PACE: Duration = Duration::from_millis(2);
