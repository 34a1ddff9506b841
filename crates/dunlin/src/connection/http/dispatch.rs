//! Which handler answers a request, and what follows its answer.

use super::{has_body, streaming};
use crate::compression::Compression;
use crate::connection::websocket::Frames;
use crate::connection::{Context, Flow, Next, Shared, State};
use crate::response::{Exchange, Outcome};
use crate::route::{ALLOW_CAPACITY, Found, Target, allowed, find};
use crate::trace::{debug, warning};
use crate::uses::Uses;
use crate::{
    AnswerError, App, BodyRoute, Event, Handshake, Instant, Request, RequestHead, RequestView,
    Response, Route, Status, WebSocketRoute, hooks,
};
use dunlin_proto::http::{
    BodyLength, Framing, Method, ResponseHead, parse_request_head, write_continue,
};
use dunlin_proto::websocket::{DeflateAgreement, HandshakeError, accept_value, upgrade};

/// What follows a request head.
pub(super) enum Step<A: App> {
    /// It is answered, or being answered.
    Next(Next<A>),
    /// It was a handshake, and the connection is a WebSocket now.
    Opened,
    /// Its body comes first.
    Body {
        framing: Framing,
        route: &'static Route<A>,
        streamed: Option<&'static BodyRoute<A>>,
    },
}

/// Routes a request, and answers it unless its body has to be awaited.
pub(super) fn process<A: App, C: Compression>(
    state: &mut State<A, C>,
    shared: &mut Shared<A, C>,
    cx: &mut Context<'_, A>,
    head: &RequestHead<'_>,
    body_present: bool,
) -> Step<A> {
    let exchange = &mut shared.exchange;
    *exchange = Exchange {
        number: exchange.number.wrapping_add(1),
        version: head.version(),
        head_only: head.method() == Method::Head,
        persistent: head.keep_alive() && !shared.stopping,
        status: Status::OK,
        outcome: Outcome::Open,
    };
    hooks::tell(cx.app, &Event::Request { id: cx.id, head });
    let has_body = has_body(head);
    let route = match find(cx.app, head.method(), head.path()) {
        Found::Route(route) => route,
        not_found => return Step::Next(answer_unrouted(shared, cx, head, has_body, &not_found)),
    };
    debug!("{} route matched: {}", cx.id, route.path());
    match &route.target {
        Target::Http {
            streamed: Some(streamed),
            ..
        } if Uses::<A>::STREAMED_BODIES => {
            streaming::admit(shared, cx, head, body_present, route, streamed)
        }
        Target::WebSocket(_) if has_body => {
            Step::Next(answer_refused(shared, cx, Status::BAD_REQUEST))
        }
        Target::WebSocket(websocket) => {
            let request = RequestView {
                head,
                body: &[],
                pattern: &route.pattern,
            };
            shake_hands(state, shared, cx, request, websocket)
        }
        Target::Http { .. } if !has_body => Step::Next(dispatch(shared, cx, head, &[], route)),
        Target::Http { .. } => {
            let framing = head.framing();
            if matches!(framing, Framing::Length(octets) if octets > cx.limits.body as u64) {
                return Step::Next(answer_refused(shared, cx, Status::CONTENT_TOO_LARGE));
            }
            if head.expects_continue() && !body_present {
                // Room for an answer is there; a client that gets none sends
                // its body after a while all the same.
                let _ = write_continue(cx.output);
            }
            Step::Body {
                framing,
                route,
                streamed: None,
            }
        }
    }
}

/// Answers a request that no route takes.
fn answer_unrouted<A: App, C: Compression>(
    shared: &mut Shared<A, C>,
    cx: &mut Context<'_, A>,
    head: &RequestHead<'_>,
    has_body: bool,
    found: &Found<A>,
) -> Next<A> {
    let method = head.method();
    if has_body || method == Method::Connect {
        // A body, or what is meant for the other end of a tunnel, is not read,
        // so nothing behind the head can be.
        shared.exchange.persistent = false;
    }
    let asks = method == Method::Options;
    let asterisk = asks && head.target() == "*";
    let mut text = [0; ALLOW_CAPACITY];
    let mut allow = [("Allow", "")];
    let (status, fields) = if method == Method::Connect {
        (Status::NOT_IMPLEMENTED, &[][..])
    } else if asterisk || matches!(found, Found::OtherMethods) {
        let path = if asterisk { "*" } else { head.path() };
        allow[0].1 = allowed(cx.app, path, &mut text);
        let status = if asks {
            Status::OK
        } else {
            Status::METHOD_NOT_ALLOWED
        };
        (status, &allow[..])
    } else {
        (Status::NOT_FOUND, &[][..])
    };
    answer_status(shared, cx, Some(head), status, fields)
}

