//! Jobs from the Hub.

use super::http::answered;
use super::{Connection, Context, Flow, State};
use crate::hub::{Job, Reply};
use crate::trace::{debug, warning};
use crate::websocket::control_payload;
use crate::{App, Assembly, Message, Response, Status};
use dunlin_proto::output::Full;
use dunlin_proto::websocket::{Close, Opcode, write_frame};

/// What became of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// It is done.
    Done,
    /// There is no room for it now: offer it again when the peer has taken
    /// octets, and until then no later job for this connection.
    Held,
    /// The connection is not one for this job, or not any more; or no room can
    /// ever hold it.
    Dropped,
}

impl<A: App, S: Assembly> Connection<A, S> {
    /// Does a job from the Hub.
    pub fn deliver(&mut self, cx: &mut Context<'_, A>, job: &Job<'_>) -> Delivery {
        let delivery = match job {
            Job::Message(message) => self.deliver_message(cx, *message),
            Job::Ping(payload) => self.deliver_ping(cx, payload),
            Job::Close(close) => self.deliver_close(cx, close),
            Job::Reply { exchange, reply } => self.deliver_reply(cx, *exchange, reply),
        };
        debug!("{} job run: {}, {delivery:?}", cx.id, job.name());
        delivery
    }

    fn deliver_message(&mut self, cx: &mut Context<'_, A>, message: Message<'_>) -> Delivery {
        match &self.state {
            State::WebSocket(frames) if frames.is_closing() => Delivery::Dropped,
            State::WebSocket(frames) if frames.is_sending() => Delivery::Held,
            State::WebSocket(_) => {
                let opcode = message.kind().into();
                written(cx, |cx| {
                    write_frame(cx.output, opcode, true, message.as_bytes())
                })
            }
            _ => Delivery::Dropped,
        }
    }

    fn deliver_ping(&mut self, cx: &mut Context<'_, A>, payload: &[u8]) -> Delivery {
        match &self.state {
            State::WebSocket(frames) if !frames.is_closing() => {
                let payload = control_payload(payload);
                written(cx, |cx| write_frame(cx.output, Opcode::Ping, true, payload))
            }
            _ => Delivery::Dropped,
        }
    }

    fn deliver_close(&mut self, cx: &mut Context<'_, A>, close: &Close<'_>) -> Delivery {
        match &mut self.state {
            State::WebSocket(frames) => {
                self.shared.since = cx.now;
                if let Flow::Become(next) = frames.begin_close(&mut self.shared, cx, close) {
                    self.state = next.into();
                }
            }
            State::Finishing | State::Closed => return Delivery::Dropped,
            _ => self.close_after_response(cx),
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
        let response = Response::new(cx.output, &mut self.shared.exchange, cx.date, cx.id);
        let response = response.status(reply.status);
        let response = match reply.content_type {
            "" => response,
            content_type => response.content_type(content_type),
        };
        match response.body(reply.body) {
            Ok(()) => {
                self.state = answered(&mut self.shared, cx.now).into();
                self.shared.paused = false;
            }
            Err(crate::AnswerError::Full) if !cx.output.is_drained() => return Delivery::Held,
            Err(_error) => {
                warning!("{} the reply cannot be sent: {_error}", cx.id);
                self.refuse(cx, Status::INTERNAL_SERVER_ERROR);
                return Delivery::Dropped;
            }
        }
        Delivery::Done
    }
}

/// Writes a frame; one that does not even fit an empty output never will.
fn written<A: App>(
    cx: &mut Context<'_, A>,
    write: impl FnOnce(&mut Context<'_, A>) -> Result<(), Full>,
) -> Delivery {
    match write(cx) {
        Ok(()) => Delivery::Done,
        Err(Full) if cx.output.is_drained() => {
            warning!("{} a job is larger than the output", cx.id);
            Delivery::Dropped
        }
        Err(Full) => Delivery::Held,
    }
}
