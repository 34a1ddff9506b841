//! The echo application on the emulated board. What is typed on the console goes
//! to every WebSocket client.
#![no_std]
#![no_main]
#![forbid(unsafe_code)]

use dunlin_echo::{Echo, LOG_TAG};
use dunlin_qemu_virt::network::{self, Network};
use dunlin_qemu_virt::{console, rtc};
use embassy_executor::Spawner;
use embassy_futures::join::join;
use embassy_net::{Config, Runner, Stack, StackResources};
use log::LevelFilter;
use static_cell::StaticCell;

#[embassy_executor::main]
async fn main(spawner: Spawner) {
    dunlin_qemu_virt::start(LevelFilter::Info);
    console::start::<EchoConsole>();
    let network = Network::take().expect("the board has a network device");
    let resources = RESOURCES.init(StackResources::new());
    let config = Config::dhcpv4(Default::default());
    let (stack, runner) = embassy_net::new(network, config, resources, rtc::seed());
    spawner.spawn(run_network(runner).expect("it is spawned once"));
    stack.wait_config_up().await;
    join(serve(stack), network::log_link(stack)).await;
}

#[embassy_executor::task]
async fn run_network(mut runner: Runner<'static, Network>) -> ! {
    runner.run().await
}

/// Serves the echo application on port 80.
async fn serve(stack: Stack<'static>) {
    static ECHO: Echo = Echo::new();
    let _ = &ECHO;
    if let Some(config) = stack.config_v4() {
        let address = config.address.address();
        log::info!(target: LOG_TAG, "ready on {address}:{PORT}");
    }
    core::future::pending().await
}

/// Sends a line to every WebSocket client. Called from the UART's interrupt.
fn broadcast(line: &[u8]) {
    log::info!(target: LOG_TAG, "{} octets for everyone", line.len());
}

struct EchoConsole;

impl console::Console for EchoConsole {
    fn line(line: &[u8]) {
        broadcast(line);
    }
}

static RESOURCES: StaticCell<StackResources<{ SOCKETS + 1 }>> = StaticCell::new();

/// Eight connections, and one socket more that listens.
const SOCKETS: usize = 9;

const PORT: u16 = 80;
