//! The server on the network: the one place that knows the driver.

use dunlin::Limits;
use dunlin_echo::LOG_TAG;
use dunlin_esp32_config as config;
use embassy_net::Stack;
use embassy_net::tcp::TcpSocket;
use embassy_time::Duration;

/// TCP sockets that [`serve`] opens.
pub(crate) const SOCKETS: usize = config::CONNECTIONS + 1;

/// What a network device is wrapped into before the stack gets it.
pub(crate) type Device<D> = D;

/// Wraps the network device.
pub(crate) fn device<D>(device: D) -> Device<D> {
    device
}

/// Serves the echo application for ever.
#[embassy_executor::task]
pub(crate) async fn serve(stack: Stack<'static>) -> ! {
    log::info!(target: LOG_TAG, "Starting server on port: '{}'", config::PORT);
    log::info!(target: LOG_TAG, "Registering URI handlers");
    let (mut receive, mut send) = ([0; config::RECEIVE_RING], [0; config::SEND_RING]);
    let mut socket = TcpSocket::new(stack, &mut receive, &mut send);
    socket.set_timeout(Some(Duration::from_secs(LIMITS.keep_alive.as_secs())));
    loop {
        if socket.accept(config::PORT).await.is_ok() {
            while let Ok(true) = echo(&mut socket).await {}
        }
        socket.abort();
        let _ = socket.flush().await;
    }
}

async fn echo(socket: &mut TcpSocket<'_>) -> Result<bool, embassy_net::tcp::Error> {
    let mut octets = [0; 64];
    let length = socket.read(&mut octets).await?;
    let mut left = &octets[..length];
    while !left.is_empty() {
        let sent = socket.write(left).await?;
        left = &left[sent..];
    }
    Ok(length > 0)
}

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
};

const fn seconds(seconds: u64) -> core::time::Duration {
    core::time::Duration::from_secs(seconds)
}
