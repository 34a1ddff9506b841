//! The emulated board: its programs, and running them in QEMU.

mod console;

mod deferred;
mod machine;
mod promises;
mod qmp;

pub(crate) use deferred::check_defmt;
pub(crate) use machine::{Board, Options};
pub(crate) use promises::check_board;

use crate::device::{self, IMC};
use crate::examples;
use crate::run::{cargo, check, command, printed, root, target};
use anyhow::{Context, Result, bail};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use std::path::PathBuf;
use std::process::Command;
use std::thread;

/// What `cargo xtask qemu` is told.
#[derive(clap::Args)]
pub(crate) struct Serve {
    /// The port of 127.0.0.1 that becomes the board's; 0 chooses a free one
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// The program to run
    #[arg(long, value_enum, default_value_t = Image::Echo)]
    image: Image,
    /// Run this example instead, a folder of examples/, on port 80 of the board
    #[arg(long, value_name = "NAME", conflicts_with = "image")]
    example: Option<String>,
    /// A setting of the program, NAME=VALUE, such as head-time=1s; may be repeated
    #[arg(long = "set", value_name = "NAME=VALUE")]
    settings: Vec<String>,
    /// Write the console to this file too
    #[arg(long)]
    log: Option<PathBuf>,
}

/// A program for the board.
#[derive(Clone, Copy, clap::ValueEnum)]
pub(crate) enum Image {
    /// Dunlin with the echo application, on port 80 of the board
    Echo,
    /// The same with compressed messages, and four connections less
    EchoDeflate,
    /// A bare TCP echo without Dunlin, on port 7 of the board
    TcpEcho,
}

impl Image {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Image::Echo | Image::EchoDeflate => "echo",
            Image::TcpEcho => "tcp-echo",
        }
    }

    pub(crate) fn port(self) -> u16 {
        match self {
            Image::Echo | Image::EchoDeflate => 80,
            Image::TcpEcho => 7,
        }
    }
}

/// Builds a program and runs it with the terminal as its console, until it ends
/// or is interrupted. Then this process ends, with QEMU's exit code.
pub(crate) fn serve(serve: &Serve) -> Result<()> {
    let (elf, port) = match (&serve.example, serve.image) {
        (Some(name), _) => (build_example(name)?, EXAMPLE_PORT),
        (None, Image::Echo) => (build_echo()?, serve.image.port()),
        (None, Image::EchoDeflate) => (build_with("deflate")?, serve.image.port()),
        (None, Image::TcpEcho) => (build(serve.image.name())?, serve.image.port()),
    };
    let mut board = Board::boot(&Options {
        log: serve.log.clone(),
        print: true,
        forwards: vec![(serve.port, port)],
        settings: serve.settings.clone(),
        ..Options::new(elf)
    })?;
    let port = board.port(port);
    match (&serve.example, serve.image) {
        (Some(_), _) => println!("Listening: http://127.0.0.1:{port}/"),
        (None, Image::TcpEcho) => println!("Echo: 127.0.0.1:{port}"),
        (None, _) => println!("Console: http://127.0.0.1:{port}/"),
    }
    let monitor = board.monitor();
    let mut signals = Signals::new([SIGINT, SIGTERM])?;
    thread::spawn(move || {
        for _ in signals.forever() {
            // It fails when the signal has ended QEMU too.
            let _ = monitor.quit();
        }
    });
    let mut input = board.take_input()?;
    thread::spawn(move || std::io::copy(&mut std::io::stdin().lock(), &mut input));
    let status = board.wait()?;
    drop(board);
    std::process::exit(status.code().unwrap_or(1));
}

/// Builds a program and returns its ELF file.
pub(crate) fn build(program: &str) -> Result<PathBuf> {
    check(firmware("build", "")?.args(["--release", "--bin", program]))?;
    let folder = firmware_target().join(IMC).join("release");
    Ok(folder.join(program))
}

/// Builds an example and returns its ELF file.
pub(crate) fn build_example(name: &str) -> Result<PathBuf> {
    let examples = examples()?;
    if !examples.iter().any(|there| there == name) {
        let examples = examples.join(", ");
        bail!("no example for the board is named {name}; there are {examples}");
    }
    build(name)
}

/// Builds all examples and returns the folder of their ELF files.
pub(crate) fn build_examples() -> Result<PathBuf> {
    let mut build = firmware("build", "")?;
    build.arg("--release");
    for name in examples()? {
        build.args(["--bin", &name]);
    }
    check(&mut build)?;
    Ok(firmware_target().join(IMC).join("release"))
}

