//! What an application is told beside its requests, and what it can see.

use crate::{Answer, Features, Session, lines, number_of, posted, text};
use core::cell::Cell;
use core::fmt::Write;
use core::num::NonZeroU32;
use dunlin::{
    AnswerError, Close, Closed, ConnectionId, ConnectionInfo, Event, Hub, Message, Report, Request,
    RequestHead, Response, Status, WebSocket,
};
use heapless::String;

/// How often what has happened.
#[derive(Default)]
pub(crate) struct Counts([Cell<usize>; NAMES.len()]);

const NAMES: [&str; 15] = [
    "started",
    "stopped",
    "opened",
    "ended",
    "received",
    "sent",
    "requests",
    "responses",
    "errors",
    "websockets_opened",
    "websockets_closed",
    "messages_received",
    "messages_sent",
    "sessions_ended",
    "abandoned",
];

impl Counts {
    fn add(&self, name: &str, number: usize) {
        let index = NAMES.iter().position(|there| *there == name);
        if let Some(count) = index.and_then(|index| self.0.get(index)) {
            count.set(count.get() + number);
        }
    }

    pub(crate) fn abandoned(&self) {
        self.add("abandoned", 1);
    }
}

pub(crate) fn event(app: &Features, event: &Event<'_>) {
    let (name, number) = match event {
        Event::Started => ("started", 1),
        Event::Stopped => ("stopped", 1),
        Event::Opened(_) => ("opened", 1),
        Event::Ended(_) => ("ended", 1),
        Event::Received { octets, .. } => ("received", *octets),
        Event::Sent { octets, .. } => ("sent", *octets),
        Event::Request { .. } => ("requests", 1),
        Event::Response { .. } => ("responses", 1),
        Event::Error { .. } => ("errors", 1),
        Event::WebSocketOpened(_) => ("websockets_opened", 1),
        Event::WebSocketClosed { .. } => ("websockets_closed", 1),
        Event::MessageReceived { .. } => ("messages_received", 1),
        Event::MessageSent { .. } => ("messages_sent", 1),
        _ => return,
    };
    app.state.counts.add(name, number);
}

pub(crate) fn counts(app: &Features, _: Request<'_, Features>, response: Response<'_>) -> Answer {
    let text: String<512> = text(|text| {
        let mut counts = NAMES.iter().zip(&app.state.counts.0);
        counts.try_for_each(|(name, count)| writeln!(text, "{name}={}", count.get()))
    });
    response.text(&text)
}

pub(crate) fn opened(
    app: &Features,
    _: &mut Session,
    _: ConnectionId,
    _: Hub<'_>,
) -> Result<(), Status> {
    if app.state.door_is_closed.get() {
        return Err(Status::FORBIDDEN);
    }
    Ok(())
}

pub(crate) fn ended(app: &Features, _: &mut Session, _: ConnectionId) {
    app.state.counts.add("sessions_ended", 1);
}

/// Whether clients that connect from now on are let in.
pub(crate) fn door(
    app: &Features,
    request: Request<'_, Features>,
    response: Response<'_>,
) -> Answer {
    let is_closed = request.parameter("open") == Some("closed");
    app.state.door_is_closed.set(is_closed);
    response.status(Status::NO_CONTENT).empty()
}

/// Other text for what is not there.
pub(crate) fn error(
    _: &Features,
    status: Status,
    head: Option<&RequestHead<'_>>,
    response: Response<'_>,
) -> Result<(), AnswerError> {
    if status != Status::NOT_FOUND {
        return Ok(());
    }
    let path = head.map_or("", |head| head.path());
    let text: String<128> = text(|text| write!(text, "There is nothing at {path}."));
    response.text(&text)
}

pub(crate) fn connections(
    _: &Features,
    request: Request<'_, Features>,
    response: Response<'_>,
) -> Answer {
    let hub = request.hub();
    lines(response, |line| {
        hub.each_connection(&mut |connection| line(format_args!("{}", Shown(connection))));
    })
}

