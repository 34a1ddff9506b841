//! Which sockets something has happened to.

use crate::sys::bell_waker;
use core::sync::atomic::{AtomicBool, Ordering};
use core::task::Waker;
use embassy_sync::waitqueue::AtomicWaker;

/// A bell for each socket, and one for everything else. Ringing one wakes the
/// server, which then looks at what rang and at nothing else.
///
/// A device without atomic exchange pays for one with interrupts off, so only
/// plain loads and stores are used: what rings while it is being answered wakes
/// the server once more.
///
/// It is aligned so that its address has room for the number of a bell.
#[repr(align(32))]
pub(crate) struct Bells {
    rung: [AtomicBool; BELLS],
    /// The server is on its way.
    called: AtomicBool,
    server: AtomicWaker,
}

impl Bells {
    pub(crate) const fn new() -> Self {
        Self {
            rung: [const { AtomicBool::new(false) }; BELLS],
            called: AtomicBool::new(false),
            server: AtomicWaker::new(),
        }
    }

    /// Rings a bell.
    pub(crate) fn ring(&self, bell: u32) {
        if let Some(rung) = self.rung.get(bell as usize) {
            rung.store(true, Ordering::SeqCst);
        }
        if !self.called.load(Ordering::SeqCst) {
            self.called.store(true, Ordering::SeqCst);
            self.server.wake();
        }
    }

    /// Rings all, to have everything looked at.
    pub(crate) fn ring_all(&self) {
        for bell in 0..BELLS {
            self.ring(bell as u32);
        }
    }

    /// What rings a bell.
    pub(crate) fn waker(&'static self, bell: u32) -> Waker {
        bell_waker(self, bell)
    }

    /// The bells of `sockets` sockets, and the other, that have rung since the
    /// last time; `server` is woken by the next.
    pub(crate) fn answer(&self, sockets: usize, server: &Waker) -> u32 {
        self.server.register(server);
        self.called.store(false, Ordering::SeqCst);
        let numbered = self.rung.iter().enumerate();
        let wanted = numbered.filter(|(bell, _)| *bell < sockets || *bell == OTHER as usize);
        let mut answered = 0;
        for (bell, rung) in wanted {
            if rung.load(Ordering::SeqCst) {
                rung.store(false, Ordering::SeqCst);
                answered |= 1 << bell;
            }
        }
        answered
    }
}

/// The bell that is no socket's.
pub(crate) const OTHER: u32 = 31;

/// As many as a set of them has bits.
const BELLS: usize = 32;
