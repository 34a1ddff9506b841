//! The project's own commands: `cargo xtask --help`.
#![forbid(unsafe_code)]

mod board;
mod budgets;
mod clients;
mod conformance;
mod coverage;
mod deny;
mod device;
mod esp32;
mod examples;
mod fuzz;
mod hostile;
mod install;
mod instructions;
mod run;
mod suite;

use clap::Parser;
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "cargo xtask")]
enum Command {
    /// Install what the machine lacks and run every test
    Test(suite::Options),
    /// Build the core and the server API for a microcontroller: riscv32imc, no alloc
    DeviceBuild,
    /// Run a program on the emulated board, with the terminal as its console
    Qemu(board::Serve),
    /// Link and validate the firmware for the ESP32 family, or type-check it
    Esp32(esp32::Chips),
    /// Build the firmware for a chip, write it to flash memory, and show its log
    Flash(esp32::Flash),
    /// Run independent WebSocket clients against the echo server, and show a table
    Clients(clients::Options),
    /// Measure flash, RAM and instructions of the device build against their budgets
    Budgets(budgets::Options),
    /// Run the conformance suites and write docs/conformance.md
    Conformance(conformance::Options),
    /// Run the fuzz targets for a bounded time
    Fuzz(fuzz::Options),
    /// Tell which lines of the protocol crate the tests and the fuzz corpora run
    Coverage(coverage::Options),
    /// Count instructions and system calls per echoed message
    Instructions(instructions::Options),
    /// Attack the program, with slowhttptest among others, and show what its other clients see
    Hostile(hostile::Options),
    /// Check the licences and sources of all dependencies
    Deny,
}

fn main() -> ExitCode {
    let result = match Command::parse() {
        Command::Test(options) => suite::run(&options),
        Command::DeviceBuild => device::build(),
        Command::Qemu(options) => board::serve(&options),
        Command::Esp32(options) => esp32::build(&options),
        Command::Flash(options) => esp32::flash(&options),
        Command::Clients(options) => clients::run(&options),
        Command::Budgets(options) => budgets::run(&options),
        Command::Conformance(options) => conformance::run(&options),
        Command::Fuzz(options) => fuzz::run(&options),
        Command::Coverage(options) => coverage::run(&options),
        Command::Instructions(options) => instructions::run(&options),
        Command::Hostile(options) => hostile::run(&options),
        Command::Deny => deny::run(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