/// Builds the application of the feature tests and returns its ELF file.
pub(crate) fn build_features() -> Result<PathBuf> {
    build("features")
}

/// The examples that the board has a program for.
fn examples() -> Result<Vec<String>> {
    let mut names = examples::names()?;
    names.retain(|name| folder().join("src/bin").join(format!("{name}.rs")).exists());
    Ok(names)
}

/// Builds the echo program with the log lines of the level debug, and returns
/// its ELF file.
pub(crate) fn build_echo() -> Result<PathBuf> {
    build_with("debug-log")
}

/// Builds the echo program with a feature and returns its ELF file.
pub(crate) fn build_with(feature: &str) -> Result<PathBuf> {
    let program = Image::Echo.name();
    let mut build = firmware("build", "")?;
    build.args(["--release", "--bin", program, "--features", feature]);
    // For the feature defmt, which drops all lines but errors by itself.
    build.env("DEFMT_LOG", "info,dunlin=debug,dunlin_embassy=debug");
    check(&mut build)?;
    let folder = firmware_target().join(IMC).join("release");
    // A build without it takes the place of the other.
    let elf = folder.join(format!("echo-{feature}"));
    std::fs::copy(folder.join(program), &elf)?;
    Ok(elf)
}

/// Checks the form and the lints of all programs, and builds them.
pub(crate) fn check_and_build() -> Result<()> {
    let mut format = cargo(&["fmt", "--check"]);
    check(format.current_dir(folder()))?;
    lint()?;
    check(firmware("build", "")?.args(["--release", "--bins"]))
}

/// Denies the warnings of the compiler and of clippy.
fn lint() -> Result<()> {
    let programs = ["--release", "--bins", "--lib"];
    if device::is_target_installed(IMC) {
        return check(firmware("clippy", "-Dwarnings")?.args(programs));
    }
    // Debian's packages of this toolchain have no clippy. The one in use has no
    // `core` for the board, but it need not generate code: it takes the firmware
    // for a program of the host, whose entry nothing calls.
    check(firmware("check", "-Dwarnings")?.args(programs))?;
    let host = printed(&mut command("rustc", &["--print", "host-tuple"]))?;
    let mut clippy = cargo(&["clippy", "--locked", "--target", &host]);
    clippy.args(programs).current_dir(folder());
    clippy.arg("--target-dir").arg(firmware_target());
    check(clippy.args(["--", "-Dwarnings", "-Aunused"]))
}

/// A subcommand of Cargo for the firmware.
fn firmware(subcommand: &str, flag: &str) -> Result<Command> {
    let mut cargo = device::cargo_without_alloc(IMC, subcommand)?;
    cargo.current_dir(folder());
    cargo.args(["--locked", "--target", IMC, "--target-dir"]);
    cargo.arg(firmware_target());
    cargo.env("CARGO_TARGET_RISCV32IMC_UNKNOWN_NONE_ELF_LINKER", linker()?);
    if !flag.is_empty() {
        let flags = cargo.get_envs().find_map(|(name, value)| {
            (name == "CARGO_ENCODED_RUSTFLAGS").then(|| value?.to_str().map(String::from))?
        });
        let flags = flags.map_or(flag.to_owned(), |flags| format!("{flags}\x1f{flag}"));
        cargo.env("CARGO_ENCODED_RUSTFLAGS", flags);
    }
    Ok(cargo)
}

/// The linker that goes with the toolchain.
fn linker() -> Result<PathBuf> {
    if !device::is_target_installed(IMC) {
        return Ok(PathBuf::from("ld.lld-22"));
    }
    let sysroot = printed(&mut command("rustc", &["--print", "sysroot"]))?;
    let host = printed(&mut command("rustc", &["--print", "host-tuple"]))?;
    let rustlib = PathBuf::from(sysroot).join("lib/rustlib");
    let linker = rustlib.join(host).join("bin/rust-lld");
    linker
        .exists()
        .then_some(linker)
        .context("the toolchain has no rust-lld")
}

/// The port of the board that every example listens on.
const EXAMPLE_PORT: u16 = 80;

fn folder() -> PathBuf {
    root().join("firmware/qemu-virt")
}

fn firmware_target() -> PathBuf {
    target().join("firmware")
}
