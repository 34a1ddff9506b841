//! Files of a directory, sent by the kernel to real clients.

mod support;

use dunlin::{AnswerError, App, ConnectionId, Hooks, Limits, Request, Response, Route};
use dunlin_linux::{Config, Directory};
use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};
use support::{Place, config, connect, curl, exchange, octets, serving};

/// Serves a directory, and tells of connections that have ended.
struct Site {
    files: Directory,
    ended: Sender<ConnectionId>,
}

impl App for Site {
    type Session = ();
    const ROUTES: &'static [Route<Self>] = &[
        Route::get("/text", |_, _, response| response.text("text")),
        Route::get("/*", file),
    ];
    const HOOKS: Hooks<Self> = Hooks::new().ended(ended);
}

fn ended(site: &Site, (): &mut (), id: ConnectionId) {
    let _ = site.ended.send(id);
}

fn file(
    site: &Site,
    request: Request<'_, Site>,
    response: Response<'_>,
) -> Result<(), AnswerError> {
    site.files.respond(request.path(), request.head(), response)
}

/// Serves a directory while a test runs.
fn serve(
    place: &Place,
    config: Config,
    test: impl FnOnce(SocketAddr, &str, Receiver<ConnectionId>),
) {
    let files = Directory::open(&place.0).unwrap();
    let (ended, endings) = channel();
    serving(
        |_| Site { files, ended },
        config,
        |address, _| test(address, &format!("http://{address}"), endings),
    );
}

#[test]
fn a_file_of_half_a_gibibyte_takes_no_memory() {
    let place = Place::new("large-file");
    let file = File::create(place.path("large")).unwrap();
    file.set_len(HALF_A_GIBIBYTE).unwrap();
    serve(&place, config(), |_, url, _| {
        support::forget_peak_memory();
        let before = support::peak_memory();
        let url = format!("{url}/large");
        let got = curl(&[
            "-o",
            "/dev/null",
            "-w",
            "%{http_code} %{size_download}",
            &url,
        ]);
        assert_eq!(got, format!("200 {HALF_A_GIBIBYTE}"));
        let grown = support::peak_memory() - before;
        assert!(grown < 32 * MEBIBYTE, "{grown}");
    });
}

#[test]
fn a_download_that_broke_off_is_resumed() {
    let place = Place::new("resumed-file");
    let whole = octets(6 * MEBIBYTE);
    fs::write(place.path("data"), &whole).unwrap();
    serve(&place, config(), |address, url, endings| {
        let mut client = connect(address);
        client
            .write_all(b"GET /data HTTP/1.1\r\nHost: a\r\n\r\n")
            .unwrap();
        let mut received = vec![0; MEBIBYTE];
        client.read_exact(&mut received).unwrap();
        let body = received
            .windows(4)
            .position(|end| end == b"\r\n\r\n")
            .unwrap()
            + 4;
        let partial = place.path("partial");
        fs::write(&partial, &received[body..]).unwrap();
        drop(client);
        endings.recv_timeout(WHILE).unwrap();

        let url = format!("{url}/data");
        let got = curl(&[
            "--continue-at",
            "-",
            "-o",
            &partial,
            "-w",
            "%{http_code}",
            &url,
        ]);
        assert_eq!(got, "206");
        assert!(fs::read(&partial).unwrap() == whole);
    });
}

#[test]
fn parts_heads_and_what_a_client_has_already_are_answered_without_the_rest() {
    let place = Place::new("parts");
    let whole = octets(300_000);
    fs::write(place.path("data"), &whole).unwrap();
    serve(&place, config(), |_, url, _| {
        let url = &format!("{url}/data");
        let (part, tag) = (&place.path("part"), &place.path("tag"));
        for (range, expected) in [
            ("0-0", 0..1),
            ("100000-199999", 100_000..200_000),
            ("299999-", 299_999..300_000),
            ("-70000", 230_000..300_000),
        ] {
            let begun = Instant::now();
            let got = curl(&["-r", range, "-o", part, "-w", "%{http_code}", url]);
            assert_eq!(got, "206", "{range}");
            assert!(fs::read(part).unwrap() == whole[expected], "{range}");
            assert!(begun.elapsed() < Duration::from_secs(5), "{range}");
        }
        let status = ["-o", part, "-w", "%{http_code} %{size_download}"];
        let ask = |arguments: &[&str]| curl(&[arguments, &status, &[url]].concat());
        assert_eq!(ask(&["--etag-save", tag]), "200 300000");
        assert_eq!(ask(&["--etag-compare", tag]), "304 0");
        assert_eq!(ask(&["-r", "300000-"]).split(' ').next(), Some("416"));
        let head = curl(&["--head", url]);
        assert!(head.contains("\r\nContent-Length: 300000\r\n"), "{head}");
    });
}

