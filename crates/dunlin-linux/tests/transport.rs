//! Connections behind a transport: TLS, as rustls does it on both sides.

use dunlin::{
    AnswerError, App, Full, Limits, Message, Output, Request, Response, Route, Transport,
    TransportError, WebSocketRoute,
};
use dunlin_linux::{Config, Directory, HubHandle, Server};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer, ServerName};
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, ServerConfig, ServerConnection, StreamOwned,
};
use std::io::{BufRead, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

/// TLS around one connection.
struct Tls(ServerConnection);

impl Tls {
    fn new(config: &Arc<ServerConfig>) -> Self {
        let mut connection = ServerConnection::new(Arc::clone(config)).unwrap();
        connection.set_buffer_limit(None);
        Self(connection)
    }

    /// Hands over what TLS has to send.
    fn send_records(&mut self, output: &mut dyn Output) -> Result<(), Full> {
        let mut records = Vec::new();
        while self.0.wants_write() {
            self.0.write_tls(&mut records).unwrap();
        }
        output.write(&[&records])
    }
}

impl Transport for Tls {
    fn receive(
        &mut self,
        mut input: &[u8],
        output: &mut dyn Output,
    ) -> Result<usize, TransportError> {
        let taken = self.0.read_tls(&mut input).map_err(|_| TransportError)?;
        let processed = self.0.process_new_packets();
        // What it says of an error too.
        let _ = self.send_records(output);
        processed.map(|_| taken).map_err(|_| TransportError)
    }

    fn peek(&mut self, buffer: &mut [u8]) -> usize {
        let mut reader = self.0.reader();
        let there = reader.fill_buf().unwrap_or_default();
        let length = there.len().min(buffer.len());
        buffer[..length].copy_from_slice(&there[..length]);
        length
    }

    fn consume(&mut self, octets: usize) {
        self.0.reader().consume(octets);
    }

    fn send(&mut self, parts: &[&[u8]], output: &mut dyn Output) -> Result<(), Full> {
        let length: usize = parts.iter().map(|part| part.len()).sum();
        if length > self.room(output.room()) {
            return Err(Full);
        }
        for part in parts {
            self.0.writer().write_all(part).unwrap();
        }
        self.send_records(output)
    }

    fn room(&self, room: usize) -> usize {
        if self.0.is_handshaking() {
            return 0;
        }
        // A record of up to 16 KiB has at most so many octets around it, and each
        // part of what is sent at most one record that is not full.
        let records = room / (16 * 1024) + 4;
        room.saturating_sub(records * 64)
    }

    fn finish(&mut self, output: &mut dyn Output) {
        self.0.send_close_notify();
        let _ = self.send_records(output);
    }
}

/// Files beside this one.
struct Site(Directory);

impl Site {
    fn new() -> Self {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests");
        Self(Directory::open(folder).unwrap())
    }
}

fn file(
    site: &Site,
    request: Request<'_, Site>,
    response: Response<'_>,
) -> Result<(), AnswerError> {
    let path = request.wildcard().unwrap_or_default();
    site.0.respond(path, request.head(), response)
}

const LONG: &[u8] = &[b'l'; 4 * 1024 * 1024];

impl App for Site {
    type Session = ();
    const ROUTES: &'static [Route<Self>] = &[
        Route::get("/", |_, _, response| response.text("secret")),
        Route::post("/length", length),
        Route::get("/files/*", file),
        Route::get("/long", |_, _, response| response.asset(LONG)),
        Route::websocket(
            "/echo",
            WebSocketRoute::new(|_, ws, message: Message<'_>| Ok(ws.send(message)?)),
        ),
    ];
}

fn length(_: &Site, request: Request<'_, Site>, response: Response<'_>) -> Result<(), AnswerError> {
    response.text(&request.body().len().to_string())
}

/// A server, and what its clients trust; stopped when it is dropped.
struct Serving {
    address: SocketAddr,
    hub: HubHandle,
    trusted: Arc<ClientConfig>,
    thread: Option<JoinHandle<()>>,
}

type TlsStream = StreamOwned<ClientConnection, TcpStream>;

impl Serving {
    fn start() -> Self {
        let signed = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let certificate = signed.cert.der().clone();
        let key = PrivatePkcs8KeyDer::from(signed.signing_key.serialize_der());
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.clone()], PrivateKeyDer::Pkcs8(key))
            .unwrap();
        let mut trusted = RootCertStore::empty();
        trusted.add(certificate).unwrap();
        let trusted = ClientConfig::builder()
            .with_root_certificates(trusted)
            .with_no_client_auth();
        let listen = Config {
            addresses: vec![SocketAddr::from((Ipv4Addr::LOCALHOST, 0))],
            limits: Limits {
                head_time: Duration::from_secs(3),
                ..Limits::LINUX
            },
            ..Config::default()
        };
        let mut server = Server::bind(Site::new(), listen).unwrap();
        let config = Arc::new(config);
        server.set_transport(move |peer| {
            assert!(peer.is_some_and(|peer| peer.ip().is_loopback()));
            Tls::new(&config)
        });
        Self {
            address: server.local_addresses()[0],
            hub: server.hub(),
            trusted: Arc::new(trusted),
            thread: Some(std::thread::spawn(|| server.run().unwrap())),
        }
    }

    fn connect_tcp(&self) -> TcpStream {
        let socket = TcpStream::connect(self.address).unwrap();
        socket
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        socket
    }

    fn connect(&self) -> TlsStream {
        let name = ServerName::try_from("localhost").unwrap();
        let tls = ClientConnection::new(Arc::clone(&self.trusted), name).unwrap();
        StreamOwned::new(tls, self.connect_tcp())
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.hub.stop();
        let ended = self.thread.take().unwrap().join();
        assert!(ended.is_ok() || std::thread::panicking());
    }
}

