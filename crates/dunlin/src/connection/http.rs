//! Requests: heads, bodies, dispatch to the handlers.

use super::websocket::Frames;
use super::{Context, Flow, Shared, State};
use crate::response::{Exchange, Outcome};
use crate::route::{Found, Target, allowed, find};
use crate::trace::{debug, warning};
use crate::{
    AnswerError, App, Assembly, Handler, Handshake, Instant, Request, RequestHead, Response,
    Status, WebSocketRoute,
};
use dunlin_proto::http::{BodyDecoder, Framing, Method, parse_request_head, write_continue};
use dunlin_proto::output::Output;
use dunlin_proto::websocket::{HandshakeError, accept_value, upgrade};

/// Takes a request head: parsed where it lies when it lies there whole, else
/// put together first.
pub(super) fn receive_head<A: App, S: Assembly>(
    shared: &mut Shared<A, S>,
    cx: &mut Context<'_, A>,
    rest: &mut &mut [u8],
) -> Flow<A> {
    if rest.is_empty() {
        return Flow::Wait;
    }
    if !has_answer_room(cx.output) {
        return Flow::Pause;
    }
    if !shared.assembly.is_empty() {
        return receive_more_head(shared, cx, rest);
    }
    let input = core::mem::take(rest);
    let Shared {
        session,
        exchange,
        stopping,
        ..
    } = shared;
    let (step, length) = match read_head(session, exchange, *stopping, cx, input, input.len()) {
        Ok(Some(read)) => read,
        Ok(None) => {
            if !shared.fresh {
                shared.since = cx.now;
            }
            return keep_head(shared, cx, input);
        }
        Err(status) => return Flow::Become(refuse(shared, cx, status)),
    };
    shared.fresh = false;
    let (head, tail) = input.split_at_mut(length.min(input.len()));
    *rest = tail;
    match step {
        Step::Next(state) => Flow::Become(state),
        Step::Body {
            framing: Framing::Length(octets),
            handler,
        } if octets <= rest.len() as u64 => {
            let tail = core::mem::take(rest);
            let (body, tail) = tail.split_at_mut(octets as usize);
            *rest = tail;
            let Shared {
                session, exchange, ..
            } = shared;
            Flow::Become(dispatch_again(session, exchange, cx, head, body, handler))
        }
        Step::Body { framing, handler } => match shared.assembly.append(head) {
            Ok(()) => begin_body(cx, framing, length, handler),
            Err(_) => Flow::Become(refuse(shared, cx, Status::CONTENT_TOO_LARGE)),
        },
    }
}

/// Goes on with a head whose beginning lies in the assembly buffer.
#[cold]
fn receive_more_head<A: App, S: Assembly>(
    shared: &mut Shared<A, S>,
    cx: &mut Context<'_, A>,
    rest: &mut &mut [u8],
) -> Flow<A> {
    let begun = shared.assembly.len();
    let input = core::mem::take(rest);
    let missing = cx.limits.head.saturating_sub(begun);
    let (piece, _) = input.split_at(input.len().min(missing));
    if let Flow::Become(refused) = keep_head(shared, cx, piece) {
        return Flow::Become(refused);
    }
    let Shared {
        session,
        exchange,
        stopping,
        assembly,
        ..
    } = shared;
    let available = begun + input.len();
    let octets = assembly.as_slice();
    let (step, length) = match read_head(session, exchange, *stopping, cx, octets, available) {
        Ok(Some(read)) => read,
        Ok(None) => return Flow::Wait,
        Err(status) => return Flow::Become(refuse(shared, cx, status)),
    };
    shared.fresh = false;
    *rest = input
        .get_mut(length.saturating_sub(begun)..)
        .unwrap_or_default();
    match step {
        Step::Next(state) => {
            shared.assembly.clear();
            Flow::Become(state)
        }
        Step::Body { framing, handler } => {
            shared.assembly.truncate(length);
            begin_body(cx, framing, length, handler)
        }
    }
}

