//! Request bodies that are taken part by part.

use super::dispatch::{Step, answer_refused, conclude, dispatch};
use super::{Body, finish_body, has_answer_room, has_body};
use crate::compression::Compression;
use crate::connection::{Context, Flow, Shared};
use crate::response::Outcome;
use crate::trace::debug;
use crate::{
    Admission, App, Assembly, BodyPart, BodyRoute, Instant, Limits, Request, RequestHead,
    RequestView, Response, Resume, Route, Status,
};
use core::time::Duration;
use dunlin_proto::http::{BodyDecoder, Framing, write_continue};

/// A request body that a handler takes part by part; its head lies in the
/// assembly buffer.
pub(in crate::connection) struct Streaming<A: App> {
    decoder: BodyDecoder,
    /// Octets that were taken.
    received: u64,
    head_length: usize,
    route: &'static Route<A>,
    streamed: &'static BodyRoute<A>,
    /// What of the body's time was used when it paused, in milliseconds;
    /// [`NOT_PAUSED`] unless the handler has taken less than all.
    used: u32,
}

impl<A: App> Streaming<A> {
    pub(super) fn new(body: Body<A>, streamed: &'static BodyRoute<A>) -> Self {
        Self {
            decoder: body.decoder,
            received: 0,
            head_length: body.head_length,
            route: body.route,
            streamed,
            used: NOT_PAUSED,
        }
    }

    /// True while the handler has taken less than all.
    pub(in crate::connection) const fn is_paused(&self) -> bool {
        self.used != NOT_PAUSED
    }

    /// How long the body, or the pause, may take by now: the more of a body came,
    /// the longer.
    pub(in crate::connection) fn time(&self, limits: &Limits) -> Duration {
        if self.is_paused() {
            return limits.answer_time;
        }
        let earned = self.received.checked_div(limits.body_rate.into());
        limits.body_time + Duration::from_secs(earned.unwrap_or_default())
    }

    /// Goes on with the body, whose time since then began at the moment that is
    /// returned: that of the pause is not the client's.
    pub(in crate::connection) fn resume(&mut self, now: Instant) -> Instant {
        let used = core::mem::replace(&mut self.used, NOT_PAUSED);
        Instant::from_millis(now.as_millis().saturating_sub(used.into()))
    }

    /// Tells the handler that the rest does not come.
    pub(in crate::connection) fn abandon<C: Compression>(
        &self,
        shared: &mut Shared<A, C>,
        cx: &Context<'_, A>,
    ) {
        if let Some(abandoned) = self.streamed.abandoned {
            abandoned(cx.app, &mut shared.session, cx.id);
        }
    }

    /// Takes body octets.
    pub(in crate::connection) fn receive<S: Assembly, C: Compression>(
        &mut self,
        shared: &mut Shared<A, C>,
        assembly: &mut S,
        cx: &mut Context<'_, A>,
        rest: &mut &mut [u8],
    ) -> Flow<A> {
        if self.is_paused() {
            return Flow::Pause;
        }
        if rest.is_empty() {
            return Flow::Wait;
        }
        if !has_answer_room(cx.output) {
            return Flow::Pause;
        }
        let input = core::mem::take(rest);
        match self.take(shared, cx, input) {
            Ok((consumed, complete)) => {
                *rest = input.get_mut(consumed..).unwrap_or_default();
                if complete {
                    finish_body(shared, assembly, cx, self.head_length, self.route)
                } else {
                    Flow::Again
                }
            }
            Err(flow) => flow,
        }
    }

    /// Offers the next octets to the handler. Returns how many octets of the input
    /// are done with, and whether the body is complete.
    fn take<C: Compression>(
        &mut self,
        shared: &mut Shared<A, C>,
        cx: &mut Context<'_, A>,
        input: &mut [u8],
    ) -> Result<(usize, bool), Flow<A>> {
        let start = input.as_ptr().addr();
        let before = self.decoder.clone();
        let decoded = self.decoder.decode(input).map_err(|error| {
            debug!("{} request body refused: {}", cx.id, error);
            Flow::Refuse(error.status())
        })?;
        let (consumed, complete) = (decoded.consumed, decoded.complete);
        let octets = decoded.data.len();
        if octets == 0 {
            return Ok((consumed, complete));
        }
        if octets as u64 > (self.streamed.limit as u64).saturating_sub(self.received) {
            return Err(Flow::Refuse(Status::CONTENT_TOO_LARGE));
        }
        let mut part = BodyPart {
            session: &mut shared.session,
            hub: cx.hub,
            resume: Resume {
                connection: cx.id,
                exchange: shared.exchange.number,
            },
            received: self.received,
        };
        let taken = (self.streamed.part)(cx.app, &mut part, decoded.data).map_err(Flow::Refuse)?;
        let taken = taken.min(octets);
        self.received += taken as u64;
        if taken == octets {
            return Ok((consumed, complete));
        }
        let used = cx.now.since(shared.since).as_millis();
        self.used = u32::try_from(used)
            .unwrap_or(NOT_PAUSED)
            .min(NOT_PAUSED - 1);
        shared.since = cx.now;
        // Back to before these octets, and forward again as far as they were taken:
        // the decoder does not mind where its input is cut.
        let offset = decoded.data.as_ptr().addr().wrapping_sub(start);
        self.decoder = before;
        let (used, _) = input.split_at_mut((offset + taken).min(input.len()));
        let _ = self.decoder.decode(used);
        Ok((used.len(), false))
    }
}

/// Decides about a request whose body, if it has one, is taken part by part.
pub(super) fn admit<A: App, C: Compression>(
    shared: &mut Shared<A, C>,
    cx: &mut Context<'_, A>,
    head: &RequestHead<'_>,
    body_present: bool,
    route: &'static Route<A>,
    streamed: &'static BodyRoute<A>,
) -> Step<A> {
    let framing = head.framing();
    let refused = match framing {
        Framing::Length(octets) if octets > streamed.limit as u64 => {
            Some(Status::CONTENT_TOO_LARGE)
        }
        Framing::Chunked if streamed.length_required => Some(Status::LENGTH_REQUIRED),
        _ => None,
    };
    if let Some(status) = refused {
        return Step::Next(answer_refused(shared, cx, status));
    }
    if let Some(admit) = streamed.admit {
        let persistent = shared.exchange.persistent;
        // The body of a refused request is not read, so nothing behind it can be.
        shared.exchange.persistent &= !has_body(head);
        let request = Request {
            view: RequestView {
                head,
                body: &[],
                pattern: &route.pattern,
            },
            session: &mut shared.session,
            hub: cx.hub,
            id: cx.id,
        };
        let response = Response::new(cx.output, &mut shared.exchange, cx.date, cx.id);
        let result = admit(cx.app, request, Admission { response });
        if shared.exchange.outcome != Outcome::Accepted {
            return Step::Next(conclude(shared, cx, result));
        }
        shared.exchange.persistent = persistent;
        shared.exchange.outcome = Outcome::Open;
    }
    if !has_body(head) {
        return Step::Next(dispatch(shared, cx, head, &[], route));
    }
    if head.expects_continue() && !body_present {
        let _ = write_continue(cx.output);
    }
    Step::Body {
        framing,
        route,
        streamed: Some(streamed),
    }
}

const NOT_PAUSED: u32 = u32::MAX;
