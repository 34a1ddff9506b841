//! A server and the threads around it: the Hub, tickets, room, stopping.

use dunlin::{
    AnswerError, App, Close, CloseCode, ConnectionId, Message, Reply, Request, RequestView,
    Response, Route, Status, Ticket, WebSocket, WebSocketRoute,
};
use dunlin_linux::{Config, HubHandle, Server};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

/// Hands out what other threads need: tickets and names of connections.
struct Handing {
    tickets: Sender<Ticket>,
    opened: Sender<ConnectionId>,
    hub: OnceLock<HubHandle>,
}

impl App for Handing {
    /// Messages still to be sent.
    type Session = usize;

    const ROUTES: &'static [Route<Self>] = &[
        Route::get("/later", later),
        Route::get("/stop", stop),
        Route::websocket("/open", WebSocketRoute::new(|_, _, _| Ok(())).open(open)),
        Route::websocket("/many", WebSocketRoute::new(many).writable(more)),
    ];
}

fn later(
    app: &Handing,
    _: Request<'_, Handing>,
    response: Response<'_>,
) -> Result<(), AnswerError> {
    app.tickets
        .send(response.ticket())
        .expect("the test listens");
    Ok(())
}

fn stop(app: &Handing, _: Request<'_, Handing>, response: Response<'_>) -> Result<(), AnswerError> {
    app.hub.get().expect("it was set").stop();
    response.text("stopping")
}

fn open(app: &Handing, ws: &mut WebSocket<'_, Handing>, _: &RequestView<'_>) -> Result<(), Close> {
    app.opened.send(ws.id()).expect("the test listens");
    Ok(())
}

fn many(app: &Handing, ws: &mut WebSocket<'_, Handing>, _: Message<'_>) -> Result<(), Close> {
    *ws.session() = MANY;
    more(app, ws)
}

/// Sends as many as there is room for; called again when there is more.
fn more(_: &Handing, ws: &mut WebSocket<'_, Handing>) -> Result<(), Close> {
    while *ws.session() > 0 && ws.send(Message::binary(&LARGE)).is_ok() {
        *ws.session() -= 1;
    }
    Ok(())
}

struct Running {
    address: SocketAddr,
    hub: HubHandle,
    tickets: Receiver<Ticket>,
    opened: Receiver<ConnectionId>,
    thread: JoinHandle<Result<(), dunlin_linux::Error>>,
}

impl Running {
    fn start(port: u16) -> Self {
        let (ticket_sender, tickets) = channel();
        let (open_sender, opened) = channel();
        let app = Handing {
            tickets: ticket_sender,
            opened: open_sender,
            hub: OnceLock::new(),
        };
        let addresses = vec![SocketAddr::from(([127, 0, 0, 1], port))];
        let config = Config {
            addresses,
            stop_time: Duration::from_secs(5),
            ..Config::default()
        };
        let server = Server::bind_with(config, |hub| {
            app.hub.set(hub).expect("it is set once");
            app
        });
        let server = server.expect("a free port");
        let address = server.local_addresses()[0];
        let hub = server.hub();
        let thread = std::thread::spawn(|| server.run());
        Self {
            address,
            hub,
            tickets,
            opened,
            thread,
        }
    }

    fn connect(&self, request: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).expect("it listens");
        stream
            .set_read_timeout(Some(Duration::from_secs(10)))
            .expect("a valid time");
        stream.write_all(request.as_bytes()).expect("it receives");
        stream
    }

    fn websocket(&self, path: &str) -> TcpStream {
        let mut stream = self.connect(&format!("GET {path} {UPGRADE}"));
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.extend(read(&mut stream, 1));
        }
        assert!(head.starts_with(b"HTTP/1.1 101 "));
        stream
    }

    fn stop(self) {
        self.hub.stop();
        self.thread
            .join()
            .expect("no panic")
            .expect("an orderly end");
    }
}

fn read(stream: &mut TcpStream, octets: usize) -> Vec<u8> {
    let mut buffer = vec![0; octets];
    stream.read_exact(&mut buffer).expect("as many octets");
    buffer
}