fn keep_head<A: App, S: Assembly>(
    shared: &mut Shared<A, S>,
    cx: &mut Context<'_, A>,
    piece: &[u8],
) -> Flow<A> {
    match shared.assembly.append(piece) {
        Ok(()) => Flow::Wait,
        Err(_) => {
            let status = Status::REQUEST_HEADER_FIELDS_TOO_LARGE;
            Flow::Become(refuse(shared, cx, status))
        }
    }
}

fn begin_body<A: App>(
    cx: &Context<'_, A>,
    framing: Framing,
    head_length: usize,
    handler: Handler<A>,
) -> Flow<A> {
    let decoder = BodyDecoder::new(framing, &cx.limits.body_limits());
    Flow::Become(State::Body {
        decoder,
        head_length,
        handler,
    })
}

/// Takes body octets; the body is put together behind its head.
pub(super) fn receive_body<A: App, S: Assembly>(
    shared: &mut Shared<A, S>,
    cx: &mut Context<'_, A>,
    rest: &mut &mut [u8],
    decoder: &mut BodyDecoder,
    head_length: usize,
    handler: Handler<A>,
) -> Flow<A> {
    if rest.is_empty() {
        return Flow::Wait;
    }
    if !has_answer_room(cx.output) {
        return Flow::Pause;
    }
    let input = core::mem::take(rest);
    let (consumed, complete) = match decoder.decode(input) {
        Ok(decoded) => {
            let length = shared.assembly.len() - head_length + decoded.data.len();
            if length > cx.limits.body || shared.assembly.append(decoded.data).is_err() {
                return Flow::Become(refuse(shared, cx, Status::CONTENT_TOO_LARGE));
            }
            (decoded.consumed, decoded.complete)
        }
        Err(error) => {
            debug!("{} request body refused: {error}", cx.id);
            return Flow::Become(refuse(shared, cx, error.status()));
        }
    };
    *rest = input.get_mut(consumed..).unwrap_or_default();
    if !complete {
        return Flow::Again;
    }
    let Shared {
        session,
        exchange,
        assembly,
        ..
    } = shared;
    let (head, body) = assembly
        .as_slice()
        .split_at(head_length.min(assembly.len()));
    let state = dispatch_again(session, exchange, cx, head, body, handler);
    shared.assembly.clear();
    Flow::Become(state)
}

/// What follows a request head.
enum Step<A: App> {
    /// It is answered, or being answered.
    Next(State<A>),
    /// Its body comes first.
    Body {
        framing: Framing,
        handler: Handler<A>,
    },
}

/// Reads a head from the front of `octets`, and answers its request unless a
/// body has to be awaited; `None` when the head goes on beyond them.
/// `available` octets have arrived, the head included.
fn read_head<A: App>(
    session: &mut A::Session,
    exchange: &mut Exchange,
    stopping: bool,
    cx: &mut Context<'_, A>,
    octets: &[u8],
    available: usize,
) -> Result<Option<(Step<A>, usize)>, Status> {
    match parse_request_head(octets, &cx.limits.head_limits()) {
        Ok(Some((head, length))) => {
            debug!(
                "{} request head received: {length} octets, {} {}",
                cx.id,
                head.method().as_str(),
                head.target()
            );
            let body_present = available > length;
            let step = process(session, exchange, stopping, cx, &head, body_present);
            Ok(Some((step, length)))
        }
        Ok(None) => Ok(None),
        Err(error) => {
            debug!("{} request refused: {error}", cx.id);
            Err(error.status())
        }
    }
}

