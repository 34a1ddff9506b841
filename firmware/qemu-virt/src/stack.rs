//! How much of the stack was ever used.

use core::arch::asm;
use core::ptr;

/// Octets of the stack.
pub fn size() -> usize {
    top() - bottom()
}

/// Octets of the stack that were in use at the worst moment since the start,
/// counting interrupts. It never falls.
pub fn peak() -> usize {
    let mut deepest = bottom();
    // SAFETY: between `bottom` and `top` is the stack, which is memory.
    while deepest < top() && unsafe { word(deepest).read_volatile() } == PATTERN {
        deepest += size_of::<u32>();
    }
    top() - deepest
}

/// Fills what is free of the stack with a pattern that use destroys.
pub(crate) fn paint() {
    let pointer: usize;
    // SAFETY: reads a register.
    unsafe { asm!("mv {}, sp", out(reg) pointer, options(nomem, nostack, preserves_flags)) };
    let mut free = bottom();
    while free + NEAR < pointer {
        // SAFETY: this is below the stack pointer, further than what this function
        // may push, and interrupts are still off: nobody uses it.
        unsafe { word(free).write_volatile(PATTERN) };
        free += size_of::<u32>();
    }
}

fn word(address: usize) -> *mut u32 {
    ptr::with_exposed_provenance_mut(address)
}

fn bottom() -> usize {
    (&raw const LOWEST).expose_provenance()
}

fn top() -> usize {
    (&raw const HIGHEST).expose_provenance()
}

unsafe extern "C" {
    /// The lowest address of the stack, from the linker.
    #[link_name = "__estack"]
    static LOWEST: u8;
    /// The address behind the stack, from the linker.
    #[link_name = "_stack_start"]
    static HIGHEST: u8;
}

const PATTERN: u32 = 0xd0d0_caca;

/// What is left unpainted below the stack pointer.
const NEAR: usize = 128;
