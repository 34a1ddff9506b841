//! Bodies of responses that are asked for, and streams of events, over real sockets.

mod support;

use dunlin::{
    App, ConnectionId, Full, Hooks, Limits, PulledBody, Request, Resume, Route, StreamEvent,
};
use dunlin_linux::{Config, HubHandle};
use socket2::SockRef;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};
use support::{config, connect, curl, exchange, serving};

/// Sends bodies of a length that the client asks for, one that never ends, and
/// events as a thread tells them.
struct Source {
    waiting: Sender<Resume>,
    events: std::sync::Mutex<Vec<String>>,
    ended: Sender<ConnectionId>,
}

impl App for Source {
    /// Octets of the body at hand that were sent.
    type Session = usize;
    const ROUTES: &'static [Route<Self>] = &[
        Route::get("/known", |_, request, response| {
            let length = begin(request);
            response.pulled(Some(length))
        })
        .pulled(octets),
        Route::get("/chunked", |_, request, response| {
            begin(request);
            response.pulled(None)
        })
        .pulled(octets),
        Route::get("/endless", |_, _, response| response.pulled(None)).pulled(|_, body| {
            loop {
                body.send(&[b'x'; 64])?;
            }
        }),
        Route::get("/events", |_, _, response| response.events()).pulled(events),
        Route::get("/text", |_, _, response| response.text("text")),
    ];
    const HOOKS: Hooks<Self> = Hooks::new().ended(ended);
}

/// Keeps how many octets are to be sent, which the query says.
fn begin(mut request: Request<'_, Source>) -> usize {
    let length = request.query().unwrap().parse().unwrap();
    *request.session() = length;
    length
}

fn octets(_: &Source, body: &mut PulledBody<'_, Source>) -> Result<(), Full> {
    while *body.session() > 0 {
        let left = *body.session();
        let length = left.min(body.room());
        let piece: Vec<u8> = (0..length).map(|index| octet(left - index)).collect();
        if piece.is_empty() {
            return Err(Full);
        }
        body.send(&piece)?;
        *body.session() -= length;
    }
    body.finish();
    Ok(())
}

/// The octet with so many behind it.
fn octet(left: usize) -> u8 {
    (left % 251) as u8
}

fn events(source: &Source, body: &mut PulledBody<'_, Source>) -> Result<(), Full> {
    let mut events = source.events.lock().unwrap();
    for event in core::mem::take(&mut *events) {
        body.send_event(&StreamEvent::message(&event))?;
    }
    let _ = source.waiting.send(body.resume());
    Ok(())
}

fn ended(source: &Source, _: &mut usize, id: ConnectionId) {
    let _ = source.ended.send(id);
}

struct Scene<'s> {
    address: SocketAddr,
    hub: HubHandle,
    waiting: Receiver<Resume>,
    ended: Receiver<ConnectionId>,
    url: &'s str,
}

impl Scene<'_> {
    fn ask(&self, path: &str) -> TcpStream {
        let mut client = connect(self.address);
        let request = format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n");
        client.write_all(request.as_bytes()).unwrap();
        client
    }
}

