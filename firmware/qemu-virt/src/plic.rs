//! The interrupt controller: which device interrupts, and who takes care of it.

use crate::register::Register;
use crate::{network, uart};
use riscv::interrupt::Interrupt;

/// Lets a device interrupt.
pub(crate) fn enable(irq: u32) {
    // SAFETY: the PLIC has a priority register for each interrupt.
    let priority: Register<u32> = unsafe { Register::at(BASE + 4 * irq as usize) };
    priority.write(1);
    ENABLED.write(ENABLED.read() | 1 << irq);
    THRESHOLD.write(0);
}

#[riscv_rt::core_interrupt(Interrupt::MachineExternal)]
fn device_interrupt() {
    loop {
        match CLAIM.read() {
            0 => return,
            irq => {
                if irq == uart::IRQ {
                    uart::interrupt();
                } else {
                    network::interrupt(irq);
                }
                CLAIM.write(irq);
            }
        }
    }
}

const BASE: usize = 0x0c00_0000;

/// A bit for each interrupt below 32, and the board's devices have no higher ones.
// SAFETY: the PLIC has these registers for machine mode of its first core.
const ENABLED: Register<u32> = unsafe { Register::at(BASE + 0x2000) };
// SAFETY: as above.
const THRESHOLD: Register<u32> = unsafe { Register::at(BASE + 0x20_0000) };
/// Reading takes an interrupt, writing ends it.
// SAFETY: as above.
const CLAIM: Register<u32> = unsafe { Register::at(BASE + 0x20_0004) };
