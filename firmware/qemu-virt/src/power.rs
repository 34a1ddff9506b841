//! Switching the board off.

use crate::register::Register;

/// Ends QEMU with an exit code.
pub fn exit(code: u8) -> ! {
    TEST_DEVICE.write(match code {
        0 => PASS,
        code => FAIL | u32::from(code) << 16,
    });
    loop {
        riscv::asm::wfi();
    }
}

const PASS: u32 = 0x5555;

/// With the exit code in its upper half.
const FAIL: u32 = 0x3333;

// SAFETY: the board has SiFive's test device at this address.
const TEST_DEVICE: Register<u32> = unsafe { Register::at(0x10_0000) };
