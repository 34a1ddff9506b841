//! What an application is told beside its routes.

use dunlin::{
    App, Close, ConnectionId, Event, Hooks, JobOutcome, Limits, Message, Reply, Request, Response,
    Route, Status, Ticket, WebSocket, WebSocketRoute,
};
use dunlin_memory::Client;
use std::cell::{Cell, RefCell};
use std::num::NonZeroU32;
use std::time::Duration;

/// Takes notes.
#[derive(Default)]
struct Notes {
    full: bool,
    seen: RefCell<Vec<String>>,
    ticket: Cell<Option<Ticket>>,
}

impl Notes {
    fn note(&self, line: String) {
        self.seen.borrow_mut().push(line);
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.seen.borrow_mut())
    }
}

impl App for Notes {
    type Session = u32;
    const ROUTES: &'static [Route<Self>] = &[
        Route::get("/", |_, mut request: Request<'_, Self>, response| {
            *request.session() += 1;
            response.text("Hello")
        }),
        Route::get("/silent", |_, _, _| Ok(())),
        Route::get("/later", later),
        Route::websocket("/ws", WebSocketRoute::new(echo)),
    ];
    const HOOKS: Hooks<Self> = Hooks::<Self>::new()
        .opened(|notes, session, _, _| {
            *session = 10;
            if notes.full {
                return Err(Status::TOO_MANY_REQUESTS);
            }
            Ok(())
        })
        .ended(|notes, session, _| notes.note(format!("ended with {session}")))
        .error(|_, status, head, response| match (status, head) {
            (Status::NOT_FOUND, Some(head)) => response.text(&format!("no {}", head.path())),
            (Status::METHOD_NOT_ALLOWED, _) => response.text("not so"),
            _ => Ok(()),
        })
        .event(|notes, event| {
            if let Some(line) = line(event) {
                notes.note(line);
            }
        })
        .report(|notes, report| {
            notes.note(format!("report {} {:?}", report.token, report.outcome));
        })
        .call(|notes, token, _| notes.note(format!("call {token}")));
}

fn later(
    notes: &Notes,
    _: Request<'_, Notes>,
    response: Response<'_>,
) -> Result<(), dunlin::AnswerError> {
    notes.ticket.set(Some(response.ticket()));
    Ok(())
}

fn echo(_: &Notes, ws: &mut WebSocket<'_, Notes>, message: Message<'_>) -> Result<(), Close> {
    Ok(ws.send(message)?)
}

fn line(event: &Event<'_>) -> Option<String> {
    Some(match event {
        Event::Opened(_) => "opened".into(),
        Event::Ended(_) => "ended".into(),
        Event::Received { octets, .. } => format!("received {octets}"),
        Event::Request { head, .. } => format!("request {}", head.target()),
        Event::Response { status, .. } => format!("response {}", status.code()),
        Event::Error { status, .. } => format!("error {}", status.code()),
        Event::WebSocketOpened(_) => "websocket opened".into(),
        Event::MessageReceived { octets, last, .. } => format!("message {octets} {last}"),
        Event::MessageSent { octets, last, .. } => format!("sent {octets} {last}"),
        Event::SendFull(_) => "full".into(),
        Event::WebSocketClosed { closed, .. } => format!("{closed:?}"),
        _ => return None,
    })
}

fn client() -> Client<Notes> {
    Client::new(Notes::default(), Limits::DEVICE)
}

fn answer(client: &mut Client<Notes>, request: &str) -> String {
    client.send(request.as_bytes());
    String::from_utf8(client.take()).unwrap()
}

const UPGRADE: &str = "GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";

#[test]
fn a_request_is_told_from_its_head_to_the_end_of_its_connection() {
    let mut client = client();
    let request = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    assert!(answer(&mut client, request).ends_with("Hello"));
    let received = format!("received {}", request.len());
    let expected = ["opened", "request /", "response 200", &received];
    assert_eq!(client.app().take(), expected);
}

#[test]
fn a_websocket_is_told_from_its_handshake_to_its_end() {
    let mut client = client();
    answer(&mut client, UPGRADE);
    client.send(&[0x81, 0x82, 0, 0, 0, 0, b'h', b'i']);
    client.reset();
    let seen = client.app().take();
    let seen: Vec<_> = seen
        .iter()
        .filter(|line| !line.starts_with("received"))
        .collect();
    let expected = [
        "opened",
        "request /ws",
        "response 101",
        "websocket opened",
        "message 2 true",
        "sent 2 true",
        "Lost",
    ];
    assert_eq!(seen, expected);
}

