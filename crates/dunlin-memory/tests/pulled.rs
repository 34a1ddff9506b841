//! Response bodies that are asked for part by part.

use dunlin::{
    AnswerError, App, BodyRoute, Full, Hub, Limits, Method, PulledBody, Request, Response, Resume,
    Route, StreamEvent,
};
use dunlin_memory::Client;
use std::cell::{Cell, RefCell};
use std::time::Duration;

/// Sends a number of octets, or events as they are given.
#[derive(Default)]
struct Source {
    octets: Cell<usize>,
    asked: Cell<usize>,
    events: RefCell<Vec<String>>,
    waits: Cell<Option<Resume>>,
}

impl App for Source {
    /// Octets sent of the body at hand.
    type Session = usize;
    const ROUTES: &'static [Route<Self>] = &[
        Route::get("/known", |source, request, response| {
            begin(request);
            response.pulled(Some(source.octets.get()))
        })
        .pulled(octets),
        Route::get("/chunked", |_, request, response| {
            begin(request);
            response.pulled(None)
        })
        .pulled(octets),
        Route::post("/posted", |_, request, response| {
            begin(request);
            response.pulled(None)
        })
        .pulled(octets),
        Route::streamed(
            Method::Put,
            "/streamed",
            BodyRoute::new(|_, _, octets| Ok(octets.len()), chunked).pulled(octets),
        ),
        Route::get("/short", |_, _, response| response.pulled(Some(10))).pulled(|_, body| {
            body.send(b"12345")?;
            body.finish();
            Ok(())
        }),
        Route::get("/large", |_, _, response| response.pulled(None))
            .pulled(|_, body| body.send(&[0; 100_000])),
        Route::get("/events", |_, _, response| response.events()).pulled(events),
        Route::get("/never", |_, _, response| response.pulled(None)).pulled(|_, _| Ok(())),
        Route::get("/nobody", |_, _, response| response.pulled(None)),
        Route::get("/", |_, _, response| response.text("next")),
    ];
}

fn begin(mut request: Request<'_, Source>) {
    *request.session() = 0;
}

fn chunked(
    _: &Source,
    request: Request<'_, Source>,
    response: Response<'_>,
) -> Result<(), AnswerError> {
    begin(request);
    response.pulled(None)
}

fn octets(source: &Source, body: &mut PulledBody<'_, Source>) -> Result<(), Full> {
    source.asked.set(source.asked.get() + 1);
    let sent = *body.session();
    let octets = (source.octets.get() - sent).min(body.room()).min(1000);
    let part: Vec<u8> = (sent..sent + octets).map(octet).collect();
    body.send(&part)?;
    *body.session() += octets;
    if *body.session() == source.octets.get() {
        body.finish();
    }
    Ok(())
}

fn octet(index: usize) -> u8 {
    (index * 7 % 251) as u8
}

fn events(source: &Source, body: &mut PulledBody<'_, Source>) -> Result<(), Full> {
    source.waits.set(Some(body.resume()));
    let mut events = source.events.borrow_mut();
    while let Some(data) = events.first() {
        if data == "end" {
            body.finish();
            return Ok(());
        }
        body.send_event(&StreamEvent::message(data))?;
        events.remove(0);
    }
    Ok(())
}

fn client(octets: usize) -> Client<Source> {
    let source = Source::default();
    source.octets.set(octets);
    Client::new(source, Limits::DEVICE)
}

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n")
}

fn split(answer: &[u8]) -> (String, Vec<u8>) {
    let end = answer.windows(4).position(|octets| octets == b"\r\n\r\n");
    let (head, body) = answer.split_at(end.unwrap() + 4);
    (String::from_utf8(head.to_vec()).unwrap(), body.to_vec())
}

/// The octets of a chunked body, and what comes behind it.
fn unchunk(mut body: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let mut octets = Vec::new();
    loop {
        let line = body
            .windows(2)
            .position(|octets| octets == b"\r\n")
            .unwrap();
        let size = std::str::from_utf8(&body[..line]).unwrap();
        let size = usize::from_str_radix(size, 16).unwrap();
        octets.extend_from_slice(&body[line + 2..line + 2 + size]);
        assert_eq!(&body[line + 2 + size..line + 4 + size], b"\r\n");
        body = &body[line + 4 + size..];
        if size == 0 {
            return (octets, body.to_vec());
        }
    }
}

