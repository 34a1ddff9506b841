//! Log lines through `defmt`: each frame is a line of hexadecimal digits on the
//! console, behind `defmt: `, so that other lines can be between them.

use crate::{clock, uart};
use core::cell::{Cell, RefCell};
use critical_section::{Mutex, RestoreState};
use defmt::{Encoder, Logger};

#[defmt::global_logger]
struct Frames;

static ENCODER: Mutex<RefCell<Encoder>> = Mutex::new(RefCell::new(Encoder::new()));

/// How interrupts were before the frame at hand.
static BEFORE: Mutex<Cell<RestoreState>> = Mutex::new(Cell::new(RestoreState::invalid()));

defmt::timestamp!("{=u64:ms}", clock::milliseconds());

// SAFETY: from `acquire` to `release` interrupts are off, and the board has one
// core, so that nobody else is between them.
unsafe impl Logger for Frames {
    fn acquire() {
        // SAFETY: `release` ends it, which follows on each `acquire`.
        let before = unsafe { critical_section::acquire() };
        critical_section::with(|token| BEFORE.borrow(token).set(before));
        uart::write(b"defmt: ");
        encode(|encoder| encoder.start_frame(write_digits));
    }

    unsafe fn flush() {}

    unsafe fn release() {
        encode(|encoder| encoder.end_frame(write_digits));
        uart::write(b"\n");
        let before = critical_section::with(|token| BEFORE.borrow(token).get());
        // SAFETY: this is what the `acquire` before it has returned.
        unsafe { critical_section::release(before) };
    }

    unsafe fn write(octets: &[u8]) {
        encode(|encoder| encoder.write(octets, write_digits));
    }
}

fn encode(action: impl FnOnce(&mut Encoder)) {
    critical_section::with(|token| action(&mut ENCODER.borrow(token).borrow_mut()));
}

fn write_digits(octets: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for octet in octets {
        let digits = [octet >> 4, octet & 15].map(|digit| DIGITS[usize::from(digit)]);
        uart::write(&digits);
    }
}
