//! The example on Linux.
#![forbid(unsafe_code)]

use clap::Parser;
use hello::Hello;
use std::process::ExitCode;

fn main() -> ExitCode {
    run::Flags::parse().serve(dunlin_linux::Config::default(), |_| Hello)
}
