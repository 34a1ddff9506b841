//! What a configuration does to connections, over real sockets.

mod support;

use dunlin::{
    App, BodyRoute, ConnectionId, Hub, Message, Method, Protocol, Request, Response, Route,
    WebSocketRoute,
};
use dunlin_linux::{Config, Error, Server, TcpKeepAlive};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use support::{config, serving};

/// Shows the connections that there are.
struct Listing;

impl App for Listing {
    type Session = ();
    const ROUTES: &'static [Route<Self>] = &[
        Route::get("/peer", |_, request, response| {
            response.text(&format!("{:?}", request.peer()))
        }),
        Route::get("/list", list),
        Route::get("/touch", |_, request, response| {
            let touched = request.query().and_then(|bits| bits.parse().ok());
            let id = touched.map_or(request.id(), ConnectionId::from_bits);
            request.hub().touch(id)?;
            response.text(&request.id().to_bits().to_string())
        }),
        Route::get("/later", |_, _, response| {
            let _ = response.ticket();
            LATER.store(true, Ordering::Relaxed);
            Ok(())
        }),
        Route::get("/large", |_, _, response| response.asset(LARGE)),
        Route::get("/silent", |_, _, response| response.events()).pulled(|_, _| Ok(())),
        Route::streamed(
            Method::Post,
            "/put",
            BodyRoute::new(
                |_, _, octets| Ok(octets.len()),
                |_, _, response| response.empty(),
            ),
        ),
        Route::websocket(
            "/echo",
            WebSocketRoute::new(|_, websocket, message| Ok(websocket.send(message)?))
                .open(|_, websocket, _| Ok(websocket.send(Message::text("open"))?)),
        ),
    ];
}

/// A request that is not answered yet has come.
static LATER: AtomicBool = AtomicBool::new(false);

/// More than all buffers between a server and a client hold.
static LARGE: &[u8] = &[b'a'; 32 * 1024 * 1024];

fn list(
    _: &Listing,
    request: Request<'_, Listing>,
    response: Response<'_>,
) -> Result<(), dunlin::AnswerError> {
    let hub: Hub<'_> = request.hub();
    let mut lines = Vec::new();
    hub.each_connection(&mut |info| {
        assert_eq!(hub.connection(info.id).map(|found| found.id), Some(info.id));
        assert_eq!(info.protocol, Protocol::Http);
        lines.push(info.peer.map_or(0, |peer| peer.port()).to_string());
    });
    response.text(&lines.join(" "))
}

/// Serves while `test` runs.
fn list_while(config: Config, test: impl FnOnce(SocketAddr)) {
    serving(|_| Listing, config, |address, _| test(address));
}

fn get(client: &mut TcpStream, path: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n");
    client.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    loop {
        let mut octets = [0; 4096];
        let length = client.read(&mut octets).unwrap();
        assert!(length > 0, "{}", String::from_utf8_lossy(&answer));
        answer.extend_from_slice(&octets[..length]);
        let text = String::from_utf8_lossy(&answer);
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let (_, length) = head.split_once("Content-Length: ").unwrap();
        let length = length.split("\r\n").next().unwrap();
        if body.len() == length.parse::<usize>().unwrap() {
            return format!("{} {body}", &head[9..12]);
        }
    }
}

#[test]
fn a_handler_sees_its_client_and_all_connections() {
    list_while(config(), |address| {
        let mut first = TcpStream::connect(address).unwrap();
        let mut second = TcpStream::connect(address).unwrap();
        let ports = [&first, &second].map(|client| client.local_addr().unwrap());
        assert_eq!(
            get(&mut first, "/peer"),
            format!("200 {:?}", Some(ports[0]))
        );
        assert_eq!(
            get(&mut second, "/peer"),
            format!("200 {:?}", Some(ports[1]))
        );
        let listed = get(&mut second, "/list");
        let mut listed: Vec<_> = listed.split(' ').skip(1).collect();
        listed.sort_unstable();
        let mut expected = ports.map(|address| address.port().to_string());
        expected.sort();
        assert_eq!(listed, expected);
    });
}

#[test]
fn the_least_recently_used_connection_makes_room() {
    let config = Config {
        max_connections: 2,
        ..config()
    };
    list_while(config, |address| {
        let mut first = TcpStream::connect(address).unwrap();
        let mut second = TcpStream::connect(address).unwrap();
        assert!(get(&mut second, "/peer").starts_with("200"));
        assert!(get(&mut first, "/peer").starts_with("200"));
        let mut third = TcpStream::connect(address).unwrap();
        assert!(get(&mut third, "/peer").starts_with("200"));
        assert!(has_ended(&mut second));
        assert!(get(&mut first, "/peer").starts_with("200"));
    });
}

