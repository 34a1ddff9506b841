//! Time: the CLINT's counter of 10 MHz, for embassy-time and for log lines.

use crate::register::Register;
use core::cell::RefCell;
use core::task::Waker;
use critical_section::{CriticalSection, Mutex};
use embassy_time_driver::{Driver, TICK_HZ};
use embassy_time_queue_utils::Queue;
use riscv::interrupt::Interrupt;

/// Milliseconds since the board was switched on.
pub fn milliseconds() -> u64 {
    CLOCK.now() / (TICK_HZ / 1000)
}

struct Clock {
    queue: Mutex<RefCell<Queue>>,
}

impl Driver for Clock {
    fn now(&self) -> u64 {
        loop {
            let high = MTIME_HIGH.read();
            let low = MTIME_LOW.read();
            if MTIME_HIGH.read() == high {
                return u64::from(high) << 32 | u64::from(low);
            }
        }
    }

    fn schedule_wake(&self, at: u64, waker: &Waker) {
        critical_section::with(|token| {
            if self.queue.borrow_ref_mut(token).schedule_wake(at, waker) {
                self.wake_expired(token);
            }
        });
    }
}

impl Clock {
    /// Wakes what is due, and sets the alarm for what is next.
    fn wake_expired(&self, token: CriticalSection<'_>) {
        let next = self.queue.borrow_ref_mut(token).next_expiration(self.now());
        // The comparison is "counter >= value", all the time: an alarm in the
        // past interrupts at once. The first write keeps a half-written value
        // from being in the past.
        MTIMECMP_HIGH.write(u32::MAX);
        MTIMECMP_LOW.write(next as u32);
        MTIMECMP_HIGH.write((next >> 32) as u32);
    }
}

#[riscv_rt::core_interrupt(Interrupt::MachineTimer)]
fn alarm() {
    critical_section::with(|token| CLOCK.wake_expired(token));
}

embassy_time_driver::time_driver_impl!(static CLOCK: Clock = Clock {
    queue: Mutex::new(RefCell::new(Queue::new())),
});

const _: () = assert!(TICK_HZ == 10_000_000);

// SAFETY: the CLINT of the board has these registers for its first core.
const MTIMECMP_LOW: Register<u32> = unsafe { Register::at(0x0200_4000) };
// SAFETY: as above.
const MTIMECMP_HIGH: Register<u32> = unsafe { Register::at(0x0200_4004) };
// SAFETY: as above.
const MTIME_LOW: Register<u32> = unsafe { Register::at(0x0200_bff8) };
// SAFETY: as above.
const MTIME_HIGH: Register<u32> = unsafe { Register::at(0x0200_bffc) };
