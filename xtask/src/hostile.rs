//! `cargo xtask hostile`: attackers against the program, with figures.

use crate::run::{cargo, check};
use crate::suite::{echo_binary, pytest};
use anyhow::Result;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// How long slowhttptest attacks with each of its means
    #[arg(long, default_value_t = 15)]
    seconds: u32,
    /// How many connections it makes
    #[arg(long, default_value_t = 400)]
    connections: u32,
    /// Do not build first, but use the program that is there
    #[arg(long)]
    no_build: bool,
}

/// Runs the tests of hostile clients and prints what others saw of them.
pub(crate) fn run(options: &Options) -> Result<()> {
    if !options.no_build {
        check(&mut cargo(&["build", "--release", "--quiet"]))?;
    }
    let mut tests = pytest(TESTS);
    tests
        .env_remove("DUNLIN_BOARD_ELF")
        .env("DUNLIN_ECHO_BINARY", echo_binary())
        .env("DUNLIN_SLOW_SECONDS", options.seconds.to_string())
        .env("DUNLIN_SLOW_CONNECTIONS", options.connections.to_string());
    check(&mut tests)
}

const TESTS: &[&str] = &[
    "tests/e2e/test_hostile_connections.py",
    "tests/e2e/test_hostile_http.py",
    "tests/e2e/test_hostile_websocket.py",
    "tests/e2e/test_slowhttptest.py",
];
