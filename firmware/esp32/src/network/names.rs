//! The name server of the soft-AP: every name is the device's.

use super::TAG;
use captive_portal::dns;
use core::net::{Ipv4Addr, SocketAddr};
use dunlin_esp32_config as config;
use edge_nal::{UdpBind, UdpReceive, UdpSend};
use edge_nal_embassy::{Udp, UdpBuffers, UdpError};
use embassy_net::Stack;
use embassy_time::{Duration, Timer};

/// Answers queries.
#[embassy_executor::task]
pub(super) async fn answer(stack: Stack<'static>) -> ! {
    let buffers = UdpBuffers::<1, PACKET, PACKET, 2>::new();
    let udp = Udp::new(stack, &buffers);
    loop {
        let Err(error) = answer_until_error(&udp).await;
        log::warn!(target: TAG, "Name server: {error:?}");
        Timer::after(PAUSE).await;
    }
}

async fn answer_until_error(udp: &Udp<'_>) -> Result<core::convert::Infallible, UdpError> {
    let here = SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), PORT);
    let mut socket = udp.bind(here).await?;
    let (mut query, mut buffer) = ([0; PACKET], [0; PACKET]);
    loop {
        let (length, client) = socket.receive(&mut query).await?;
        let query = query.get(..length).unwrap_or_default();
        if let Some(answer) = dns::answer(query, config::ACCESS_POINT_ADDRESS, &mut buffer) {
            socket.send(client, answer).await?;
        }
    }
}

/// RFC 1035 section 4.2.1.
const PORT: u16 = 53;

/// Octets of a datagram.
const PACKET: usize = 512;

const PAUSE: Duration = Duration::from_secs(1);