#[test]
fn many_newcomers_make_room_for_one_another_in_the_order_of_their_last_use() {
    let config = Config {
        max_connections: 100,
        ..config()
    };
    list_while(config, |address| {
        let mut clients: Vec<_> = (0..300)
            .map(|_| {
                let mut client = TcpStream::connect(address).unwrap();
                assert!(get(&mut client, "/peer").starts_with("200"));
                client
            })
            .collect();
        let kept = clients.split_off(200);
        assert!(clients.iter_mut().all(has_ended));
        for mut client in kept {
            assert!(get(&mut client, "/peer").starts_with("200"));
        }
    });
}

#[test]
fn a_touched_connection_is_not_the_least_recently_used() {
    let config = Config {
        max_connections: 2,
        ..config()
    };
    list_while(config, |address| {
        let mut first = TcpStream::connect(address).unwrap();
        let mut second = TcpStream::connect(address).unwrap();
        let id = get(&mut first, "/touch");
        assert!(get(&mut second, &format!("/touch?{}", &id[4..])).starts_with("200"));
        // Its own touch of the first stands in the mailbox before this request.
        let mut third = TcpStream::connect(address).unwrap();
        assert!(get(&mut third, "/peer").starts_with("200"));
        assert!(has_ended(&mut second));
        assert!(get(&mut first, "/peer").starts_with("200"));
    });
}

#[test]
fn what_is_in_use_makes_no_room() {
    let handshake = "GET /echo HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\n\
        Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    for (what, request) in [
        ("WebSocket", handshake),
        ("large response", "GET /large HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("events", "GET /silent HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("ticket", "GET /later HTTP/1.1\r\nHost: a\r\n\r\n"),
        (
            "streamed body",
            "POST /put HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\
             Expect: 100-continue\r\n\r\n",
        ),
    ] {
        let config = Config {
            max_connections: 1,
            stop_time: Duration::from_millis(100),
            ..config()
        };
        list_while(config, |address| {
            let mut client = TcpStream::connect(address).unwrap();
            client.write_all(request.as_bytes()).unwrap();
            if what == "ticket" {
                while !LATER.load(Ordering::Relaxed) {
                    thread::yield_now();
                }
            } else {
                client.read_exact(&mut [0; 8]).unwrap();
            }
            let mut another = TcpStream::connect(address).unwrap();
            assert!(get(&mut another, "/peer").starts_with("503"), "{what}");
        });
    }
}

#[test]
fn a_head_that_does_not_go_on_makes_room_after_a_while() {
    let config = Config {
        max_connections: 1,
        ..config()
    };
    list_while(config, |address| {
        let mut begun = TcpStream::connect(address).unwrap();
        begun.write_all(b"GET /peer HTT").unwrap();
        let accepted = Instant::now();
        loop {
            let mut second = TcpStream::connect(address).unwrap();
            if get(&mut second, "/peer").starts_with("200") {
                break;
            }
            assert!(accepted.elapsed() < Duration::from_secs(9));
        }
        // Not at once: it may be on its way.
        assert!(accepted.elapsed() >= Duration::from_millis(900));
        let mut answer = String::new();
        begun.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    });
}

/// Whether the server has ended a connection, or does so soon.
fn has_ended(client: &mut TcpStream) -> bool {
    client
        .set_read_timeout(Some(Duration::from_secs(3)))
        .unwrap();
    client.read(&mut [0; 1]).is_ok_and(|length| length == 0)
}

#[test]
fn without_purging_one_connection_too_many_is_503() {
    let config = Config {
        max_connections: 1,
        purge_idle: false,
        ..config()
    };
    list_while(config, |address| {
        let mut first = TcpStream::connect(address).unwrap();
        assert!(get(&mut first, "/peer").starts_with("200"));
        let mut second = TcpStream::connect(address).unwrap();
        let mut answer = String::new();
        second.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    });
}

#[test]
fn a_server_may_listen_on_one_interface_and_probe_its_peers() {
    let config = Config {
        interface: Some("lo".into()),
        tcp_keep_alive: Some(TcpKeepAlive::default()),
        ..config()
    };
    list_while(config, |address| {
        let mut client = TcpStream::connect(address).unwrap();
        assert!(get(&mut client, "/peer").starts_with("200"));
        // Of the server's socket, established, the timer for probes runs (proc(5)).
        let table = std::fs::read_to_string("/proc/net/tcp").unwrap();
        let ports = [address.port(), client.local_addr().unwrap().port()];
        let ends = ports.map(|port| format!("0100007F:{port:04X}"));
        let own = format!("{} {} 01 ", ends[0], ends[1]);
        let line = table.lines().find(|line| line.contains(&own)).unwrap();
        assert_eq!(
            line.split_whitespace().nth(5).unwrap().split(':').next(),
            Some("02")
        );
    });
    let config = Config {
        interface: Some("no-such-device".into()),
        ..Config::default()
    };
    assert!(matches!(
        Server::bind(Listing, config),
        Err(Error::Listen { .. })
    ));
}