#[test]
fn requests_behind_a_file_are_answered_behind_it() {
    let place = Place::new("pipelined-files");
    fs::write(place.path("small"), "small").unwrap();
    fs::write(place.path("empty"), "").unwrap();
    fs::write(place.path("large"), vec![b'x'; 5 * MEBIBYTE]).unwrap();
    serve(&place, config(), |address, _, _| {
        let paths = [
            "/small", "/text", "/large", "/empty", "/small", "/none/", "/large", "/text",
        ];
        let mut requests = String::new();
        for path in paths {
            requests += &format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n");
        }
        requests += "HEAD /large HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        let mut answer = exchange(address, &requests);
        for path in paths {
            let (head, rest) = answer.split_once("\r\n\r\n").unwrap();
            let (_, length) = head.split_once("Content-Length: ").unwrap();
            let length: usize = length.split("\r\n").next().unwrap().parse().unwrap();
            let (body, rest) = rest.split_at(length);
            match path {
                "/small" => assert_eq!(body, "small"),
                "/text" => assert_eq!(body, "text"),
                "/empty" => assert_eq!(body, ""),
                "/none/" => assert_eq!(body, "Not Found"),
                _ => assert!(length == 5 * MEBIBYTE && body.bytes().all(|octet| octet == b'x')),
            }
            answer = rest.to_owned();
        }
        assert!(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("\r\n\r\n"));
    });
}

#[test]
fn a_client_that_ends_its_side_is_sent_the_whole_file() {
    let place = Place::new("half-closed");
    fs::write(place.path("data"), octets(5 * MEBIBYTE)).unwrap();
    serve(&place, config(), |address, _, _| {
        let mut client = connect(address);
        client
            .write_all(b"GET /data HTTP/1.1\r\nHost: a\r\n\r\n")
            .unwrap();
        client.shutdown(Shutdown::Write).unwrap();
        let mut answer = Vec::new();
        client.read_to_end(&mut answer).unwrap();
        assert!(answer.len() > 5 * MEBIBYTE);
    });
}

#[test]
fn a_file_that_gets_shorter_while_it_is_sent_ends_the_connection() {
    let place = Place::new("truncated");
    let file = File::create(place.path("data")).unwrap();
    file.set_len(HALF_A_GIBIBYTE).unwrap();
    serve(&place, config(), |address, _, endings| {
        let mut client = connect(address);
        client
            .write_all(b"GET /data HTTP/1.1\r\nHost: a\r\n\r\n")
            .unwrap();
        client.read_exact(&mut [0; 4]).unwrap();
        file.set_len(1).unwrap();
        let mut octets = 0;
        let mut buffer = vec![0; MEBIBYTE];
        while let Ok(length @ 1..) = client.read(&mut buffer) {
            octets += length;
        }
        assert!((octets as u64) < HALF_A_GIBIBYTE);
        endings.recv_timeout(WHILE).unwrap();
    });
}

#[test]
fn a_client_that_takes_nothing_of_a_file_is_dropped_and_others_are_served_meanwhile() {
    let place = Place::new("stalled");
    let file = File::create(place.path("data")).unwrap();
    file.set_len(HALF_A_GIBIBYTE).unwrap();
    let config = Config {
        limits: Limits {
            send_time: Duration::from_millis(300),
            ..Limits::LINUX
        },
        ..config()
    };
    serve(&place, config, |address, _, endings| {
        let mut client = connect(address);
        client
            .write_all(b"GET /data HTTP/1.1\r\nHost: a\r\n\r\n")
            .unwrap();
        client.read_exact(&mut [0; 4]).unwrap();
        let text = exchange(
            address,
            "GET /text HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        );
        assert!(text.ends_with("text"));
        let first = endings.recv_timeout(WHILE).unwrap();
        let second = endings.recv_timeout(WHILE).unwrap();
        assert_ne!(first, second);
    });
}

const MEBIBYTE: usize = 1024 * 1024;
const HALF_A_GIBIBYTE: u64 = 512 * 1024 * 1024;

/// Longer than anything here takes.
const WHILE: Duration = Duration::from_secs(10);
