//! The network: a device, the TCP/IP stack on it, and what keeps both up.

mod access_point;
mod addresses;
mod ethernet;
mod mdns;
mod names;
mod station;

use crate::board::Ethernet;
use crate::serve;
use dunlin_esp32_config as config;
use embassy_executor::{SpawnError, SpawnToken, Spawner};
use embassy_net::driver::Driver;
use embassy_net::{
    Config, ConfigV4, ConfigV6, DhcpConfig, Ipv4Cidr, Runner, Stack, StackResources, StaticConfigV4,
};
use embassy_time::{Duration, block_for};
use esp_hal::peripherals::WIFI;
use esp_hal::rng::Rng;
use esp_hal::system::software_reset;
use esp_radio::wifi::{Config as Radio, ControllerConfig, Interface, WifiController};
use static_cell::StaticCell;

/// Brings the network up that is configured, and the server on it.
///
/// What is chosen by an option is chosen here, outside of any task: then the
/// compiler drops the tasks of the others with their memory.
pub(crate) fn start(spawner: Spawner, radio: WIFI<'static>, ethernet: Ethernet) {
    if config::ETHERNET {
        spawn(spawner, ethernet::start(spawner, ethernet));
    } else if config::WIFI_SSID.is_empty() {
        let controller = controller(radio, access_point::radio());
        let stack = start_wifi(
            spawner,
            Interface::access_point(),
            access_point::addresses(),
        );
        access_point::start(spawner, controller, stack);
    } else {
        let controller = controller(radio, station::radio());
        start_wifi(spawner, Interface::station(), in_a_network());
        station::start(spawner, controller);
    }
}

fn controller(device: WIFI<'static>, radio: Radio) -> WifiController<'static> {
    let options = ControllerConfig::default()
        .with_country_info(config::WIFI_COUNTRY)
        .with_initial_config(radio);
    let started = WifiController::new(device, options);
    let mut controller = started.unwrap_or_else(|error| start_again("No Wi-Fi", &error));
    if let Err(error) = controller.set_max_tx_power(config::WIFI_TX_POWER) {
        log::warn!(target: TAG, "The transmission power stays as it was: {error:?}");
    }
    controller
}

fn start_wifi(spawner: Spawner, interface: Interface, addresses: Config) -> Stack<'static> {
    let (stack, runner) = new_stack(interface, addresses);
    spawn(spawner, run_wifi(runner));
    start_on(spawner, stack);
    stack
}

#[embassy_executor::task]
async fn run_wifi(mut runner: Runner<'static, serve::Device<Interface>>) -> ! {
    runner.run().await
}

/// The stack on a device; its runner has to run in a task.
fn new_stack<D: Driver>(
    device: D,
    config: Config,
) -> (Stack<'static>, Runner<'static, serve::Device<D>>) {
    static RESOURCES: StaticCell<StackResources<SOCKETS>> = StaticCell::new();
    let random = Rng::new();
    let seed = (u64::from(random.random()) << 32) | u64::from(random.random());
    let resources = RESOURCES.init(StackResources::new());
    embassy_net::new(serve::device(device), config, resources, seed)
}

/// The addresses of a device in a network of others.
fn in_a_network() -> Config {
    let mut config = Config::default();
    config.ipv4 = match config::IPV4 {
        Some((address, prefix)) => ConfigV4::Static(StaticConfigV4 {
            address: Ipv4Cidr::new(address, prefix),
            gateway: config::IPV4_GATEWAY,
            dns_servers: Default::default(),
        }),
        None => {
            let mut dhcp = DhcpConfig::default();
            dhcp.hostname = config::HOSTNAME.try_into().ok();
            ConfigV4::Dhcp(dhcp)
        }
    };
    if config::SLAAC {
        config.ipv6 = ConfigV6::Slaac;
    }
    config
}

/// Starts what runs on every network: the server first.
fn start_on(spawner: Spawner, stack: Stack<'static>) {
    if config::CAPTIVE_PORTAL {
        spawn(spawner, serve::serve_portal(stack));
    } else {
        spawn(spawner, serve::serve(stack));
    }
    spawn(spawner, addresses::log(stack));
    if config::MDNS {
        spawn(spawner, mdns::answer(stack));
    }
}

/// Starts a task, which each is once.
fn spawn<S>(spawner: Spawner, task: Result<SpawnToken<S>, SpawnError>) {
    match task {
        Ok(token) => spawner.spawn(token),
        Err(error) => start_again("A task does not start", &error),
    }
}

/// For what cannot be gone on without: says so and starts the chip again.
fn start_again(what: &str, why: &dyn core::fmt::Debug) -> ! {
    log::error!(target: TAG, "{what}: {why:?}. Starting again in 5 s");
    block_for(Duration::from_secs(5));
    software_reset()
}

/// The server's sockets, and those of DHCP, of the DHCP server, of mDNS and of the
/// portal's name server.
const SOCKETS: usize = serve::SOCKETS + 3 + config::CAPTIVE_PORTAL as usize;

/// The tag of the log lines about the network.
const TAG: &str = "network";
