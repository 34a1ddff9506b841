//! A thousand subscribers of one topic, one of which reads nothing: the program is
//! a process of its own, and everybody has a socket.

use dunlin::{App, Close, Closed, ConnectionId, Message, Route, Topic, WebSocket, WebSocketRoute};
use dunlin_linux::{Config, Server};
use rustix::event::epoll;
use rustix::process::{Resource, getrlimit, setrlimit};
use socket2::{Domain, SockAddr, Socket, Type};
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

const NEWS: Topic = Topic::new(0);

/// Subscribers that read.
const READERS: usize = 999;
/// Messages that are published.
const MESSAGES: usize = 10_000;
/// Octets of each.
const LENGTH: usize = 64;
/// Messages that are published before all readers have those before.
const TOGETHER: usize = 250;
/// Octets of them that may wait for one peer.
const LAG: usize = 256 * 1024;
/// Octets that the program may grow by: what waits for the one that reads nothing,
/// twice because it is moved as it grows, and as much for jobs and buffers.
const GROWTH: u64 = 4 * LAG as u64;

struct Exchange;

impl App for Exchange {
    type Session = ();
    const TOPICS: usize = 1;
    const ROUTES: &'static [Route<Self>] = &[
        Route::websocket(
            "/news",
            WebSocketRoute::new(|_, _, _| Ok(()))
                .open(|_, ws, _| Ok(ws.subscribe(NEWS)?))
                .closed(closed),
        ),
        Route::websocket("/publish", WebSocketRoute::new(publish)),
    ];
}

fn publish(
    _: &Exchange,
    ws: &mut WebSocket<'_, Exchange>,
    message: Message<'_>,
) -> Result<(), Close> {
    Ok(ws.hub().publish(NEWS, message)?)
}

fn closed(_: &Exchange, _: &mut (), id: ConnectionId, closed: Closed) {
    println!("\nclosed {id} {closed:?}");
}

/// The program, which the test below starts: it says where it listens, and serves
/// until its input ends.
#[test]
#[ignore = "a part of the other test"]
fn program() {
    let config = Config {
        addresses: vec![SocketAddr::from(([127, 0, 0, 1], 0))],
        lag: LAG,
        stop_time: Duration::from_secs(1),
        ..Config::default()
    };
    let server = Server::bind(Exchange, config).expect("a free port");
    println!("\nlistening {}", server.local_addresses()[0]);
    let hub = server.hub();
    std::thread::spawn(move || {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        hub.stop();
    });
    server.run().expect("an orderly end");
}

/// The running program; it ends with this.
struct Program {
    child: Child,
    lines: Receiver<String>,
    address: SocketAddr,
}

impl Program {
    fn start() -> Self {
        let own = std::env::current_exe().expect("a file");
        let mut child = Command::new(own)
            .args(["program", "--exact", "--ignored", "--nocapture"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let output = BufReader::new(child.stdout.take().expect("a pipe"));
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        let address = line(&lines, "listening ").parse().expect("an address");
        Self {
            child,
            lines,
            address,
        }
    }

    /// Octets in memory: now, and at most until now.
    fn memory(&self) -> (u64, u64) {
        let path = format!("/proc/{}/status", self.child.id());
        let status = std::fs::read_to_string(path).expect("it runs");
        let figure = |name| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB"));
            kibibytes.and_then(|number| number.parse::<u64>().ok())
        };
        let figure = |name| figure(name).expect("a figure") * 1024;
        (figure("VmRSS:"), figure("VmHWM:"))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        if std::thread::panicking() {
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
    }
}

/// What stands behind `prefix` on the next line that begins with it.
fn line(lines: &Receiver<String>, prefix: &str) -> String {
    loop {
        let line = lines.recv_timeout(Duration::from_secs(10));
        let line = line.unwrap_or_else(|_| panic!("no line begins with {prefix}"));
        if let Some(rest) = line.strip_prefix(prefix) {
            return rest.into();
        }
    }
}

fn websocket(address: SocketAddr, path: &str, window: Option<usize>) -> TcpStream {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    if let Some(window) = window {
        socket.set_recv_buffer_size(window).expect("a size");
    }
    socket
        .connect(&SockAddr::from(address))
        .expect("it listens");
    let mut stream = TcpStream::from(socket);
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
        Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).expect("it receives");
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut octet = [0];
        stream.read_exact(&mut octet).expect("a response");
        head.push(octet[0]);
    }
    assert!(head.starts_with(b"HTTP/1.1 101 "));
    stream
}

