//! What happens when the program can't go on: a line on the console, and the
//! end of QEMU.

use crate::{logging, power};
use core::panic::PanicInfo;
use riscv::register::{mcause, mepc, mtval};

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    riscv::interrupt::disable();
    let message = info.message();
    match info.location() {
        Some(location) => logging::write_line(
            'E',
            "panic",
            format_args!("{message} ({}:{})", location.file(), location.line()),
        ),
        None => logging::write_line('E', "panic", format_args!("{message}")),
    }
    power::exit(EXIT_CODE);
}

/// A fault of the processor: an access outside memory, a write to flash (where
/// the stack overflows to), an unknown instruction.
// SAFETY: riscv-rt calls the function of this name with a pointer to what it
// saved, which is not used here.
#[unsafe(no_mangle)]
extern "C" fn ExceptionHandler() -> ! {
    panic!(
        "exception {} at {:#x}, value {:#x}",
        mcause::read().code(),
        mepc::read(),
        mtval::read()
    );
}

/// As of a Rust program that panics on Linux.
const EXIT_CODE: u8 = 101;
