//! What no safe function gives: everything unsafe of this program.
#![allow(unsafe_code)]

use log::{LevelFilter, Log};

esp_bootloader_esp_idf::esp_app_desc!();

/// Gives the heap its memory. Only the Wi-Fi driver and the scheduler beneath
/// it use it: a part the bootloader no longer needs, and a part of RAM.
pub(crate) fn give_heap() {
    esp_alloc::heap_allocator!(#[esp_hal::ram(reclaimed)] size: 64 * 1024);
    esp_alloc::heap_allocator!(size: FROM_RAM);
}

/// Makes `logger` the one that is logged to, up to `level`. To be called once,
/// before there are other tasks.
pub(crate) fn set_logger(logger: &'static dyn Log, level: LevelFilter) {
    // SAFETY: the first thing `main` does, before interrupts and tasks exist
    // that could log or set a logger at the same time. Three of the chips lack
    // the atomic instructions that the safe functions need.
    unsafe {
        let _ = log::set_logger_racy(logger);
        log::set_max_level_racy(level);
    }
}

/// What comes after the report of a panic: the chip starts again.
// SAFETY: the name is the one that esp-backtrace declares, with this signature.
#[unsafe(no_mangle)]
fn custom_halt() -> ! {
    esp_hal::system::software_reset()
}

/// Octets of RAM for the heap, besides what the bootloader leaves.
const FROM_RAM: usize = if cfg!(feature = "esp32c2") {
    24 * 1024
} else {
    36 * 1024
};
