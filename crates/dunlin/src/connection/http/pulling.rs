//! Response bodies that are asked for part by part.

use crate::compression::Compression;
use crate::connection::http::answered;
use crate::connection::{Context, Flow, Next, Shared};
use crate::pull::{End, PULLED_AT_ONCE, Progress};
use crate::response::Outcome;
use crate::stream_event::COMMENT;
use crate::trace::warning;
use crate::{App, Instant, PullHandler, PulledBody, Resume};
use dunlin_proto::http::{BodyLength, Version, write_chunk, write_last_chunk};

/// A response whose body is asked for.
pub(in crate::connection) struct Pulling<A: App> {
    pull: PullHandler<A>,
    progress: Progress,
    /// It is a stream of events.
    events: bool,
    /// There is nothing to send until it is resumed.
    waiting: bool,
}

impl<A: App> Pulling<A> {
    /// A body of which nothing was asked for yet.
    pub(in crate::connection) const fn new(pull: PullHandler<A>) -> Self {
        let progress = Progress {
            length: BodyLength::None,
            unread: 0,
            end: End::None,
        };
        Self {
            pull,
            progress,
            events: false,
            waiting: false,
        }
    }

    /// Takes note of how the handler began it.
    fn begin<C: Compression>(&mut self, shared: &Shared<A, C>) {
        let exchange = &shared.exchange;
        self.events = exchange.outcome == Outcome::Events;
        self.progress.length = match exchange.outcome {
            Outcome::Pulled(Some(octets)) => BodyLength::Known(octets as u64),
            _ if exchange.version == Version::Http10 => BodyLength::UntilClose,
            _ => BodyLength::Chunked,
        };
    }

    /// True while there is nothing to send until it is resumed.
    pub(in crate::connection) fn is_waiting(&self) -> bool {
        self.waiting
    }

    /// True for a stream of events.
    pub(in crate::connection) fn is_events(&self) -> bool {
        self.events
    }

    /// Goes on where there was nothing to send.
    pub(in crate::connection) fn resume(&mut self) {
        self.waiting = false;
    }

    /// Asks for octets as long as there are some, and room for them.
    pub(in crate::connection) fn advance<C: Compression>(
        &mut self,
        shared: &mut Shared<A, C>,
        cx: &mut Context<'_, A>,
    ) -> Flow<A> {
        if self.progress.length == BodyLength::None {
            self.begin(shared);
        }
        loop {
            match self.progress.end {
                End::Finished => return self.finish(shared, cx),
                End::Aborted => {
                    warning!("{} the body of a response was given up", cx.id);
                    return Flow::Become(Next::Finishing);
                }
                End::None => {}
            }
            if self.waiting || !self.has_room(cx) {
                return Flow::Pause;
            }
            self.ask(shared, cx);
            if self.waiting {
                shared.since = cx.now;
            }
        }
    }

    fn has_room(&mut self, cx: &Context<'_, A>) -> bool {
        if cx.output.is_drained() {
            self.progress.unread = 0;
            return true;
        }
        self.progress.unread < PULLED_AT_ONCE && cx.output.room() >= WORTH_ASKING
    }

    /// Calls the handler once.
    fn ask<C: Compression>(&mut self, shared: &mut Shared<A, C>, cx: &mut Context<'_, A>) {
        let before = self.progress.unread;
        let mut body = PulledBody {
            session: &mut shared.session,
            output: cx.output,
            hub: cx.hub,
            resume: Resume {
                connection: cx.id,
                exchange: shared.exchange.number,
            },
            progress: &mut self.progress,
        };
        let result = (self.pull)(cx.app, &mut body);
        if self.progress.end != End::None || self.progress.unread > before {
            return;
        }
        match result {
            Ok(()) => self.waiting = true,
            // There cannot be more room than there is.
            Err(_) if cx.output.is_drained() => self.progress.end = End::Aborted,
            // What it is about to send needs all the room there can be.
            Err(_) => self.progress.unread = PULLED_AT_ONCE,
        }
    }

    fn finish<C: Compression>(
        &mut self,
        shared: &mut Shared<A, C>,
        cx: &mut Context<'_, A>,
    ) -> Flow<A> {
        if self.progress.length == BodyLength::Chunked && write_last_chunk(cx.output).is_err() {
            return Flow::Pause;
        }
        Flow::Become(answered(shared, cx.now))
    }

    /// What is due when nothing was sent for too long: a stream of events is
    /// given a sign of life, any other body is given up.
    pub(in crate::connection) fn timeout(&mut self, cx: &mut Context<'_, A>) -> Instant {
        self.waiting = false;
        if !self.events {
            self.progress.end = End::Aborted;
        } else {
            self.waiting = true;
            // Without room for it the send deadline watches already.
            let _ = match self.progress.length {
                BodyLength::Chunked => write_chunk(COMMENT, cx.output),
                _ => cx.output.write(&[COMMENT]),
            };
        }
        cx.now
    }

    /// Ends it where it would never end by itself, because the server stops or
    /// somebody closes the connection.
    pub(in crate::connection) fn close(&mut self) {
        if self.events {
            self.progress.end = End::Finished;
        }
    }
}

/// With less room than this it is waited for more.
const WORTH_ASKING: usize = 256;
