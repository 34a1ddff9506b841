//! The example `hello` on the emulated board: a task is its clock.
#![no_std]
#![no_main]
#![forbid(unsafe_code)]

use dunlin::Limits;
use dunlin_qemu_virt::program::{self, MAILBOX, MemoryCell, compression};
use dunlin_qemu_virt::settings::{Settings, embassy_duration};
use embassy_executor::Spawner;
use embassy_time::{Duration, Ticker};
use hello::{Hello, LOG_TAG, tick};

#[riscv_rt::entry]
fn main(_: usize, device_tree: usize) -> ! {
    compression::prepare();
    let mut second = core::time::Duration::from_secs(1);
    let settings = Settings::read(device_tree, Limits::DEVICE, |setting| {
        let own = setting.name() == "second";
        if own {
            second = setting.time();
        }
        own
    });
    let second = embassy_duration(second);
    dunlin_qemu_virt::run(settings.log, |spawner| {
        spawner.spawn(serve(spawner, settings).expect("it is spawned once"));
        spawner.spawn(tick_for_ever(second).expect("it is spawned once"));
    })
}

#[embassy_executor::task]
async fn serve(spawner: Spawner, settings: Settings) {
    let app = Hello::new();
    program::serve(spawner, LOG_TAG, &app, settings, &MEMORY).await;
}

#[embassy_executor::task]
async fn tick_for_ever(second: Duration) -> ! {
    let mut ticker = Ticker::every(second);
    loop {
        ticker.next().await;
        tick(MAILBOX.hub());
    }
}

static MEMORY: MemoryCell<Hello> = program::memory();
