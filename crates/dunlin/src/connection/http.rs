//! Requests: heads and bodies, put together where they come in pieces.

mod dispatch;
mod pulling;
mod streaming;

use super::{Context, Flow, Next, Shared, State};
use crate::compression::Compression;
use crate::trace::debug;
use crate::uses::Uses;
use crate::{App, Assembly, RequestHead, Route, Status};
use dispatch::{Step, dispatch_again, process};
use dunlin_proto::http::{BodyDecoder, Framing, parse_request_head};
use dunlin_proto::output::Output;

pub(super) use dispatch::{answered, told};
pub(super) use pulling::Pulling;
pub(super) use streaming::Streaming;

/// A request body of which more has to come; its head, and what came of it, lie
/// in the assembly buffer.
pub(super) struct Body<A: App> {
    decoder: BodyDecoder,
    head_length: usize,
    route: &'static Route<A>,
}

/// Takes a request head: parsed where it lies when it lies there whole, else
/// put together first.
pub(super) fn receive_head<A: App, S: Assembly, C: Compression>(
    state: &mut State<A, C>,
    shared: &mut Shared<A, C>,
    assembly: &mut S,
    cx: &mut Context<'_, A>,
    rest: &mut &mut [u8],
) -> Flow<A> {
    if rest.is_empty() {
        return Flow::Wait;
    }
    if !has_answer_room(cx.output) {
        return Flow::Pause;
    }
    let input = core::mem::take(rest);
    let begun = assembly.len();
    if begun > 0 {
        let missing = cx.limits.head.saturating_sub(begun);
        let (piece, _) = input.split_at(input.len().min(missing));
        if assembly.append(piece).is_err() {
            return Flow::Refuse(Status::REQUEST_HEADER_FIELDS_TOO_LARGE);
        }
    }
    let octets = if begun > 0 {
        assembly.as_slice()
    } else {
        &*input
    };
    let (step, length) = match read_head(state, shared, cx, octets, begun + input.len()) {
        Ok(Some(read)) => read,
        Ok(None) if begun > 0 => return Flow::Wait,
        Ok(None) => {
            if !shared.fresh {
                shared.since = cx.now;
            }
            return match assembly.append(input) {
                Ok(()) => Flow::Wait,
                Err(_) => Flow::Refuse(Status::REQUEST_HEADER_FIELDS_TOO_LARGE),
            };
        }
        Err(status) => return Flow::Refuse(status),
    };
    let (head, tail) = input.split_at_mut(length.saturating_sub(begun).min(input.len()));
    *rest = tail;
    match step {
        Step::Next(next) => {
            assembly.clear();
            Flow::Become(next)
        }
        Step::Opened => {
            assembly.clear();
            Flow::Again
        }
        Step::Body {
            framing: Framing::Length(octets),
            route,
            streamed: None,
        } if begun == 0 && octets <= rest.len() as u64 => {
            let tail = core::mem::take(rest);
            let (body, tail) = tail.split_at_mut(octets as usize);
            *rest = tail;
            dispatch_again(shared, cx, head, body, route)
        }
        Step::Body {
            framing,
            route,
            streamed,
        } => {
            assembly.truncate(length);
            if begun == 0 && assembly.append(head).is_err() {
                return Flow::Refuse(Status::CONTENT_TOO_LARGE);
            }
            shared.since = cx.now;
            let body = Body {
                decoder: BodyDecoder::new(framing, &cx.limits.body_limits()),
                head_length: length,
                route,
            };
            *state = match streamed {
                Some(streamed) if Uses::<A>::STREAMED_BODIES => {
                    State::Streaming(Streaming::new(body, streamed))
                }
                _ => State::Body(body),
            };
            Flow::Again
        }
    }
}

/// Reads a head from the front of `octets`, and answers its request unless a
/// body has to be awaited; `None` when the head goes on beyond them.
/// `available` octets have arrived, the head included.
fn read_head<A: App, C: Compression>(
    state: &mut State<A, C>,
    shared: &mut Shared<A, C>,
    cx: &mut Context<'_, A>,
    octets: &[u8],
    available: usize,
) -> Result<Option<(Step<A>, usize)>, Status> {
    // Looked at where it lies: a head is large.
    match &parse_request_head(octets, &cx.limits.head_limits()) {
        Ok(Some((head, length))) => {
            debug!(
                "{} request head received: {} octets, {} {}",
                cx.id,
                length,
                head.method().as_str(),
                head.target()
            );
            shared.fresh = false;
            let step = process(state, shared, cx, head, available > *length);
            Ok(Some((step, *length)))
        }
        Ok(None) => Ok(None),
        Err(error) => {
            debug!("{} request refused: {}", cx.id, error);
            Err(error.status())
        }
    }
}

/// Takes body octets; the body is put together behind its head.
pub(super) fn receive_body<A: App, S: Assembly, C: Compression>(
    body: &mut Body<A>,
    shared: &mut Shared<A, C>,
    assembly: &mut S,
    cx: &mut Context<'_, A>,
    rest: &mut &mut [u8],
) -> Flow<A> {
    if rest.is_empty() {
        return Flow::Wait;
    }
    if !has_answer_room(cx.output) {
        return Flow::Pause;
    }
    let input = core::mem::take(rest);
    let (consumed, complete) = match body.decoder.decode(input) {
        Ok(decoded) => {
            let length = assembly.len() - body.head_length + decoded.data.len();
            if length > cx.limits.body || assembly.append(decoded.data).is_err() {
                return Flow::Refuse(Status::CONTENT_TOO_LARGE);
            }
            (decoded.consumed, decoded.complete)
        }
        Err(error) => {
            debug!("{} request body refused: {}", cx.id, error);
            return Flow::Refuse(error.status());
        }
    };
    *rest = input.get_mut(consumed..).unwrap_or_default();
    if !complete {
        return Flow::Again;
    }
    finish_body(shared, assembly, cx, body.head_length, body.route)
}

/// Calls the handler behind the last octet of a body.
fn finish_body<A: App, S: Assembly, C: Compression>(
    shared: &mut Shared<A, C>,
    assembly: &mut S,
    cx: &mut Context<'_, A>,
    head_length: usize,
    route: &'static Route<A>,
) -> Flow<A> {
    let octets = assembly.as_slice();
    let (head, octets) = octets.split_at(head_length.min(octets.len()));
    let flow = dispatch_again(shared, cx, head, octets, route);
    assembly.clear();
    flow
}

/// Answers a request that is not understood, or not awaited any longer, and
/// ends the connection.
pub(super) fn refuse<A: App, S: Assembly, C: Compression>(
    shared: &mut Shared<A, C>,
    assembly: &mut S,
    cx: &mut Context<'_, A>,
    status: Status,
) -> Next<A> {
    assembly.clear();
    shared.since = cx.now;
    dispatch::answer_refused(shared, cx, status)
}

fn has_body(head: &RequestHead<'_>) -> bool {
    !matches!(head.framing(), Framing::None | Framing::Length(0))
}

/// Whether a request may be answered now: an output that holds too little, but
/// is empty, can hold no more.
fn has_answer_room(output: &dyn Output) -> bool {
    output.room() >= ANSWER_ROOM || output.is_drained()
}

/// Room below which a request waits for the answers before it to be taken.
const ANSWER_ROOM: usize = 4096;
