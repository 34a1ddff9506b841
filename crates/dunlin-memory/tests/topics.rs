//! Topics: messages for all subscribers, and latest values.

use dunlin::{
    App, Close, Full, Limits, Message, MessageKind, PublishError, PulledBody, RequestView,
    Response, Route, StreamEvent, Topic, UnknownTopic, WebSocket, WebSocketRoute,
};
use dunlin_memory::Client;
use std::cell::{Cell, RefCell};

const NEWS: Topic = Topic::new(0);
const VALUE: Topic = Topic::new(1);
const OTHER: Topic = Topic::new(2);
const UNKNOWN: Topic = Topic::new(3);

/// Has a value, and counts how often it was asked for it.
#[derive(Default)]
struct Station {
    value: Cell<u32>,
    asked: RefCell<Vec<Topic>>,
    refused: Cell<Option<UnknownTopic>>,
}

impl App for Station {
    /// The value that was sent last.
    type Session = u32;
    const TOPICS: usize = 3;
    const ROUTES: &'static [Route<Self>] = &[
        Route::websocket("/ws", WebSocketRoute::new(command).open(open).latest(show)),
        Route::websocket("/deaf", WebSocketRoute::new(|_, _, _| Ok(())).open(open)),
        Route::get("/events", |_, _, response: Response<'_>| response.events()).pulled(events),
    ];
}

fn open(
    _: &Station,
    ws: &mut WebSocket<'_, Station>,
    request: &RequestView<'_>,
) -> Result<(), Close> {
    if request.head().query() == Some("quiet") {
        return Ok(());
    }
    ws.subscribe(NEWS)?;
    ws.subscribe(NEWS)?;
    Ok(ws.subscribe(VALUE)?)
}

fn command(
    station: &Station,
    ws: &mut WebSocket<'_, Station>,
    message: Message<'_>,
) -> Result<(), Close> {
    match message.as_bytes() {
        b"leave" => ws.unsubscribe(NEWS),
        b"ignore" => ws.unsubscribe(VALUE),
        b"other" => ws.subscribe(OTHER)?,
        b"wrong" => station.refused.set(ws.subscribe(UNKNOWN).err()),
        b"begin" => ws.send_part(MessageKind::Text, b"a", false)?,
        b"end" => ws.send_part(MessageKind::Text, b"z", true)?,
        b"close" => return Err(Close::new(dunlin::CloseCode::NORMAL, "")),
        b"lost" => ws.hub().publish(UNKNOWN, message)?,
        _ => ws.hub().publish(NEWS, message)?,
    }
    Ok(())
}

fn show(station: &Station, ws: &mut WebSocket<'_, Station>, topic: Topic) -> Result<(), Full> {
    ws.send(Message::text(&format!(
        "{}={}",
        topic.number(),
        station.value.get()
    )))?;
    station.asked.borrow_mut().push(topic);
    Ok(())
}

/// Sends the value if it is another than the last.
fn events(station: &Station, body: &mut PulledBody<'_, Station>) -> Result<(), Full> {
    body.subscribe(VALUE).expect("it is known");
    let value = station.value.get();
    if *body.session() == value {
        return Ok(());
    }
    *body.session() = value;
    if value == LAST {
        body.finish();
    }
    body.send_event(&StreamEvent::message(&value.to_string()))
}

/// The value that ends a stream of events.
const LAST: u32 = 99;

const UPGRADE: &str = "HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
    Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

fn websocket(target: &str) -> Client<Station> {
    let mut client = Client::new(Station::default(), Limits::LINUX);
    client.send(format!("GET {target} {UPGRADE}").as_bytes());
    assert!(client.take().starts_with(b"HTTP/1.1 101 "));
    client
}

fn say(client: &mut Client<Station>, text: &str) {
    let mut frame = vec![0x81, 0x80 | text.len() as u8, 0, 0, 0, 0];
    frame.extend(text.bytes());
    client.send(&frame);
}

fn publish(client: &Client<Station>, topic: Topic, text: &str) {
    let published = client.hub().publish(topic, Message::text(text));
    published.expect("room for it");
}

