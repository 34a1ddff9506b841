//! The application on the network: the one place that knows the driver.

use captive_portal::CaptivePortal;
use core::net::IpAddr;
use dunlin::{App, Limits};
use dunlin_echo::{Echo, Hooks, LOG_TAG};
use dunlin_embassy::{Backlog, BacklogDevice, Config, Mailbox, Memory, Server};
use dunlin_esp32_config as config;
use embassy_net::Stack;
use embassy_net::driver::Driver;
use static_cell::ConstStaticCell;

/// TCP sockets of the server: one listens while all connections are taken.
pub(crate) const SOCKETS: usize = config::CONNECTIONS + 1;

/// What a network device is wrapped into before the stack gets it.
pub(crate) type Device<D> = BacklogDevice<'static, D, { config::BACKLOG }>;

/// Wraps the network device.
pub(crate) fn device<D: Driver>(device: D) -> Device<D> {
    BACKLOG.device(device)
}

/// Serves the echo application for ever.
#[embassy_executor::task]
pub(crate) async fn serve(stack: Stack<'static>) -> ! {
    log::info!(target: LOG_TAG, "Starting server on port: '{}'", config::PORT);
    log::info!(target: LOG_TAG, "Registering URI handlers");
    run(stack, &ECHO, MEMORY.take()).await
}

/// Serves the portal of the soft-AP for ever.
#[embassy_executor::task]
pub(crate) async fn serve_portal(stack: Stack<'static>) -> ! {
    let address = IpAddr::V4(config::ACCESS_POINT_ADDRESS);
    let portal = CaptivePortal::new(address, config::PORT);
    log::info!(target: captive_portal::LOG_TAG, "Every name leads to port {}", config::PORT);
    run(stack, &portal, PORTAL_MEMORY.take()).await
}

async fn run<A: App>(stack: Stack<'static>, app: &A, memory: &'static mut ServerMemory<A>) -> ! {
    let mut options = Config::default();
    options.port = config::PORT;
    options.limits = LIMITS;
    let mut server = Server::new(stack, app, options, memory, &MAILBOX);
    server.keep_backlog(&BACKLOG);
    loop {
        server.run().await;
    }
}

type ServerMemory<A> = Memory<
    A,
    SOCKETS,
    { config::RECEIVE_RING },
    { config::SEND_RING },
    { config::ASSEMBLY },
    { config::MAILBOX },
>;

static ECHO: Echo = Echo::with_hooks(Hooks {
    pre_handshake: config::PRE_HANDSHAKE,
    post_handshake: config::POST_HANDSHAKE,
});
// Not made when the server starts: that would take its size of stack too.
static MEMORY: ConstStaticCell<ServerMemory<Echo>> = ConstStaticCell::new(Memory::new());
static PORTAL_MEMORY: ConstStaticCell<ServerMemory<CaptivePortal>> =
    ConstStaticCell::new(Memory::new());
static MAILBOX: Mailbox<{ config::MAILBOX }> = Mailbox::new();
static BACKLOG: Backlog<{ config::BACKLOG }> = Backlog::new();

/// The bounds of a connection, from the options.
const LIMITS: Limits = Limits {
    target: config::TARGET_LIMIT,
    head: config::HEAD_LIMIT,
    fields: config::FIELD_LIMIT,
    body: config::BODY_LIMIT,
    message: config::MESSAGE_LIMIT,
    head_time: seconds(config::HEAD_TIME),
    body_time: seconds(config::BODY_TIME),
    keep_alive: seconds(config::KEEP_ALIVE),
    answer_time: seconds(config::ANSWER_TIME),
    ping_after: seconds(config::PING_AFTER),
    pong_time: seconds(config::PONG_TIME),
    send_time: seconds(config::SEND_TIME),
    close_time: seconds(config::CLOSE_TIME),
    lenient_handshake: config::LENIENT_HANDSHAKE,
    // None of the routes takes bodies part by part.
    body_rate: Limits::DEVICE.body_rate,
};

const fn seconds(seconds: u64) -> core::time::Duration {
    core::time::Duration::from_secs(seconds)
}
