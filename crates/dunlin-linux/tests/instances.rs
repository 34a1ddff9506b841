//! Several servers in one program, one after the other and at once.

mod support;

use dunlin::{App, Message, Reply, Route, Status, Ticket, WebSocketRoute};
use dunlin_linux::{Config, HubHandle, Server};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::Duration;
use support::{config, connect, exchange, serving};

/// Stops its server when a client asks for it.
struct Stopping {
    hub: HubHandle,
    tickets: Sender<Ticket>,
}

impl App for Stopping {
    type Session = ();
    const ROUTES: &'static [Route<Self>] = &[
        Route::get("/stop", |app, _, response| {
            app.hub.stop();
            response.text("stopping")
        }),
        Route::get("/later", |app, _, response| {
            let _ = app.tickets.send(response.ticket());
            Ok(())
        }),
        Route::websocket(
            "/ws",
            WebSocketRoute::new(|app, websocket, message| {
                if message.is_text("stop") {
                    app.hub.stop();
                }
                Ok(websocket.send(message)?)
            }),
        ),
    ];
}

/// Another application, with a session of another type.
struct Counting;

impl App for Counting {
    type Session = u32;
    const ROUTES: &'static [Route<Self>] = &[Route::get("/", |_, mut request, response| {
        *request.session() += 1;
        let count = *request.session();
        response.text(&format!("count {count}"))
    })];
}

/// Runs until a client stops it, while `test` runs.
fn until_stopped(config: Config, test: impl FnOnce(SocketAddr, HubHandle, &dyn Fn() -> Ticket)) {
    let (tickets, taken) = channel();
    let server = Server::bind_with(config, |hub| Stopping { hub, tickets }).unwrap();
    let (address, hub) = (server.local_addresses()[0], server.hub());
    let served = thread::spawn(|| server.run());
    test(address, hub, &|| taken.recv_timeout(WHILE).unwrap());
    served.join().unwrap().unwrap();
    assert!(
        TcpStream::connect(address).is_err(),
        "nobody listens any more"
    );
}

fn websocket(address: SocketAddr) -> TcpStream {
    let mut client = connect(address);
    client.write_all(UPGRADE).unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut octet = [0];
        client.read_exact(&mut octet).unwrap();
        head.extend(octet);
    }
    assert!(head.starts_with(b"HTTP/1.1 101 "));
    client
}

/// Answers the closing handshake with 1001, which must come, and waits for the end.
fn expect_going_away(mut client: TcpStream) {
    let mut close = [0; 4];
    client.read_exact(&mut close).unwrap();
    assert_eq!((close[0], &close[2..]), (0x88, &1001_u16.to_be_bytes()[..]));
    let mut reason = vec![0; usize::from(close[1]) - 2];
    client.read_exact(&mut reason).unwrap();
    client
        .write_all(&[0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe9])
        .unwrap();
    assert_eq!(client.read(&mut [0; 1]).unwrap(), 0);
}

#[test]
fn two_applications_run_at_once_and_stop_by_themselves() {
    serving(
        |_| Counting,
        config(),
        |counting, _| {
            until_stopped(config(), |stopping, _, _| {
                let mut client = connect(counting);
                for count in 1..4 {
                    client
                        .write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                        .unwrap();
                    let mut octets = [0; 1024];
                    let length = client.read(&mut octets).unwrap();
                    let end = format!("count {count}");
                    assert!(octets[..length].ends_with(end.as_bytes()));
                }
                let none = exchange(
                    stopping,
                    "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
                );
                assert!(none.starts_with("HTTP/1.1 404 "));
                assert!(exchange(stopping, STOP).ends_with("stopping"));
            });
            // The other goes on.
            let request = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
            assert!(exchange(counting, request).ends_with("count 1"));
        },
    );
}

#[test]
fn a_stop_from_a_request_is_answered_and_lets_all_others_end_in_order() {
    until_stopped(patient(), |address, hub, ticket| {
        let clients = [websocket(address), websocket(address)];
        let mut idle = connect(address);
        idle.write_all(b"GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n")
            .unwrap();
        idle.read_exact(&mut [0; 12]).unwrap();
        let mut waiting = connect(address);
        waiting
            .write_all(b"GET /later HTTP/1.1\r\nHost: a\r\n\r\n")
            .unwrap();
        let ticket = ticket();

        assert!(exchange(address, STOP).ends_with("stopping"));
        clients.into_iter().for_each(expect_going_away);
        let mut rest = String::new();
        idle.read_to_string(&mut rest).unwrap();
        // It was asked before the stop, and may be answered behind it.
        let reply = Reply {
            status: Status::OK,
            content_type: "text/plain",
            body: b"answered",
        };
        hub.hub().reply(ticket, reply).unwrap();
        let mut answer = String::new();
        waiting.read_to_string(&mut answer).unwrap();
        assert!(answer.ends_with("answered"), "{answer}");
    });
}

#[test]
fn a_stop_from_a_message_closes_its_own_websocket_too() {
    until_stopped(patient(), |address, _, _| {
        let mut client = websocket(address);
        client
            .write_all(&[0x81, 0x84, 0, 0, 0, 0, b's', b't', b'o', b'p'])
            .unwrap();
        let mut echo = [0; 6];
        client.read_exact(&mut echo).unwrap();
        assert_eq!(&echo, b"\x81\x04stop");
        expect_going_away(client);
    });
}

#[test]
fn a_server_starts_again_on_its_port_and_leaves_nothing_open() {
    let mut port = 0;
    let mut open = Vec::new();
    for _ in 0..5 {
        let addresses = vec![SocketAddr::from(([127, 0, 0, 1], port))];
        let config = Config {
            addresses,
            ..patient()
        };
        until_stopped(config, |address, _, _| {
            port = address.port();
            let client = websocket(address);
            assert!(exchange(address, STOP).ends_with("stopping"));
            expect_going_away(client);
        });
        open.push(open_listeners(port));
    }
    assert_eq!(open, [0; 5]);
}

#[test]
fn a_handle_outlives_its_server_and_reaches_nothing() {
    let mut left = None;
    until_stopped(config(), |address, hub, _| {
        left = Some(hub);
        exchange(address, STOP);
    });
    let hub = left.unwrap();
    hub.hub().broadcast(Message::text("nobody")).unwrap();
    hub.stop();
}

/// Listening sockets of this machine on a port (proc(5), net/tcp).
fn open_listeners(port: u16) -> usize {
    let table = std::fs::read_to_string("/proc/net/tcp").unwrap();
    let local = format!(":{port:04X} ");
    let listens = |line: &&str| line.contains(&local) && line.contains(" 00000000:0000 0A ");
    table.lines().filter(listens).count()
}

/// Nothing here takes as long as a stop may.
fn patient() -> Config {
    Config {
        stop_time: WHILE,
        ..config()
    }
}

const STOP: &str = "GET /stop HTTP/1.1\r\nHost: a\r\n\r\n";

const UPGRADE: &[u8] = b"GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\
    Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
    Sec-WebSocket-Version: 13\r\n\r\n";

/// Longer than anything here takes.
const WHILE: Duration = Duration::from_secs(10);