/// What the client has taken, as the texts of frames that are not masked.
fn texts(client: &mut Client<Station>) -> Vec<String> {
    client.run_jobs();
    let octets = client.take();
    let mut rest = &octets[..];
    let mut texts = Vec::new();
    while let [first, length, payload @ ..] = rest {
        assert_eq!(first & 0x80, 0x80, "a fragment: {octets:?}");
        let (text, behind) = payload.split_at(usize::from(*length));
        texts.push(String::from_utf8_lossy(text).into_owned());
        rest = behind;
    }
    texts
}

fn set(client: &Client<Station>, value: u32) {
    client.app().value.set(value);
    client.hub().mark(VALUE);
}

#[test]
fn subscribers_get_what_is_published_in_order_once() {
    let mut client = websocket("/ws");
    for number in 0..100 {
        publish(&client, NEWS, &number.to_string());
    }
    let expected: Vec<_> = (0..100).map(|number| number.to_string()).collect();
    assert_eq!(texts(&mut client), expected);
}

#[test]
fn jobs_and_publications_for_a_connection_keep_their_order() {
    let mut client = websocket("/ws");
    client.take_at_most(0);
    client.set_capacity(4);
    let id = client.id();
    for number in ["1", "2", "3", "4"] {
        publish(&client, NEWS, number);
        let sent = client.hub().send(id, Message::text("-"));
        sent.expect("room for it");
    }
    client.run_jobs();
    client.take_at_most(usize::MAX);
    assert_eq!(texts(&mut client), ["1", "-", "2", "-", "3", "-", "4", "-"]);
}

#[test]
fn a_connection_that_does_not_subscribe_gets_nothing() {
    let mut client = websocket("/ws?quiet");
    publish(&client, NEWS, "news");
    publish(&client, OTHER, "other");
    set(&client, 1);
    assert_eq!(texts(&mut client), [""; 0]);
    assert!(client.app().asked.borrow().is_empty());
}

#[test]
fn who_unsubscribes_gets_no_more() {
    let mut client = websocket("/ws");
    publish(&client, NEWS, "before");
    assert_eq!(texts(&mut client), ["before"]);
    say(&mut client, "leave");
    say(&mut client, "ignore");
    publish(&client, NEWS, "behind");
    set(&client, 1);
    assert_eq!(texts(&mut client), [""; 0]);
}

#[test]
fn a_mark_that_waits_is_forgotten_when_its_subscriber_unsubscribes() {
    let mut client = websocket("/ws");
    client.take_at_most(0);
    say(&mut client, "news");
    set(&client, 1);
    say(&mut client, "ignore");
    client.take_at_most(usize::MAX);
    assert_eq!(texts(&mut client), ["news"]);
}

#[test]
fn a_handler_publishes_to_itself_too() {
    let mut client = websocket("/ws");
    say(&mut client, "hello");
    assert_eq!(texts(&mut client), ["hello"]);
}

#[test]
fn topics_the_application_does_not_have_are_refused() {
    let mut client = websocket("/ws");
    let error = client.hub().publish(UNKNOWN, Message::text("news"));
    assert_eq!(error, Err(PublishError::UnknownTopic));
    client.hub().mark(UNKNOWN);
    say(&mut client, "wrong");
    assert_eq!(client.app().refused.get(), Some(UnknownTopic));
    assert_eq!(texts(&mut client), [""; 0]);
    say(&mut client, "lost");
    assert_eq!(client.take(), b"\x88\x0f\x03\xf3no such topic");
}

#[test]
fn a_queue_without_room_refuses_a_publication_whole() {
    let mut client = websocket("/ws");
    let half = "x".repeat(40_000);
    publish(&client, NEWS, &half);
    let error = client.hub().publish(NEWS, Message::text(&half));
    assert_eq!(error, Err(PublishError::Full));
    client.run_jobs();
    assert_eq!(client.take().len(), 4 + half.len());
}

