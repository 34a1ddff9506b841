//! Connections behind a transport, over a real network stack: records whose octets
//! are changed, behind a hello of each side.
#![cfg(feature = "transport")]

#[expect(dead_code, reason = "other tests need more of it")]
mod support;

use dunlin::{
    AnswerError, App, Full, Message, Output, Request, Response, Route, Transport, TransportError,
    WebSocketRoute,
};
use dunlin_embassy::{Config, Mailbox, Memory, ReusableTransport, Server};
use embassy_executor::Spawner;
use std::net::SocketAddr;
use support::{Connection, IPV4, Network, spawn, with_network};

/// A hello, then records: a length of 1 to 255, and that many octets, changed. A
/// length of 0 is the end.
struct Records {
    greeted: bool,
    /// Octets of the record that comes in.
    missing: usize,
    plain: [u8; 100],
    length: usize,
}

impl Records {
    const NEW: Self = Self {
        greeted: false,
        missing: 0,
        plain: [0; 100],
        length: 0,
    };
}

impl Transport for Records {
    fn receive(&mut self, input: &[u8], output: &mut dyn Output) -> Result<usize, TransportError> {
        let first = input.first().ok_or(TransportError)?;
        if !self.greeted {
            if *first != HELLO {
                return Err(TransportError);
            }
            self.greeted = true;
            output.write(&[&[HELLO]]).map_err(|_| TransportError)?;
            return Ok(1);
        }
        if self.missing == 0 {
            self.missing = usize::from(*first);
            return Ok(1);
        }
        let length = self.missing.min(input.len()).min(self.plain.len());
        for (place, octet) in self.plain.iter_mut().zip(&input[..length]) {
            *place = octet ^ KEY;
        }
        self.length = length;
        self.missing -= length;
        Ok(length)
    }

    fn peek(&mut self, buffer: &mut [u8]) -> usize {
        let length = self.length.min(buffer.len());
        buffer[..length].copy_from_slice(&self.plain[..length]);
        length
    }

    fn consume(&mut self, octets: usize) {
        self.plain.copy_within(octets..self.length, 0);
        self.length -= octets;
    }

    fn send(&mut self, parts: &[&[u8]], output: &mut dyn Output) -> Result<(), Full> {
        let octets = parts.concat();
        output.write(&[&records(&octets)])
    }

    fn room(&self, room: usize) -> usize {
        if self.greeted {
            room.saturating_sub(room / 256 + 1)
        } else {
            0
        }
    }

    fn finish(&mut self, output: &mut dyn Output) {
        let _ = output.write(&[&[0]]);
    }
}

impl ReusableTransport for Records {
    fn begin(&mut self, peer: Option<SocketAddr>) {
        assert!(peer.is_some());
        *self = Self::NEW;
    }
}

const HELLO: u8 = 0x16;
const KEY: u8 = 0x5a;

fn records(octets: &[u8]) -> Vec<u8> {
    let record = |piece: &[u8]| {
        let mut record = vec![piece.len() as u8];
        record.extend(piece.iter().map(|octet| octet ^ KEY));
        record
    };
    octets.chunks(255).flat_map(record).collect()
}

/// What is in records, up to the end.
fn plain(mut records: &[u8]) -> Vec<u8> {
    let mut octets = Vec::new();
    while let [length @ 1..=255, rest @ ..] = records {
        let (record, behind) = rest.split_at(usize::from(*length));
        octets.extend(record.iter().map(|octet| octet ^ KEY));
        records = behind;
    }
    assert_eq!(records, [0], "the end, and nothing behind it");
    octets
}

struct Device;

impl App for Device {
    type Session = ();
    const ROUTES: &'static [Route<Self>] = &[
        Route::get("/", |_, _, response| response.asset(&PAGE)),
        Route::post("/length", length),
        Route::websocket(
            "/echo",
            WebSocketRoute::new(|_, ws, message: Message<'_>| Ok(ws.send(message)?)),
        ),
    ];
}

static PAGE: [u8; 5000] = [b'p'; 5000];

