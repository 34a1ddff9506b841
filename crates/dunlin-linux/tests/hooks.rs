//! What an application is told beside its routes, over real sockets.

mod support;

use dunlin::hub::JobOutcome;
use dunlin::{
    AnswerError, App, ConnectionId, Event, Hooks, Hub, Message, Protocol, Report, RequestHead,
    Response, Route, Status, WebSocketRoute,
};
use dunlin_linux::HubHandle;
use std::io::{Read, Write};
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;
use support::{config, connect, curl, exchange, serving};

/// Notes what it is told, in lines.
struct Notes {
    lines: Sender<String>,
    refuses: AtomicBool,
}

impl Notes {
    fn note(&self, line: String) {
        let _ = self.lines.send(line);
    }
}

impl App for Notes {
    /// Whether the hook for new connections was here.
    type Session = bool;
    const ROUTES: &'static [Route<Self>] = &[
        Route::get("/", |_, mut request, response| {
            response.text(&format!("told: {}", request.session()))
        }),
        Route::get("/fails", |_, _, _| Ok(())),
        Route::websocket(
            "/ws",
            WebSocketRoute::new(|_, websocket, message| Ok(websocket.send(message)?)),
        ),
    ];
    const HOOKS: Hooks<Self> = Hooks::new()
        .opened(opened)
        .ended(ended)
        .error(error)
        .event(event)
        .report(report)
        .call(call);
}

fn opened(notes: &Notes, told: &mut bool, _: ConnectionId, _: Hub<'_>) -> Result<(), Status> {
    *told = true;
    if notes.refuses.load(Ordering::Relaxed) {
        return Err(Status::FORBIDDEN);
    }
    Ok(())
}

fn ended(notes: &Notes, told: &mut bool, id: ConnectionId) {
    notes.note(format!("hook ended {} {told}", id.to_bits()));
}

fn error(
    notes: &Notes,
    status: Status,
    head: Option<&RequestHead<'_>>,
    response: Response<'_>,
) -> Result<(), AnswerError> {
    let target = head.map_or("?", RequestHead::target);
    notes.note(format!("hook error {} {target}", status.code()));
    match status {
        Status::NOT_FOUND => response
            .content_type("text/html")
            .body(format!("<p>There is no {}", target.len()).as_bytes()),
        _ => Ok(()),
    }
}

fn event(notes: &Notes, event: &Event<'_>) {
    notes.note(match event {
        Event::Started => "started".into(),
        Event::Stopped => "stopped".into(),
        Event::Opened(id) => format!("opened {}", id.to_bits()),
        Event::Ended(id) => format!("ended {}", id.to_bits()),
        Event::Request { head, .. } => format!("request {}", head.target()),
        Event::Response { status, .. } => format!("response {}", status.code()),
        Event::WebSocketOpened(_) => "websocket".into(),
        Event::MessageReceived { octets, .. } => format!("message {octets}"),
        Event::MessageSent { octets, .. } => format!("sent {octets}"),
        Event::WebSocketClosed { closed, .. } => format!("{closed:?}"),
        _ => return,
    });
}

fn report(notes: &Notes, report: &Report) {
    assert!(matches!(
        report.outcome,
        JobOutcome::Sent | JobOutcome::Gone
    ));
    notes.note(format!("report {} {:?}", report.token, report.outcome));
}

fn call(notes: &Notes, token: u32, hub: Hub<'_>) {
    let mut count = 0;
    hub.each_connection(&mut |info| count += usize::from(info.protocol == Protocol::WebSocket));
    notes.note(format!("call {token} {count}"));
}

struct Scene {
    address: SocketAddr,
    hub: HubHandle,
    lines: Receiver<String>,
}

impl Scene {
    /// Waits for a line, and returns it.
    fn line(&self, beginning: &str) -> String {
        loop {
            let line = self.lines.recv_timeout(Duration::from_secs(10));
            let line = line.unwrap_or_else(|_| panic!("no line begins with {beginning}"));
            if line.starts_with(beginning) {
                return line;
            }
        }
    }
}

fn scene(refuses: bool, test: impl FnOnce(&Scene)) -> Vec<String> {
    let (sender, lines) = channel();
    let notes = Notes {
        lines: sender,
        refuses: refuses.into(),
    };
    let mut rest = Vec::new();
    serving(
        |_| notes,
        config(),
        |address, hub| {
            let scene = Scene {
                address,
                hub,
                lines,
            };
            test(&scene);
            scene.hub.stop();
            while let Ok(line) = scene.lines.recv_timeout(Duration::from_secs(10)) {
                rest.push(line);
                if rest.last().is_some_and(|line| line == "stopped") {
                    break;
                }
            }
        },
    );
    rest
}

#[test]
fn a_client_that_is_refused_when_it_connects_is_told_why() {
    scene(true, |scene| {
        let answer = exchange(scene.address, "");
        assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");
        scene.line("hook error 403 ?");
        scene.line("hook ended");
    });
}

#[test]
fn an_application_has_its_own_page_for_what_is_not_there() {
    scene(false, |scene| {
        let url = format!("http://{}/none", scene.address);
        assert_eq!(curl(&["-w", " %{http_code}", &url]), "<p>There is no 5 404");
        assert_eq!(scene.line("hook error"), "hook error 404 /none");
        let url = format!("http://{}/fails", scene.address);
        let answer = curl(&["-w", " %{http_code}", &url]);
        assert_eq!(answer, "Internal Server Error 500");
        let answer = exchange(scene.address, "nonsense\r\n\r\n");
        assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
        assert_eq!(scene.line("hook error 400"), "hook error 400 ?");
    });
}

#[test]
fn a_connection_is_followed_from_its_beginning_to_its_end() {
    let rest = scene(false, |scene| {
        scene.line("started");
        let request = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        assert!(exchange(scene.address, request).ends_with("told: true"));
        let opened = scene.line("opened ");
        let id = opened.split(' ').next_back().unwrap();
        assert_eq!(scene.line(""), "request /");
        assert_eq!(scene.line(""), "response 200");
        assert_eq!(scene.line(""), format!("hook ended {id} true"));
        assert_eq!(scene.line(""), format!("ended {id}"));
    });
    assert_eq!(rest, ["stopped"]);
}

#[test]
fn what_became_of_a_message_is_reported_and_calls_see_all_connections() {
    scene(false, |scene| {
        let mut client = connect(scene.address);
        client.write_all(UPGRADE).unwrap();
        let opened = scene.line("opened ");
        scene.line("websocket");
        let id = opened.split(' ').next_back().unwrap().parse().unwrap();
        let id = ConnectionId::from_bits(id);
        let hub = scene.hub.hub();
        hub.send_reported(id, Message::text("hello"), token(7))
            .unwrap();
        assert_eq!(scene.line("report"), "report 7 Sent");
        hub.call(3).unwrap();
        assert_eq!(scene.line("call"), "call 3 1");
        let mut answer = [0; 4096];
        let mut length = 0;
        while !answer[..length].ends_with(b"\x81\x05hello") {
            length += client.read(&mut answer[length..]).unwrap();
        }
        drop(client);
        assert_eq!(scene.line("Lost"), "Lost");
        scene.line("ended");
        hub.send_reported(id, Message::text("hello"), token(8))
            .unwrap();
        assert_eq!(scene.line("report"), "report 8 Gone");
    });
}

fn token(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).unwrap()
}

const UPGRADE: &[u8] = b"GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\
    Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
    Sec-WebSocket-Version: 13\r\n\r\n";
