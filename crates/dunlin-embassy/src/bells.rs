//! Which sockets something has happened to.

use crate::sys::bell_waker;
use core::cell::Cell;
use core::task::Waker;
use embassy_sync::blocking_mutex::CriticalSectionMutex;
use embassy_sync::waitqueue::AtomicWaker;

/// A bell for each socket, and one for everything else. Ringing one wakes the
/// server, which then looks at what rang and at nothing else.
///
/// It is aligned so that its address has room for the number of a bell.
#[repr(align(32))]
pub(crate) struct Bells {
    rung: CriticalSectionMutex<Cell<u32>>,
    server: AtomicWaker,
}

impl Bells {
    pub(crate) const fn new() -> Self {
        Self {
            rung: CriticalSectionMutex::new(Cell::new(0)),
            server: AtomicWaker::new(),
        }
    }

    /// Rings a bell.
    pub(crate) fn ring(&self, bell: u32) {
        self.rung
            .lock(|rung| rung.set(rung.get() | 1_u32.checked_shl(bell).unwrap_or(0)));
        self.server.wake();
    }

    /// Rings all, to have everything looked at.
    pub(crate) fn ring_all(&self) {
        self.rung.lock(|rung| rung.set(u32::MAX));
        self.server.wake();
    }

    /// What rings a bell.
    pub(crate) fn waker(&'static self, bell: u32) -> Waker {
        bell_waker(self, bell)
    }

    /// The bells that have rung since the last time; `server` is woken by the
    /// next.
    pub(crate) fn answer(&self, server: &Waker) -> u32 {
        self.server.register(server);
        self.rung.lock(|rung| rung.replace(0))
    }
}

/// The bell that is no socket's.
pub(crate) const OTHER: u32 = 31;
