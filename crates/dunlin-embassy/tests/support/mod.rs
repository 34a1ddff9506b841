//! A server and its client, each with a network stack of its own, on the two
//! ends of a cable in memory; tasks on a thread of their own.

pub(crate) mod cable;

use cable::{End, Plug, cable};
use dunlin::proto::websocket::{FrameHeader, MAX_HEADER, Opcode, mask};
use dunlin_embassy::{Backlog, BacklogDevice};
use embassy_executor::{Executor, Spawner};
use embassy_net::tcp::TcpSocket;
use embassy_net::{
    Config, IpAddress, Ipv4Address, Ipv4Cidr, Ipv6Address, Ipv6Cidr, Runner, Stack, StackResources,
    StaticConfigV4, StaticConfigV6,
};
use std::pin::Pin;
use std::sync::mpsc::channel;
use std::time::Duration;

/// Two stacks on one cable, and what is between the server's and the cable.
pub(crate) struct Network {
    pub(crate) server: Stack<'static>,
    pub(crate) client: Stack<'static>,
    pub(crate) backlog: &'static Backlog<8>,
    pub(crate) plug: Plug,
}

/// Runs a test on a thread with an executor and a network; it has to end within
/// a minute.
pub(crate) fn with_network<F>(test: impl FnOnce(Spawner, Network) -> F + Send + 'static)
where
    F: Future<Output = ()> + 'static,
{
    let (done, ended) = channel();
    let thread = std::thread::spawn(move || {
        let executor = Box::leak(Box::new(Executor::new()));
        executor.run(|spawner| {
            let network = network(spawner);
            let test = test(spawner, network);
            spawn(spawner, async move {
                test.await;
                done.send(()).expect("the test waits");
            });
        });
    });
    let ended = ended.recv_timeout(Duration::from_secs(60));
    // The thread's executor runs for ever unless a task panicked.
    assert!(ended.is_ok(), "failed, or hung: {}", thread.is_finished());
}

/// Runs a future as a task.
pub(crate) fn spawn(spawner: Spawner, task: impl Future<Output = ()> + 'static) {
    spawner.spawn(run(Box::pin(task)).expect("there are tasks enough"));
}

#[embassy_executor::task(pool_size = 64)]
async fn run(task: Pin<Box<dyn Future<Output = ()>>>) {
    task.await;
}

fn network(spawner: Spawner) -> Network {
    let (one, two) = cable();
    let plug = one.plug();
    let backlog: &'static Backlog<8> = Box::leak(Box::new(Backlog::new()));
    let device: BacklogDevice<'static, End, 8> = backlog.device(one);
    let resources = Box::leak(Box::new(StackResources::<8>::new()));
    let (server, mut runner) = embassy_net::new(device, addresses(SERVER), resources, 1);
    spawn(spawner, async move { runner.run().await });
    let resources = Box::leak(Box::new(StackResources::<32>::new()));
    let (client, runner) = embassy_net::new(two, addresses(CLIENT), resources, 2);
    spawn(spawner, run_client(runner));
    Network {
        server,
        client,
        backlog,
        plug,
    }
}

async fn run_client(mut runner: Runner<'static, End>) {
    runner.run().await;
}

fn addresses(number: u8) -> Config {
    let mut config = Config::ipv4_static(StaticConfigV4 {
        address: Ipv4Cidr::new(Ipv4Address::new(10, 0, 0, number), 24),
        gateway: None,
        dns_servers: Default::default(),
    });
    config.ipv6 = embassy_net::ConfigV6::Static(StaticConfigV6 {
        address: Ipv6Cidr::new(
            Ipv6Address::new(0xfd00, 0, 0, 0, 0, 0, 0, number.into()),
            64,
        ),
        gateway: None,
        dns_servers: Default::default(),
    });
    config
}

/// The server's addresses.
pub(crate) const IPV4: IpAddress = IpAddress::Ipv4(Ipv4Address::new(10, 0, 0, SERVER));
pub(crate) const IPV6: IpAddress =
    IpAddress::Ipv6(Ipv6Address::new(0xfd00, 0, 0, 0, 0, 0, 0, SERVER as u16));

const SERVER: u8 = 1;
const CLIENT: u8 = 2;

/// A connection to the server.
pub(crate) struct Connection(TcpSocket<'static>);

impl Connection {
    pub(crate) async fn open(client: Stack<'static>, address: IpAddress) -> Self {
        Self::try_open(client, address).await.expect("a connection")
    }

    /// `None` when it is refused.
    pub(crate) async fn try_open(client: Stack<'static>, address: IpAddress) -> Option<Self> {
        let ring = || vec![0; 4096].leak();
        let mut socket = TcpSocket::new(client, ring(), ring());
        socket.set_nagle_enabled(false);
        socket.connect((address, 80)).await.ok()?;
        Some(Self(socket))
    }

    pub(crate) async fn websocket(client: Stack<'static>, address: IpAddress, path: &str) -> Self {
        let mut connection = Self::open(client, address).await;
        connection
            .send(format!("GET {path} {UPGRADE}").as_bytes())
            .await;
        let head = connection.read_until(b"\r\n\r\n").await;
        assert!(head.starts_with(b"HTTP/1.1 101 "));
        connection
    }

    pub(crate) async fn send(&mut self, octets: &[u8]) {
        let mut rest = octets;
        while !rest.is_empty() {
            let sent = self.0.write(rest).await.expect("it is open");
            rest = &rest[sent..];
        }
    }

    /// Sends a frame as a client does.
    pub(crate) async fn send_frame(&mut self, opcode: Opcode, payload: &[u8]) {
        let key = [0x37, 0xfa, 0x21, 0x3d];
        let header = FrameHeader {
            mask: Some(key),
            ..FrameHeader::new(opcode, payload.len())
        };
        let mut frame = header.encode(&mut [0; MAX_HEADER]).to_vec();
        let mut masked = payload.to_vec();
        let _ = mask(key, &mut masked);
        frame.extend(masked);
        self.send(&frame).await;
    }

    pub(crate) async fn read(&mut self, length: usize) -> Vec<u8> {
        let mut octets = vec![0; length];
        let mut filled = 0;
        while filled < length {
            let received = self.0.read(&mut octets[filled..]).await;
            let received = received.expect("it is open");
            assert!(received > 0, "the end came: {:?}", &octets[..filled]);
            filled += received;
        }
        octets
    }

    pub(crate) async fn read_until(&mut self, end: &[u8]) -> Vec<u8> {
        let mut octets = Vec::new();
        while !octets.ends_with(end) {
            octets.extend(self.read(1).await);
        }
        octets
    }

    /// Everything until the end, or `None` after a reset.
    pub(crate) async fn read_to_end(&mut self) -> Option<Vec<u8>> {
        let mut octets = Vec::new();
        let mut piece = [0; 512];
        loop {
            match self.0.read(&mut piece).await {
                Ok(0) => return Some(octets),
                Ok(length) => octets.extend(&piece[..length]),
                Err(_) => return None,
            }
        }
    }

    pub(crate) fn end_sending(&mut self) {
        self.0.close();
    }
}

const UPGRADE: &str = "HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
    Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
