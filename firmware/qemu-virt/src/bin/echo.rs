//! The echo application on the emulated board. What is typed on the console goes
//! to every WebSocket client.
#![no_std]
#![no_main]
#![forbid(unsafe_code)]

use dunlin::Limits;
use dunlin_echo::{Echo, Hooks, LOG_TAG};
use dunlin_qemu_virt::program::{self, MemoryCell, compression};
use dunlin_qemu_virt::settings::Settings;
use embassy_executor::Spawner;

#[riscv_rt::entry]
fn main(_: usize, device_tree: usize) -> ! {
    compression::prepare();
    let mut hooks = Hooks::ALL;
    let settings = Settings::read(device_tree, Limits::DEVICE, |setting| {
        match setting.name() {
            "pre-handshake" => hooks.pre_handshake = setting.switch(),
            "post-handshake" => hooks.post_handshake = setting.switch(),
            _ => return false,
        }
        true
    });
    dunlin_qemu_virt::run(settings.log, |spawner| {
        spawner.spawn(serve(spawner, settings, hooks).expect("it is spawned once"));
    })
}

#[embassy_executor::task]
async fn serve(spawner: Spawner, settings: Settings, hooks: Hooks) {
    log::info!(target: LOG_TAG, "Starting server on port: '{}'", settings.config.port);
    log::info!(target: LOG_TAG, "Registering URI handlers");
    let echo = Echo::with_hooks(hooks);
    program::serve(spawner, LOG_TAG, &echo, settings, &MEMORY).await;
}

static MEMORY: MemoryCell<Echo> = program::memory();
