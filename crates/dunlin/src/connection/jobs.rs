//! Jobs from the Hub.

use super::http::{answered, told};
use super::{Connection, Context, Flow, State};
use crate::compression::{Compression, deflating, send_frame};
use crate::hub::{Job, Reply};
use crate::trace::{debug, warning};
use crate::uses::Uses;
use crate::websocket::control_payload;
use crate::{App, Assembly, Event, Instant, MessageKind, Response, Status, hooks};
use dunlin_proto::output::Full;
use dunlin_proto::websocket::{Close, Opcode};

/// What became of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Delivery {
    /// It is done.
    Done,
    /// There is no room for it now: offer it again when the peer has taken
    /// octets, and until then no later job for this connection.
    Held,
    /// The connection is not one for this job, or not any more.
    Dropped,
    /// No room can ever hold it; it is dropped.
    TooLarge,
}

impl<A: App, S: Assembly, C: Compression> Connection<A, S, C> {
    /// Does a job from the Hub.
    pub fn deliver(&mut self, cx: &mut Context<'_, A>, job: &Job<'_>) -> Delivery {
        let delivery = self.run(cx, job);
        debug!("{} job run: {}, {:?}", cx.id, job.name(), delivery);
        delivery
    }

    fn run(&mut self, cx: &mut Context<'_, A>, job: &Job<'_>) -> Delivery {
        let (opcode, payload) = match job {
            Job::Message { message, .. } => (message.kind().into(), message.as_bytes()),
            Job::Ping(payload) => (Opcode::Ping, control_payload(payload)),
            Job::Close(close) => return self.deliver_close(cx, close),
            Job::Reply { exchange, reply } => return self.deliver_reply(cx, *exchange, reply),
            Job::Resume { exchange } => return self.resume(cx, *exchange),
            Job::Touch => return self.touch(cx.now),
            Job::Call { .. } => return Delivery::Dropped,
        };
        self.deliver_frame(cx, opcode, payload)
    }

    fn deliver_frame(
        &mut self,
        cx: &mut Context<'_, A>,
        opcode: Opcode,
        payload: &[u8],
    ) -> Delivery {
        match &self.state {
            State::WebSocket(frames) if frames.is_closing() => return Delivery::Dropped,
            // A control frame may stand between the parts of a message.
            State::WebSocket(frames) if frames.is_sending() && !opcode.is_control() => {
                return Delivery::Held;
            }
            State::WebSocket(_) => {}
            _ => return Delivery::Dropped,
        }
        let mut deflating = deflating(&mut self.shared.compression);
        match send_frame(cx.output, &mut deflating, opcode, payload) {
            Ok(()) => {
                sent(cx, opcode, payload.len());
                Delivery::Done
            }
            // A frame that does not even fit an empty output never will.
            Err(Full) if cx.output.is_drained() => {
                warning!("{} a job is larger than the output", cx.id);
                Delivery::TooLarge
            }
            Err(Full) => Delivery::Held,
        }
    }

    fn deliver_close(&mut self, cx: &mut Context<'_, A>, close: &Close<'_>) -> Delivery {
        match &mut self.state {
            State::WebSocket(frames) => {
                self.shared.since = cx.now;
                if let Flow::Become(next) = frames.begin_close(&mut self.shared, cx, close) {
                    self.state.enter(next);
                }
            }
            State::Finishing | State::Closed => return Delivery::Dropped,
            _ => self.close_after_response(cx),
        }
        Delivery::Done
    }

    /// Takes the connection for used now.
    fn touch(&mut self, now: Instant) -> Delivery {
        self.shared.heard = now;
        if self.is_idle() {
            self.shared.since = now;
        }
        Delivery::Done
    }

    fn resume(&mut self, cx: &mut Context<'_, A>, number: u32) -> Delivery {
        if !(Uses::<A>::STREAMED_BODIES || Uses::<A>::PULLED_BODIES)
            || self.shared.exchange.number != number
        {
            return Delivery::Dropped;
        }
        match &mut self.state {
            State::Streaming(body) if body.is_paused() => {
                self.shared.since = body.resume(cx.now);
                self.shared.paused = false;
            }
            State::Pulling(pulling) => {
                pulling.resume();
                self.advance(cx, &mut &mut [][..]);
            }
            _ => return Delivery::Dropped,
        }
        Delivery::Done
    }

    fn deliver_reply(
        &mut self,
        cx: &mut Context<'_, A>,
        number: u32,
        reply: &Reply<'_>,
    ) -> Delivery {
        if !matches!(self.state, State::Ticket) || self.shared.exchange.number != number {
            return Delivery::Dropped;
        }
        let mut response = Response::new(cx.output, &mut self.shared.exchange, cx.date, cx.id);
        response.status = reply.status;
        response.content_type = (!reply.content_type.is_empty()).then_some(reply.content_type);
        match response.body(reply.body) {
            Ok(()) => {
                told(&self.shared, cx);
                self.state.enter(answered(&mut self.shared, cx.now));
                self.shared.paused = false;
            }
            Err(crate::AnswerError::Full) if !cx.output.is_drained() => return Delivery::Held,
            Err(_error) => {
                warning!("{} the reply cannot be sent: {}", cx.id, _error);
                self.refuse(cx, Status::INTERNAL_SERVER_ERROR);
                return Delivery::TooLarge;
            }
        }
        Delivery::Done
    }
}

/// Tells of a message that was sent.
fn sent<A: App>(cx: &Context<'_, A>, opcode: Opcode, octets: usize) {
    let kind = match opcode {
        Opcode::Text => MessageKind::Text,
        Opcode::Binary => MessageKind::Binary,
        _ => return,
    };
    let (id, last) = (cx.id, true);
    let event = Event::MessageSent {
        id,
        kind,
        octets,
        last,
    };
    hooks::tell(cx.app, &event);
}
