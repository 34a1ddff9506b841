//! Topics over sockets: who gets what, who is too slow, and what is compressed how
//! often.

use dunlin::{
    App, Close, CloseCode, Closed, ConnectionId, Full, Message, MessageKind, PublishError,
    PulledBody, RequestView, Route, StreamEvent, Topic, WebSocket, WebSocketRoute,
};
use dunlin_linux::{Config, HubHandle, Server};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

const NEWS: Topic = Topic::new(0);
const VALUE: Topic = Topic::new(70);
const TOPICS: u16 = 71;

/// Octets of a large value.
const LARGE: usize = 1000;

/// Tells the test what happens.
struct Station {
    value: Arc<AtomicU32>,
    opened: Sender<ConnectionId>,
    closed: Sender<Closed>,
}

impl App for Station {
    /// The value that was sent last.
    type Session = u32;
    const TOPICS: usize = TOPICS as usize;
    const ROUTES: &'static [Route<Self>] = &[
        Route::websocket(
            "/ws",
            WebSocketRoute::new(command)
                .open(open)
                .latest(show)
                .closed(closed),
        ),
        Route::websocket(
            "/large",
            WebSocketRoute::new(command).open(open).latest(show_large),
        ),
        Route::get("/events", |_, _, response| response.events()).pulled(events),
    ];
}

fn open(
    station: &Station,
    ws: &mut WebSocket<'_, Station>,
    request: &RequestView<'_>,
) -> Result<(), Close> {
    if request.head().query() != Some("quiet") {
        ws.subscribe(NEWS)?;
        ws.subscribe(VALUE)?;
    }
    station.opened.send(ws.id()).expect("the test listens");
    Ok(())
}

fn command(
    _: &Station,
    ws: &mut WebSocket<'_, Station>,
    message: Message<'_>,
) -> Result<(), Close> {
    match message.as_bytes() {
        b"leave" => {
            ws.unsubscribe(NEWS);
            Ok(ws.send(message)?)
        }
        b"begin" => Ok(ws.send_part(MessageKind::Text, b"begin", false)?),
        b"end" => Ok(ws.send_part(MessageKind::Text, b"end", true)?),
        _ => Ok(ws.hub().publish(NEWS, message)?),
    }
}

fn show(station: &Station, ws: &mut WebSocket<'_, Station>, _: Topic) -> Result<(), Full> {
    let value = station.value.load(Ordering::SeqCst);
    ws.send(Message::binary(&value.to_be_bytes()))
}

fn show_large(station: &Station, ws: &mut WebSocket<'_, Station>, _: Topic) -> Result<(), Full> {
    let value = station.value.load(Ordering::SeqCst);
    ws.send(Message::binary(&value.to_be_bytes().repeat(LARGE / 4)))
}

fn closed(station: &Station, _: &mut u32, _: ConnectionId, closed: Closed) {
    // A test that is over does not listen any more.
    let _ = station.closed.send(closed);
}

fn events(station: &Station, body: &mut PulledBody<'_, Station>) -> Result<(), Full> {
    body.subscribe(VALUE).expect("it is known");
    let value = station.value.load(Ordering::SeqCst);
    if *body.session() != value {
        body.send_event(&StreamEvent::message(&value.to_string()))?;
        *body.session() = value;
    }
    Ok(())
}

/// A server that runs as long as this lives.
struct Running {
    address: SocketAddr,
    hub: HubHandle,
    value: Arc<AtomicU32>,
    opened: Receiver<ConnectionId>,
    closed: Receiver<Closed>,
    thread: Option<JoinHandle<Result<(), dunlin_linux::Error>>>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.hub.stop();
        let thread = self.thread.take().expect("it is joined once");
        let ended = thread.join();
        if !std::thread::panicking() {
            ended.expect("no panic").expect("an orderly end");
        }
    }
}

impl Running {
    fn start(config: Config) -> Self {
        let (open_sender, opened) = channel();
        let (close_sender, closed) = channel();
        let value = Arc::new(AtomicU32::new(0));
        let station = Station {
            value: Arc::clone(&value),
            opened: open_sender,
            closed: close_sender,
        };
        let config = Config {
            addresses: vec![SocketAddr::from(([127, 0, 0, 1], 0))],
            stop_time: Duration::from_secs(2),
            ..config
        };
        let server = Server::bind(station, config).expect("a free port");
        Self {
            address: server.local_addresses()[0],
            hub: server.hub(),
            value,
            opened,
            closed,
            thread: Some(std::thread::spawn(|| server.run())),
        }
    }

