//! The example `rest_dashboard` on the emulated board: a task reads the sensor.
#![no_std]
#![no_main]
#![forbid(unsafe_code)]

use dunlin::{App, Limits};
use dunlin_embassy::Mailbox;
use dunlin_qemu_virt::program::{self, HasMailbox, JOBS, MemoryCell, compression};
use dunlin_qemu_virt::settings::{Settings, embassy_duration};
use embassy_executor::Spawner;
use embassy_time::{Duration, Instant, Ticker};
use rest_dashboard::{About, Dashboard, LOG_TAG, Sensor};

#[riscv_rt::entry]
fn main(_: usize, device_tree: usize) -> ! {
    compression::prepare();
    let mut every = core::time::Duration::from_millis(200);
    let settings = Settings::read(device_tree, Limits::DEVICE, |setting| {
        let own = setting.name() == "every";
        if own {
            every = setting.time();
        }
        own
    });
    let every = embassy_duration(every);
    dunlin_qemu_virt::run(settings.log, |spawner| {
        spawner.spawn(serve(spawner, settings).expect("it is spawned once"));
        spawner.spawn(measure(every).expect("it is spawned once"));
    })
}

#[embassy_executor::task]
async fn serve(spawner: Spawner, settings: Settings) {
    let app = Dashboard::new(
        &SENSOR,
        About {
            platform: "QEMU virt",
            cores: 1,
            uptime: || Instant::now().as_secs(),
        },
    );
    program::serve_with::<_, Values, TOPICS>(spawner, LOG_TAG, &app, settings, &MEMORY).await;
}

#[embassy_executor::task]
async fn measure(every: Duration) -> ! {
    let mut ticker = Ticker::every(every);
    loop {
        ticker.next().await;
        SENSOR.sample(MAILBOX.hub());
    }
}

/// The values are topics.
struct Values;

impl HasMailbox<TOPICS> for Values {
    fn mailbox() -> &'static Mailbox<JOBS, TOPICS> {
        &MAILBOX
    }

    /// Any line has the pages sent the values of now.
    fn typed(_: &[u8]) -> bool {
        let hub = MAILBOX.hub();
        for topic in rest_dashboard::VALUES {
            hub.mark(topic);
        }
        true
    }
}

const TOPICS: usize = Dashboard::TOPICS;

static SENSOR: Sensor = Sensor::new();

static MAILBOX: Mailbox<JOBS, TOPICS> = Mailbox::new();

static MEMORY: MemoryCell<Dashboard> = program::memory();