/// The next response: its head and its body.
fn response(stream: &mut impl Read) -> (String, Vec<u8>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut octet = [0];
        stream.read_exact(&mut octet).unwrap();
        head.push(octet[0]);
    }
    let head = String::from_utf8(head).unwrap();
    let (_, length) = head.split_once("Content-Length: ").unwrap();
    let (length, _) = length.split_once("\r\n").unwrap();
    let mut body = vec![0; length.parse().unwrap()];
    stream.read_exact(&mut body).unwrap();
    (head, body)
}

#[test]
fn requests_and_answers_go_through() {
    let serving = Serving::start();
    let mut client = serving.connect();
    let get = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
    client.write_all(&get.repeat(3)).unwrap();
    for _ in 0..3 {
        let (head, body) = response(&mut client);
        assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
        assert_eq!(body, b"secret");
    }
    assert!(!client.conn.is_handshaking());
}

#[test]
fn a_body_of_many_records_arrives_whole() {
    let serving = Serving::start();
    let mut client = serving.connect();
    let head = "POST /length HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900000\r\n\r\n";
    client.write_all(head.as_bytes()).unwrap();
    client.write_all(&vec![b'b'; 900_000]).unwrap();
    assert_eq!(response(&mut client).1, b"900000");
}

#[test]
fn a_long_answer_waits_for_a_client_that_reads_late_and_so_do_requests_behind_it() {
    let serving = Serving::start();
    let mut client = serving.connect();
    let long = b"GET /long HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let short = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
    client
        .write_all(&[&long[..], short, long, short].concat())
        .unwrap();
    // Others are served meanwhile.
    let mut other = serving.connect();
    other.write_all(short).unwrap();
    assert_eq!(response(&mut other).1, b"secret");
    for _ in 0..2 {
        assert!(response(&mut client).1 == LONG);
        assert_eq!(response(&mut client).1, b"secret");
    }
}

#[test]
fn a_file_and_the_request_behind_it_are_answered() {
    let serving = Serving::start();
    let mut client = serving.connect();
    let file = b"GET /files/transport.rs HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let short = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
    client
        .write_all(&[&file[..], short].concat().repeat(9))
        .unwrap();
    for _ in 0..9 {
        assert_eq!(response(&mut client).1, include_bytes!("transport.rs"));
        assert_eq!(response(&mut client).1, b"secret");
    }
}

#[test]
fn websocket_messages_of_all_lengths_come_back() {
    let serving = Serving::start();
    let (mut client, _) =
        tungstenite::client("ws://localhost/echo", serving.connect()).expect("it is accepted");
    for length in [0, 1, 125, 126, 4096, 16_384, 70_000, 1_000_000] {
        let message = tungstenite::Message::binary(vec![b'm'; length]);
        client.send(message.clone()).unwrap();
        assert!(client.read().unwrap() == message, "{length}");
    }
}

#[test]
fn the_end_is_told_by_the_transport_too() {
    let serving = Serving::start();
    let mut client = serving.connect();
    let last = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    client.write_all(last).unwrap();
    assert_eq!(response(&mut client).1, b"secret");
    // Without close_notify rustls calls it an unexpected end.
    assert_eq!(client.read(&mut [0]).unwrap(), 0);
}

#[test]
fn who_does_not_speak_it_is_told_so_and_dropped_and_harms_nobody() {
    let serving = Serving::start();
    let mut plain = serving.connect_tcp();
    plain
        .write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .unwrap();
    let mut answer = Vec::new();
    plain.read_to_end(&mut answer).unwrap();
    // An alert of TLS, and nothing of HTTP.
    assert_eq!(answer.first(), Some(&21));
    assert!(answer.len() < 20, "{answer:?}");
    requests_are_served(&serving);
}

#[test]
fn a_handshake_that_is_never_finished_is_over_in_time_and_one_cut_at_every_octet_is_served() {
    let serving = Serving::start();
    let silent = serving.connect_tcp();
    let mut client = serving.connect();
    let mut hello = Vec::new();
    client.conn.write_tls(&mut hello).unwrap();
    for octet in hello.chunks(1) {
        client.sock.write_all(octet).unwrap();
        client.sock.flush().unwrap();
    }
    client
        .write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .unwrap();
    assert_eq!(response(&mut client).1, b"secret");
    // Limits::head_time counts from the connect.
    assert_eq!((&silent).read(&mut [0; 64]).unwrap_or(0), 0);
}

fn requests_are_served(serving: &Serving) {
    let mut client = serving.connect();
    client
        .write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .unwrap();
    assert_eq!(response(&mut client).1, b"secret");
}
