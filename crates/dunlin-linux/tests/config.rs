//! What a configuration does to connections, over real sockets.

use dunlin::{App, Hub, Protocol, Request, Response, Route};
use dunlin_linux::{Config, Error, Server, TcpKeepAlive};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::thread;

/// Shows the connections that there are.
struct Listing;

impl App for Listing {
    type Session = ();
    const ROUTES: &'static [Route<Self>] = &[
        Route::get("/peer", |_, request, response| {
            response.text(&format!("{:?}", request.peer()))
        }),
        Route::get("/list", list),
    ];
}

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

fn config() -> Config {
    Config {
        addresses: vec![SocketAddr::from((Ipv4Addr::LOCALHOST, 0))],
        ..Config::default()
    }
}

/// Serves while `test` runs.
fn serving(config: Config, test: impl FnOnce(SocketAddr)) -> Result<(), Error> {
    let server = Server::bind(Listing, config)?;
    let address = server.local_addresses()[0];
    let hub = server.hub();
    thread::scope(|scope| {
        let served = scope.spawn(|| server.run());
        test(address);
        hub.stop();
        served.join().unwrap()
    })
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
    serving(config(), |address| {
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
    })
    .unwrap();
}

#[test]
fn the_least_recently_used_connection_makes_room() {
    let config = Config {
        max_connections: 2,
        ..config()
    };
    serving(config, |address| {
        let mut first = TcpStream::connect(address).unwrap();
        let mut second = TcpStream::connect(address).unwrap();
        assert!(get(&mut second, "/peer").starts_with("200"));
        assert!(get(&mut first, "/peer").starts_with("200"));
        let mut third = TcpStream::connect(address).unwrap();
        assert!(get(&mut third, "/peer").starts_with("200"));
        assert_eq!(second.read(&mut [0; 1]).unwrap(), 0);
        assert!(get(&mut first, "/peer").starts_with("200"));
    })
    .unwrap();
}

#[test]
fn without_purging_one_connection_too_many_is_503() {
    let config = Config {
        max_connections: 1,
        purge_idle: false,
        ..config()
    };
    serving(config, |address| {
        let mut first = TcpStream::connect(address).unwrap();
        assert!(get(&mut first, "/peer").starts_with("200"));
        let mut second = TcpStream::connect(address).unwrap();
        let mut answer = String::new();
        second.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    })
    .unwrap();
}

#[test]
fn a_server_may_listen_on_one_interface_and_probe_its_peers() {
    let config = Config {
        interface: Some("lo".into()),
        tcp_keep_alive: Some(TcpKeepAlive::default()),
        ..config()
    };
    serving(config, |address| {
        let mut client = TcpStream::connect(address).unwrap();
        assert!(get(&mut client, "/peer").starts_with("200"));
    })
    .unwrap();
    let config = Config {
        interface: Some("no-such-device".into()),
        ..Config::default()
    };
    assert!(matches!(
        Server::bind(Listing, config),
        Err(Error::Listen { .. })
    ));
}
