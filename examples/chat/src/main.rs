//! The example on Linux.
#![forbid(unsafe_code)]

use chat::{Chat, Reach};
use clap::Parser;
use dunlin::Hub;
use dunlin_linux::{Config, HubHandle};
use std::process::ExitCode;

fn main() -> ExitCode {
    run::Flags::parse().serve(Config::default(), |hub| Chat::new(Server(hub)))
}

struct Server(HubHandle);

impl Reach for Server {
    fn hub(&self) -> Hub<'_> {
        self.0.hub()
    }
}
