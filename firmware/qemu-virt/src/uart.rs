//! The console: an NS16550A, written by polling, read by interrupt.

use crate::register::Register;
use core::cell::{Cell, RefCell};
use critical_section::Mutex;
use heapless::Vec;

/// Writes octets, and returns when the last ones are in the transmitter's queue.
pub fn write(octets: &[u8]) {
    for chunk in octets.chunks(QUEUE) {
        while LINE_STATUS.read() & TRANSMITTER_EMPTY == 0 {}
        chunk.iter().for_each(|octet| DATA.write(*octet));
    }
}

/// Has `handler` called with each line that is typed, without its end.
///
/// It is called from the interrupt, so it must be short. Empty lines are left
/// out, and a line longer than [`LINE`] is refused with a warning. A later call
/// takes the place of an earlier one.
pub fn on_line(handler: LineHandler) {
    critical_section::with(|token| HANDLER.borrow(token).set(Some(handler)));
}

/// Takes a line, in an interrupt.
pub type LineHandler = fn(&[u8]);

/// Octets of the longest line that can be typed.
pub const LINE: usize = 512;

pub(crate) fn start() {
    QUEUE_CONTROL.write(QUEUES_ON_AND_EMPTY);
    INTERRUPT_ENABLE.write(DATA_RECEIVED);
}

pub(crate) fn interrupt() {
    critical_section::with(|token| {
        let mut input = INPUT.borrow_ref_mut(token);
        let handler = HANDLER.borrow(token).get();
        while LINE_STATUS.read() & DATA_READY != 0 {
            input.octet(DATA.read(), handler);
        }
    });
}

/// The line that is being typed.
struct Input {
    line: Vec<u8, LINE>,
    too_long: bool,
}

impl Input {
    fn octet(&mut self, octet: u8, handler: Option<LineHandler>) {
        if octet != b'\n' && octet != b'\r' {
            self.too_long |= self.line.push(octet).is_err();
            return;
        }
        if self.too_long {
            log::warn!(target: "board", "a line longer than {LINE} octets was refused");
        } else if let Some(handler) = handler.filter(|_| !self.line.is_empty()) {
            handler(&self.line);
        }
        self.line.clear();
        self.too_long = false;
    }
}

static INPUT: Mutex<RefCell<Input>> = Mutex::new(RefCell::new(Input {
    line: Vec::new(),
    too_long: false,
}));

static HANDLER: Mutex<Cell<Option<LineHandler>>> = Mutex::new(Cell::new(None));

pub(crate) const IRQ: u32 = 10;

const BASE: usize = 0x1000_0000;

/// Octets that fit in the transmitter's queue when it is empty.
const QUEUE: usize = 16;

// SAFETY: an NS16550A is at this address.
const DATA: Register<u8> = unsafe { Register::at(BASE) };
// SAFETY: as above.
const INTERRUPT_ENABLE: Register<u8> = unsafe { Register::at(BASE + 1) };
const DATA_RECEIVED: u8 = 1;
// SAFETY: as above.
const QUEUE_CONTROL: Register<u8> = unsafe { Register::at(BASE + 2) };
const QUEUES_ON_AND_EMPTY: u8 = 0b111;
// SAFETY: as above.
const LINE_STATUS: Register<u8> = unsafe { Register::at(BASE + 5) };
const DATA_READY: u8 = 1;
const TRANSMITTER_EMPTY: u8 = 1 << 5;