#[test]
fn a_refused_client_is_answered_with_the_status() {
    let notes = Notes {
        full: true,
        ..Notes::default()
    };
    let mut client = Client::new(notes, Limits::DEVICE);
    let answer = String::from_utf8(client.take()).unwrap();
    assert!(answer.starts_with("HTTP/1.1 429 "), "{answer}");
    assert!(client.is_ended());
}

#[test]
fn the_application_answers_where_the_server_refuses() {
    let mut client = client();
    let found = answer(&mut client, "GET /other HTTP/1.1\r\nHost: a\r\n\r\n");
    assert!(found.starts_with("HTTP/1.1 404 "), "{found}");
    assert!(found.ends_with("\r\n\r\nno /other"), "{found}");
    let found = answer(&mut client, "PUT / HTTP/1.1\r\nHost: a\r\n\r\n");
    assert!(found.starts_with("HTTP/1.1 405 "), "{found}");
    assert!(found.contains("Allow: GET, HEAD, OPTIONS\r\n"), "{found}");
    assert!(found.ends_with("not so"), "{found}");
    let found = answer(&mut client, "GET /silent HTTP/1.1\r\nHost: a\r\n\r\n");
    assert!(found.ends_with("Internal Server Error"), "{found}");
    let found = answer(&mut client, "GET no request\r\n\r\n");
    assert!(found.ends_with("Bad Request"), "{found}");
    assert!(client.is_ended());
}

#[test]
fn what_became_of_a_message_is_reported() {
    let mut client = client();
    answer(&mut client, UPGRADE);
    client.app().take();
    let token = NonZeroU32::new(7).unwrap();
    let gone = ConnectionId::from_bits(1);
    let text = Message::text("news");
    client
        .hub()
        .send_reported(client.id(), text, token)
        .unwrap();
    client.hub().send_reported(gone, text, token).unwrap();
    client.hub().send(client.id(), text).unwrap();
    client.run_jobs();
    let seen = client.app().take();
    let reports: Vec<_> = seen
        .iter()
        .filter(|line| line.starts_with("report"))
        .collect();
    let sent = format!("report 7 {:?}", JobOutcome::Sent);
    let gone = format!("report 7 {:?}", JobOutcome::Gone);
    assert_eq!(reports, [&sent, &gone]);
}

#[test]
fn a_close_does_not_wait_behind_messages_that_have_no_room() {
    let mut client = client();
    answer(&mut client, UPGRADE);
    client.set_capacity(300);
    client.take_at_most(0);
    client.app().take();
    let text = "x".repeat(60);
    for number in 1..=6 {
        let token = NonZeroU32::new(number).unwrap();
        let message = Message::text(&text);
        client
            .hub()
            .send_reported(client.id(), message, token)
            .unwrap();
    }
    client.run_jobs();
    let close = Close::new(dunlin::CloseCode::GOING_AWAY, "now");
    client.hub().close(client.id(), close).unwrap();
    client.run_jobs();
    let seen = client.app().take();
    let reports = seen.iter().filter(|line| line.starts_with("report"));
    let outcome = |number| if number <= 4 { "Sent" } else { "Gone" };
    let expected: Vec<_> = (1..=6)
        .map(|number| format!("report {number} {}", outcome(number)))
        .collect();
    assert_eq!(
        reports.collect::<Vec<_>>(),
        expected.iter().collect::<Vec<_>>()
    );
    client.take_at_most(usize::MAX);
    let message = [b"\x81\x3c", text.as_bytes()].concat();
    assert_eq!(
        client.take(),
        [&message.repeat(4), &b"\x88\x05\x03\xe9now"[..]].concat()
    );
}

#[test]
fn a_late_reply_is_reported_as_gone() {
    let mut client = client();
    answer(&mut client, "GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
    let ticket = client.app().ticket.take().unwrap();
    let number = ticket.number();
    client.pass(Limits::DEVICE.answer_time);
    let reply = Reply {
        status: Status::OK,
        content_type: "",
        body: b"late",
    };
    client.hub().reply(ticket, reply).unwrap();
    client.run_jobs();
    let seen = client.app().take();
    assert!(seen.contains(&format!("report {number} Gone")), "{seen:?}");
}

#[test]
fn a_call_is_made_once() {
    let mut client = client();
    client.app().take();
    client.hub().call(5).unwrap();
    client.run_jobs();
    client.run_jobs();
    assert_eq!(client.app().take(), ["call 5"]);
}

#[test]
fn a_touched_connection_is_kept() {
    let mut client = client();
    answer(&mut client, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    client.pass(Limits::DEVICE.keep_alive - Duration::from_millis(1));
    client.hub().touch(client.id()).unwrap();
    client.run_jobs();
    client.pass(Limits::DEVICE.keep_alive - Duration::from_millis(1));
    assert!(!client.is_ended());
    client.pass(Duration::from_millis(1));
    assert!(client.is_ended());
}