    fn connect(&self, head: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).expect("it listens");
        let time = Some(Duration::from_secs(10));
        stream.set_read_timeout(time).expect("a valid time");
        stream.set_nodelay(true).expect("a socket");
        stream.write_all(head.as_bytes()).expect("it receives");
        stream
    }

    fn websocket(&self, target: &str) -> (TcpStream, ConnectionId) {
        self.websocket_with(target, "")
    }

    fn websocket_with(&self, target: &str, fields: &str) -> (TcpStream, ConnectionId) {
        let mut stream = self.connect(&format!(
            "GET {target} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
            Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{fields}\r\n"
        ));
        assert!(read_head(&mut stream).starts_with("HTTP/1.1 101 "));
        (stream, self.opened.recv().expect("it was opened"))
    }

    /// Publishes, waiting for room where there is none.
    fn publish(&self, message: Message<'_>) {
        while let Err(error) = self.hub.hub().publish(NEWS, message) {
            assert_eq!(error, PublishError::Full);
            std::thread::yield_now();
        }
    }

    fn set(&self, value: u32) {
        self.value.store(value, Ordering::SeqCst);
        self.hub.hub().mark(VALUE);
    }
}

fn read_head(stream: &mut TcpStream) -> String {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        head.push(char::from(read(stream, 1)[0]));
    }
    head
}

fn read(stream: &mut TcpStream, octets: usize) -> Vec<u8> {
    let mut buffer = vec![0; octets];
    stream.read_exact(&mut buffer).expect("as many octets");
    buffer
}

fn say(stream: &mut TcpStream, text: &str) {
    let mut frame = vec![0x81, 0x80 | text.len() as u8, 0, 0, 0, 0];
    frame.extend(text.bytes());
    stream.write_all(&frame).expect("it receives");
}

/// The text of a frame that is a whole message.
fn text(stream: &mut TcpStream) -> String {
    let header = read(stream, 2);
    assert_eq!(header[0], 0x81);
    String::from_utf8(read(stream, header[1].into())).expect("text")
}

fn value(stream: &mut TcpStream) -> u32 {
    let frame = read(stream, 6);
    assert_eq!(frame[..2], *b"\x82\x04");
    u32::from_be_bytes(frame[2..].try_into().expect("four octets"))
}

#[test]
fn each_subscriber_gets_all_in_order_and_nobody_else_any() {
    let server = Running::start(Config::default());
    let (mut quiet, _) = server.websocket("/ws?quiet");
    let mut subscribers = [(); 3].map(|()| server.websocket("/ws").0);
    for number in 0..1000 {
        server.publish(Message::text(&number.to_string()));
    }
    let last = Message::text("last");
    server.hub.hub().broadcast(last).expect("room for it");
    for subscriber in &mut subscribers {
        for number in 0..1000 {
            assert_eq!(text(subscriber), number.to_string());
        }
        assert_eq!(text(subscriber), "last");
    }
    assert_eq!(text(&mut quiet), "last");
}

#[test]
fn what_one_says_all_hear() {
    let server = Running::start(Config::default());
    let (mut first, _) = server.websocket("/ws");
    let (mut second, _) = server.websocket("/ws");
    say(&mut second, "hello");
    assert_eq!(text(&mut first), "hello");
    assert_eq!(text(&mut second), "hello");
    say(&mut second, "leave");
    assert_eq!(text(&mut second), "leave");
    say(&mut second, "bye");
    assert_eq!(text(&mut first), "bye");
    say(&mut second, "leave");
    assert_eq!(text(&mut second), "leave");
}

#[test]
fn topics_the_application_does_not_have_are_refused() {
    let server = Running::start(Config::default());
    let unknown = Topic::new(TOPICS);
    let error = server.hub.hub().publish(unknown, Message::text(""));
    assert_eq!(error, Err(PublishError::UnknownTopic));
    server.hub.hub().mark(unknown);
    // One of the same word of marks as the unknown one's.
    let (mut client, _) = server.websocket("/ws");
    server.set(5);
    assert_eq!(value(&mut client), 5);
}

#[test]
fn values_only_become_newer_and_the_newest_one_comes() {
    let server = Running::start(Config::default());
    let mut clients = [(); 3].map(|()| server.websocket("/ws").0);
    const LAST: u32 = 20_000;
    for number in 1..=LAST {
        server.set(number);
    }
    for client in &mut clients {
        let mut newest = 0;
        while newest < LAST {
            let next = value(client);
            assert!(next >= newest, "{next} behind {newest}");
            newest = next;
        }
    }
}

#[test]
fn a_peer_that_reads_nothing_for_a_while_is_then_sent_few_old_values_and_the_newest() {
    let server = Running::start(Config::default());
    let (mut reader, _) = server.websocket("/ws");
    let (mut slow, _) = server.websocket("/large");
    const LAST: u32 = 2000;
    for number in 1..=LAST {
        server.set(number);
        // So that each is a turn of its own.
        while value(&mut reader) != number {}
    }
    let mut values = Vec::new();
    while values.last() != Some(&LAST) {
        assert_eq!(read(&mut slow, 4), b"\x82\x7e\x03\xe8");
        let large = read(&mut slow, LARGE);
        values.push(u32::from_be_bytes(large[..4].try_into().expect("four")));
    }
    assert!(values.is_sorted());
    // What the kernels took on both sides, and not what was marked.
    assert!(values.len() < 500, "{} values", values.len());
}

