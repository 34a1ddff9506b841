//! The example `keepalive_broadcast` on the emulated board: a task greets the
//! clients.
#![no_std]
#![no_main]
#![forbid(unsafe_code)]

use dunlin::Limits;
use dunlin_qemu_virt::program::{self, MAILBOX, MemoryCell, compression};
use dunlin_qemu_virt::settings::{Settings, embassy_duration};
use embassy_executor::Spawner;
use embassy_time::{Duration, Ticker};
use keepalive_broadcast::{EVERY, KeepAlive, LOG_TAG, greet, limits};

#[riscv_rt::entry]
fn main(_: usize, device_tree: usize) -> ! {
    compression::prepare();
    let mut every = EVERY;
    let settings = Settings::read(device_tree, limits(Limits::DEVICE), |setting| {
        let own = setting.name() == "every";
        if own {
            every = setting.time();
        }
        own
    });
    let every = embassy_duration(every);
    dunlin_qemu_virt::run(settings.log, |spawner| {
        spawner.spawn(serve(spawner, settings).expect("it is spawned once"));
        spawner.spawn(greet_for_ever(every).expect("it is spawned once"));
    })
}

#[embassy_executor::task]
async fn serve(spawner: Spawner, settings: Settings) {
    program::serve(spawner, LOG_TAG, &KeepAlive, settings, &MEMORY).await;
}

#[embassy_executor::task]
async fn greet_for_ever(every: Duration) -> ! {
    let mut ticker = Ticker::every(every);
    loop {
        ticker.next().await;
        greet(MAILBOX.hub());
    }
}

static MEMORY: MemoryCell<KeepAlive> = program::memory();