fn message(number: usize) -> String {
    format!("{number:0LENGTH$}")
}

/// A reader, and how far it is in what all are sent.
struct Reader {
    stream: TcpStream,
    read: usize,
}

/// All readers, and the octets that each of them is to receive, no more and no
/// less.
struct Readers {
    epoll: std::os::fd::OwnedFd,
    readers: Vec<Reader>,
    expected: Vec<u8>,
    buffer: Vec<u8>,
}

impl Readers {
    fn connect(address: SocketAddr) -> Self {
        let epoll = epoll::create(epoll::CreateFlags::CLOEXEC).expect("an epoll instance");
        let connect = |number| {
            let stream = websocket(address, "/news", None);
            stream.set_nonblocking(true).expect("a socket");
            let data = epoll::EventData::new_u64(number as u64);
            epoll::add(&epoll, &stream, data, epoll::EventFlags::IN).expect("it is watched");
            Reader { stream, read: 0 }
        };
        let readers = (0..READERS).map(connect).collect();
        let mut expected = Vec::new();
        for number in 0..MESSAGES {
            expected.extend([0x81, LENGTH as u8]);
            expected.extend(message(number).bytes());
        }
        Self {
            epoll,
            readers,
            expected,
            buffer: vec![0; 64 * 1024],
        }
    }

    /// Reads until all readers are at the end of so many messages.
    fn read_to(&mut self, messages: usize) {
        let end = messages * (2 + LENGTH);
        let mut missing = self.readers.len();
        let empty = epoll::Event {
            flags: epoll::EventFlags::empty(),
            data: epoll::EventData::new_u64(0),
        };
        let mut events = [empty; 1024];
        let time = rustix::event::Timespec {
            tv_sec: 20,
            tv_nsec: 0,
        };
        while missing > 0 {
            let count = epoll::wait(&self.epoll, &mut events[..], Some(&time));
            let count = count.expect("events");
            assert!(count > 0, "{missing} readers wait in vain");
            for event in &events[..count] {
                let number = event.data.u64() as usize;
                missing -= usize::from(self.read(number, end));
            }
        }
    }

    /// Lets a reader read once; returns whether it has come to the end.
    fn read(&mut self, number: usize, end: usize) -> bool {
        let reader = &mut self.readers[number];
        let octets = match reader.stream.read(&mut self.buffer) {
            Ok(octets) => octets,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return false,
            Err(error) => panic!("reader {number}: {error}"),
        };
        assert!(octets > 0, "reader {number} was closed");
        let from = reader.read;
        reader.read += octets;
        let expected = self.expected.get(from..reader.read);
        let is_expected = expected == Some(&self.buffer[..octets]);
        assert!(is_expected, "reader {number} was sent something else");
        from < end && reader.read == end
    }
}

/// Lets this process open as many files as the system allows it.
fn raise_file_limit() {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    setrlimit(Resource::Nofile, limit).expect("what the system allows");
}

#[test]
fn all_but_one_of_a_thousand_get_everything_and_the_stalled_one_is_cut_off() {
    raise_file_limit();
    let program = Program::start();
    let mut stalled = websocket(program.address, "/news", Some(4096));
    let mut readers = Readers::connect(program.address);
    let mut publisher = websocket(program.address, "/publish", None);
    let (before, _) = program.memory();
    let start = Instant::now();
    for number in 0..MESSAGES {
        let mut frame = vec![0x81, 0x80 | LENGTH as u8, 0, 0, 0, 0];
        frame.extend(message(number).bytes());
        publisher.write_all(&frame).expect("it receives");
        if (number + 1) % TOGETHER == 0 {
            readers.read_to(number + 1);
        }
    }
    let time = start.elapsed();
    let (after, most) = program.memory();
    println!(
        "{} frames in {:.1} s; memory {before} before, {after} behind, {most} at most",
        READERS * MESSAGES,
        time.as_secs_f64()
    );
    let end = line(&program.lines, "closed ");
    assert!(end.ends_with("ByServer(CloseCode(1008))"), "{end}");
    // What it finds is less than it was sent, and then the end.
    stalled
        .set_read_timeout(Some(Duration::from_secs(5)))
        .expect("a time");
    let mut octets = Vec::new();
    let _ = stalled.read_to_end(&mut octets);
    assert!(octets.len() < readers.expected.len() - LAG);
    assert!(
        most <= before + GROWTH,
        "memory grew from {before} to {most}"
    );
}