fn length(
    _: &Device,
    request: Request<'_, Device>,
    response: Response<'_>,
) -> Result<(), AnswerError> {
    response.text(&request.body().len().to_string())
}

fn serve(spawner: Spawner, network: &Network) {
    let mailbox: &'static Mailbox<256> = Box::leak(Box::new(Mailbox::new()));
    let memory = Box::leak(Box::new(Memory::<_, 4, 600, 900, 2048, 256>::new()));
    let transports = Box::leak(Box::new([Records::NEW; 4]));
    let app: &'static Device = &Device;
    let mut server = Server::new(network.server, app, Config::default(), memory, mailbox);
    server.keep_backlog(network.backlog);
    server.set_transports(transports);
    spawn(spawner, async move { server.run().await });
}

async fn open(network: &Network) -> Connection {
    let mut connection = Connection::open(network.client, IPV4).await;
    connection.send(&[HELLO]).await;
    assert_eq!(connection.read(1).await, [HELLO]);
    connection
}

#[test]
fn requests_and_answers_go_through_and_the_end_is_told() {
    with_network(|spawner, network| async move {
        serve(spawner, &network);
        // More than there are transports: each begins anew.
        for _ in 0..6 {
            let mut connection = open(&network).await;
            let body = [b'b'; 900];
            let requests = format!(
                "POST /length HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n{}\
                 GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
                body.len(),
                String::from_utf8_lossy(&body)
            );
            connection.send(&records(requests.as_bytes())).await;
            let answers = plain(&connection.read_to_end().await.unwrap());
            let text = String::from_utf8(answers).unwrap();
            let (length, page) = text.split_once("\r\n\r\n900").unwrap();
            assert!(length.starts_with("HTTP/1.1 200 "), "{length}");
            let (head, page) = page.split_once("\r\n\r\n").unwrap();
            assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
            assert_eq!(page.as_bytes(), PAGE);
        }
    });
}

#[test]
fn records_cut_at_every_octet_are_put_together() {
    with_network(|spawner, network| async move {
        serve(spawner, &network);
        let mut connection = open(&network).await;
        let request = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        for octet in records(request) {
            connection.send(&[octet]).await;
        }
        let answer = plain(&connection.read_to_end().await.unwrap());
        assert!(answer.ends_with(&PAGE));
    });
}

#[test]
fn who_does_not_speak_it_is_dropped_and_others_are_served() {
    with_network(|spawner, network| async move {
        serve(spawner, &network);
        let mut wrong = Connection::open(network.client, IPV4).await;
        wrong.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
        assert_eq!(wrong.read_to_end().await.unwrap_or_default(), b"");
        let mut connection = open(&network).await;
        let request = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        connection.send(&records(request)).await;
        assert!(plain(&connection.read_to_end().await.unwrap()).ends_with(&PAGE));
    });
}

#[test]
fn a_handshake_and_a_message_go_through() {
    with_network(|spawner, network| async move {
        serve(spawner, &network);
        let mut connection = open(&network).await;
        let upgrade =
            b"GET /echo HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
            Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        // A text of one octet, masked with zeros, and a close.
        let frames = b"\x81\x81\0\0\0\0m\x88\x80\0\0\0\0";
        connection
            .send(&records(&[&upgrade[..], frames].concat()))
            .await;
        let answer = plain(&connection.read_to_end().await.unwrap());
        assert!(answer.starts_with(b"HTTP/1.1 101 "));
        assert!(answer.ends_with(b"\r\n\r\n\x81\x01m\x88\x00"));
    });
}

#[test]
fn a_refusal_can_be_read_in_full_while_more_is_sent() {
    with_network(|spawner, network| async move {
        serve(spawner, &network);
        let mut connection = open(&network).await;
        let head = "POST /length HTTP/1.1\r\nHost: a\r\nContent-Length: 3000\r\n\r\n";
        let request = [head.as_bytes(), &[b'b'; 3000]].concat();
        connection.send(&records(&request)).await;
        let answer = plain(&connection.read_to_end().await.unwrap());
        assert!(answer.starts_with(b"HTTP/1.1 413 "));
    });
}
