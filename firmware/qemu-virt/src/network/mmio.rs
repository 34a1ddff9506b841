//! The registers of a network device: virtio 1.2, sections 4.2.2 and 5.1.

use super::queue::Place;
use crate::register::Register;

/// A network device on virtio-mmio.
#[derive(Clone, Copy)]
pub(super) struct Mmio(usize);

/// Why the device interrupted.
pub(super) struct Cause {
    pub(super) configuration_changed: bool,
}

impl Mmio {
    /// The board's first network device.
    pub(super) fn find() -> Option<Self> {
        let places = (0..PLACES).map(|place| Self(FIRST + place * SIZE));
        places
            .into_iter()
            .find(|device| device.read(0x000) == MAGIC && device.read(0x008) == NETWORK_DEVICE)
    }

    /// The device with this line at the interrupt controller.
    pub(super) fn with_irq(irq: u32) -> Option<Self> {
        let place = irq.checked_sub(FIRST_IRQ)? as usize;
        (place < PLACES).then_some(Self(FIRST + place * SIZE))
    }

    /// Its line at the interrupt controller.
    pub(super) fn irq(self) -> u32 {
        FIRST_IRQ + ((self.0 - FIRST) / SIZE) as u32
    }

    /// Agrees with the device on features and hands it the queues. `None` when
    /// it can't work with them.
    pub(super) fn start(self, queues: &[Place]) -> Option<()> {
        self.set_status(0);
        self.set_status(ACKNOWLEDGE | DRIVER);
        if self.read(VERSION) != VERSION_1_DEVICE {
            return None;
        }
        self.accept_features(0, MAC | STATUS);
        self.accept_features(1, VERSION_1);
        self.set_status(ACKNOWLEDGE | DRIVER | FEATURES_OK);
        if self.read(DEVICE_STATUS) & FEATURES_OK == 0 {
            return None;
        }
        for (number, place) in (0..).zip(queues) {
            self.set_queue(number, place)?;
        }
        self.set_status(ACKNOWLEDGE | DRIVER | FEATURES_OK | DRIVER_OK);
        Some(())
    }

    /// Tells the device that a queue has new buffers.
    pub(super) fn notify(self, queue: u32) {
        self.write(QUEUE_NOTIFY, queue);
    }

    /// Takes note of an interrupt, so that the device can raise the next one.
    pub(super) fn end_interrupt(self) -> Cause {
        let causes = self.read(INTERRUPT_STATUS);
        self.write(INTERRUPT_ACKNOWLEDGE, causes);
        Cause {
            configuration_changed: causes & CONFIGURATION_CHANGE != 0,
        }
    }

    /// The address it was given.
    pub(super) fn address(self) -> [u8; 6] {
        core::array::from_fn(|octet| self.read_configuration(octet))
    }

    /// Whether its cable is plugged in.
    pub(super) fn is_link_up(self) -> bool {
        self.read_configuration(LINK_STATUS) & LINK_UP != 0
    }

    fn accept_features(self, word: u32, wanted: u32) {
        self.write(DEVICE_FEATURES_WORD, word);
        self.write(DRIVER_FEATURES_WORD, word);
        self.write(DRIVER_FEATURES, self.read(DEVICE_FEATURES) & wanted);
    }

    fn set_queue(self, number: u32, place: &Place) -> Option<()> {
        self.write(QUEUE_NUMBER, number);
        if self.read(QUEUE_LONGEST) < place.length {
            return None;
        }
        self.write(QUEUE_LENGTH, place.length);
        for (register, address) in [
            (QUEUE_DESCRIPTORS, place.descriptors),
            (QUEUE_AVAILABLE, place.available),
            (QUEUE_USED, place.used),
        ] {
            self.write(register, address as u32);
            self.write(register + 4, 0);
        }
        self.write(QUEUE_READY, 1);
        Some(())
    }

    fn set_status(self, status: u32) {
        self.write(DEVICE_STATUS, status);
    }

    fn read(self, register: usize) -> u32 {
        self.register(register).read()
    }

    fn write(self, register: usize, value: u32) {
        self.register(register).write(value);
    }

    fn register(self, register: usize) -> Register<u32> {
        // SAFETY: `self.0` is one of the places of the board where a virtio device
        // may be, and an empty one reads as zero.
        unsafe { Register::at(self.0 + register) }
    }

    fn read_configuration(self, offset: usize) -> u8 {
        // SAFETY: as above; the device's configuration begins there.
        unsafe { Register::at(self.0 + CONFIGURATION + offset) }.read()
    }
}

/// Where the board has places for virtio devices.
const FIRST: usize = 0x1000_1000;
const SIZE: usize = 0x1000;
const PLACES: usize = 8;
const FIRST_IRQ: u32 = 1;

const MAGIC: u32 = u32::from_le_bytes(*b"virt");
const NETWORK_DEVICE: u32 = 1;
const VERSION_1_DEVICE: u32 = 2;

const VERSION: usize = 0x004;
const DEVICE_FEATURES: usize = 0x010;
const DEVICE_FEATURES_WORD: usize = 0x014;
const DRIVER_FEATURES: usize = 0x020;
const DRIVER_FEATURES_WORD: usize = 0x024;
const QUEUE_NUMBER: usize = 0x030;
const QUEUE_LONGEST: usize = 0x034;
const QUEUE_LENGTH: usize = 0x038;
const QUEUE_READY: usize = 0x044;
const QUEUE_NOTIFY: usize = 0x050;
const INTERRUPT_STATUS: usize = 0x060;
const INTERRUPT_ACKNOWLEDGE: usize = 0x064;
const DEVICE_STATUS: usize = 0x070;
const QUEUE_DESCRIPTORS: usize = 0x080;
const QUEUE_AVAILABLE: usize = 0x090;
const QUEUE_USED: usize = 0x0a0;
const CONFIGURATION: usize = 0x100;

/// In the configuration, behind the address.
const LINK_STATUS: usize = 6;
const LINK_UP: u8 = 1;

const CONFIGURATION_CHANGE: u32 = 1 << 1;

const ACKNOWLEDGE: u32 = 1;
const DRIVER: u32 = 2;
const DRIVER_OK: u32 = 4;
const FEATURES_OK: u32 = 8;

/// The device has an address of its own: bit 5.
const MAC: u32 = 1 << 5;
/// The device tells whether its link is up: bit 16.
const STATUS: u32 = 1 << 16;
/// Version 1 of virtio: bit 32.
const VERSION_1: u32 = 1;