/// Routes a request, and answers it unless its body has to be awaited.
fn process<A: App>(
    session: &mut A::Session,
    exchange: &mut Exchange,
    stopping: bool,
    cx: &mut Context<'_, A>,
    head: &RequestHead<'_>,
    body_present: bool,
) -> Step<A> {
    *exchange = Exchange {
        number: exchange.number.wrapping_add(1),
        version: head.version(),
        head_only: head.method() == Method::Head,
        persistent: head.keep_alive() && !stopping,
        outcome: Outcome::Open,
    };
    let route = match find::<A>(head.method(), head.path()) {
        Found::Route(route) => route,
        not_found => return Step::Next(answer_unrouted(exchange, cx, head, &not_found)),
    };
    debug!("{} route matched: {}", cx.id, route.path());
    match (&route.target, head.framing()) {
        (Target::Http(handler), Framing::None | Framing::Length(0)) => {
            Step::Next(dispatch(session, exchange, cx, head, &[], *handler))
        }
        (Target::Http(handler), framing) => {
            if matches!(framing, Framing::Length(octets) if octets > cx.limits.body as u64) {
                return Step::Next(answer_refused(exchange, cx, Status::CONTENT_TOO_LARGE, &[]));
            }
            if head.expects_continue() && !body_present {
                // Room for an answer is there; a client that gets none sends
                // its body after a while all the same.
                let _ = write_continue(cx.output);
            }
            Step::Body {
                framing,
                handler: *handler,
            }
        }
        (Target::WebSocket(_), framing)
            if !matches!(framing, Framing::None | Framing::Length(0)) =>
        {
            Step::Next(answer_refused(exchange, cx, Status::BAD_REQUEST, &[]))
        }
        (Target::WebSocket(route), _) => {
            Step::Next(shake_hands(session, exchange, cx, head, route))
        }
    }
}

/// Answers a request that no route takes.
fn answer_unrouted<A: App>(
    exchange: &mut Exchange,
    cx: &mut Context<'_, A>,
    head: &RequestHead<'_>,
    found: &Found<A>,
) -> State<A> {
    let has_body = !matches!(head.framing(), Framing::None | Framing::Length(0));
    if has_body || head.method() == Method::Connect {
        // A body, or what is meant for the other end of a tunnel, is not read,
        // so nothing behind the head can be.
        exchange.persistent = false;
    }
    let asterisk = head.target() == "*";
    let status = match (found, head.method()) {
        (_, Method::Connect) => Status::NOT_IMPLEMENTED,
        (_, Method::Options) if asterisk => Status::OK,
        (Found::OtherMethods, Method::Options) => Status::OK,
        (Found::OtherMethods, _) => Status::METHOD_NOT_ALLOWED,
        _ => Status::NOT_FOUND,
    };
    let allow = allowed::<A>(if asterisk { "*" } else { head.path() });
    let allow = [("Allow", allow.as_str())];
    match status {
        Status::OK | Status::METHOD_NOT_ALLOWED => {
            answer_refused_with(exchange, cx, status, &allow)
        }
        _ => answer_refused_with(exchange, cx, status, &[]),
    }
}

/// Decides about an opening handshake (RFC 6455 section 4.2).
fn shake_hands<A: App>(
    session: &mut A::Session,
    exchange: &mut Exchange,
    cx: &mut Context<'_, A>,
    head: &RequestHead<'_>,
    route: &'static WebSocketRoute<A>,
) -> State<A> {
    let key = match upgrade(head, cx.limits.lenient_handshake) {
        Ok(upgrade) => upgrade.key,
        Err(HandshakeError::Key) => {
            return answer_refused(exchange, cx, Status::BAD_REQUEST, &[]);
        }
        Err(HandshakeError::NotAnUpgrade | HandshakeError::UnsupportedVersion) => {
            let spoken = [("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13")];
            return answer_refused_with(exchange, cx, Status::UPGRADE_REQUIRED, &spoken);
        }
    };
    let accept = accept_value(key);
    debug!(
        "{} handshake: key {key:?}, accept value {}",
        cx.id,
        accept.as_str()
    );
    let offered = head.fields().elements("sec-websocket-protocol");
    let mut known = offered.filter_map(|name| route.protocols.iter().find(|own| **own == name));
    let protocol = known.next().copied();
    let response = Response::new(cx.output, exchange, cx.date, cx.id);
    let handshake = Handshake {
        response,
        accept: &accept,
        protocol,
    };
    let result = match route.admit {
        Some(admit) => admit(
            cx.app,
            Request {
                head,
                body: &[],
                session,
                id: cx.id,
            },
            handshake,
        ),
        None => handshake.accept(),
    };
    if exchange.outcome != Outcome::Accepted {
        return conclude(exchange, cx, result);
    }
    let mut frames = Frames::new(route);
    match frames.opened(session, cx, head) {
        Some(state) => state,
        None => State::WebSocket(frames),
    }
}

