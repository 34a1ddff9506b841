//! A network cable in memory, with a device at each end.

use embassy_net_driver::{Capabilities, Driver, HardwareAddress, LinkState, RxToken, TxToken};
use embassy_sync::waitqueue::AtomicWaker;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Context;

/// The two ends of a new cable.
pub(crate) fn cable() -> (End, End) {
    let wires = [Wire::new(), Wire::new()];
    let plugged_in = Arc::new(AtomicBool::new(true));
    let end = |number: u8, from: usize, to: usize| End {
        number,
        receive: Arc::clone(&wires[from]),
        transmit: Arc::clone(&wires[to]),
        plugged_in: Arc::clone(&plugged_in),
    };
    (end(1, 0, 1), end(2, 1, 0))
}

/// One end of a cable.
pub(crate) struct End {
    number: u8,
    receive: Arc<Wire>,
    transmit: Arc<Wire>,
    plugged_in: Arc<AtomicBool>,
}

/// One direction.
struct Wire {
    frames: Mutex<VecDeque<Vec<u8>>>,
    receiver: AtomicWaker,
}

impl Wire {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            frames: Mutex::default(),
            receiver: AtomicWaker::new(),
        })
    }
}

/// Pulls a cable out and plugs it in.
pub(crate) struct Plug(Arc<AtomicBool>, [Arc<Wire>; 2]);

impl End {
    pub(crate) fn plug(&self) -> Plug {
        let wires = [Arc::clone(&self.receive), Arc::clone(&self.transmit)];
        Plug(Arc::clone(&self.plugged_in), wires)
    }
}

impl Plug {
    pub(crate) fn set(&self, plugged_in: bool) {
        self.0.store(plugged_in, Ordering::SeqCst);
        for wire in &self.1 {
            wire.frames.lock().unwrap().clear();
            wire.receiver.wake();
        }
    }
}

impl Driver for End {
    type RxToken<'a> = Frame;
    type TxToken<'a> = Sender<'a>;

    fn receive(&mut self, cx: &mut Context<'_>) -> Option<(Frame, Sender<'_>)> {
        self.receive.receiver.register(cx.waker());
        let frame = self.receive.frames.lock().unwrap().pop_front()?;
        Some((Frame(frame), Sender(self)))
    }

    fn transmit(&mut self, _: &mut Context<'_>) -> Option<Sender<'_>> {
        Some(Sender(self))
    }

    fn link_state(&mut self, cx: &mut Context<'_>) -> LinkState {
        self.receive.receiver.register(cx.waker());
        if self.plugged_in.load(Ordering::SeqCst) {
            LinkState::Up
        } else {
            LinkState::Down
        }
    }

    fn capabilities(&self) -> Capabilities {
        let mut capabilities = Capabilities::default();
        capabilities.max_transmission_unit = 1514;
        capabilities
    }

    fn hardware_address(&self) -> HardwareAddress {
        HardwareAddress::Ethernet([2, 0, 0, 0, 0, self.number])
    }
}

/// A frame that arrived.
pub(crate) struct Frame(Vec<u8>);

impl RxToken for Frame {
    fn consume<R, F: FnOnce(&mut [u8]) -> R>(mut self, action: F) -> R {
        action(&mut self.0)
    }
}

/// Sends a frame to the other end, if the cable is plugged in.
pub(crate) struct Sender<'a>(&'a End);

impl TxToken for Sender<'_> {
    fn consume<R, F: FnOnce(&mut [u8]) -> R>(self, length: usize, action: F) -> R {
        let mut frame = vec![0; length];
        let result = action(&mut frame);
        if self.0.plugged_in.load(Ordering::SeqCst) {
            let wire = &self.0.transmit;
            wire.frames.lock().unwrap().push_back(frame);
            wire.receiver.wake();
        }
        result
    }
}