#[test]
fn marks_that_come_before_there_is_room_make_one_call_with_the_newest_value() {
    let mut client = websocket("/ws");
    for value in 1..=3 {
        set(&client, value);
    }
    assert_eq!(texts(&mut client), ["1=3"]);
    client.take_at_most(0);
    publish(&client, NEWS, "in the way");
    client.run_jobs();
    for value in 4..=9 {
        set(&client, value);
        client.run_jobs();
    }
    // Not even asked for, so that nothing stale waits.
    assert_eq!(client.app().asked.borrow().len(), 1);
    client.app().value.set(10);
    client.take_at_most(usize::MAX);
    assert_eq!(texts(&mut client), ["in the way", "1=10"]);
    assert_eq!(client.app().asked.borrow().len(), 2);
}

#[test]
fn values_that_were_marked_together_are_all_sent() {
    let mut client = websocket("/ws");
    say(&mut client, "other");
    client.hub().mark(VALUE);
    client.hub().mark(OTHER);
    assert_eq!(texts(&mut client), ["1=0", "2=0"]);
    // Where there is room for one only, the other comes behind it.
    client.set_capacity(5);
    client.take_at_most(0);
    client.hub().mark(VALUE);
    client.hub().mark(OTHER);
    client.run_jobs();
    client.take_at_most(usize::MAX);
    assert_eq!(texts(&mut client), ["1=0", "2=0"]);
}

#[test]
fn a_value_that_never_fits_is_dropped() {
    let mut client = websocket("/ws");
    client.set_capacity(4);
    set(&client, 1);
    assert_eq!(texts(&mut client), [""; 0]);
    client.set_capacity(100);
    set(&client, 2);
    assert_eq!(texts(&mut client), ["1=2"]);
}

#[test]
fn nothing_comes_between_the_parts_of_a_message() {
    let mut client = websocket("/ws");
    say(&mut client, "begin");
    publish(&client, NEWS, "news");
    set(&client, 7);
    client.run_jobs();
    assert_eq!(client.take(), b"\x01\x01a");
    say(&mut client, "end");
    assert_eq!(client.take(), b"\x80\x01z\x81\x04news\x81\x031=7");
}

#[test]
fn a_route_without_the_handler_ignores_marks() {
    let mut client = websocket("/deaf");
    set(&client, 1);
    publish(&client, NEWS, "news");
    assert_eq!(texts(&mut client), ["news"]);
}

#[test]
fn a_websocket_that_closes_gets_nothing_more() {
    let mut client = websocket("/ws");
    say(&mut client, "close");
    assert_eq!(client.take(), b"\x88\x02\x03\xe8");
    publish(&client, NEWS, "news");
    set(&client, 1);
    assert_eq!(texts(&mut client), [""; 0]);
}

#[test]
fn a_mark_resumes_a_stream_of_events() {
    let mut client = Client::new(Station::default(), Limits::LINUX);
    client.send(b"GET /events HTTP/1.1\r\nHost: a\r\n\r\n");
    assert!(client.take().ends_with(b"\r\n\r\n"));
    for value in [5, 6] {
        set(&client, value);
        client.run_jobs();
        let event = String::from_utf8(client.take()).expect("text");
        assert!(event.contains(&format!("data: {value}")), "{event}");
    }
    publish(&client, VALUE, "nothing for a body");
    client.run_jobs();
    assert_eq!(client.take(), b"");
}

#[test]
fn what_a_body_subscribed_to_ends_with_it() {
    let mut client = Client::new(Station::default(), Limits::LINUX);
    client.send(b"GET /events HTTP/1.1\r\nHost: a\r\n\r\n");
    set(&client, LAST);
    client.run_jobs();
    assert!(client.take().ends_with(b"\r\n0\r\n\r\n"));
    // The same connection goes on as a WebSocket that subscribes to nothing.
    client.send(format!("GET /ws?quiet {UPGRADE}").as_bytes());
    assert!(client.take().starts_with(b"HTTP/1.1 101 "));
    set(&client, 1);
    publish(&client, VALUE, "news");
    assert_eq!(texts(&mut client), [""; 0]);
}
