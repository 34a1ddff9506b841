//! The example on Linux: a thread reads the sensor.
#![forbid(unsafe_code)]

use clap::Parser;
use rest_dashboard::{About, Dashboard, Sensor};
use run::{Flags, parse_duration};
use std::process::ExitCode;
use std::sync::LazyLock;
use std::thread;
use std::time::{Duration, Instant};

/// An interface of JSON, and a page that is always up to date.
#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    flags: Flags,
    /// How often the temperature is measured
    #[arg(long, default_value = "200ms", value_parser = parse_duration)]
    every: Duration,
}

fn main() -> ExitCode {
    let Arguments { flags, every } = Arguments::parse();
    LazyLock::force(&START);
    let cores = thread::available_parallelism().map_or(1, |cores| cores.get() as u32);
    flags.serve(dunlin_linux::Config::default(), |hub| {
        thread::spawn(move || {
            loop {
                thread::sleep(every);
                SENSOR.sample(hub.hub());
            }
        });
        Dashboard::new(
            &SENSOR,
            About {
                platform: "Linux",
                cores,
                uptime: || START.elapsed().as_secs(),
            },
        )
    })
}

static SENSOR: Sensor = Sensor::new();

static START: LazyLock<Instant> = LazyLock::new(Instant::now);
