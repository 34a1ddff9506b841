//! The device's own Wi-Fi network, with a DHCP server for those who join it.

use super::{TAG, names, spawn, station};
use core::net::{Ipv4Addr, SocketAddr};
use dunlin_esp32_config as config;
use edge_dhcp::io::DEFAULT_SERVER_PORT;
use edge_dhcp::server::{Server, ServerOptions};
use edge_nal::UdpBind;
use edge_nal_embassy::{Udp, UdpBuffers};
use embassy_executor::Spawner;
use embassy_net::{Config, ConfigV4, Ipv4Cidr, Stack, StaticConfigV4};
use embassy_time::{Duration, Instant, Timer};
use esp_radio::wifi::ap::{AccessPointConfig, EventInfo};
use esp_radio::wifi::{Config as Radio, WifiController};

/// What the radio is told.
pub(super) fn radio() -> Radio {
    let ssid = config::ACCESS_POINT_SSID.try_into().unwrap_or_default();
    let access_point = AccessPointConfig::default()
        .with_ssid(ssid)
        .with_channel(config::ACCESS_POINT_CHANNEL)
        .with_authentication(station::authentication(config::ACCESS_POINT_PASSWORD));
    Radio::AccessPoint(access_point)
}

/// The addresses of the device in its network.
pub(super) fn addresses() -> Config {
    let mut addresses = Config::default();
    addresses.ipv4 = ConfigV4::Static(StaticConfigV4 {
        address: Ipv4Cidr::new(config::ACCESS_POINT_ADDRESS, 24),
        gateway: None,
        dns_servers: Default::default(),
    });
    addresses
}

/// Serves the network that `controller` has opened.
pub(super) fn start(spawner: Spawner, controller: WifiController<'static>, stack: Stack<'static>) {
    let password = if config::ACCESS_POINT_PASSWORD.is_empty() {
        "no"
    } else {
        "a"
    };
    let (ssid, channel) = (config::ACCESS_POINT_SSID, config::ACCESS_POINT_CHANNEL);
    log::info!(target: TAG, "Opened '{ssid}', channel {channel}, {password} password");
    spawn(spawner, log_who_joins(controller));
    spawn(spawner, give_addresses(stack));
    if config::CAPTIVE_PORTAL {
        spawn(spawner, names::answer(stack));
    }
}

/// Keeps the controller, without which the network would end.
#[embassy_executor::task]
async fn log_who_joins(controller: WifiController<'static>) -> ! {
    loop {
        match controller
            .wait_for_access_point_connected_event_async()
            .await
        {
            Ok(EventInfo::Connected(station)) => {
                log::info!(target: TAG, "{} joined", Mac(station.mac));
            }
            Ok(EventInfo::Disconnected(station)) => {
                log::info!(target: TAG, "{} left: {:?}", Mac(station.mac), station.reason);
            }
            Err(error) => {
                log::warn!(target: TAG, "No events of the radio: {error:?}");
                Timer::after(PAUSE).await;
            }
        }
    }
}

#[embassy_executor::task]
async fn give_addresses(stack: Stack<'static>) -> ! {
    let buffers = UdpBuffers::<1, PACKET, PACKET, 2>::new();
    let udp = Udp::new(stack, &buffers);
    let mut packet = [0; PACKET];
    let mut leases =
        Server::<_, LEASES>::new(|| Instant::now().as_secs(), config::ACCESS_POINT_ADDRESS);
    loop {
        if let Err(error) = give_addresses_until_error(&udp, &mut leases, &mut packet).await {
            log::warn!(target: TAG, "DHCP server: {error:?}");
        }
        Timer::after(PAUSE).await;
    }
}

/// The device calls itself router and name server, though it is neither: some
/// telephones leave a network that has none.
async fn give_addresses_until_error<F: FnMut() -> u64>(
    udp: &Udp<'_>,
    leases: &mut Server<F, LEASES>,
    packet: &mut [u8],
) -> Result<(), edge_dhcp::io::Error<edge_nal_embassy::UdpError>> {
    let here = SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), DEFAULT_SERVER_PORT);
    let mut socket = udp.bind(here).await.map_err(edge_dhcp::io::Error::Io)?;
    let mut router = [Ipv4Addr::UNSPECIFIED];
    let mut options = ServerOptions::new(config::ACCESS_POINT_ADDRESS, Some(&mut router));
    options.dns = &[config::ACCESS_POINT_ADDRESS];
    edge_dhcp::io::server::run(leases, &options, &mut socket, packet).await
}

struct Mac([u8; 6]);

impl core::fmt::Display for Mac {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let [a, b, c, d, e, f] = self.0;
        write!(formatter, "{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{f:02x}")
    }
}

/// Octets of a DHCP packet, without its Ethernet, IP and UDP headers.
const PACKET: usize = 1472;

/// Addresses that are given out.
const LEASES: usize = 16;

const PAUSE: Duration = Duration::from_secs(1);
