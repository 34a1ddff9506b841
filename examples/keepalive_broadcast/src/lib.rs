//! A WebSocket echo that finds dead peers by pings, and greets the living.
//!
//! The server sends a ping to each peer that is silent, and drops one that does
//! not answer: [`limits`] is all it takes. Every few seconds somebody outside
//! the server, a thread or a task, calls [`greet`].
//!
//! A page is never told of the pings that its browser answers. Who asks for the
//! subprotocol [`REPORTS`] is told by the server: a binary message `pong` for
//! each pong that has arrived.
#![no_std]
#![forbid(unsafe_code)]

use core::time::Duration;
use dunlin::{
    AnswerError, App, Close, Closed, ConnectionId, Control, Handshake, Hub, Limits, Message,
    Request, RequestView, Response, Route, WebSocket, WebSocketRoute,
};

/// The application.
#[derive(Debug, Clone, Copy, Default)]
pub struct KeepAlive;

/// What is kept for a connection.
#[derive(Debug, Default)]
pub struct Session {
    /// Whether the client wants to be told of its pongs.
    reports: bool,
}

impl App for KeepAlive {
    type Session = Session;

    const ROUTES: &'static [Route<Self>] = &[
        Route::get("/", page),
        Route::get("/style.css", pages::style),
        Route::websocket(
            "/ws",
            WebSocketRoute::new(echo)
                .protocols(&[REPORTS])
                .admit(admit)
                .open(open)
                .control(control)
                .closed(closed),
        ),
    ];
}

/// Limits with which a dead peer is found soon: a ping after 3 s of silence, and
/// 2 s to answer it.
pub const fn limits(limits: Limits) -> Limits {
    Limits {
        ping_after: Duration::from_secs(3),
        pong_time: Duration::from_secs(2),
        ..limits
    }
}

/// Sends a greeting to every client. To be called from outside the server, every
/// [`EVERY`] or so.
pub fn greet(hub: Hub<'_>) {
    if hub.broadcast(Message::text(GREETING)).is_err() {
        log::warn!(target: LOG_TAG, "too many jobs wait; nobody is greeted this time");
    }
}

fn page(
    _: &KeepAlive,
    _: Request<'_, KeepAlive>,
    response: Response<'_>,
) -> Result<(), AnswerError> {
    pages::send(response, include_bytes!("page.html"))
}

fn admit(
    _: &KeepAlive,
    mut request: Request<'_, KeepAlive>,
    handshake: Handshake<'_>,
) -> Result<(), AnswerError> {
    request.session().reports = handshake.protocol() == Some(REPORTS);
    handshake.accept()
}

fn open(
    _: &KeepAlive,
    ws: &mut WebSocket<'_, KeepAlive>,
    _: &RequestView<'_>,
) -> Result<(), Close> {
    log::info!(target: LOG_TAG, "{} is there", ws.id());
    Ok(())
}

fn echo(
    _: &KeepAlive,
    ws: &mut WebSocket<'_, KeepAlive>,
    message: Message<'_>,
) -> Result<(), Close> {
    Ok(ws.send(message)?)
}

fn control(
    _: &KeepAlive,
    ws: &mut WebSocket<'_, KeepAlive>,
    control: Control<'_>,
) -> Result<(), Close> {
    match control {
        Control::Ping(payload) => ws.pong(payload)?,
        Control::Pong(_) if ws.session().reports => ws.send(Message::binary(PONG))?,
        Control::Pong(_) => {}
    }
    Ok(())
}

fn closed(_: &KeepAlive, _: &mut Session, id: ConnectionId, closed: Closed) {
    match closed {
        Closed::ByPeer(_) => log::info!(target: LOG_TAG, "{id} has left"),
        Closed::ByServer(_) => log::info!(target: LOG_TAG, "{id} was closed"),
        Closed::Lost => log::info!(target: LOG_TAG, "{id} is lost"),
    }
}

/// How often clients are greeted, unless it is told otherwise.
pub const EVERY: Duration = Duration::from_secs(10);

/// What every client is sent.
pub const GREETING: &str = "Hello client";

/// The subprotocol of clients that are told of their pongs.
pub const REPORTS: &str = "reports";

/// The tag of all log lines.
pub const LOG_TAG: &str = "keepalive_broadcast";

const PONG: &[u8] = b"pong";
