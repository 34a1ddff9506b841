//! The network device: virtio-net over virtio-mmio, interrupt driven, for
//! embassy-net.
//!
//! Frames are received into, and sent from, the buffers of two queues that lie
//! in RAM: [`RECEIVE_BUFFERS`] and [`TRANSMIT_BUFFERS`] of 1,528 octets. When the
//! first are all in use, QEMU keeps what arrives; nothing is lost.

mod mmio;
mod queue;

use core::sync::atomic::{AtomicBool, Ordering};
use core::task::Context;
use embassy_net::Stack;
use embassy_net_driver::{Capabilities, Driver, HardwareAddress, LinkState, RxToken, TxToken};
use embassy_sync::waitqueue::AtomicWaker;
use heapless::Vec;
use mmio::Mmio;
use queue::{Memory, Queue};
use static_cell::ConstStaticCell;

/// Frames that can wait to be received.
pub const RECEIVE_BUFFERS: usize = 8;

/// Frames that can wait to be sent.
pub const TRANSMIT_BUFFERS: usize = 4;

/// The network device, for `embassy_net::new`.
pub struct Network {
    device: Mmio,
    receive: Queue<RECEIVE_BUFFERS>,
    transmit: Queue<TRANSMIT_BUFFERS>,
    /// The transmit queue's buffers that the device does not have.
    free: Vec<u16, TRANSMIT_BUFFERS>,
    address: [u8; 6],
    link: LinkState,
}

/// Why there is no network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NetworkError {
    /// No network device is on the board: give QEMU `-device virtio-net-device`.
    Missing,
    /// The device does not speak version 1 of virtio, or its queues are too
    /// short: give QEMU `-global virtio-mmio.force-legacy=false`.
    Unsuitable,
    /// It has been taken before.
    Taken,
}

/// Logs each time the network goes and comes back.
pub async fn log_link(stack: Stack<'_>) -> ! {
    loop {
        stack.wait_link_down().await;
        log::warn!(target: "board", "the network is gone");
        stack.wait_config_up().await;
        log::info!(target: "board", "the network is back");
    }
}

impl Network {
    /// Starts the network device. It can be taken once.
    ///
    /// # Errors
    ///
    /// See [`NetworkError`]; after one, the board has no network.
    pub fn take() -> Result<Self, NetworkError> {
        let device = Mmio::find().ok_or(NetworkError::Missing)?;
        let receive = RECEIVE.try_take().ok_or(NetworkError::Taken)?;
        let transmit = TRANSMIT.try_take().ok_or(NetworkError::Taken)?;
        let (mut receive, mut transmit) = (Queue::new(receive), Queue::new(transmit));
        device
            .start(&[receive.place(), transmit.place()])
            .ok_or(NetworkError::Unsuitable)?;
        (0..RECEIVE_BUFFERS as u16).for_each(|buffer| receive.give_room(buffer));
        transmit.ask_for_interrupts(false);
        crate::plic::enable(device.irq());
        device.notify(RECEIVE_QUEUE);
        Ok(Self {
            device,
            receive,
            transmit,
            free: (0..TRANSMIT_BUFFERS as u16).collect(),
            address: device.address(),
            link: link_state(device),
        })
    }

    /// Whether there is a buffer to send from. If not, an interrupt is asked for
    /// when there is.
    fn can_transmit(&mut self) -> bool {
        self.take_sent();
        if self.free.is_empty() {
            self.transmit.ask_for_interrupts(true);
            // One may have been sent before the device saw the wish.
            self.take_sent();
        }
        if self.free.is_empty() {
            return false;
        }
        self.transmit.ask_for_interrupts(false);
        true
    }

    fn take_sent(&mut self) {
        while let Some((buffer, _)) = self.transmit.take() {
            // There are as many places as buffers.
            let _ = self.free.push(buffer);
        }
    }
}

impl Driver for Network {
    type RxToken<'a> = Received<'a>;
    type TxToken<'a> = Sending<'a>;

