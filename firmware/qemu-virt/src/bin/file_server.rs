//! The example `file_server` on the emulated board: a few small files in memory.
#![no_std]
#![no_main]
#![forbid(unsafe_code)]

use dunlin::Limits;
use dunlin_qemu_virt::program::{self, MemoryCell, compression};
use dunlin_qemu_virt::settings::Settings;
use embassy_executor::Spawner;
use file_server::{FileServer, LOG_TAG, Slots};
use static_cell::StaticCell;

#[riscv_rt::entry]
fn main(_: usize, device_tree: usize) -> ! {
    compression::prepare();
    let settings = Settings::read(device_tree, Limits::DEVICE, |_| false);
    dunlin_qemu_virt::run(settings.log, |spawner| {
        spawner.spawn(serve(spawner, settings).expect("it is spawned once"));
    })
}

#[embassy_executor::task]
async fn serve(spawner: Spawner, settings: Settings) {
    let app = APP.init_with(|| FileServer::new(Slots::new(), SIZE as u64));
    program::serve(spawner, LOG_TAG, app, settings, &MEMORY).await;
}

type Files = FileServer<Slots<FILES, SIZE>>;

static APP: StaticCell<Files> = StaticCell::new();

static MEMORY: MemoryCell<Files> = program::memory();

/// Files, one that takes the place of another included.
const FILES: usize = 3;

/// Octets of a file.
const SIZE: usize = 512;