fn scene(config: Config, test: impl FnOnce(Scene<'_>)) {
    let (waiting_sender, waiting) = channel();
    let (ended_sender, ended) = channel();
    let source = Source {
        waiting: waiting_sender,
        events: vec!["first".to_owned()].into(),
        ended: ended_sender,
    };
    serving(
        |_| source,
        config,
        |address, hub| {
            test(Scene {
                address,
                hub,
                waiting,
                ended,
                url: &format!("http://{address}"),
            });
        },
    );
}

#[test]
fn bodies_that_are_asked_for_arrive_whole_at_a_real_client() {
    scene(config(), |scene| {
        let place = support::Place::new("pulled");
        let file = place.path("body");
        for path in ["known", "chunked"] {
            for length in [1, 65_536, 20_000_000] {
                let url = format!("{}/{path}?{length}", scene.url);
                curl(&["-o", &file, &url]);
                let body = std::fs::read(&file).unwrap();
                assert_eq!(body.len(), length, "{path}");
                let mut octets = body.iter().enumerate();
                assert!(octets.all(|(index, own)| *own == octet(length - index)));
            }
            // HTTP/1.0 has no chunks.
            let url = format!("{}/{path}?70000", scene.url);
            let got = curl(&["--http1.0", "-o", &file, "-w", "%{size_download}", &url]);
            assert_eq!(got, "70000");
        }
    });
}

#[test]
fn who_takes_a_body_as_fast_as_it_is_made_keeps_nobody_waiting() {
    scene(config(), |scene| {
        let readers: Vec<_> = (0..2)
            .map(|_| {
                let mut client = scene.ask("/endless");
                std::thread::spawn(move || {
                    let mut buffer = vec![0; 1024 * 1024];
                    while let Ok(1..) = client.read(&mut buffer) {}
                })
            })
            .collect();
        for _ in 0..10 {
            let begun = Instant::now();
            let request = "GET /text HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
            assert!(exchange(scene.address, request).ends_with("text"));
            assert!(begun.elapsed() < WHILE / 2);
        }
        scene.hub.stop();
        for reader in readers {
            reader.join().unwrap();
        }
    });
}

#[test]
fn requests_behind_a_pulled_body_are_answered_behind_it() {
    scene(config(), |scene| {
        let mut requests = String::new();
        for _ in 0..20 {
            requests += "GET /known?3000000 HTTP/1.1\r\nHost: a\r\n\r\n";
        }
        requests += "GET /text HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        let mut client = connect(scene.address);
        client.write_all(requests.as_bytes()).unwrap();
        let mut answer = Vec::new();
        client.read_to_end(&mut answer).unwrap();
        assert!(answer.len() > 60_000_000 && answer.ends_with(b"text"));
    });
}

#[test]
fn events_reach_a_real_client_as_they_happen() {
    scene(config(), |scene| {
        let mut client = Command::new("curl")
            .args(["--silent", "--no-buffer", "--max-time", "20"])
            .arg(format!("{}/events", scene.url))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(client.stdout.take().unwrap()).lines();
        let mut next = || lines.next().unwrap().unwrap();
        assert_eq!((next(), next()), ("data: first".into(), String::new()));
        // There was nothing more to send; only its resuming brings the next.
        let resume = scene.waiting.recv_timeout(WHILE).unwrap();
        scene.hub.hub().resume(resume).unwrap();
        let resume = scene.waiting.recv_timeout(WHILE).unwrap();
        client.kill().unwrap();
        client.wait().unwrap();
        // The peer has closed its socket: that is noticed without a write.
        scene.ended.recv_timeout(WHILE).unwrap();
        scene.hub.hub().resume(resume).unwrap();
    });
}

#[test]
fn a_silent_stream_of_events_has_a_sign_of_life() {
    let limits = Limits {
        answer_time: Duration::from_millis(100),
        ..Limits::LINUX
    };
    let config = Config { limits, ..config() };
    scene(config, |scene| {
        let mut client = BufReader::new(scene.ask("/events"));
        let mut comments = 0;
        while comments < 3 {
            let mut line = String::new();
            client.read_line(&mut line).unwrap();
            comments += usize::from(line.starts_with(':'));
        }
    });
}

#[test]
fn a_client_that_ends_its_side_of_an_event_stream_is_sent_its_end() {
    scene(config(), |scene| {
        let mut client = scene.ask("/events");
        scene.waiting.recv_timeout(WHILE).unwrap();
        client.shutdown(Shutdown::Write).unwrap();
        let mut answer = String::new();
        client.read_to_string(&mut answer).unwrap();
        assert!(answer.ends_with("data: first\n\n\r\n0\r\n\r\n"), "{answer}");
        scene.ended.recv_timeout(WHILE).unwrap();
    });
}

#[test]
fn a_client_that_ends_its_side_is_still_sent_a_body_that_has_an_end() {
    scene(config(), |scene| {
        let mut client = scene.ask("/known?9000000");
        client.shutdown(Shutdown::Write).unwrap();
        let mut answer = Vec::new();
        client.read_to_end(&mut answer).unwrap();
        assert!(answer.len() > 9_000_000);
    });
}

#[test]
fn a_client_that_resets_an_event_stream_is_gone_at_once() {
    scene(config(), |scene| {
        let client = scene.ask("/events");
        scene.waiting.recv_timeout(WHILE).unwrap();
        SockRef::from(&client)
            .set_linger(Some(Duration::ZERO))
            .unwrap();
        drop(client);
        scene.ended.recv_timeout(WHILE).unwrap();
    });
}

/// Longer than anything here takes.
const WHILE: Duration = Duration::from_secs(10);