/// Calls the handler for a head that has been parsed before.
fn dispatch_again<A: App>(
    session: &mut A::Session,
    exchange: &mut Exchange,
    cx: &mut Context<'_, A>,
    head: &[u8],
    body: &[u8],
    handler: Handler<A>,
) -> State<A> {
    match parse_request_head(head, &cx.limits.head_limits()) {
        Ok(Some((head, _))) => dispatch(session, exchange, cx, &head, body, handler),
        _ => answer_refused(exchange, cx, Status::BAD_REQUEST, &[]),
    }
}

fn dispatch<A: App>(
    session: &mut A::Session,
    exchange: &mut Exchange,
    cx: &mut Context<'_, A>,
    head: &RequestHead<'_>,
    body: &[u8],
    handler: Handler<A>,
) -> State<A> {
    let request = Request {
        head,
        body,
        session,
        id: cx.id,
    };
    let response = Response::new(cx.output, exchange, cx.date, cx.id);
    let result = handler(cx.app, request, response);
    conclude(exchange, cx, result)
}

/// Where a connection goes after its handler.
fn conclude<A: App>(
    exchange: &mut Exchange,
    cx: &mut Context<'_, A>,
    result: Result<(), AnswerError>,
) -> State<A> {
    match exchange.outcome {
        Outcome::Sent => after(exchange),
        Outcome::Rest(rest) => State::Sending(rest),
        Outcome::Ticket => State::Ticket,
        Outcome::Open => {
            match result {
                Err(_error) => warning!("{} the handler failed: {_error}", cx.id),
                Ok(()) => warning!("{} the handler gave no answer", cx.id),
            }
            answer_refused_with(exchange, cx, Status::INTERNAL_SERVER_ERROR, &[])
        }
        Outcome::Unfinished | Outcome::Accepted => {
            warning!("{} the handler did not finish its answer", cx.id);
            State::Finishing
        }
    }
}

fn after<A: App>(exchange: &mut Exchange) -> State<A> {
    // What is wrong with the next head is told with a body.
    exchange.head_only = false;
    if exchange.persistent {
        State::Head
    } else {
        State::Finishing
    }
}

/// The state behind a response that was sent later.
pub(super) fn answered<A: App, S: Assembly>(shared: &mut Shared<A, S>, now: Instant) -> State<A> {
    shared.since = now;
    after(&mut shared.exchange)
}

/// Answers with a status and ends the connection: nothing behind a refused
/// request is read as another one.
fn answer_refused<A: App>(
    exchange: &mut Exchange,
    cx: &mut Context<'_, A>,
    status: Status,
    fields: &[(&str, &str)],
) -> State<A> {
    exchange.persistent = false;
    answer_refused_with(exchange, cx, status, fields)
}

/// Answers with a status and its reason as the body.
fn answer_refused_with<A: App>(
    exchange: &mut Exchange,
    cx: &mut Context<'_, A>,
    status: Status,
    fields: &[(&str, &str)],
) -> State<A> {
    debug!("{} answered for: {}", cx.id, status.code());
    let mut response = Response::new(cx.output, exchange, cx.date, cx.id).status(status);
    for (name, value) in fields {
        response = response.header(name, value);
    }
    let text = if status == Status::OK {
        ""
    } else {
        status.reason()
    };
    let result = if text.is_empty() {
        response.empty()
    } else {
        response.text(text)
    };
    match result {
        Ok(()) => after(exchange),
        Err(_) => State::Closed,
    }
}

/// Answers a request that is not understood, or not awaited any longer, and
/// ends the connection.
pub(super) fn refuse<A: App, S: Assembly>(
    shared: &mut Shared<A, S>,
    cx: &mut Context<'_, A>,
    status: Status,
) -> State<A> {
    shared.assembly.clear();
    shared.since = cx.now;
    answer_refused(&mut shared.exchange, cx, status, &[])
}

/// Whether a request may be answered now: an output that holds too little, but
/// is empty, can hold no more.
fn has_answer_room(output: &dyn Output) -> bool {
    output.room() >= ANSWER_ROOM || output.is_drained()
}

/// Room below which a request waits for the answers before it to be taken.
const ANSWER_ROOM: usize = 4096;
