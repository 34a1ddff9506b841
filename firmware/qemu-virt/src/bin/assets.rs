//! The example `assets` on the emulated board.
#![no_std]
#![no_main]
#![forbid(unsafe_code)]

use assets_application::Site;
use dunlin::Limits;
use dunlin_qemu_virt::program::{self, MemoryCell, compression};
use dunlin_qemu_virt::settings::Settings;
use embassy_executor::Spawner;

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
    program::serve(spawner, "assets", &Site, settings, &MEMORY).await;
}

static MEMORY: MemoryCell<Site> = program::memory();
