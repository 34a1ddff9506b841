//! What every program that serves an application does: network, backlog,
//! server, console, and the end.
//!
//! A program is its entry, a task that calls [`serve`], and a [`MemoryCell`]:
//!
//! ```ignore
//! #[riscv_rt::entry]
//! fn main(_: usize, device_tree: usize) -> ! {
//!     let settings = Settings::read(device_tree, Limits::DEVICE, |_| false);
//!     dunlin_qemu_virt::run(settings.log, |spawner| {
//!         spawner.spawn(serve(spawner, settings).expect("it is spawned once"));
//!     })
//! }
//!
//! #[embassy_executor::task]
//! async fn serve(spawner: Spawner, settings: Settings) {
//!     program::serve(spawner, "hello", &Hello, settings, &MEMORY).await;
//! }
//!
//! static MEMORY: MemoryCell<Hello> = program::memory();
//! ```

use crate::network::{self, Network};
use crate::settings::Settings;
use crate::{console, logging, power, rtc};
use core::fmt::{self, Formatter};
use core::future::poll_fn;
use core::marker::PhantomData;
use core::pin::{Pin, pin};
use core::task::{Context, Poll};
use dunlin::{App, Message};
use dunlin_embassy::{Backlog, BacklogDevice, Mailbox, Memory, Server};
use embassy_executor::Spawner;
use embassy_futures::poll_once;
use embassy_net::{Runner, Stack, StackResources};
use static_cell::{ConstStaticCell, StaticCell};

/// All memory of a program's server, for a `static`.
pub type MemoryCell<A> = ConstStaticCell<ProgramMemory<A>>;

/// All memory of a program's server.
pub type ProgramMemory<A> =
    Memory<A, SOCKETS, RECEIVE, SEND, ASSEMBLY, JOBS, compression::Compression>;

/// Memory that is not in use.
pub const fn memory<A: App>() -> MemoryCell<A> {
    ConstStaticCell::new(Memory::new())
}

/// The way to the connections, from any task.
pub static MAILBOX: Mailbox<JOBS> = Mailbox::new();

/// The mailbox of a program whose application has topics: as many as that has.
pub trait HasMailbox<const TOPICS: usize>: 'static {
    /// The mailbox, of which there is one.
    fn mailbox() -> &'static Mailbox<JOBS, TOPICS>;

    /// Takes a line that was typed, in the UART's interrupt: sends it to every
    /// WebSocket client. False if too many jobs wait.
    fn typed(line: &[u8]) -> bool {
        let message = match core::str::from_utf8(line) {
            Ok(text) => Message::text(text),
            Err(_) => Message::binary(line),
        };
        Self::mailbox().hub().broadcast(message).is_ok()
    }
}

/// That of a program without topics.
struct Plain;

impl HasMailbox<0> for Plain {
    fn mailbox() -> &'static Mailbox<JOBS> {
        &MAILBOX
    }
}

/// Starts the network and serves an application on it, and says so once it
/// listens. A stop ends QEMU.
///
/// A line that is typed on the console goes to every WebSocket client; `/stop`
/// ends the server as SIGTERM does on Linux.
///
/// # Panics
///
/// When it is called again.
pub async fn serve<A: App>(
    spawner: Spawner,
    tag: &'static str,
    app: &A,
    settings: Settings,
    memory: &'static MemoryCell<A>,
) -> ! {
    serve_with::<A, Plain, 0>(spawner, tag, app, settings, memory).await
}

/// As [`serve`], with a mailbox that has topics.
///
/// # Panics
///
/// When it is called again.
pub async fn serve_with<A: App, M: HasMailbox<TOPICS>, const TOPICS: usize>(
    spawner: Spawner,
    tag: &'static str,
    app: &A,
    settings: Settings,
    memory: &'static MemoryCell<A>,
) -> ! {
    let stack = start_with::<A, M, TOPICS>(spawner).await;
    let run = run_server::<A, M, TOPICS>(stack, tag, app, settings, memory);
    let mut serving = pin!(run);
    poll_fn(|cx| poll_apart(serving.as_mut(), cx)).await;
    power::exit(0)
}

/// Starts the network and a console of [`MAILBOX`], for a program that runs its
/// servers itself: as soon as the first listens it calls [`ready`].
///
/// # Panics
///
/// When it is called again, or [`serve`] is.
pub async fn start<A: App>(spawner: Spawner) -> Stack<'static> {
    start_with::<A, Plain, 0>(spawner).await
}

async fn start_with<A: App, M: HasMailbox<TOPICS>, const TOPICS: usize>(
    spawner: Spawner,
) -> Stack<'static> {
    console::start::<ServerConsole<A, M, TOPICS>>();
    let stack = start_network(spawner);
    stack.wait_config_up().await;
    spawner.spawn(watch_network(stack).expect("it is spawned once"));
    stack
}

/// Says that a server listens on this port: who started the board waits for it, at
/// every level.
pub fn ready(stack: Stack<'static>, tag: &str, port: u16) {
    if let Some(ip) = stack.config_v4() {
        let address = ip.address.address();
        logging::write_line('I', tag, format_args!("ready on {address}:{port}"));
    }
}

