//! The name of the device in mDNS: `NAME.local`, and the service `_http._tcp`.

use super::TAG;
use super::addresses::Addresses;
use core::net::{Ipv4Addr, Ipv6Addr};
use dunlin_esp32_config as config;
use edge_mdns::HostAnswersMdnsHandler;
use edge_mdns::buf::VecBufAccess;
use edge_mdns::domain::base::Ttl;
use edge_mdns::host::{Host, Service, ServiceAnswers};
use edge_mdns::io::{IPV4_DEFAULT_SOCKET, Mdns, MdnsIoError, bind};
use edge_nal::UdpSplit;
use edge_nal_embassy::{Udp, UdpBuffers, UdpError};
use embassy_futures::select::{Either, select};
use embassy_net::Stack;
use embassy_sync::blocking_mutex::raw::NoopRawMutex;
use embassy_sync::signal::Signal;
use embassy_time::{Duration, Timer};
use esp_hal::rng::Rng;

type Buffer = VecBufAccess<NoopRawMutex, PACKET>;

/// Answers with the addresses that are in force.
#[embassy_executor::task]
pub(super) async fn answer(stack: Stack<'static>) -> ! {
    let sockets = UdpBuffers::<1, PACKET, PACKET, 2>::new();
    let udp = Udp::new(stack, &sockets);
    let buffers = (Buffer::new(), Buffer::new());
    let mut addresses = Addresses::default();
    loop {
        if addresses == Addresses::default() {
            addresses = addresses.changed(stack).await;
        }
        let answers = answer_with(addresses, &udp, &buffers);
        match select(answers, addresses.changed(stack)).await {
            Either::First(Ok(())) => {}
            Either::First(Err(error)) => log::warn!(target: TAG, "mDNS: {error:?}"),
            Either::Second(others) => addresses = others,
        }
        Timer::after(PAUSE).await;
    }
}

async fn answer_with(
    addresses: Addresses,
    udp: &Udp<'_>,
    (receive, send): &(Buffer, Buffer),
) -> Result<(), MdnsIoError<UdpError>> {
    let v4 = addresses.v4;
    let v6 = addresses.v6.or(addresses.link_local);
    let host = Host {
        hostname: config::HOSTNAME,
        ipv4: v4.unwrap_or(Ipv4Addr::UNSPECIFIED),
        ipv6: v6.unwrap_or(Ipv6Addr::UNSPECIFIED),
        ttl: Ttl::from_secs(120),
    };
    let service = Service {
        name: config::HOSTNAME,
        priority: 0,
        weight: 0,
        service: "_http",
        protocol: "_tcp",
        port: config::PORT,
        service_subtypes: &[],
        txt_kvs: &[],
    };
    // The stack has one interface, so any number and address stand for it.
    let (on_v4, on_v6) = (v4.map(|_| Ipv4Addr::UNSPECIFIED), v6.map(|_| 0));
    let mut socket = bind(udp, IPV4_DEFAULT_SOCKET, on_v4, on_v6).await?;
    let (receiver, sender) = socket.split();
    let changed = Signal::<NoopRawMutex, ()>::new();
    let mdns = Mdns::new(
        on_v4,
        on_v6,
        receiver,
        sender,
        receive,
        send,
        Rng::new(),
        &changed,
    );
    let answers = ServiceAnswers::new(&host, &service);
    mdns.run(HostAnswersMdnsHandler::new(answers)).await
}

/// Octets of a packet, without its Ethernet, IP and UDP headers.
const PACKET: usize = 1472;

const PAUSE: Duration = Duration::from_secs(1);