fn expected(octets: usize) -> Vec<u8> {
    (0..octets).map(octet).collect()
}

#[test]
fn a_body_of_known_length_arrives_whole_however_slow_the_client_is() {
    for (capacity, at_most) in [
        (usize::MAX, usize::MAX),
        (1024, 100),
        (600, 1),
        (70_000, 512),
    ] {
        let mut client = client(30_000);
        client.set_capacity(capacity);
        client.take_at_most(at_most);
        client.send(get("/known").as_bytes());
        client.send(get("/").as_bytes());
        let (head, body) = split(&client.take());
        assert!(head.contains("Content-Length: 30000\r\n"), "{head}");
        let (body, next) = body.split_at(30_000);
        assert!(body == expected(30_000));
        assert!(next.ends_with(b"next"));
    }
}

#[test]
fn a_body_of_unknown_length_is_chunked() {
    for (capacity, at_most) in [(usize::MAX, usize::MAX), (1024, 100), (600, 1)] {
        let mut client = client(5000);
        client.set_capacity(capacity);
        client.take_at_most(at_most);
        client.send(get("/chunked").as_bytes());
        client.send(get("/").as_bytes());
        let (head, body) = split(&client.take());
        assert!(head.contains("Transfer-Encoding: chunked\r\n"), "{head}");
        let (body, next) = unchunk(&body);
        assert!(body == expected(5000));
        assert!(next.ends_with(b"next"));
    }
}

#[test]
fn a_client_of_http_1_0_gets_the_end_of_the_connection() {
    let mut client = client(5000);
    client.send(b"GET /chunked HTTP/1.0\r\n\r\n");
    let (head, body) = split(&client.take());
    assert!(!head.contains("Transfer-Encoding"), "{head}");
    assert!(body == expected(5000));
    assert!(client.is_ended());
}

#[test]
fn head_requests_ask_for_nothing() {
    let mut client = client(5000);
    client.send(b"HEAD /known HTTP/1.1\r\nHost: a\r\n\r\n");
    let (head, body) = split(&client.take());
    assert!(head.contains("Content-Length: 5000\r\n"), "{head}");
    assert_eq!(body, b"");
    assert_eq!(client.app().asked.get(), 0);
    assert!(!client.is_ended());
}

#[test]
fn a_body_of_no_octets_ends_at_once() {
    let mut client = client(0);
    client.send(get("/known").as_bytes());
    client.send(get("/chunked").as_bytes());
    client.send(get("/").as_bytes());
    assert!(client.take().ends_with(b"next"));
}

#[test]
fn a_response_to_a_body_may_be_pulled() {
    let requests = [
        "POST /posted HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
        "POST /posted HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        "PUT /streamed HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
        "PUT /streamed HTTP/1.1\r\nHost: a\r\n\r\n",
    ];
    for request in requests {
        for piece in [1, usize::MAX] {
            let mut client = client(2000);
            client.send_chopped(request.as_bytes(), piece);
            let (_, body) = split(&client.take());
            assert!(unchunk(&body).0 == expected(2000));
        }
    }
}

#[test]
fn no_more_is_asked_for_than_a_client_takes() {
    let mut client = client(10_000_000);
    client.set_capacity(usize::MAX);
    client.take_at_most(0);
    client.send(get("/known").as_bytes());
    assert!(client.waiting() <= 64 * 1024 + 500, "{}", client.waiting());
}

#[test]
fn a_body_that_ends_short_of_its_length_ends_the_connection() {
    let mut client = client(0);
    client.send(get("/short").as_bytes());
    assert!(client.take().ends_with(b"12345"));
    assert!(client.is_ended());
}

