//! What the tests of features ask, on the emulated board: two servers in one
//! program, on the ports 80 and 81, and a task that works for them.
#![no_std]
#![no_main]
#![forbid(unsafe_code)]

use dunlin::Limits;
use dunlin_embassy::{Config, Mailbox, Memory, Server, TcpKeepAlive};
use dunlin_qemu_virt::program::{self, ASSEMBLY, BACKLOG, JOBS, MAILBOX, RECEIVE, SEND};
use dunlin_qemu_virt::settings::{Settings, embassy_duration};
use embassy_executor::Spawner;
use embassy_futures::poll_once;
use embassy_net::Stack;
use embassy_sync::blocking_mutex::raw::CriticalSectionRawMutex;
use embassy_sync::channel::Channel;
use embassy_sync::signal::Signal;
use embassy_time::{Duration, Timer};
use features::{DEPTH, Features, PACE, Program, State, Work, Worker};
use static_cell::{ConstStaticCell, StaticCell};

#[riscv_rt::entry]
fn main(_: usize, device_tree: usize) -> ! {
    let mut keep_alive = None;
    let settings = Settings::read(device_tree, Limits::DEVICE, |setting| {
        let own = setting.name() == "tcp-keep-alive";
        if own {
            keep_alive = Some(TcpKeepAlive {
                interval: embassy_duration(setting.time()),
                ..TcpKeepAlive::default()
            });
        }
        own
    });
    dunlin_qemu_virt::run(settings.log, |spawner| {
        let serve = serve_first(spawner, settings.config, keep_alive);
        spawner.spawn(serve.expect("it is spawned once"));
    })
}

/// Serves, and again when it was stopped, for ever.
#[embassy_executor::task]
async fn serve_first(spawner: Spawner, config: Config, keep_alive: Option<TcpKeepAlive>) {
    let stack = program::start::<Features>(spawner).await;
    spawner.spawn(serve_second(stack, config).expect("it is spawned once"));
    spawner.spawn(work().expect("it is spawned once"));
    let app = Features {
        name: "first",
        state: FIRST_STATE.init_with(State::new),
        program: &Tasks,
    };
    let mut server = Server::new(stack, &app, config, FIRST.take(), &MAILBOX);
    server.keep_backlog(&BACKLOG);
    if let Some(keep_alive) = keep_alive {
        server.keep_alive(keep_alive);
    }
    let mut run = core::pin::pin!(serve_again(&mut server));
    let _ = poll_once(run.as_mut());
    // Both are there when it is told of one.
    SECOND_LISTENS.wait().await;
    program::ready(stack, "features", config.port);
    run.await;
}

async fn serve_again(server: &mut Server<'_, Features, 6, ASSEMBLY, JOBS>) {
    loop {
        server.run().await;
    }
}

#[embassy_executor::task]
async fn serve_second(stack: Stack<'static>, config: Config) {
    let app = Features {
        name: "second",
        state: SECOND_STATE.init_with(State::new),
        program: &NoTasks,
    };
    let config = Config {
        port: config.port + 1,
        ..config
    };
    let mut server = Server::new(stack, &app, config, SECOND.take(), &SECOND_MAILBOX);
    let mut run = core::pin::pin!(async {
        loop {
            server.run().await;
        }
    });
    let _ = poll_once(run.as_mut());
    SECOND_LISTENS.signal(());
    run.await;
}

/// Works for the first server.
#[embassy_executor::task]
async fn work() -> ! {
    let mut worker = Worker::default();
    loop {
        let work = QUEUE.receive().await;
        Timer::after(embassy_duration(PACE)).await;
        let mut todo = worker.work(work);
        while let Some(again) = todo.post(MAILBOX.hub()) {
            todo = again;
            Timer::after(Duration::from_millis(1)).await;
        }
    }
}

/// What the first server's program has.
struct Tasks;

impl Program for Tasks {
    fn stop(&self) {
        MAILBOX.stop();
    }

    fn room(&self) -> usize {
        QUEUE.free_capacity()
    }

    fn give(&self, work: Work) {
        // There is room.
        let _ = QUEUE.try_send(work);
    }
}

/// What the second server's program has: no worker.
struct NoTasks;

impl Program for NoTasks {
    fn stop(&self) {
        SECOND_MAILBOX.stop();
    }

    fn room(&self) -> usize {
        0
    }

    fn give(&self, _: Work) {}
}

static QUEUE: Channel<CriticalSectionRawMutex, Work, DEPTH> = Channel::new();

/// Five connections, and one socket more.
static FIRST: ConstStaticCell<Memory<Features, 6, RECEIVE, SEND, ASSEMBLY, JOBS>> =
    ConstStaticCell::new(Memory::new());

/// Two connections with less memory each, and one socket more.
static SECOND: ConstStaticCell<Memory<Features, 3, 512, SEND, 640, SECOND_JOBS>> =
    ConstStaticCell::new(Memory::new());

static SECOND_LISTENS: Signal<CriticalSectionRawMutex, ()> = Signal::new();

static SECOND_MAILBOX: Mailbox<SECOND_JOBS> = Mailbox::new();

const SECOND_JOBS: usize = 256;

static FIRST_STATE: StaticCell<State> = StaticCell::new();

static SECOND_STATE: StaticCell<State> = StaticCell::new();
