//! A driver without sockets, and the application it runs.

use crate::connection::{Connection, Context, Delivery, Phase};
use crate::hub::{Hub, Job, Mailbox};
use crate::{
    AnswerError, App, ArrayAssembly, Close, CloseCode, Closed, ConnectionId, Full, HttpDate,
    Instant, Limits, Message, Output, Part, Reply, Request, RequestView, Response, Route, Status,
    Ticket, WebSocket, WebSocketRoute,
};
use dunlin_proto::websocket::{FrameHeader, MAX_HEADER, Opcode, mask};
use std::cell::{Cell, RefCell};
use std::string::String;
use std::vec::Vec;
use std::{format, vec};

/// Answers with what it got, and keeps notes.
#[derive(Default)]
pub(super) struct Notes {
    pub(super) seen: RefCell<Vec<String>>,
    pub(super) ticket: Cell<Option<Ticket>>,
}

impl Notes {
    fn note(&self, line: String) {
        self.seen.borrow_mut().push(line);
    }
}

impl App for Notes {
    type Session = u32;

    const ROUTES: &'static [Route<Self>] = &[
        Route::get("/", hello),
        Route::get("/asset", asset),
        Route::get("/chunked", chunked),
        Route::get("/chunked-nothing", |_, _, response| {
            let mut body = response.status(Status::NO_CONTENT).chunked()?;
            body.send(b"never")?;
            body.finish()
        }),
        Route::get("/silent", silent),
        Route::get("/bad-field", bad_field),
        Route::get("/later", later),
        Route::get("/count", count),
        Route::post("/", body),
        Route::any("/any", hello),
        Route::websocket(
            "/echo",
            WebSocketRoute::new(echo)
                .protocols(&["chat", "other"])
                .open(open)
                .closed(closed),
        ),
        Route::websocket("/parts", WebSocketRoute::streaming(part).closed(closed)),
        Route::websocket("/sized", WebSocketRoute::streaming(sized).parts_of(64)),
        Route::websocket(
            "/private",
            WebSocketRoute::new(echo)
                .admit(|_, _, handshake| handshake.refuse(Status::FORBIDDEN).text("private")),
        ),
        Route::websocket(
            "/undecided",
            WebSocketRoute::new(echo).admit(|_, _, _| Ok(())),
        ),
        Route::websocket(
            "/leaving",
            WebSocketRoute::new(|_, _, _| Err(Close::new(CloseCode::NORMAL, "enough"))),
        ),
    ];
}

fn hello(
    app: &Notes,
    request: Request<'_, Notes>,
    response: Response<'_>,
) -> Result<(), AnswerError> {
    app.note(format!("{} {}", request.method().as_str(), request.path()));
    response.text("Hello")
}

fn asset(_: &Notes, _: Request<'_, Notes>, response: Response<'_>) -> Result<(), AnswerError> {
    response.asset(ASSET)
}

fn chunked(_: &Notes, _: Request<'_, Notes>, response: Response<'_>) -> Result<(), AnswerError> {
    let mut body = response.chunked()?;
    body.send(b"one ")?;
    body.send(b"two")?;
    body.finish()
}

fn silent(_: &Notes, _: Request<'_, Notes>, _: Response<'_>) -> Result<(), AnswerError> {
    Ok(())
}

fn bad_field(_: &Notes, _: Request<'_, Notes>, response: Response<'_>) -> Result<(), AnswerError> {
    response.header("X", "a\r\nSet-Cookie: b").text("never")
}

fn later(app: &Notes, _: Request<'_, Notes>, response: Response<'_>) -> Result<(), AnswerError> {
    app.ticket.set(Some(response.ticket()));
    Ok(())
}

fn count(
    _: &Notes,
    mut request: Request<'_, Notes>,
    response: Response<'_>,
) -> Result<(), AnswerError> {
    *request.session() += 1;
    response.text(&format!("{}", request.session()))
}

fn body(
    app: &Notes,
    request: Request<'_, Notes>,
    response: Response<'_>,
) -> Result<(), AnswerError> {
    app.note(format!("POST {:?}", request.body()));
    response.body(request.body())
}

fn open(app: &Notes, _: &mut WebSocket<'_, Notes>, request: &RequestView<'_>) -> Result<(), Close> {
    app.note(format!("open {}", request.target()));
    Ok(())
}

fn closed(app: &Notes, _: &mut u32, _: ConnectionId, closed: Closed) {
    app.note(format!("{closed:?}"));
}

