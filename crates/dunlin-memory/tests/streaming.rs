//! Request bodies that are taken part by part.

use dunlin::{
    AnswerError, App, BodyPart, BodyRoute, Limits, Method, Request, Response, Resume, Route, Status,
};
use dunlin_memory::Client;
use std::cell::{Cell, RefCell};
use std::time::Duration;

/// A store that takes pages of a size, one after the other, and pauses behind
/// each when it is told to.
#[derive(Default)]
struct Store {
    page: Cell<Option<usize>>,
    paused: Cell<Option<Resume>>,
    pauses: Cell<usize>,
    abandoned: Cell<usize>,
    stored: RefCell<Vec<u8>>,
}

impl App for Store {
    type Session = Vec<u8>;
    const ROUTES: &'static [Route<Self>] = &[
        Route::streamed(
            Method::Put,
            "/store",
            BodyRoute::new(take, stored).abandoned(abandoned),
        ),
        Route::streamed(
            Method::Put,
            "/small",
            BodyRoute::new(take, stored)
                .limit(10)
                .abandoned(abandoned)
                .length_required(),
        ),
        Route::streamed(
            Method::Put,
            "/private",
            BodyRoute::new(take, stored).admit(|_, request, admission| {
                match request.header("authorization") {
                    Some("yes") => admission.accept(),
                    Some("what") => Ok(()),
                    _ => admission.refuse(Status::UNAUTHORIZED).text("who are you"),
                }
            }),
        ),
        Route::streamed(
            Method::Put,
            "/broken",
            BodyRoute::new(|_, _, _| Err(Status::SERVICE_UNAVAILABLE), stored).abandoned(abandoned),
        ),
        Route::get("/", |_, _, response| response.text("next")),
    ];
}

fn take(store: &Store, part: &mut BodyPart<'_, Store>, octets: &[u8]) -> Result<usize, Status> {
    assert_eq!(part.received(), part.session().len() as u64);
    let left = match store.page.get() {
        Some(page) => page - part.session().len() % page,
        None => octets.len(),
    };
    let taken = octets.len().min(left);
    part.session().extend_from_slice(&octets[..taken]);
    if taken < octets.len() {
        store.paused.set(Some(part.resume()));
        store.pauses.set(store.pauses.get() + 1);
    }
    Ok(taken)
}

fn stored(
    store: &Store,
    mut request: Request<'_, Store>,
    response: Response<'_>,
) -> Result<(), AnswerError> {
    assert_eq!(request.body(), b"");
    let octets = std::mem::take(request.session());
    *store.stored.borrow_mut() = octets;
    response.text(request.path())
}

fn abandoned(store: &Store, session: &mut Vec<u8>, _: dunlin::ConnectionId) {
    session.clear();
    store.abandoned.set(store.abandoned.get() + 1);
}

const LIMITS: Limits = Limits {
    body: 16,
    ..Limits::DEVICE
};

fn client() -> Client<Store> {
    Client::new(Store::default(), LIMITS)
}

fn content(length: usize) -> Vec<u8> {
    (0..length).map(|index| (index * 31 % 251) as u8).collect()
}