/// Decides about an opening handshake (RFC 6455 section 4.2).
fn shake_hands<A: App, C: Compression>(
    state: &mut State<A, C>,
    shared: &mut Shared<A, C>,
    cx: &mut Context<'_, A>,
    request: RequestView<'_>,
    route: &'static WebSocketRoute<A>,
) -> Step<A> {
    let head = request.head;
    let key = match upgrade(head, cx.limits.lenient_handshake) {
        Ok(upgrade) => upgrade.key,
        Err(HandshakeError::Key) => {
            return Step::Next(answer_refused(shared, cx, Status::BAD_REQUEST));
        }
        Err(HandshakeError::NotAnUpgrade | HandshakeError::UnsupportedVersion) => {
            let spoken = [("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13")];
            let status = Status::UPGRADE_REQUIRED;
            return Step::Next(answer_status(shared, cx, Some(head), status, &spoken));
        }
    };
    let accept = accept_value(key);
    debug!(
        "{} handshake: key {:?}, accept value {}",
        cx.id,
        key,
        accept.as_str()
    );
    let offered = head.fields().elements("sec-websocket-protocol");
    let mut known = offered.filter_map(|name| route.protocols.iter().find(|own| **own == name));
    let protocol = if Uses::<A>::PROTOCOLS {
        known.next().copied()
    } else {
        None
    };
    let agreement = agree_to_compression(shared, head, route);
    #[cfg(feature = "compression")]
    let extension = agreement.as_ref().map(DeflateAgreement::response);
    let response = Response::new(cx.output, &mut shared.exchange, cx.date, cx.id);
    let handshake = Handshake {
        response,
        accept: &accept,
        protocol,
        #[cfg(feature = "compression")]
        extension: extension.as_ref().map(|value| value.as_str()),
    };
    let result = match route.admit {
        Some(admit) if Uses::<A>::ADMIT => {
            let request = Request {
                view: request,
                session: &mut shared.session,
                hub: cx.hub,
                id: cx.id,
            };
            admit(cx.app, request, handshake)
        }
        _ => handshake.accept(),
    };
    if shared.exchange.outcome != Outcome::Accepted {
        return Step::Next(conclude(shared, cx, result));
    }
    shared.since = cx.now;
    told(shared, cx);
    hooks::tell(cx.app, &Event::WebSocketOpened(cx.id));
    let extension = shared.compression.begin(agreement.as_ref());
    *state = State::WebSocket(Frames::new(route, extension));
    match state {
        State::WebSocket(frames) => match frames.opened(shared, cx, &request) {
            Flow::Become(next) => Step::Next(next),
            _ => Step::Opened,
        },
        _ => Step::Opened,
    }
}

/// What the client offers of compression and the server takes.
fn agree_to_compression<A: App, C: Compression>(
    shared: &Shared<A, C>,
    head: &RequestHead<'_>,
    route: &WebSocketRoute<A>,
) -> Option<DeflateAgreement> {
    if cfg!(not(feature = "compression")) || route.uncompressed {
        return None;
    }
    let policy = shared.compression.policy()?;
    policy.agree(head.fields().elements("sec-websocket-extensions"))
}

/// Calls the handler for a head that has been parsed before.
pub(super) fn dispatch_again<A: App, C: Compression>(
    shared: &mut Shared<A, C>,
    cx: &mut Context<'_, A>,
    head: &[u8],
    body: &[u8],
    route: &'static Route<A>,
) -> Flow<A> {
    match &parse_request_head(head, &cx.limits.head_limits()) {
        Ok(Some((head, _))) => Flow::Become(dispatch(shared, cx, head, body, route)),
        _ => Flow::Refuse(Status::BAD_REQUEST),
    }
}

/// Calls the handler of a route.
pub(super) fn dispatch<A: App, C: Compression>(
    shared: &mut Shared<A, C>,
    cx: &mut Context<'_, A>,
    head: &RequestHead<'_>,
    body: &[u8],
    route: &'static Route<A>,
) -> Next<A> {
    let Target::Http { handler, pull, .. } = &route.target else {
        // Only routes with a handler come here.
        return Next::Closed;
    };
    let request = Request {
        view: RequestView {
            head,
            body,
            pattern: &route.pattern,
        },
        session: &mut shared.session,
        hub: cx.hub,
        id: cx.id,
    };
    let response = Response::new(cx.output, &mut shared.exchange, cx.date, cx.id);
    let result = handler(cx.app, request, response);
    if Uses::<A>::PULLED_BODIES
        && let Outcome::Pulled(_) | Outcome::Events = shared.exchange.outcome
        && let Some(pull) = pull
    {
        told(shared, cx);
        return Next::Pulling(*pull);
    }
    conclude(shared, cx, result)
}

