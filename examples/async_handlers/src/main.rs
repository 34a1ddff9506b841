//! The example on Linux: threads do what takes long, or, with `--tokio`, futures.
#![forbid(unsafe_code)]

mod futures;
mod threads;

use async_handlers::{AsyncHandlers, limits};
use clap::Parser;
use dunlin::Limits;
use dunlin_linux::Config;
use futures::Futures;
use run::{Flags, parse_duration};
use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;
use threads::Threads;

/// Answers requests that take long, and others meanwhile.
#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    flags: Flags,
    /// What a long request takes
    #[arg(long, default_value = "3s", value_parser = parse_duration)]
    work: Duration,
    /// Have futures of tokio do it instead of threads
    #[arg(long)]
    tokio: bool,
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let Arguments { flags, work, tokio } = Arguments::parse();
    let config = Config {
        limits: limits(Limits::LINUX, work),
        ..Config::default()
    };
    if tokio {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_time()
            .build()?;
        let runtime = runtime.handle();
        return Ok(flags.serve(config, |hub| {
            AsyncHandlers::new(Futures::new(runtime.clone(), hub, work))
        }));
    }
    let workers = Threads::workers()?;
    Ok(flags.serve(config, |hub| {
        AsyncHandlers::new(Threads { workers, hub, work })
    }))
}