fn read_to_end(stream: &mut TcpStream) -> String {
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("an orderly end");
    text
}

#[test]
fn another_thread_answers_a_ticket() {
    let server = Running::start(0);
    let mut client = server.connect("GET /later HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    let ticket = server.tickets.recv().expect("a ticket");
    let reply = Reply {
        status: Status::CREATED,
        content_type: "text/plain",
        body: b"done",
    };
    server.hub.hub().reply(ticket, reply).expect("room");
    let text = read_to_end(&mut client);
    assert!(
        text.starts_with("HTTP/1.1 201 Created\r\n") && text.ends_with("\r\n\r\ndone"),
        "{text}"
    );
    drop(client);
    server.stop();
}

#[test]
fn the_request_behind_an_answer_given_later_is_served() {
    let server = Running::start(0);
    let mut client = server.connect("");
    let reply = Reply {
        status: Status::OK,
        content_type: "",
        body: b"done",
    };
    let request = "GET /later HTTP/1.1\r\nHost: a\r\n\r\n";
    // One request at a time, then two at once.
    for requests in [1, 1, 2, 0] {
        let requests = request.repeat(requests);
        client.write_all(requests.as_bytes()).expect("it receives");
        let ticket = server.tickets.recv_timeout(Duration::from_secs(5));
        let ticket = ticket.expect("the request is taken");
        server.hub.hub().reply(ticket, reply).expect("room");
        let mut response = Vec::new();
        while !response.ends_with(b"\r\n\r\ndone") {
            response.extend(read(&mut client, 1));
        }
    }
    drop(client);
    server.stop();
}

#[test]
fn other_threads_send_to_a_connection_in_order_and_close_it() {
    let server = Running::start(0);
    let mut client = server.websocket("/open");
    let id = server.opened.recv().expect("it was opened");
    for number in 0..1000_u32 {
        let octets = number.to_be_bytes();
        server
            .hub
            .hub()
            .send(id, Message::binary(&octets))
            .expect("room");
    }
    server
        .hub
        .hub()
        .close(id, Close::new(CloseCode::NORMAL, "bye"))
        .expect("room");
    for number in 0..1000_u32 {
        let frame = read(&mut client, 6);
        assert_eq!(
            (&frame[..2], &frame[2..]),
            (&b"\x82\x04"[..], &number.to_be_bytes()[..])
        );
    }
    assert_eq!(read(&mut client, 7), b"\x88\x05\x03\xe8bye");
    drop(client);
    server.stop();
}

#[test]
fn a_broadcast_reaches_every_websocket_and_waits_for_a_slow_one() {
    let server = Running::start(0);
    let mut readers = [server.websocket("/open"), server.websocket("/open")];
    let mut slow = server.websocket("/open");
    let idle = server.connect("GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
    for _ in 0..3 {
        server.opened.recv().expect("it was opened");
    }
    let _ticket = server.tickets.recv().expect("a connection that is none");
    // More than a peer's buffers hold, less than that and the queue.
    for number in 0..BROADCASTS {
        let message = vec![number; LARGE.len()];
        while server
            .hub
            .hub()
            .broadcast(Message::binary(&message))
            .is_err()
        {
            std::thread::yield_now();
        }
        for reader in &mut readers {
            expect_large(reader, number);
        }
    }
    for number in 0..BROADCASTS {
        expect_large(&mut slow, number);
    }
    server
        .hub
        .hub()
        .broadcast(Message::text("last"))
        .expect("room");
    for client in readers.iter_mut().chain([&mut slow]) {
        assert_eq!(read(client, 6), b"\x81\x04last");
    }
    drop((readers, slow, idle));
    server.stop();
}

#[test]
fn a_close_does_not_wait_behind_messages_that_have_no_room() {
    let server = Running::start(0);
    let mut stalled = server.websocket("/open");
    let id = server.opened.recv().expect("it was opened");
    let mut posted = 0;
    // Until those that have no room fill the queue: the loop, which has answered
    // another client meanwhile, has filled the peer's buffers.
    let mut full = 0;
    while full < 5 {
        let before = posted;
        while server.hub.hub().send(id, Message::binary(&LARGE)).is_ok() {
            posted += 1;
        }
        full = if posted == before { full + 1 } else { 0 };
        let_loop_turn(&server);
    }
    let close = Close::new(CloseCode::GOING_AWAY, "now");
    server.hub.hub().close(id, close).expect("room");
    // It is done before the peer takes anything.
    let_loop_turn(&server);
    let mut arrived = 0;
    loop {
        let header = read(&mut stalled, 2);
        if header == b"\x88\x05" {
            break;
        }
        assert_eq!(header, b"\x82\x7f");
        read(&mut stalled, 8 + LARGE.len());
        arrived += 1;
    }
    assert_eq!(read(&mut stalled, 5), b"\x03\xe9now");
    assert!(0 < arrived && arrived < posted, "{arrived} of {posted}");
    drop(stalled);
    server.stop();
}

/// Returns when the loop has done the jobs of now: it has accepted another client in
/// one turn, and answered it in a later one.
fn let_loop_turn(server: &Running) {
    let request = "GET /missing HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    let mut answer = Vec::new();
    let mut other = server.connect(request);
    other.read_to_end(&mut answer).expect("an answer");
    assert!(answer.starts_with(b"HTTP/1.1 404 "));
}

fn expect_large(client: &mut TcpStream, number: u8) {
    assert_eq!(read(client, 10), b"\x82\x7f\0\0\0\0\0\x10\0\0");
    let payload = read(client, LARGE.len());
    assert!(payload.iter().all(|octet| *octet == number));
}

#[test]
fn a_stale_name_reaches_nobody() {
    let server = Running::start(0);
    let first = server.websocket("/open");
    let stale = server.opened.recv().expect("it was opened");
    drop(first);
    // The slot is used again once the server has seen the end.
    let (mut second, id) = loop {
        let second = server.websocket("/open");
        let id = server.opened.recv().expect("it was opened");
        if id.slot() == stale.slot() {
            break (second, id);
        }
    };
    assert_ne!(id, stale);
    server
        .hub
        .hub()
        .send(stale, Message::text("for the first"))
        .expect("room");
    server
        .hub
        .hub()
        .send(id, Message::text("mine"))
        .expect("room");
    assert_eq!(read(&mut second, 6), b"\x81\x04mine");
    drop(second);
    server.stop();
}

#[test]
fn what_is_sent_as_room_appears_arrives_whole() {
    let server = Running::start(0);
    let mut client = server.websocket("/many");
    client.write_all(b"\x81\x80\0\0\0\0").expect("it receives");
    for _ in 0..MANY {
        assert_eq!(read(&mut client, 10), b"\x82\x7f\0\0\0\0\0\x10\0\0");
        assert!(
            read(&mut client, LARGE.len())
                .iter()
                .all(|octet| *octet == 7)
        );
    }
    drop(client);
    server.stop();
}

#[test]
fn a_handler_stops_its_server_and_another_starts_on_the_same_port() {
    let server = Running::start(0);
    let port = server.address.port();
    let mut client = server.connect("GET /stop HTTP/1.1\r\nHost: a\r\n\r\n");
    assert!(read_to_end(&mut client).ends_with("stopping"));
    drop(client);
    server
        .thread
        .join()
        .expect("no panic")
        .expect("an orderly end");
    let again = Running::start(port);
    assert_eq!(again.address.port(), port);
    let other = Running::start(0);
    assert_ne!(other.address.port(), port, "several servers in one program");
    again.stop();
    other.stop();
}

const UPGRADE: &str = "HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
    Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

/// More than waits for one peer at a time.
const MANY: usize = 40;
/// As much as the octets that may wait for a peer and those of queued jobs.
const BROADCASTS: u8 = 19;
static LARGE: [u8; 1 << 20] = [7; 1 << 20];
