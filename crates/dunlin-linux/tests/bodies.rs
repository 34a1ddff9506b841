//! Bodies of requests that are taken part by part, over real sockets.

mod support;

use dunlin::{
    AnswerError, App, BodyPart, BodyRoute, ConnectionId, Limits, Method, Request, Response, Resume,
    Route, Status,
};
use dunlin_linux::{Config, HubHandle};
use socket2::SockRef;
use std::io::{Read, Write};
use std::net::SocketAddr;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;
use support::{Place, config, connect, curl, octets, serving};

/// Lets a thread store what it is sent, a page at a time, and takes no more until
/// that is done.
struct Store {
    pages: Sender<(Vec<u8>, Resume)>,
    abandoned: Sender<ConnectionId>,
}

impl App for Store {
    /// Octets that the thread was given.
    type Session = usize;
    const ROUTES: &'static [Route<Self>] = &[
        Route::streamed(
            Method::Put,
            "/pages",
            BodyRoute::new(page, end).abandoned(abandoned),
        ),
        Route::streamed(
            Method::Put,
            "/small",
            BodyRoute::new(take, end)
                .limit(1000)
                .length_required()
                .abandoned(abandoned),
        ),
        Route::streamed(
            Method::Put,
            "/bounded",
            BodyRoute::new(take, end).limit(1000),
        ),
    ];
}

/// Takes what is stored, and pauses while the next page is being stored: then it
/// comes again.
fn page(store: &Store, part: &mut BodyPart<'_, Store>, octets: &[u8]) -> Result<usize, Status> {
    let stored = *part.session() - usize::try_from(part.received()).unwrap();
    let rest = &octets[stored..];
    if !rest.is_empty() {
        let page = &rest[..rest.len().min(PAGE)];
        *part.session() += page.len();
        let sent = store.pages.send((page.to_vec(), part.resume()));
        sent.map_err(|_| Status::SERVICE_UNAVAILABLE)?;
    }
    Ok(stored)
}

fn take(_: &Store, _: &mut BodyPart<'_, Store>, octets: &[u8]) -> Result<usize, Status> {
    Ok(octets.len())
}

fn end(
    _: &Store,
    mut request: Request<'_, Store>,
    response: Response<'_>,
) -> Result<(), AnswerError> {
    let octets = core::mem::take(request.session());
    response.text(&format!("{octets} octets"))
}

fn abandoned(store: &Store, octets: &mut usize, id: ConnectionId) {
    *octets = 0;
    let _ = store.abandoned.send(id);
}

struct Scene {
    address: SocketAddr,
    hub: HubHandle,
    pages: Receiver<(Vec<u8>, Resume)>,
    abandoned: Receiver<ConnectionId>,
}

fn scene(config: Config, test: impl FnOnce(Scene)) {
    let (page_sender, pages) = channel();
    let (abandoned_sender, abandoned) = channel();
    let store = Store {
        pages: page_sender,
        abandoned: abandoned_sender,
    };
    serving(
        |_| store,
        config,
        |address, hub| {
            test(Scene {
                address,
                hub,
                pages,
                abandoned,
            });
        },
    );
}

fn impatient() -> Config {
    Config {
        limits: Limits {
            body_time: Duration::from_millis(300),
            ..Limits::LINUX
        },
        ..config()
    }
}

#[test]
fn a_body_pauses_until_a_thread_has_stored_what_came() {
    scene(impatient(), |scene| {
        let place = Place::new("paused-body");
        let body = octets(100_000);
        let source = place.path("body");
        std::fs::write(&source, &body).unwrap();
        let url = format!("http://{}/pages", scene.address);
        let mut stored = Vec::new();
        thread::scope(|scope| {
            let answer = scope.spawn(|| curl(&["-T", &source, &url]));
            while stored.len() < body.len() {
                let (page, resume) = scene.pages.recv_timeout(WHILE).unwrap();
                if stored.is_empty() {
                    // Longer than the client may take for the body.
                    let next = scene.pages.recv_timeout(Duration::from_millis(400));
                    assert!(next.is_err());
                }
                stored.extend_from_slice(&page);
                scene.hub.hub().resume(resume).unwrap();
            }
            assert_eq!(answer.join().unwrap(), "100000 octets");
        });
        assert!(stored == body);
    });
}

#[test]
fn a_body_that_breaks_off_is_abandoned() {
    scene(config(), |scene| {
        for reset in [false, true] {
            let mut client = connect(scene.address);
            client
                .write_all(b"PUT /pages HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n1234")
                .unwrap();
            let (page, resume) = scene.pages.recv_timeout(WHILE).unwrap();
            assert_eq!(page, b"1234");
            if reset {
                SockRef::from(&client)
                    .set_linger(Some(Duration::ZERO))
                    .unwrap();
            } else {
                scene.hub.hub().resume(resume).unwrap();
            }
            drop(client);
            scene.abandoned.recv_timeout(WHILE).unwrap();
            // Too late: it is for nobody.
            scene.hub.hub().resume(resume).unwrap();
        }
    });
}

#[test]
fn bodies_that_are_too_long_or_have_no_length_are_refused() {
    scene(config(), |scene| {
        for (path, framing, status) in [
            (
                "/small",
                "Content-Length: 1001\r\nExpect: 100-continue",
                "413",
            ),
            ("/small", "Transfer-Encoding: chunked", "411"),
            ("/bounded", "Transfer-Encoding: chunked", "413"),
        ] {
            let mut client = connect(scene.address);
            let head = format!("PUT {path} HTTP/1.1\r\nHost: a\r\n{framing}\r\n\r\n");
            client.write_all(head.as_bytes()).unwrap();
            if path == "/bounded" {
                client
                    .write_all(&[b"3e9\r\n", &[b'a'; 1001][..], b"\r\n0\r\n\r\n"].concat())
                    .unwrap();
            }
            let mut answer = String::new();
            client.read_to_string(&mut answer).unwrap();
            assert!(
                answer.starts_with(&format!("HTTP/1.1 {status} ")),
                "{path}: {answer}"
            );
        }
        let url = format!("http://{}/small", scene.address);
        let fits = curl(&[
            "-X",
            "PUT",
            "-d",
            &"a".repeat(1000),
            "-w",
            " %{http_code}",
            &url,
        ]);
        assert_eq!(fits, "0 octets 200");
    });
}

#[test]
fn a_body_that_is_too_slow_is_answered_408() {
    scene(impatient(), |scene| {
        let mut client = connect(scene.address);
        client
            .write_all(b"PUT /small HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n1234")
            .unwrap();
        let mut answer = String::new();
        client.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
        scene.abandoned.recv_timeout(WHILE).unwrap();
    });
}

#[test]
fn a_pause_without_an_end_is_answered_503() {
    let limits = Limits {
        answer_time: Duration::from_millis(300),
        ..Limits::LINUX
    };
    let config = Config { limits, ..config() };
    scene(config, |scene| {
        let mut client = connect(scene.address);
        client
            .write_all(b"PUT /pages HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n123456789")
            .unwrap();
        let mut answer = String::new();
        client.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
        scene.abandoned.recv_timeout(WHILE).unwrap();
    });
}

/// Octets that are stored at a time.
const PAGE: usize = 4096;

/// Longer than anything here takes.
const WHILE: Duration = Duration::from_secs(10);
