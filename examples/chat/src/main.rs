//! The example on Linux.
#![forbid(unsafe_code)]

use chat::{Chat, Reach, limits};
use clap::Parser;
use dunlin::{Hub, Limits};
use dunlin_linux::{Config, HubHandle};
use std::process::ExitCode;

fn main() -> ExitCode {
    let config = Config {
        limits: limits(Limits::LINUX),
        ..Config::default()
    };
    run::Flags::parse().serve(config, |hub| Chat::new(Server(hub)))
}

struct Server(HubHandle);

impl Reach for Server {
    fn hub(&self) -> Hub<'_> {
        self.0.hub()
    }
}