pub(crate) fn own_connection(
    _: &Features,
    request: Request<'_, Features>,
    response: Response<'_>,
) -> Answer {
    let Some(connection) = request.hub().connection(request.id()) else {
        return response.status(Status::NOT_FOUND).empty();
    };
    if connection.peer != request.peer() {
        return response.status(Status::INTERNAL_SERVER_ERROR).empty();
    }
    let text: String<128> = text(|text| write!(text, "{}", Shown(&connection)));
    response.text(&text)
}

/// A connection as a line.
struct Shown<'c>(&'c ConnectionInfo);

impl core::fmt::Display for Shown<'_> {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let ConnectionInfo {
            id,
            peer,
            protocol,
            age,
            idle,
        } = self.0;
        match peer {
            Some(peer) => write!(formatter, "{id} {peer}")?,
            None => write!(formatter, "{id} unknown")?,
        }
        let (age, idle) = (age.as_millis(), idle.as_millis());
        write!(formatter, " {protocol:?} age={age} idle={idle}")
    }
}

/// The last things that were reported.
#[derive(Default)]
pub(crate) struct Reports([Cell<Option<Report>>; 4]);

pub(crate) fn report(app: &Features, report: &Report) {
    let mut next = Some(*report);
    for place in &app.state.reports.0 {
        next = place.replace(next);
    }
}

/// The last reports, the newest first.
pub(crate) fn reports(app: &Features, _: Request<'_, Features>, response: Response<'_>) -> Answer {
    lines(response, |line| {
        for report in app.state.reports.0.iter().filter_map(Cell::get) {
            line(format_args!("{} {:?}", report.token, report.outcome));
        }
    })
}

/// Sends a message to the WebSocket that has ended last.
pub(crate) fn report_to_nobody(
    app: &Features,
    request: Request<'_, Features>,
    response: Response<'_>,
) -> Answer {
    let token = number_of(&request, "token").and_then(NonZeroU32::new);
    let (Some(token), Some(id)) = (token, app.state.last_websocket.get()) else {
        return response.status(Status::NOT_FOUND).empty();
    };
    let message = Message::text("too late");
    posted(response, request.hub().send_reported(id, message, token))
}

/// Echoes a message; `report N` has another sent through the Hub, and what became of
/// it reported with this number.
pub(crate) fn message(
    _: &Features,
    socket: &mut WebSocket<'_, Features>,
    message: Message<'_>,
) -> Result<(), Close> {
    let token = match message {
        Message::Text(text) => text.strip_prefix("report "),
        Message::Binary(_) => None,
    };
    if let Some(token) = token.and_then(|token| token.parse().ok()) {
        let (hub, id) = (socket.hub(), socket.id());
        return Ok(hub.send_reported(id, Message::text("reported"), token)?);
    }
    Ok(socket.send(message)?)
}

pub(crate) fn websocket_ended(app: &Features, _: &mut Session, id: ConnectionId, _: Closed) {
    app.state.last_websocket.set(Some(id));
}

/// What a call from the server's loop saw.
#[derive(Clone, Copy)]
pub(crate) struct Call {
    token: u32,
    connections: usize,
}

pub(crate) fn call(_: &Features, request: Request<'_, Features>, response: Response<'_>) -> Answer {
    let token = number_of(&request, "token").unwrap_or_default();
    posted(response, request.hub().call(token))
}

pub(crate) fn calls(app: &Features, token: u32, hub: Hub<'_>) {
    let mut connections = 0;
    hub.each_connection(&mut |_| connections += 1);
    app.state.calls.set(Some(Call { token, connections }));
}

pub(crate) fn called(app: &Features, _: Request<'_, Features>, response: Response<'_>) -> Answer {
    let Some(Call { token, connections }) = app.state.calls.get() else {
        return response.status(Status::NOT_FOUND).empty();
    };
    let text: String<64> = text(|text| write!(text, "{token} {connections}"));
    response.text(&text)
}