fn with_length(path: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "PUT {path} HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

fn chunked(path: &str, body: &[u8], chunk: usize) -> Vec<u8> {
    let head = format!("PUT {path} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    let mut request = head.into_bytes();
    for chunk in body.chunks(chunk) {
        request.extend_from_slice(format!("{:x};note=\"a\"\r\n", chunk.len()).as_bytes());
        request.extend_from_slice(chunk);
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"0\r\nTrailer: b\r\n\r\n");
    request
}

fn answers(client: &mut Client<Store>) -> String {
    String::from_utf8(client.take()).unwrap()
}

#[test]
fn a_body_larger_than_every_buffer_arrives_whole() {
    let body = content(100_000);
    for request in [with_length("/store", &body), chunked("/store", &body, 777)] {
        for piece in [1, 7, 1000, usize::MAX] {
            let mut client = client();
            client.send_chopped(&request, piece);
            client.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            let answers = answers(&mut client);
            assert!(answers.ends_with("next"), "{answers}");
            assert_eq!(answers.matches("200 OK").count(), 2);
            assert!(*client.app().stored.borrow() == body);
            assert!(client.most_assembled() < 128);
        }
    }
}

#[test]
fn a_body_that_pauses_behind_each_page_arrives_whole() {
    let body = content(10_000);
    let next = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    for request in [with_length("/store", &body), chunked("/store", &body, 97)] {
        for piece in [1, 64, 333, usize::MAX] {
            let mut client = client();
            client.app().page.set(Some(256));
            client.send_chopped(&[&request[..], next].concat(), piece);
            let mut pauses = 0;
            while let Some(resume) = client.app().paused.take() {
                assert!(client.is_paused());
                pauses += 1;
                client.hub().resume(resume).unwrap();
                client.run_jobs();
            }
            assert_eq!(pauses, client.app().pauses.get());
            assert!(piece < 256 || pauses == body.len() / 256);
            assert!(answers(&mut client).ends_with("next"));
            assert!(*client.app().stored.borrow() == body);
        }
    }
}

#[test]
fn a_pause_without_end_is_503() {
    let mut client = client();
    client.app().page.set(Some(4));
    client.send(&with_length("/store", b"12345678"));
    let resume = client.app().paused.take().unwrap();
    client.pass(LIMITS.answer_time - Duration::from_millis(1));
    assert_eq!(answers(&mut client), "");
    client.pass(Duration::from_millis(1));
    assert!(answers(&mut client).starts_with("HTTP/1.1 503 "));
    assert_eq!(client.app().abandoned.get(), 1);
    client.hub().resume(resume).unwrap();
    client.run_jobs();
    assert_eq!(client.app().abandoned.get(), 1);
}

#[test]
fn a_body_has_longer_the_more_of_it_came() {
    let mut client = client();
    client.send(b"PUT /store HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n");
    let rate = usize::from(LIMITS.body_rate);
    let seconds = LIMITS.body_time.as_secs() as usize + 20;
    for _ in 0..seconds {
        client.send(&vec![0; rate]);
        client.pass(Duration::from_secs(1));
        assert_eq!(answers(&mut client), "");
    }
    client.pass(LIMITS.body_time);
    assert!(answers(&mut client).starts_with("HTTP/1.1 408 "));
    assert_eq!(client.app().abandoned.get(), 1);
}

#[test]
fn the_time_of_a_pause_is_not_the_clients() {
    let mut client = client();
    client.app().page.set(Some(4));
    client.send(b"PUT /store HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\n\r\n");
    client.pass(LIMITS.body_time - Duration::from_millis(2));
    client.send(b"12345");
    client.pass(LIMITS.answer_time - Duration::from_millis(1));
    client
        .hub()
        .resume(client.app().paused.take().unwrap())
        .unwrap();
    client.run_jobs();
    client.pass(Duration::from_millis(1));
    assert_eq!(answers(&mut client), "");
    client.pass(Duration::from_millis(1));
    assert!(answers(&mut client).starts_with("HTTP/1.1 408 "));
}

#[test]
fn a_body_that_is_too_long_is_413_before_it_comes() {
    let mut client = client();
    client.send(b"PUT /small HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n");
    assert!(answers(&mut client).starts_with("HTTP/1.1 413 "));
    assert!(client.is_ended());
    assert_eq!(client.app().abandoned.get(), 0);
}

#[test]
fn a_length_that_is_required_and_missing_is_411() {
    let mut client = client();
    client.send(&chunked("/small", b"12", 2));
    assert!(answers(&mut client).starts_with("HTTP/1.1 411 "));
    assert!(client.is_ended());
}

#[test]
fn a_refused_body_is_not_read_and_ends_the_connection() {
    let mut client = client();
    client.send(
        b"PUT /private HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n",
    );
    let answers = answers(&mut client);
    assert!(answers.starts_with("HTTP/1.1 401 "), "{answers}");
    assert!(answers.contains("Connection: close\r\n"), "{answers}");
    assert!(answers.ends_with("who are you"), "{answers}");
    assert!(client.is_ended());
}

#[test]
fn a_refused_request_without_a_body_goes_on() {
    let mut client = client();
    client.send(b"PUT /private HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
    let answers = answers(&mut client);
    assert!(answers.starts_with("HTTP/1.1 401 "), "{answers}");
    assert!(answers.ends_with("next"), "{answers}");
}

#[test]
fn an_accepted_body_is_asked_for() {
    let mut client = client();
    client.send(b"PUT /private HTTP/1.1\r\nHost: a\r\nAuthorization: yes\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    assert_eq!(answers(&mut client), "HTTP/1.1 100 Continue\r\n\r\n");
    client.send(b"ab");
    assert!(answers(&mut client).starts_with("HTTP/1.1 200 "));
    assert_eq!(*client.app().stored.borrow(), b"ab");
}

#[test]
fn an_undecided_body_is_500() {
    let mut client = client();
    client.send(
        b"PUT /private HTTP/1.1\r\nHost: a\r\nAuthorization: what\r\nContent-Length: 2\r\n\r\nab",
    );
    assert!(answers(&mut client).starts_with("HTTP/1.1 500 "));
    assert!(client.is_ended());
}

#[test]
fn a_handler_that_gives_up_answers_with_its_status() {
    let mut client = client();
    client.send(&with_length("/broken", b"body"));
    assert!(answers(&mut client).starts_with("HTTP/1.1 503 "));
    assert_eq!(client.app().abandoned.get(), 1);
    assert!(client.is_ended());
}

#[test]
fn a_lost_or_malformed_body_is_abandoned() {
    let begin = b"PUT /store HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab";
    let mut lost = client();
    lost.send(begin);
    lost.reset();
    assert_eq!(lost.app().abandoned.get(), 1);
    let mut ended = client();
    ended.send(begin);
    ended.end();
    assert_eq!(ended.app().abandoned.get(), 1);
    let mut malformed = client();
    malformed.send(begin);
    malformed.send(b"no chunk");
    assert!(answers(&mut malformed).starts_with("HTTP/1.1 400 "));
    assert_eq!(malformed.app().abandoned.get(), 1);
    assert_eq!(malformed.app().stored.borrow().len(), 0);
}

#[test]
fn a_stop_lets_a_body_arrive() {
    let mut client = client();
    client.send(b"PUT /store HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nab");
    client.stop_server();
    client.send(b"cd");
    assert!(answers(&mut client).contains("Connection: close\r\n"));
    assert_eq!(*client.app().stored.borrow(), b"abcd");
}
