//! Support for QEMU's riscv32 board `virt`, used as a microcontroller: no
//! operating system, no allocator, one core, and memory limits that the linker
//! enforces (`memory.x`).
//!
//! A program's entry is nothing but a call of [`run`]. Its first task takes the
//! network device with [`network::Network::take`] and gives it to
//! `embassy_net::new`.
#![no_std]

pub mod clock;
pub mod console;
#[cfg(feature = "defmt")]
mod deferred;
pub mod device_tree;
pub mod executor;
pub mod logging;
mod memory;
pub mod network;
mod panic;
mod plic;
pub mod power;
pub mod program;
mod register;
pub mod rtc;
pub mod settings;
pub mod stack;
pub mod uart;

use embassy_executor::Spawner;
use log::LevelFilter;
use riscv::interrupt::Interrupt;

/// Starts the board and runs the tasks that `spawn` spawns, for ever. The log
/// goes to the console, at `level` and above.
///
/// # Panics
///
/// When it is called again.
pub fn run(level: LevelFilter, spawn: impl FnOnce(Spawner)) -> ! {
    stack::paint();
    memory::protect_flash();
    logging::start(level);
    uart::start();
    plic::enable(uart::IRQ);
    // SAFETY: no critical section is open here, and the handlers that may run
    // from now on need nothing that is not started.
    unsafe {
        riscv::interrupt::enable_interrupt(Interrupt::MachineTimer);
        riscv::interrupt::enable_interrupt(Interrupt::MachineExternal);
        riscv::interrupt::enable();
    }
    executor::run(spawn)
}
