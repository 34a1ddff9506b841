//! The echo application on the emulated board. What is typed on the console goes
//! to every WebSocket client.
#![no_std]
#![no_main]
#![forbid(unsafe_code)]

use core::fmt::{self, Formatter};
use core::pin::pin;
use dunlin::Message;
use dunlin_echo::{Echo, LOG_TAG};
use dunlin_embassy::{Backlog, BacklogDevice, Config, Mailbox, Memory, Server};
use dunlin_qemu_virt::network::{self, Network};
use dunlin_qemu_virt::{console, rtc};
use embassy_executor::Spawner;
use embassy_futures::poll_once;
use embassy_net::{Runner, Stack, StackResources};
use log::LevelFilter;
use static_cell::{ConstStaticCell, StaticCell};

#[riscv_rt::entry]
fn main() -> ! {
    dunlin_qemu_virt::run(LevelFilter::Info, |spawner| {
        spawner.spawn(start(spawner).expect("it is spawned once"));
    })
}

#[embassy_executor::task]
async fn start(spawner: Spawner) {
    console::start::<EchoConsole>();
    let network = Network::take().expect("the board has a network device");
    let resources = RESOURCES.init(StackResources::new());
    let config = embassy_net::Config::dhcpv4(Default::default());
    let device = BACKLOG.device(network);
    let (stack, runner) = embassy_net::new(device, config, resources, rtc::seed());
    spawner.spawn(run_network(runner).expect("it is spawned once"));
    stack.wait_config_up().await;
    // A task of its own: what starting the network takes of the stack is not
    // below it.
    spawner.spawn(serve(stack).expect("it is spawned once"));
    network::log_link(stack).await;
}

#[embassy_executor::task]
async fn run_network(mut runner: Runner<'static, Device>) -> ! {
    runner.run().await
}

/// Serves the echo application, and says so once it listens.
#[embassy_executor::task]
async fn serve(stack: Stack<'static>) {
    let config = Config::default();
    let mut server = Server::new(stack, &ECHO, config, MEMORY.take(), &MAILBOX);
    server.keep_backlog(&BACKLOG);
    let mut run = pin!(server.run());
    let stopped = poll_once(run.as_mut()).is_ready();
    if let Some(ip) = stack.config_v4() {
        let address = ip.address.address();
        log::info!(target: LOG_TAG, "ready on {address}:{}", config.port);
    }
    if !stopped {
        run.await;
    }
}

struct EchoConsole;

impl console::Console for EchoConsole {
    /// Sends a line to every WebSocket client.
    fn line(line: &[u8]) {
        let message = match core::str::from_utf8(line) {
            Ok(text) => Message::text(text),
            Err(_) => Message::binary(line),
        };
        if MAILBOX.hub().broadcast(message).is_err() {
            log::warn!(target: LOG_TAG, "too many jobs wait; the line was not sent");
        }
    }

    fn figures(to: &mut Formatter<'_>) -> fmt::Result {
        let (jobs, connects) = (MAILBOX.waiting(), BACKLOG.waiting());
        write!(to, " state={}", EchoMemory::STATE_PER_SOCKET)?;
        write!(to, " jobs_waiting={jobs} connects_waiting={connects}")
    }
}

type EchoMemory = Memory<Echo, SOCKETS, RING, RING, ASSEMBLY, JOBS>;

type Device = BacklogDevice<'static, Network, CONNECTS>;

static ECHO: Echo = Echo::new();

static MAILBOX: Mailbox<JOBS> = Mailbox::new();

static BACKLOG: Backlog<CONNECTS> = Backlog::new();

static MEMORY: ConstStaticCell<EchoMemory> = ConstStaticCell::new(Memory::new());

/// One socket more is for DHCP.
static RESOURCES: StaticCell<StackResources<{ SOCKETS + 1 }>> = StaticCell::new();

/// Eight connections, and one socket more that listens.
const SOCKETS: usize = 9;

/// Octets of each of a socket's two rings.
const RING: usize = 1024;

/// Octets for what arrives in pieces: the longest message that is taken whole,
/// with a control frame in its midst.
const ASSEMBLY: usize = 1024 + 128;

/// Octets of jobs that can wait.
const JOBS: usize = 1024;

/// Connects that can wait for a socket.
const CONNECTS: usize = 50;