fn echo(app: &Notes, ws: &mut WebSocket<'_, Notes>, message: Message<'_>) -> Result<(), Close> {
    app.note(format!("{message:?}"));
    Ok(ws.send(message)?)
}

/// Parts come as they arrive: only their sum is noted.
fn part(app: &Notes, ws: &mut WebSocket<'_, Notes>, part: Part<'_>) -> Result<(), Close> {
    *ws.session() += part.data.len() as u32;
    if part.last {
        let octets = core::mem::take(ws.session());
        app.note(format!("{:?} of {octets}", part.kind));
        ws.send(Message::text(&format!("{octets}")))?;
    }
    Ok(())
}

fn sized(app: &Notes, ws: &mut WebSocket<'_, Notes>, part: Part<'_>) -> Result<(), Close> {
    let Part {
        data,
        first,
        last,
        frame_left,
        frame_length,
        ..
    } = part;
    app.note(format!(
        "{} {first} {last} {frame_left}/{frame_length}",
        data.len()
    ));
    Ok(ws.send_part(part.kind, data, last)?)
}

/// A Hub that takes nothing.
struct NoMailbox;

impl Mailbox for NoMailbox {
    fn post(&self, _: ConnectionId, _: &Job<'_>) -> Result<(), Full> {
        Err(Full)
    }
}

/// Octets on their way, up to a limit.
struct Wire<'w> {
    waiting: &'w mut Vec<u8>,
    limit: usize,
}

impl Output for Wire<'_> {
    fn room(&self) -> usize {
        self.limit.saturating_sub(self.waiting.len())
    }

    fn is_drained(&self) -> bool {
        self.waiting.is_empty()
    }

    fn write(&mut self, parts: &[&[u8]]) -> Result<(), Full> {
        let length: usize = parts.iter().map(|part| part.len()).sum();
        if length > self.room() {
            return Err(Full);
        }
        parts.iter().for_each(|part| self.waiting.extend(*part));
        Ok(())
    }
}

/// A connection with its driver: what it sends is taken at once, unless
/// [`Server::receive_slowly`] is used.
pub(super) struct Server {
    pub(super) app: Notes,
    pub(super) connection: Connection<Notes, ArrayAssembly<16_384>>,
    pub(super) limits: Limits,
    pub(super) now: Instant,
    /// What the peer has taken.
    pub(super) sent: Vec<u8>,
    waiting: Vec<u8>,
    /// Octets that may wait for the peer.
    pub(super) limit: usize,
}

impl Server {
    pub(super) fn new() -> Self {
        let limits = Limits {
            head: 2048,
            target: 200,
            message: 4096,
            body: 4096,
            ..Limits::LINUX
        };
        Self {
            app: Notes::default(),
            connection: Connection::new(ArrayAssembly::new(), Instant::default()),
            limits,
            now: Instant::default(),
            sent: Vec::new(),
            waiting: Vec::new(),
            limit: 100_000,
        }
    }

    /// A server whose connection has been upgraded.
    pub(super) fn websocket(path: &str) -> Self {
        let mut server = Self::new();
        server.receive(&upgrade(path));
        assert!(server.take_text().starts_with("HTTP/1.1 101 "));
        server
    }

    pub(super) fn phase(&self) -> Phase {
        self.connection.phase()
    }

