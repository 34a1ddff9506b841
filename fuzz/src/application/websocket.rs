//! Handlers and hooks of WebSockets that send, ping and close.

use super::{Application, Session};
use dunlin::{
    AnswerError, Close, CloseCode, Closed, ConnectionId, Control, Full, Handshake, Message,
    MessageKind, Part, Reply, Request, RequestView, Status, WebSocket,
};

type Socket<'w> = WebSocket<'w, Application>;

pub(super) fn admit(
    app: &Application,
    _: Request<'_, Application>,
    handshake: Handshake<'_>,
) -> Result<(), AnswerError> {
    match app.octet() % 8 {
        1 => handshake.refuse(Status::FORBIDDEN).text("private"),
        2 => handshake.accept_with(&[("Set-Cookie", "a=b")]),
        3 => handshake.accept_with(&[("X", "y"); 7]),
        4 => Ok(()),
        5 => Err(AnswerError::Full),
        6 => handshake.refuse(Status::UNAUTHORIZED).empty(),
        _ => handshake.accept(),
    }
}

pub(super) fn open(
    app: &Application,
    ws: &mut Socket<'_>,
    _: &RequestView<'_>,
) -> Result<(), Close> {
    app.opened.set(app.opened.get() + 1);
    act(app, ws)
}

pub(super) fn message(
    app: &Application,
    ws: &mut Socket<'_>,
    message: Message<'_>,
) -> Result<(), Close> {
    if let Some(text) = message.as_text() {
        assert!(str::from_utf8(text.as_bytes()).is_ok(), "text is checked");
    }
    match app.next() {
        None | Some(0..100) => Ok(ws.send(message)?),
        Some(_) => act(app, ws),
    }
}

/// Parts come as they arrive: only their sum is answered.
pub(super) fn part(app: &Application, ws: &mut Socket<'_>, part: Part<'_>) -> Result<(), Close> {
    let session = ws.session();
    assert_eq!(part.first, session.octets == 0, "the first part");
    assert!(part.data.len() as u64 <= part.frame_left);
    assert!(part.frame_left <= part.frame_length);
    session.octets += part.data.len();
    for octet in part.data {
        session.sum = session.sum.wrapping_mul(31).wrapping_add(u32::from(*octet));
    }
    act(app, ws)?;
    if part.last {
        let Session { octets, sum } = std::mem::take(ws.session());
        ws.send(Message::text(&format!("{:?} {octets} {sum}", part.kind)))?;
    }
    Ok(())
}

pub(super) fn control(
    app: &Application,
    ws: &mut Socket<'_>,
    control: Control<'_>,
) -> Result<(), Close> {
    match control {
        Control::Ping(payload) => {
            assert!(payload.len() <= 125);
            ws.pong(payload)?;
        }
        Control::Pong(payload) => assert!(payload.len() <= 125),
    }
    act(app, ws)
}

pub(super) fn writable(app: &Application, ws: &mut Socket<'_>) -> Result<(), Close> {
    act(app, ws)
}

pub(super) fn closed(app: &Application, _: &mut Session, _: ConnectionId, _: Closed) {
    app.closed.set(app.closed.get() + 1);
    assert!(app.closed.get() <= app.opened.get(), "what was open ends");
}

/// Does a few things that the input chooses.
fn act(app: &Application, ws: &mut Socket<'_>) -> Result<(), Close> {
    for _ in 0..app.octet() % 4 {
        let result = match app.octet() % 16 {
            0 => ws.send(Message::text(app.text())),
            1 => ws.send(Message::binary(app.text().as_bytes())),
            2 => send_part(app, ws, MessageKind::Text),
            3 => send_part(app, ws, MessageKind::Binary),
            4 => ws.ping(app.text().as_bytes()),
            5 => ws.pong(app.text().as_bytes()),
            6 => return Err(close(app)),
            7 => Err(Full),
            8 => ws.hub().send(ws.id(), Message::text(app.text())),
            9 => ws.hub().broadcast(Message::binary(app.text().as_bytes())),
            10 => ws.hub().close(ws.id(), close(app)),
            11 => ws.hub().ping(ws.id(), app.text().as_bytes()),
            12 => ws
                .hub()
                .send(ConnectionId::from_bits(1), Message::text("lost")),
            13 => reply(app, ws),
            14 => ws.send(Message::binary(&vec![0; ws.room().saturating_sub(4)])),
            _ => Ok(()),
        };
        if app.octet() % 4 == 3 {
            result?;
        }
    }
    Ok(())
}

fn send_part(app: &Application, ws: &mut Socket<'_>, kind: MessageKind) -> Result<(), Full> {
    let last = app.octet().is_multiple_of(2);
    ws.send_part(kind, app.text().as_bytes(), last)
}

/// Answers a request that is over: the connection is a WebSocket.
fn reply(app: &Application, ws: &mut Socket<'_>) -> Result<(), Full> {
    let Some(ticket) = app.tickets.borrow_mut().pop() else {
        return Ok(());
    };
    let reply = Reply {
        status: Status::OK,
        content_type: "",
        body: b"late",
    };
    ws.hub().reply(ticket, reply).map_err(|_| Full)
}

fn close(app: &Application) -> Close {
    let octet = app.octet();
    let code = match octet % 4 {
        0 => CloseCode::NORMAL,
        1 => CloseCode::INTERNAL_ERROR,
        2 => CloseCode::MESSAGE_TOO_BIG,
        _ => CloseCode::new(4000).unwrap_or(CloseCode::NORMAL),
    };
    Close::new(code, REASONS[usize::from(octet / 4) % REASONS.len()])
}

const REASONS: &[&str] = &["", "enough", LONG];

/// Longer than a close frame holds, and not to be cut between octets.
const LONG: &str = "éééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé";