async fn run_server<A: App, M: HasMailbox<TOPICS>, const TOPICS: usize>(
    stack: Stack<'static>,
    tag: &'static str,
    app: &A,
    settings: Settings,
    memory: &'static MemoryCell<A>,
) {
    let config = settings.config;
    let compression = compression::of_connections();
    let memory = memory.take();
    let mailbox = M::mailbox();
    let mut server = Server::with_compression(stack, app, config, memory, mailbox, compression);
    server.keep_backlog(&BACKLOG);
    let mut run = pin!(server.run());
    let stopped = poll_once(run.as_mut()).is_ready();
    ready(stack, tag, config.port);
    if !stopped {
        run.await;
    }
    log::info!(target: tag, "stopped");
}

/// Polls a future in a stack frame of its own, which is not below what else its
/// task does.
#[inline(never)]
fn poll_apart<F: Future>(future: Pin<&mut F>, cx: &mut Context<'_>) -> Poll<F::Output> {
    future.poll(cx)
}

/// Takes kilobytes of the stack, and gives them back before anything is served.
#[inline(never)]
fn start_network(spawner: Spawner) -> Stack<'static> {
    let network = Network::take().expect("the board has a network device");
    let resources = RESOURCES.init(StackResources::new());
    let addresses = embassy_net::Config::dhcpv4(Default::default());
    let device = BACKLOG.device(network);
    let (stack, runner) = embassy_net::new(device, addresses, resources, rtc::seed());
    spawner.spawn(run_network(runner).expect("it is spawned once"));
    stack
}

#[embassy_executor::task]
async fn run_network(mut runner: Runner<'static, Device>) -> ! {
    runner.run().await
}

#[embassy_executor::task]
async fn watch_network(stack: Stack<'static>) -> ! {
    network::log_link(stack).await
}

/// The console of a program that serves.
struct ServerConsole<A, M, const TOPICS: usize>(PhantomData<(A, M)>);

impl<A: App, M: HasMailbox<TOPICS>, const TOPICS: usize> console::Console
    for ServerConsole<A, M, TOPICS>
{
    fn line(line: &[u8]) {
        if !M::typed(line) {
            log::warn!(target: "board", "too many jobs wait; the line was not sent");
        }
    }

    fn command(command: &[u8]) -> bool {
        let known = command == b"stop";
        if known {
            M::mailbox().stop();
        }
        known
    }

    fn figures(to: &mut Formatter<'_>) -> fmt::Result {
        let (jobs, connects) = (M::mailbox().waiting(), BACKLOG.waiting());
        let connections = M::mailbox().connections();
        write!(to, " state={}", ProgramMemory::<A>::STATE_PER_SOCKET)?;
        write!(
            to,
            " connections={connections} connects_waiting={connects} jobs_waiting={jobs}"
        )
    }
}

/// Compressed messages from one client at a time, with a window of 1 KiB.
#[cfg(feature = "deflate")]
pub mod compression {
    use dunlin_deflate::{SmallInflate, SmallInflater, SmallInflaters};
    use static_cell::StaticCell;

    /// What each connection has of it.
    pub type Compression = SmallInflate<'static, 1, 1024>;

    static INFLATERS: SmallInflaters<'static, 1, 1024> = SmallInflaters::new();

    static INFLATER: StaticCell<SmallInflater<1024>> = StaticCell::new();

    /// Makes the inflater; to be called while the stack is empty.
    ///
    /// # Panics
    ///
    /// When it is called again.
    pub fn prepare() {
        INFLATERS.add(INFLATER.init_with(SmallInflater::new));
    }

    pub(super) fn of_connections() -> Compression {
        INFLATERS.connection()
    }
}

/// No compression: the program is built without it.
#[cfg(not(feature = "deflate"))]
pub mod compression {
    /// What each connection has of it.
    pub use dunlin::NoCompression as Compression;

    /// Does nothing.
    pub const fn prepare() {}

    pub(super) const fn of_connections() -> Compression {
        Compression
    }
}

type Device = BacklogDevice<'static, Network, CONNECTS>;

/// Connects that wait for a socket of [`MAILBOX`]'s server.
pub static BACKLOG: Backlog<CONNECTS> = Backlog::new();

/// One socket more is for DHCP.
static RESOURCES: StaticCell<StackResources<{ SOCKETS + 1 }>> = StaticCell::new();

/// Eight connections, and one socket more that listens. What inflates messages
/// takes the memory of four.
pub const SOCKETS: usize = if cfg!(feature = "deflate") { 5 } else { 9 };

/// Octets of a socket's receive ring.
pub const RECEIVE: usize = 1024;

/// Octets of a socket's send ring: the longest message that is taken whole, and
/// the header of the frame that echoes it.
pub const SEND: usize = 1024 + 4;

/// Octets for what arrives in pieces: the longest message that is taken whole,
/// with a control frame in its midst.
pub const ASSEMBLY: usize = 1024 + 128;

/// Octets of jobs that can wait.
pub const JOBS: usize = 1024;

/// Connects that can wait for a socket.
pub const CONNECTS: usize = 50;