/// Tells of the response that was begun.
pub(in crate::connection) fn told<A: App, C: Compression>(
    shared: &Shared<A, C>,
    cx: &Context<'_, A>,
) {
    let (id, status) = (cx.id, shared.exchange.status);
    hooks::tell(cx.app, &Event::Response { id, status });
}

/// Where a connection goes after its handler.
pub(super) fn conclude<A: App, C: Compression>(
    shared: &mut Shared<A, C>,
    cx: &mut Context<'_, A>,
    result: Result<(), AnswerError>,
) -> Next<A> {
    if !matches!(shared.exchange.outcome, Outcome::Open | Outcome::Ticket) {
        told(shared, cx);
    }
    match shared.exchange.outcome {
        Outcome::Sent => after(shared),
        Outcome::Rest(rest) => Next::Sending(rest),
        Outcome::ByDriver(by_driver) => Next::ByDriver(by_driver),
        Outcome::Ticket => Next::Ticket,
        Outcome::Open => {
            match result {
                Err(_error) => warning!("{} the handler failed: {}", cx.id, _error),
                Ok(()) => warning!("{} the handler gave no answer", cx.id),
            }
            answer_status(shared, cx, None, Status::INTERNAL_SERVER_ERROR, &[])
        }
        Outcome::Unfinished | Outcome::Accepted | Outcome::Pulled(_) | Outcome::Events => {
            warning!("{} the handler did not finish its answer", cx.id);
            Next::Finishing
        }
    }
}

fn after<A: App, C: Compression>(shared: &mut Shared<A, C>) -> Next<A> {
    // What is wrong with the next head is told with a body.
    shared.exchange.head_only = false;
    if shared.exchange.persistent {
        Next::Head
    } else {
        Next::Finishing
    }
}

/// The state behind a response that was sent later.
pub(in crate::connection) fn answered<A: App, C: Compression>(
    shared: &mut Shared<A, C>,
    now: Instant,
) -> Next<A> {
    shared.since = now;
    after(shared)
}

/// Answers with a status and ends the connection: nothing behind a refused
/// request is read as another one.
pub(super) fn answer_refused<A: App, C: Compression>(
    shared: &mut Shared<A, C>,
    cx: &mut Context<'_, A>,
    status: Status,
) -> Next<A> {
    shared.exchange.persistent = false;
    answer_status(shared, cx, None, status, &[])
}

/// Answers with a status and its reason as the body, unless the application
/// answers.
fn answer_status<A: App, C: Compression>(
    shared: &mut Shared<A, C>,
    cx: &mut Context<'_, A>,
    head: Option<&RequestHead<'_>>,
    status: Status,
    fields: &[(&str, &str)],
) -> Next<A> {
    debug!("{} answered for: {}", cx.id, status.code());
    if status != Status::OK {
        hooks::tell(cx.app, &Event::Error { id: cx.id, status });
        if let Some(error) = const { A::HOOKS.error } {
            shared.exchange.outcome = Outcome::Open;
            let mut response = Response::new(cx.output, &mut shared.exchange, cx.date, cx.id);
            response = response.status(status);
            for (name, value) in fields {
                response = response.header(name, value);
            }
            let _ = error(cx.app, status, head, response);
            match shared.exchange.outcome {
                Outcome::Open | Outcome::Ticket => {}
                Outcome::Sent => return answered_for(shared, cx, after),
                Outcome::Rest(rest) => return answered_for(shared, cx, |_| Next::Sending(rest)),
                Outcome::ByDriver(by_driver) => {
                    return answered_for(shared, cx, |_| Next::ByDriver(by_driver));
                }
                _ => return answered_for(shared, cx, |_| Next::Finishing),
            }
        }
    }
    let text = if status == Status::OK {
        ""
    } else {
        status.reason()
    };
    let exchange = &mut shared.exchange;
    let head = ResponseHead {
        status,
        version: exchange.version,
        persistent: exchange.persistent,
        date: cx.date,
        content_type: (!text.is_empty()).then_some("text/plain; charset=utf-8"),
        fields,
        length: BodyLength::Known(text.len() as u64),
    };
    let body = if exchange.head_only { "" } else { text };
    match head.write(body.as_bytes(), cx.output) {
        Ok(()) => {
            exchange.status = status;
            answered_for(shared, cx, after)
        }
        Err(_) => Next::Closed,
    }
}

/// Tells of an answer of the server itself, and goes on.
fn answered_for<A: App, C: Compression>(
    shared: &mut Shared<A, C>,
    cx: &Context<'_, A>,
    next: impl FnOnce(&mut Shared<A, C>) -> Next<A>,
) -> Next<A> {
    told(shared, cx);
    next(shared)
}
