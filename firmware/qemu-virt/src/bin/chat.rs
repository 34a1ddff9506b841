//! The example `chat` on the emulated board.
#![no_std]
#![no_main]
#![forbid(unsafe_code)]

use chat::{Chat, LOG_TAG, Reach, limits};
use dunlin::{App, Hub, Limits};
use dunlin_embassy::Mailbox;
use dunlin_qemu_virt::program::{self, HasMailbox, JOBS, MemoryCell, compression};
use dunlin_qemu_virt::settings::Settings;
use embassy_executor::Spawner;

#[riscv_rt::entry]
fn main(_: usize, device_tree: usize) -> ! {
    compression::prepare();
    let settings = Settings::read(device_tree, limits(Limits::DEVICE), |_| false);
    dunlin_qemu_virt::run(settings.log, |spawner| {
        spawner.spawn(serve(spawner, settings).expect("it is spawned once"));
    })
}

#[embassy_executor::task]
async fn serve(spawner: Spawner, settings: Settings) {
    let app = Chat::new(Rooms);
    program::serve_with::<_, Rooms, TOPICS>(spawner, LOG_TAG, &app, settings, &MEMORY).await;
}

/// The rooms are topics.
struct Rooms;

impl Reach for Rooms {
    fn hub(&self) -> Hub<'_> {
        MAILBOX.hub()
    }
}

impl HasMailbox<TOPICS> for Rooms {
    fn mailbox() -> &'static Mailbox<JOBS, TOPICS> {
        &MAILBOX
    }

    /// Who is in a room has a name; the console has none.
    fn typed(_: &[u8]) -> bool {
        log::warn!(target: LOG_TAG, "nothing is said from the console");
        true
    }
}

static MAILBOX: Mailbox<JOBS, TOPICS> = Mailbox::new();

static MEMORY: MemoryCell<Chat<Rooms>> = program::memory();

const TOPICS: usize = Chat::<Rooms>::TOPICS;
