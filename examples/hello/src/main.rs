//! The example on Linux: a thread is its clock.
#![forbid(unsafe_code)]

use clap::Parser;
use hello::{Hello, tick};
use run::{Flags, parse_duration};
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

/// Requests and answers of all kinds.
#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    flags: Flags,
    /// What a second takes
    #[arg(long, default_value = "1s", value_parser = parse_duration)]
    second: Duration,
}

fn main() -> ExitCode {
    let Arguments { flags, second } = Arguments::parse();
    flags.serve(dunlin_linux::Config::default(), |hub| {
        thread::spawn(move || {
            loop {
                thread::sleep(second);
                tick(hub.hub());
            }
        });
        Hello::new()
    })
}
