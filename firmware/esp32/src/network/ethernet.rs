//! Ethernet through a W5500 on SPI.

use super::{in_a_network, new_stack, spawn, start_again, start_on};
use crate::board::Ethernet;
use crate::serve;
use embassy_executor::Spawner;
use embassy_net::Runner;
use embassy_net_wiznet::chip::W5500;
use embassy_net_wiznet::{Device, State};
use embassy_time::Delay;
use embedded_hal_bus::spi::ExclusiveDevice;
use esp_hal::Async;
use esp_hal::efuse::{InterfaceMacAddress, interface_mac_address};
use esp_hal::gpio::{Input, InputConfig, Level, Output, OutputConfig, Pull};
use esp_hal::rng::TrngSource;
use esp_hal::spi::Mode;
use esp_hal::spi::master::{Config as SpiConfig, Spi};
use esp_hal::time::Rate;
use static_cell::ConstStaticCell;

type Bus = ExclusiveDevice<Spi<'static, Async>, Output<'static>, Delay>;
type Chip = embassy_net_wiznet::Runner<'static, W5500, Bus, Input<'static>, Output<'static>>;

/// Starts the W5500 and the stack on it. Without a W5500 the chip says so and
/// starts again.
#[embassy_executor::task]
pub(super) async fn start(spawner: Spawner, ethernet: Ethernet) {
    static STATE: ConstStaticCell<State<PACKETS, PACKETS>> = ConstStaticCell::new(State::new());
    let pins = ethernet.pins;
    let high = |pin| Output::new(pin, Level::High, OutputConfig::default());
    let pulled_up = InputConfig::default().with_pull(Pull::Up);
    let interrupt = Input::new(pins.interrupt, pulled_up);
    let options = SpiConfig::default()
        .with_frequency(SPI_CLOCK)
        .with_mode(Mode::_0);
    let spi = match Spi::new(ethernet.spi, options) {
        Ok(spi) => spi
            .with_sck(pins.clock)
            .with_mosi(pins.output)
            .with_miso(pins.input),
        Err(error) => start_again("SPI does not start", &error),
    };
    let bus = match ExclusiveDevice::new(spi.into_async(), high(pins.select), Delay) {
        Ok(bus) => bus,
        Err(error) => start_again("SPI does not start", &error),
    };
    let mac = mac_address();
    let started =
        embassy_net_wiznet::new(mac, STATE.take(), bus, interrupt, high(pins.reset)).await;
    let (device, chip) = match started {
        Ok(started) => started,
        Err(error) => start_again("No W5500 answers", &error),
    };
    let noise = TrngSource::new(ethernet.noise.0, ethernet.noise.1);
    let (stack, runner) = new_stack(device, in_a_network());
    drop(noise);
    spawn(spawner, run_chip(chip));
    spawn(spawner, run_ethernet(runner));
    start_on(spawner, stack);
}

/// A W5500 has none of its own: that of the chip, marked as local.
fn mac_address() -> [u8; 6] {
    let mut mac = [0; 6];
    mac.copy_from_slice(interface_mac_address(InterfaceMacAddress::Station).as_bytes());
    mac[0] |= 2;
    mac
}

#[embassy_executor::task]
async fn run_chip(chip: Chip) -> ! {
    chip.run().await
}

#[embassy_executor::task]
async fn run_ethernet(mut runner: Runner<'static, serve::Device<Device<'static>>>) -> ! {
    runner.run().await
}

/// The W5500 takes up to 33 MHz; wires on a table take less.
const SPI_CLOCK: Rate = Rate::from_mhz(20);

/// Packets that wait in each direction.
const PACKETS: usize = 4;
