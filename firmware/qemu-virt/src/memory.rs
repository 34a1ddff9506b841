//! Makes memory behave as a microcontroller's: flash cannot be written, and a
//! stack that overflows is noticed.

use core::arch::global_asm;
use riscv::register::{Permission, Range, pmpaddr0, pmpcfg0};

/// Lets flash be read and executed only, until the board is switched off.
///
/// The stack ends where flash does, so one that overflows faults at its first
/// octet too many.
pub(crate) fn protect_flash() {
    let start = (&raw const FLASH_START).expose_provenance();
    let length = (&raw const FLASH_LENGTH).addr();
    assert!(length.is_power_of_two() && start.is_multiple_of(length));
    // SAFETY: nothing writes to flash: not Rust, whose variables are in RAM, and no
    // device.
    unsafe {
        pmpaddr0::write(start >> 2 | (length / 8 - 1));
        pmpcfg0::set_pmp(0, Range::NAPOT, Permission::RX, true);
    }
}

// Saving registers for a handler needs stack. When there is none left, the fault
// would fault again, for ever; so the stack pointer is looked at first, with
// one register that is kept in `mscratch`.
global_asm!(
    ".section .trap.start, \"ax\"
    .global _pre_default_start_trap
    _pre_default_start_trap:
        csrw mscratch, t0
        la t0, __estack + {needed}
        bltu sp, t0, 1f
        csrr t0, mscratch
        j _pre_default_start_trap_ret
    1:
        la sp, _stack_start
        j {overflow}",
    needed = const TRAP_FRAME,
    overflow = sym stack_overflow,
);

/// Reached with an empty stack instead of the one that is used up.
extern "C" fn stack_overflow() -> ! {
    panic!("stack overflow at {:#x}", riscv::register::mepc::read());
}

unsafe extern "C" {
    /// The first address of flash, from the linker.
    #[link_name = "_flash_start"]
    static FLASH_START: u8;
    /// Its address is the length of flash, from the linker.
    #[link_name = "_flash_length"]
    static FLASH_LENGTH: u8;
}

/// Octets that riscv-rt saves: 16 registers.
const TRAP_FRAME: usize = 64;
