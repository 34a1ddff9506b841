//! The application on Linux: two servers in one program, each on a thread of its
//! own, and a worker thread for each.
#![forbid(unsafe_code)]

use clap::Parser;
use dunlin_linux::{Config, Error, HubHandle, Server};
use features::{DEPTH, Features, PACE, Program, State, Work, Worker};
use log::LevelFilter;
use run::parse_duration;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// Uses what an application can use.
#[derive(Debug, Clone, Parser)]
struct Flags {
    /// The TCP port of 127.0.0.1; 0 takes a free one
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// What is logged: off, error, warn, info, debug or trace
    #[arg(long, default_value_t = LevelFilter::Info)]
    log: LevelFilter,
    /// Whether idle connections are closed for new ones
    #[arg(long, default_value_t = true, action = clap::ArgAction::Set)]
    purge_idle: bool,
    /// From a ticket to its answer at most
    #[arg(long, default_value = "30s", value_parser = parse_duration)]
    answer_time: Duration,
    /// For the body of a request
    #[arg(long, default_value = "60s", value_parser = parse_duration)]
    body_time: Duration,
}

fn main() -> ExitCode {
    let flags = Flags::parse();
    env_logger::Builder::new()
        .filter_level(flags.log)
        .target(env_logger::Target::Stdout)
        .init();
    let second = Flags {
        port: 0,
        ..flags.clone()
    };
    let (ready, is_ready) = channel();
    thread::spawn(move || {
        serve(&second, "second", |address| {
            // Who started it waits.
            let _ = ready.send(address);
        })
    });
    let Ok(address) = is_ready.recv() else {
        return ExitCode::FAILURE;
    };
    run::print(&format!("Second: http://{address}/\n"));
    let result = serve(&flags, "first", |address| {
        run::print(&format!("Listening: http://{address}/\n"));
    });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Serves, and again when it was stopped, for ever.
fn serve(flags: &Flags, name: &'static str, ready: impl FnOnce(SocketAddr)) -> Result<(), Error> {
    let state: &'static State = Box::leak(Box::new(State::new()));
    let program: &'static Threads = Box::leak(Box::default());
    let mut address = SocketAddr::from((Ipv4Addr::LOCALHOST, flags.port));
    let mut ready = Some(ready);
    loop {
        let mut config = Config {
            addresses: vec![address],
            max_connections: CONNECTIONS,
            purge_idle: flags.purge_idle,
            ..Config::default()
        };
        config.limits.answer_time = flags.answer_time;
        config.limits.body_time = flags.body_time;
        let server = Server::bind_with(config, |hub| {
            program.begin(hub);
            Features {
                name,
                state,
                program,
            }
        })?;
        address = server.local_addresses().first().copied().unwrap_or(address);
        if let Some(ready) = ready.take() {
            ready(address);
        }
        server.run()?;
    }
}

/// What one server's program has: its way to the server, and to the worker.
#[derive(Default)]
struct Threads {
    /// Of the server that runs, or will run next.
    now: Mutex<Option<(HubHandle, Sender<Work>)>>,
    /// Things to do in the worker's queue.
    waiting: Arc<AtomicUsize>,
}

impl Threads {
    /// Has a worker of its own do what this server gives it. The one before ends
    /// when its queue is empty.
    fn begin(&self, hub: HubHandle) {
        let (give, take) = channel();
        let (its_hub, waiting) = (hub.clone(), Arc::clone(&self.waiting));
        thread::spawn(move || work(&take, &its_hub, &waiting));
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) = Some((hub, give));
    }
}

impl Program for Threads {
    fn stop(&self) {
        let now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((hub, _)) = &*now {
            hub.stop();
        }
    }

    fn room(&self) -> usize {
        DEPTH.saturating_sub(self.waiting.load(Ordering::SeqCst))
    }

    fn give(&self, work: Work) {
        let now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, worker)) = &*now {
            self.waiting.fetch_add(1, Ordering::SeqCst);
            // It ends only when this way to it does.
            let _ = worker.send(work);
        }
    }
}

fn work(take: &Receiver<Work>, hub: &HubHandle, waiting: &AtomicUsize) {
    let mut worker = Worker::default();
    for work in take {
        waiting.fetch_sub(1, Ordering::SeqCst);
        thread::sleep(PACE);
        let mut todo = worker.work(work);
        while let Some(again) = todo.post(hub.hub()) {
            todo = again;
            thread::sleep(PACE);
        }
    }
}

/// As many as the board has.
const CONNECTIONS: usize = 5;
