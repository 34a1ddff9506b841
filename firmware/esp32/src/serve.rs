//! The echo application on the network: the one place that knows the driver.

use dunlin::Limits;
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

/// Serves for ever.
#[embassy_executor::task]
pub(crate) async fn serve(stack: Stack<'static>) -> ! {
    log::info!(target: LOG_TAG, "Starting server on port: '{}'", config::PORT);
    log::info!(target: LOG_TAG, "Registering URI handlers");
    let mut options = Config::default();
    options.port = config::PORT;
    options.limits = LIMITS;
    let memory = MEMORY.take();
    let mut server = Server::new(stack, &ECHO, options, memory, &MAILBOX);
    server.keep_backlog(&BACKLOG);
    loop {
        server.run().await;
    }
}

type EchoMemory = Memory<
    Echo,
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
static MEMORY: ConstStaticCell<EchoMemory> = ConstStaticCell::new(Memory::new());
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