    fn receive(&mut self, context: &mut Context<'_>) -> Option<(Received<'_>, Sending<'_>)> {
        WAKER.register(context.waker());
        if !self.receive.can_take() || !self.can_transmit() {
            return None;
        }
        let device = self.device;
        let received = Received {
            queue: &mut self.receive,
            device,
        };
        let sending = Sending {
            queue: &mut self.transmit,
            free: &mut self.free,
            device,
        };
        Some((received, sending))
    }

    fn transmit(&mut self, context: &mut Context<'_>) -> Option<Sending<'_>> {
        WAKER.register(context.waker());
        self.can_transmit().then_some(Sending {
            queue: &mut self.transmit,
            free: &mut self.free,
            device: self.device,
        })
    }

    fn link_state(&mut self, context: &mut Context<'_>) -> LinkState {
        WAKER.register(context.waker());
        if CONFIGURATION_CHANGED.load(Ordering::Acquire) {
            // Cleared first: a change after this is seen next time.
            CONFIGURATION_CHANGED.store(false, Ordering::Release);
            self.link = link_state(self.device);
        }
        self.link
    }

    fn capabilities(&self) -> Capabilities {
        let mut capabilities = Capabilities::default();
        capabilities.max_transmission_unit = queue::FRAME;
        capabilities.max_burst_size = Some(TRANSMIT_BUFFERS);
        capabilities
    }

    fn hardware_address(&self) -> HardwareAddress {
        HardwareAddress::Ethernet(self.address)
    }
}

/// A frame that has arrived.
pub struct Received<'n> {
    queue: &'n mut Queue<RECEIVE_BUFFERS>,
    device: Mmio,
}

impl RxToken for Received<'_> {
    fn consume<R, F: FnOnce(&mut [u8]) -> R>(self, use_frame: F) -> R {
        let Some((buffer, length)) = self.queue.take() else {
            return use_frame(&mut []);
        };
        let received = self.queue.frame(buffer, length);
        let result = use_frame(received);
        self.queue.give_room(buffer);
        if self.queue.wants_notice() {
            self.device.notify(RECEIVE_QUEUE);
        }
        result
    }
}

/// Room for a frame to send.
pub struct Sending<'n> {
    queue: &'n mut Queue<TRANSMIT_BUFFERS>,
    free: &'n mut Vec<u16, TRANSMIT_BUFFERS>,
    device: Mmio,
}

impl TxToken for Sending<'_> {
    fn consume<R, F: FnOnce(&mut [u8]) -> R>(self, length: usize, write_frame: F) -> R {
        let Some(buffer) = self.free.pop() else {
            unreachable!("there is a token only when a buffer is free");
        };
        let length = queue::HEADER + length;
        let result = write_frame(self.queue.frame(buffer, length));
        self.queue.give_frame(buffer, length);
        if self.queue.wants_notice() {
            self.device.notify(TRANSMIT_QUEUE);
        }
        result
    }
}

/// Called from the interrupt.
pub(crate) fn interrupt(irq: u32) {
    let Some(device) = Mmio::with_irq(irq) else {
        return;
    };
    if device.end_interrupt().configuration_changed {
        CONFIGURATION_CHANGED.store(true, Ordering::Release);
    }
    WAKER.wake();
}

fn link_state(device: Mmio) -> LinkState {
    if device.is_link_up() {
        LinkState::Up
    } else {
        LinkState::Down
    }
}

static RECEIVE: ConstStaticCell<Memory<RECEIVE_BUFFERS>> = ConstStaticCell::new(Memory::new());
static TRANSMIT: ConstStaticCell<Memory<TRANSMIT_BUFFERS>> = ConstStaticCell::new(Memory::new());

static WAKER: AtomicWaker = AtomicWaker::new();
static CONFIGURATION_CHANGED: AtomicBool = AtomicBool::new(false);

const RECEIVE_QUEUE: u32 = 0;
const TRANSMIT_QUEUE: u32 = 1;
