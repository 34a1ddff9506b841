//! What becomes of a connection because of topics.

use super::{Connection, Context, Delivery, Next, State};
use crate::compression::Compression;
use crate::hub::TopicRequest;
use crate::trace::warning;
use crate::uses::Uses;
use crate::{App, Assembly, CloseCode, Closed, Instant, Topic};
use core::time::Duration;
use dunlin_proto::output::Full;

impl<A: App, S: Assembly, C: Compression> Connection<A, S, C> {
    /// Tells that a topic it subscribes to was marked: call it once for a mark,
    /// and again while it is `Held`, when the peer has taken octets. Marks that
    /// come meanwhile need no call of their own.
    ///
    /// Of several topics that are marked, all may be told of in one turn, without
    /// sending between; `first` is true for the first of a turn. After one that is
    /// `Held`, no other is told of in the same turn.
    pub fn latest(&mut self, cx: &mut Context<'_, A>, topic: Topic, first: bool) -> Delivery {
        match &mut self.state {
            State::WebSocket(frames) if frames.is_closing() => Delivery::Dropped,
            // What is sent now would be stale when the peer comes to it.
            State::WebSocket(_) if first && !cx.output.is_drained() => Delivery::Held,
            State::WebSocket(frames) if frames.is_sending() => Delivery::Held,
            State::WebSocket(frames) => match frames.latest(&mut self.shared, cx, topic) {
                Some(Ok(())) => Delivery::Done,
                Some(Err(Full)) if !first => Delivery::Held,
                Some(Err(Full)) => {
                    warning!("{} a latest value is larger than the output", cx.id);
                    Delivery::TooLarge
                }
                None => Delivery::Dropped,
            },
            State::Pulling(pulling) if Uses::<A>::PULLED_BODIES => {
                pulling.resume();
                self.advance(cx, &mut &mut [][..]);
                Delivery::Done
            }
            _ => Delivery::Dropped,
        }
    }

    /// Ends a WebSocket at once whose peer is too slow for what is published:
    /// nothing more is sent, for what waits would be before it. Its `closed` hook is
    /// told of a close with 1008.
    pub fn cut_off(&mut self, cx: &mut Context<'_, A>) {
        if let State::WebSocket(frames) = &mut self.state {
            warning!("{} closed: too slow for what is published", cx.id);
            let closed = Closed::ByServer(CloseCode::POLICY_VIOLATION);
            frames.report(&mut self.shared, cx, closed);
            self.state.enter(Next::Closed);
            self.assembly.clear();
        }
    }

    /// How long the peer has taken nothing of what waits for it.
    pub fn blocked_for(&self, now: Instant) -> Duration {
        if self.is_blocked() {
            now.since(self.shared.blocked)
        } else {
            Duration::ZERO
        }
    }
}

/// Takes the connection out of all topics: what subscribed is over, and what comes
/// next on the connection did not.
pub(super) fn leave<A: App>(cx: &Context<'_, A>) {
    if Uses::<A>::TOPICS {
        let _ = cx.hub.topics(&TopicRequest::Leave(cx.id));
    }
}