#[test]
fn a_part_that_never_fits_ends_the_connection() {
    let mut client = client(0);
    client.send(get("/large").as_bytes());
    let (_, body) = split(&client.take());
    assert_eq!(body, b"");
    assert!(client.is_ended());
}

#[test]
fn a_route_that_asks_nobody_ends_the_connection() {
    let mut client = client(0);
    client.send(get("/nobody").as_bytes());
    assert!(client.is_ended());
}

#[test]
fn events_are_sent_as_they_happen() {
    let mut client = client(0);
    client.send(get("/events").as_bytes());
    let (head, body) = split(&client.take());
    assert!(
        head.contains("Content-Type: text/event-stream\r\n"),
        "{head}"
    );
    assert!(head.contains("Cache-Control: no-store\r\n"), "{head}");
    assert_eq!(body, b"");
    for event in ["one", "two\nlines"] {
        client.app().events.borrow_mut().push(event.into());
        resume(&mut client);
    }
    let expected = "B\r\ndata: one\n\n\r\n17\r\ndata: two\ndata: lines\n\n\r\n";
    assert_eq!(String::from_utf8(client.take()).unwrap(), expected);
    client.app().events.borrow_mut().push("end".into());
    resume(&mut client);
    client.send(get("/").as_bytes());
    let end = String::from_utf8(client.take()).unwrap();
    assert!(end.starts_with("0\r\n\r\nHTTP/1.1 200 OK\r\n"), "{end}");
}

fn resume(client: &mut Client<Source>) {
    let resume = client.app().waits.take().unwrap();
    let hub: Hub<'_> = client.hub();
    hub.resume(resume).unwrap();
    client.run_jobs();
}

#[test]
fn events_that_have_no_room_come_when_there_is_some() {
    let mut client = client(0);
    client.set_capacity(1024);
    client.send(get("/events").as_bytes());
    client.take();
    client.take_at_most(0);
    let events: Vec<String> = (0..100).map(|number| format!("number {number}")).collect();
    *client.app().events.borrow_mut() = events;
    resume(&mut client);
    assert!(client.waiting() <= 1024);
    client.take_at_most(usize::MAX);
    let (octets, _) = unchunk(&[&client.take()[..], b"0\r\n\r\n"].concat());
    let expected: String = (0..100).map(|n| format!("data: number {n}\n\n")).collect();
    assert_eq!(String::from_utf8(octets).unwrap(), expected);
}

#[test]
fn silence_is_broken_with_a_comment() {
    let mut client = client(0);
    client.send(get("/events").as_bytes());
    client.take();
    for _ in 0..3 {
        client.pass(Limits::DEVICE.answer_time - Duration::from_millis(1));
        assert_eq!(client.take(), b"");
        client.pass(Duration::from_millis(1));
        assert_eq!(client.take(), b"3\r\n:\n\n\r\n");
    }
    client.app().events.borrow_mut().push("late".into());
    resume(&mut client);
    assert_eq!(client.take(), b"C\r\ndata: late\n\n\r\n");
}

#[test]
fn a_client_that_ends_its_side_ends_a_stream_of_events_and_no_other_body() {
    let mut events = client(0);
    events.send(get("/events").as_bytes());
    events.take();
    events.end();
    assert_eq!(events.take(), b"0\r\n\r\n");
    assert!(events.is_ended());

    let mut other = client(100_000);
    other.take_at_most(1000);
    other.send(get("/known").as_bytes());
    other.end();
    other.take_at_most(usize::MAX);
    let (_, body) = split(&other.take());
    assert_eq!(body, expected(100_000));
}

#[test]
fn a_stop_ends_a_stream_of_events_in_order() {
    let mut client = client(0);
    client.send(get("/events").as_bytes());
    client.take();
    client.stop_server();
    assert_eq!(client.take(), b"0\r\n\r\n");
    assert!(client.is_ended());
}

#[test]
fn a_body_that_waits_for_ever_is_given_up() {
    let mut client = client(0);
    client.send(get("/never").as_bytes());
    client.pass(Limits::DEVICE.answer_time);
    let (_, body) = split(&client.take());
    assert_eq!(body, b"");
    assert!(client.is_ended());
}
