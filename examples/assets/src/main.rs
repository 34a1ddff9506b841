//! The example on Linux.
#![forbid(unsafe_code)]

use assets_application::Site;
use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    run::Flags::parse().serve(dunlin_linux::Config::default(), |_| Site)
}
