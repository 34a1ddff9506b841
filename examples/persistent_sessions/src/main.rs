//! The example on Linux.
#![forbid(unsafe_code)]

use clap::Parser;
use persistent_sessions::Adder;
use std::process::ExitCode;

fn main() -> ExitCode {
    run::Flags::parse().serve(dunlin_linux::Config::default(), |_| Adder)
}
