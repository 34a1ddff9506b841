//! The example on Linux: a thread greets the clients.
#![forbid(unsafe_code)]

use clap::Parser;
use dunlin::Limits;
use dunlin_linux::{Config, HubHandle};
use keepalive_broadcast::{KeepAlive, greet, limits};
use run::{Flags, parse_duration};
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

/// Finds dead WebSocket peers by pings, and greets the living.
#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    flags: Flags,
    /// How often all clients are greeted
    #[arg(long, default_value = "10s", value_parser = parse_duration)]
    every: Duration,
    /// Silence after which a client is sent a ping
    #[arg(long, default_value = "3s", value_parser = parse_duration)]
    ping_after: Duration,
    /// How long it may take to answer
    #[arg(long, default_value = "2s", value_parser = parse_duration)]
    pong_time: Duration,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let config = Config {
        limits: Limits {
            ping_after: arguments.ping_after,
            pong_time: arguments.pong_time,
            ..limits(Limits::LINUX)
        },
        ..Config::default()
    };
    arguments.flags.serve(config, |hub| {
        thread::spawn(move || greet_for_ever(&hub, arguments.every));
        KeepAlive
    })
}

/// Ends with the program.
fn greet_for_ever(hub: &HubHandle, every: Duration) -> ! {
    loop {
        thread::sleep(every);
        greet(hub.hub());
    }
}
