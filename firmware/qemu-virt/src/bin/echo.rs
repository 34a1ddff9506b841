//! The echo application on the emulated board. What is typed on the console goes
//! to every WebSocket client.
#![no_std]
#![no_main]
#![forbid(unsafe_code)]

use core::fmt::{self, Formatter};
use core::pin::pin;
use dunlin::Message;
use dunlin_echo::{Echo, LOG_TAG};
use dunlin_embassy::{Backlog, BacklogDevice, Mailbox, Memory, Server};
use dunlin_qemu_virt::network::{self, Network};
use dunlin_qemu_virt::settings::Settings;
use dunlin_qemu_virt::{console, logging, power, rtc};
use embassy_executor::Spawner;
use embassy_futures::poll_once;
use embassy_net::{Runner, Stack, StackResources};
use static_cell::{ConstStaticCell, StaticCell};

#[riscv_rt::entry]
fn main(_: usize, device_tree: usize) -> ! {
    compression::prepare();
    let settings = Settings::read(device_tree);
    dunlin_qemu_virt::run(settings.log, |spawner| {
        spawner.spawn(start(spawner, settings).expect("it is spawned once"));
    })
}

#[embassy_executor::task]
async fn start(spawner: Spawner, settings: Settings) {
    log::info!(target: LOG_TAG, "Starting server on port: '{}'", settings.config.port);
    log::info!(target: LOG_TAG, "Registering URI handlers");
    console::start::<EchoConsole>();
    let network = Network::take().expect("the board has a network device");
    let resources = RESOURCES.init(StackResources::new());
    let addresses = embassy_net::Config::dhcpv4(Default::default());
    let device = BACKLOG.device(network);
    let (stack, runner) = embassy_net::new(device, addresses, resources, rtc::seed());
    spawner.spawn(run_network(runner).expect("it is spawned once"));
    stack.wait_config_up().await;
    // A task of its own: what starting the network takes of the stack is not
    // below it.
    spawner.spawn(serve(stack, settings).expect("it is spawned once"));
    network::log_link(stack).await;
}

#[embassy_executor::task]
async fn run_network(mut runner: Runner<'static, Device>) -> ! {
    runner.run().await
}

/// Serves the echo application, and says so once it listens. A stop ends QEMU.
#[embassy_executor::task]
async fn serve(stack: Stack<'static>, settings: Settings) {
    let echo = ECHO.init(Echo::with_hooks(settings.hooks));
    let config = settings.config;
    let memory = MEMORY.take();
    let compression = compression::of_connections();
    let mut server = Server::with_compression(stack, echo, config, memory, &MAILBOX, compression);
    server.keep_backlog(&BACKLOG);
    let mut run = pin!(server.run());
    let stopped = poll_once(run.as_mut()).is_ready();
    if let Some(ip) = stack.config_v4() {
        let (address, port) = (ip.address.address(), config.port);
        // Who started the board waits for it, at every level.
        logging::write_line('I', LOG_TAG, format_args!("ready on {address}:{port}"));
    }
    if !stopped {
        run.await;
    }
    log::info!(target: LOG_TAG, "stopped");
    power::exit(0);
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

    /// `/stop` ends the server as SIGTERM does on Linux.
    fn command(command: &[u8]) -> bool {
        let known = command == b"stop";
        if known {
            MAILBOX.stop();
        }
        known
    }

    fn figures(to: &mut Formatter<'_>) -> fmt::Result {
        let (jobs, connects) = (MAILBOX.waiting(), BACKLOG.waiting());
        let connections = MAILBOX.connections();
        write!(to, " state={}", EchoMemory::STATE_PER_SOCKET)?;
        write!(
            to,
            " connections={connections} connects_waiting={connects} jobs_waiting={jobs}"
        )
    }
}

/// Compressed messages from one client at a time, with a window of 1 KiB.
#[cfg(feature = "deflate")]
mod compression {
    use dunlin_deflate::{SmallInflate, SmallInflater, SmallInflaters};
    use static_cell::StaticCell;

    pub(crate) type Compression = SmallInflate<'static, 1, 1024>;

    static INFLATERS: SmallInflaters<'static, 1, 1024> = SmallInflaters::new();

    static INFLATER: StaticCell<SmallInflater<1024>> = StaticCell::new();

    /// Makes the inflater, while the stack is empty.
    pub(crate) fn prepare() {
        INFLATERS.add(INFLATER.init_with(SmallInflater::new));
    }

    pub(crate) fn of_connections() -> Compression {
        INFLATERS.connection()
    }
}

#[cfg(not(feature = "deflate"))]
mod compression {
    pub(crate) use dunlin::NoCompression as Compression;

    pub(crate) const fn prepare() {}

    pub(crate) const fn of_connections() -> Compression {
        Compression
    }
}

type EchoMemory = Memory<Echo, SOCKETS, RECEIVE, SEND, ASSEMBLY, JOBS, compression::Compression>;

type Device = BacklogDevice<'static, Network, CONNECTS>;

static ECHO: StaticCell<Echo> = StaticCell::new();

static MAILBOX: Mailbox<JOBS> = Mailbox::new();

static BACKLOG: Backlog<CONNECTS> = Backlog::new();

static MEMORY: ConstStaticCell<EchoMemory> = ConstStaticCell::new(Memory::new());

/// One socket more is for DHCP.
static RESOURCES: StaticCell<StackResources<{ SOCKETS + 1 }>> = StaticCell::new();

/// Eight connections, and one socket more that listens. What inflates messages
/// takes the memory of four.
const SOCKETS: usize = if cfg!(feature = "deflate") { 5 } else { 9 };

/// Octets of a socket's receive ring.
const RECEIVE: usize = 1024;

/// Octets of a socket's send ring: the longest message that is taken whole, and
/// the header of the frame that echoes it.
const SEND: usize = 1024 + 4;

/// Octets for what arrives in pieces: the longest message that is taken whole,
/// with a control frame in its midst.
const ASSEMBLY: usize = 1024 + 128;

/// Octets of jobs that can wait.
const JOBS: usize = 1024;

/// Connects that can wait for a socket.
const CONNECTS: usize = 50;