#[test]
fn a_subscriber_that_reads_nothing_is_cut_off_and_delays_nobody() {
    let server = Running::start(Config {
        lag: 256 * 1024,
        hub_capacity: 64 * 1024,
        ..Config::default()
    });
    let (mut reader, _) = server.websocket("/ws");
    let (mut stalled, _) = server.websocket("/ws");
    let message = [7; 16 * 1024];
    // More than the kernel keeps for a peer.
    let mut published = 0;
    let closed = loop {
        server.publish(Message::binary(&message));
        published += 1;
        assert_eq!(read(&mut reader, 4), b"\x82\x7e\x40\0");
        assert_eq!(read(&mut reader, message.len()), message);
        if let Ok(closed) = server.closed.try_recv() {
            break closed;
        }
        assert!(published < 2000, "nobody was cut off");
    };
    assert_eq!(closed, Closed::ByServer(CloseCode::POLICY_VIOLATION));
    // It is the stalled one, and its connection ends.
    say(&mut reader, "still here");
    assert_eq!(text(&mut reader), "still here");
    let mut octets = Vec::new();
    let _ = stalled.read_to_end(&mut octets);
    assert!(octets.len() < published * (message.len() + 4));
}

#[test]
fn a_message_longer_than_the_limit_reaches_who_has_taken_all_before_it() {
    let server = Running::start(Config {
        lag: 1024,
        ..Config::default()
    });
    let (mut client, _) = server.websocket("/ws");
    let message = vec![7; 3 << 20];
    for _ in 0..3 {
        server.publish(Message::binary(&message));
        assert_eq!(read(&mut client, 10), b"\x82\x7f\0\0\0\0\0\x30\0\0");
        assert_eq!(read(&mut client, message.len()), message);
    }
    assert!(server.closed.try_recv().is_err(), "it is not cut off");
}

#[test]
fn what_is_published_between_the_parts_of_a_message_comes_behind_it_in_order() {
    let server = Running::start(Config {
        lag: 16 * 1024,
        ..Config::default()
    });
    let (mut client, id) = server.websocket("/ws");
    let (mut other, _) = server.websocket("/ws");
    say(&mut client, "begin");
    assert_eq!(read(&mut client, 7), b"\x01\x05begin");
    let hub = server.hub.hub();
    for number in 0..100 {
        let number = number.to_string();
        server.publish(Message::text(&number));
        hub.send(id, Message::text("own")).expect("room for it");
        assert_eq!(text(&mut other), number);
    }
    say(&mut client, "end");
    assert_eq!(read(&mut client, 5), b"\x80\x03end");
    for number in 0..100 {
        assert_eq!(text(&mut client), number.to_string());
        assert_eq!(text(&mut client), "own");
    }
    // Nor does what waits for it grow without limit.
    say(&mut client, "begin");
    assert_eq!(read(&mut client, 7), b"\x01\x05begin");
    for number in 0..200 {
        let number = format!("{number:100}");
        server.publish(Message::text(&number));
        assert_eq!(text(&mut other), number);
    }
    let closed = server.closed.recv_timeout(Duration::from_secs(5));
    assert_eq!(closed, Ok(Closed::ByServer(CloseCode::POLICY_VIOLATION)));
}

#[test]
fn who_gets_the_slot_of_a_subscriber_inherits_nothing() {
    let server = Running::start(Config::default());
    let (first, old) = server.websocket("/ws");
    drop(first);
    server.closed.recv().expect("it has ended");
    let (mut second, new) = loop {
        let (second, new) = server.websocket("/ws?quiet");
        if new.slot() == old.slot() {
            break (second, new);
        }
    };
    assert_ne!(new, old);
    server.publish(Message::text("not for it"));
    server.set(1);
    let hub = server.hub.hub();
    hub.send(new, Message::text("for it")).expect("room for it");
    assert_eq!(text(&mut second), "for it");
}

#[test]
fn a_mark_resumes_a_stream_of_events() {
    let server = Running::start(Config::default());
    let mut client = server.connect("GET /events HTTP/1.1\r\nHost: a\r\n\r\n");
    assert!(read_head(&mut client).starts_with("HTTP/1.1 200 "));
    for value in [5, 6] {
        server.set(value);
        let event = format!("data: {value}\n\n");
        let mut octets = Vec::new();
        while !octets.ends_with(event.as_bytes()) {
            octets.extend(read(&mut client, 1));
        }
    }
}

#[test]
fn all_that_compress_alike_are_sent_the_same_octets() {
    let server = Running::start(Config::default());
    let offer = "Sec-WebSocket-Extensions: permessage-deflate\r\n";
    let mut compressing = [(); 3].map(|()| server.websocket_with("/ws", offer).0);
    let (mut plain, _) = server.websocket("/ws");
    let message = "the same again ".repeat(200);
    server.publish(Message::text(&message));
    let mut frames = Vec::new();
    for client in &mut compressing {
        let header = read(client, 2);
        assert_eq!(header[0], 0xc1, "compressed");
        frames.push(read(client, header[1].into()));
    }
    assert!(frames.iter().all(|frame| *frame == frames[0]));
    assert_eq!(read(&mut plain, 4), b"\x81\x7e\x0b\xb8");
    assert_eq!(read(&mut plain, message.len()), message.as_bytes());
}
