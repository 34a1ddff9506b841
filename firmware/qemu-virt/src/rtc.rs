//! The Goldfish real-time clock.

use crate::register::Register;

/// Nanoseconds since 1970-01-01 in UTC, as the host has it.
pub fn nanoseconds() -> u64 {
    // Reading the low half keeps the high half that goes with it.
    let low = TIME_LOW.read();
    u64::from(TIME_HIGH.read()) << 32 | u64::from(low)
}

/// A number that differs at each boot, for port and sequence numbers.
///
/// It is made from the time: good enough against old segments, not for secrets.
pub fn seed() -> u64 {
    let mut mixed = nanoseconds().wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed ^ (mixed >> 31)
}

// SAFETY: the board has a Goldfish RTC at this address.
const TIME_LOW: Register<u32> = unsafe { Register::at(0x10_1000) };
// SAFETY: as above.
const TIME_HIGH: Register<u32> = unsafe { Register::at(0x10_1004) };