    fn verb(
        &mut self,
        verb: impl FnOnce(&mut Connection<Notes, ArrayAssembly<16_384>>, &mut Context<'_, Notes>),
    ) {
        let mut wire = Wire {
            waiting: &mut self.waiting,
            limit: self.limit,
        };
        let mut context = Context {
            app: &self.app,
            limits: &self.limits,
            date: None::<&HttpDate>,
            hub: Hub::new(&NoMailbox),
            id: ConnectionId::from_bits(7),
            now: self.now,
            output: &mut wire,
        };
        verb(&mut self.connection, &mut context);
    }

    /// The peer takes up to so many octets of what waits.
    fn take(&mut self, octets: usize) {
        let octets = octets.min(self.waiting.len());
        self.sent.extend(self.waiting.drain(..octets));
        self.connection
            .sent(octets > 0, !self.waiting.is_empty(), self.now);
    }

    /// Receives octets; the peer takes the answers at once.
    pub(super) fn receive(&mut self, octets: &[u8]) {
        self.receive_slowly(octets, usize::MAX);
    }

    /// Receives octets; the peer takes only a few octets at a time.
    pub(super) fn receive_slowly(&mut self, octets: &[u8], taken: usize) {
        let mut input = octets.to_vec();
        let mut used = 0;
        loop {
            let before = used;
            self.verb(|connection, cx| used += connection.receive(cx, &mut input[before..]));
            let waited = !self.waiting.is_empty();
            self.take(taken);
            let progress = used > before || waited;
            if !progress {
                break;
            }
            if self.connection.is_paused() {
                self.verb(|connection, cx| connection.writable(cx));
            }
        }
        assert!(used == octets.len() || self.connection.is_paused());
    }

    /// Receives octets and takes nothing of what is sent; returns how many
    /// were used.
    pub(super) fn receive_stalled(&mut self, octets: &[u8]) -> usize {
        let mut input = octets.to_vec();
        let mut used = 0;
        self.verb(|connection, cx| used = connection.receive(cx, &mut input));
        self.connection
            .sent(false, !self.waiting.is_empty(), self.now);
        used
    }

    pub(super) fn end_of_input(&mut self) {
        self.verb(|connection, cx| connection.end_of_input(cx));
        self.take(usize::MAX);
    }

    pub(super) fn shutdown(&mut self) {
        self.verb(|connection, cx| connection.shutdown(cx));
        self.take(usize::MAX);
    }

    pub(super) fn deliver(&mut self, job: Job<'_>) -> Delivery {
        let mut delivery = Delivery::Dropped;
        self.verb(|connection, cx| delivery = connection.deliver(cx, &job));
        delivery
    }

    pub(super) fn reply(&mut self, ticket: &Ticket, body: &[u8]) -> Delivery {
        let reply = Reply {
            status: Status::OK,
            content_type: "",
            body,
        };
        let delivery = self.deliver(Job::Reply {
            exchange: ticket.exchange,
            reply,
        });
        self.take(usize::MAX);
        delivery
    }

    /// Lets time pass until the next deadline and does what is due then.
    pub(super) fn wait_for_deadline(&mut self) -> Instant {
        self.now = self.connection.deadline(&self.limits);
        assert_ne!(self.now, Instant::NEVER, "something is awaited");
        self.verb(|connection, cx| connection.timeout(cx));
        self.take(usize::MAX);
        self.now
    }

    /// What was sent since the last call, as text.
    pub(super) fn take_text(&mut self) -> String {
        self.take(usize::MAX);
        String::from_utf8_lossy(&core::mem::take(&mut self.sent)).into_owned()
    }

    /// What was sent since the last call.
    pub(super) fn take_octets(&mut self) -> Vec<u8> {
        self.take(usize::MAX);
        core::mem::take(&mut self.sent)
    }
}

/// A masked frame, as a client sends it.
pub(super) fn frame(first_octet: u8, payload: &[u8]) -> Vec<u8> {
    let key = [0x37, 0xfa, 0x21, 0x3d];
    let header = FrameHeader {
        mask: Some(key),
        ..FrameHeader::new(Opcode::Text, payload.len())
    };
    let mut octets = header.encode(&mut [0; MAX_HEADER]).to_vec();
    octets[0] = first_octet;
    let mut masked = payload.to_vec();
    let _ = mask(key, &mut masked);
    octets.extend(masked);
    octets
}

/// An unmasked frame, as a server sends it.
pub(super) fn unmasked(first_octet: u8, payload: &[u8]) -> Vec<u8> {
    let header = FrameHeader::new(Opcode::Text, payload.len());
    let mut octets = header.encode(&mut [0; MAX_HEADER]).to_vec();
    octets[0] = first_octet;
    octets.extend(payload);
    octets
}

pub(super) fn upgrade(path: &str) -> Vec<u8> {
    let fields = "Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    format!("GET {path} HTTP/1.1\r\nHost: a\r\n{fields}\r\n").into_bytes()
}

pub(super) const ASSET: &[u8] = &[b'x'; 5000];

pub(super) const REQUESTS: &[&str] = &[
    "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET /asset HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET /chunked HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET /missing HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET /echo HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET /silent HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET / HTTP/1.0\r\n\r\n",
    "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nHello",
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999\r\n\r\n",
    "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx",
    "BREW / HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "\r\nGET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
];

pub(super) fn zeros(octets: usize) -> Vec<u8> {
    vec![0; octets]
}
