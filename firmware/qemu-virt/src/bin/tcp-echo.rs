//! A bare TCP echo on port 7, without Dunlin: what other programs on this board
//! are compared with.
#![no_std]
#![no_main]
#![forbid(unsafe_code)]

use dunlin_qemu_virt::network::{self, Network};
use dunlin_qemu_virt::{console, rtc};
use embassy_executor::Spawner;
use embassy_net::tcp::TcpSocket;
use embassy_net::{Config, Runner, Stack, StackResources};
use embassy_sync::blocking_mutex::raw::CriticalSectionRawMutex;
use embassy_sync::signal::Signal;
use log::LevelFilter;
use static_cell::StaticCell;

#[riscv_rt::entry]
fn main() -> ! {
    dunlin_qemu_virt::run(LevelFilter::Info, |spawner| {
        spawner.spawn(start(spawner).expect("it is spawned once"));
    })
}

#[embassy_executor::task]
async fn start(spawner: Spawner) {
    console::start::<Echo>();
    let network = Network::take().expect("the board has a network device");
    let resources = RESOURCES.init(StackResources::new());
    let config = Config::dhcpv4(Default::default());
    let (stack, runner) = embassy_net::new(network, config, resources, rtc::seed());
    spawner.spawn(run_network(runner).expect("it is spawned once"));
    stack.wait_config_up().await;
    for _ in 0..SOCKETS {
        spawner.spawn(echo(stack).expect("the pool has as many"));
    }
    LISTENING.wait().await;
    if let Some(config) = stack.config_v4() {
        let address = config.address.address();
        log::info!(target: TAG, "ready on {address}:{PORT}");
    }
    network::log_link(stack).await;
}

#[embassy_executor::task]
async fn run_network(mut runner: Runner<'static, Network>) -> ! {
    runner.run().await
}

#[embassy_executor::task(pool_size = SOCKETS)]
async fn echo(stack: Stack<'static>) -> ! {
    let (mut receive, mut send, mut buffer) = ([0; RING], [0; RING], [0; 512]);
    let mut socket = TcpSocket::new(stack, &mut receive, &mut send);
    socket.set_nagle_enabled(false);
    loop {
        if accept(&mut socket).await {
            serve(&mut socket, &mut buffer).await;
        }
        socket.abort();
        let _ = socket.flush().await;
    }
}

/// Waits for a peer, and says so once it listens.
async fn accept(socket: &mut TcpSocket<'_>) -> bool {
    let mut accept = core::pin::pin!(socket.accept(PORT));
    let first = embassy_futures::poll_once(accept.as_mut());
    LISTENING.signal(());
    match first {
        core::task::Poll::Ready(result) => result.is_ok(),
        core::task::Poll::Pending => accept.await.is_ok(),
    }
}

/// Sends back what comes, until the peer ends or the connection does.
async fn serve(socket: &mut TcpSocket<'_>, buffer: &mut [u8]) {
    while let Ok(length @ 1..) = socket.read(buffer).await {
        let mut rest = &buffer[..length];
        while !rest.is_empty() {
            match socket.write(rest).await {
                Ok(sent) => rest = &rest[sent..],
                Err(_) => return,
            }
        }
    }
    socket.close();
    let _ = socket.flush().await;
}

/// The console has nothing to say to an echo.
struct Echo;

impl console::Console for Echo {
    fn line(_: &[u8]) {
        log::warn!(target: TAG, "unknown command; there are /stats and /quit");
    }
}

static RESOURCES: StaticCell<StackResources<{ SOCKETS + 1 }>> = StaticCell::new();

static LISTENING: Signal<CriticalSectionRawMutex, ()> = Signal::new();

/// Peers at once.
const SOCKETS: usize = 8;

/// Octets of each of a socket's two rings.
const RING: usize = 1024;

const PORT: u16 = 7;

const TAG: &str = "tcp_echo";
