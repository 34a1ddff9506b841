//! When something is due, and what is done then.

use super::{Connection, Context, State};
use crate::compression::Compression;
use crate::trace::debug;
use crate::uses::Uses;
use crate::{App, Assembly, Instant, Limits, Status};

impl<A: App, S: Assembly, C: Compression> Connection<A, S, C> {
    /// When [`Connection::timeout`] is to be called, if nothing happens before.
    ///
    /// Any verb can change it. A driver may look late, never early.
    pub fn deadline(&self, limits: &Limits) -> Instant {
        let mut since = self.shared.since;
        let stalled = self.is_blocked();
        let streamed_time;
        let state = match &self.state {
            State::Head if self.shared.fresh || !self.assembly.is_empty() => {
                Some(&limits.head_time)
            }
            State::Head => Some(&limits.keep_alive),
            State::Streaming(body) if Uses::<A>::STREAMED_BODIES => {
                streamed_time = body.time(limits);
                Some(&streamed_time)
            }
            State::Body(_) | State::Streaming(_) => Some(&limits.body_time),
            State::Ticket => Some(&limits.answer_time),
            State::Pulling(pulling) if Uses::<A>::PULLED_BODIES && pulling.is_waiting() => {
                Some(&limits.answer_time)
            }
            State::Sending(_) | State::Pulling(_) | State::ByDriver(_) => None,
            State::WebSocket(frames) if frames.is_closing() => Some(&limits.close_time),
            State::WebSocket(_) if self.shared.pinged => Some(&limits.pong_time),
            State::WebSocket(_) => {
                since = self.shared.heard;
                Some(&limits.ping_after)
            }
            State::Finishing if stalled => None,
            State::Finishing => Some(&limits.close_time),
            State::Closed => None,
        };
        let state = state.map_or(Instant::NEVER, |limit| since.after(*limit));
        state.min(self.stall_deadline(limits))
    }

    /// When the peer has taken nothing for too long; never if it takes all.
    fn stall_deadline(&self, limits: &Limits) -> Instant {
        self.shared.blocked.after(limits.send_time)
    }

    /// Does what is due when the deadline has come; nothing before.
    pub fn timeout(&mut self, cx: &mut Context<'_, A>) {
        if self.deadline(cx.limits) > cx.now {
            return;
        }
        if self.stall_deadline(cx.limits) <= cx.now {
            debug!("{} closed: the peer takes nothing of what is sent", cx.id);
            return self.disconnect(cx);
        }
        match &mut self.state {
            State::Head if self.assembly.is_empty() => {
                debug!("{} closed: no request came", cx.id);
                self.finish(cx.now);
            }
            State::Streaming(body) if Uses::<A>::STREAMED_BODIES && body.is_paused() => {
                debug!("{} the body was not taken in time", cx.id);
                self.refuse(cx, Status::SERVICE_UNAVAILABLE);
            }
            State::Head | State::Body(_) | State::Streaming(_) => {
                debug!("{} the request took too long", cx.id);
                self.refuse(cx, Status::REQUEST_TIMEOUT);
            }
            State::Ticket => {
                debug!("{} no answer came for the request in time", cx.id);
                self.refuse(cx, Status::SERVICE_UNAVAILABLE);
            }
            State::WebSocket(frames) if !frames.is_closing() && !self.shared.pinged => {
                frames.ping(&mut self.shared, cx);
            }
            State::Finishing => self.state = State::Closed,
            State::WebSocket(_) => {
                debug!("{} closed: the peer does not answer", cx.id);
                self.disconnect(cx);
            }
            State::Pulling(pulling) if Uses::<A>::PULLED_BODIES => {
                self.shared.since = pulling.timeout(cx);
                self.advance(cx, &mut &mut [][..]);
            }
            State::Sending(_) | State::Pulling(_) | State::ByDriver(_) | State::Closed => {}
        }
    }
}
