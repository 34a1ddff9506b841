//! The example `async_handlers` on the emulated board: tasks do what takes long.
#![no_std]
#![no_main]
#![forbid(unsafe_code)]

use async_handlers::{AsyncHandlers, Job, LOG_TAG, QUEUE, WORK, WORKERS, Workers, limits};
use dunlin::{Limits, Reply, Status};
use dunlin_qemu_virt::program::{self, MAILBOX, MemoryCell, compression};
use dunlin_qemu_virt::settings::{Settings, embassy_duration};
use embassy_executor::Spawner;
use embassy_sync::blocking_mutex::raw::CriticalSectionRawMutex;
use embassy_sync::channel::Channel;
use embassy_sync::semaphore::{GreedySemaphore, Semaphore};
use embassy_time::{Duration, Timer};

#[riscv_rt::entry]
fn main(_: usize, device_tree: usize) -> ! {
    compression::prepare();
    let mut work = WORK;
    let mut settings = Settings::read(device_tree, Limits::DEVICE, |setting| {
        let own = setting.name() == "work";
        if own {
            work = setting.time();
        }
        own
    });
    settings.config.limits = limits(settings.config.limits, work);
    dunlin_qemu_virt::run(settings.log, |spawner| {
        spawner.spawn(serve(spawner, settings).expect("it is spawned once"));
        for _ in 0..WORKERS {
            let worker = worker(embassy_duration(work));
            spawner.spawn(worker.expect("the pool has as many"));
        }
    })
}

#[embassy_executor::task]
async fn serve(spawner: Spawner, settings: Settings) {
    let app = AsyncHandlers::new(Tasks);
    program::serve(spawner, LOG_TAG, &app, settings, &MEMORY).await;
}

/// The tasks below.
struct Tasks;

impl Workers for Tasks {
    fn place(&self) -> Option<impl FnOnce(Job) + '_> {
        let place = PLACES.try_acquire(1)?;
        Some(move |job| {
            // A worker releases it.
            place.disarm();
            // There is room for as many jobs as there are places.
            let _ = JOBS.try_send(job);
        })
    }
}

#[embassy_executor::task(pool_size = WORKERS)]
async fn worker(work: Duration) -> ! {
    loop {
        let job = JOBS.receive().await;
        // In the place of a sensor, a motor, a flash memory.
        Timer::after(work).await;
        answer(job).await;
        PLACES.release(1);
    }
}

async fn answer(job: Job) {
    let text = job.text();
    let reply = Reply {
        status: Status::OK,
        content_type: "text/plain; charset=utf-8",
        body: text.as_bytes(),
    };
    let mut ticket = job.ticket;
    while let Err(refused) = MAILBOX.hub().reply(ticket, reply) {
        // The mailbox is full.
        ticket = refused;
        Timer::after_millis(10).await;
    }
}

static JOBS: Channel<CriticalSectionRawMutex, Job, { WORKERS + QUEUE }> = Channel::new();

static PLACES: GreedySemaphore<CriticalSectionRawMutex> = GreedySemaphore::new(WORKERS + QUEUE);

static MEMORY: MemoryCell<AsyncHandlers<Tasks>> = program::memory();
