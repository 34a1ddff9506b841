//! The figures of `firmware/reference`.

use super::{Figure, elf};
use crate::device::{self, IMC};
use crate::run::{check, root, target};
use anyhow::{Context, Result, bail, ensure};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

pub(super) fn figures() -> Result<Vec<Figure>> {
    build()?;
    let whole = elf::sizes(&program("reference"))?.flash;
    let without = elf::sizes(&program("baseline"))?.flash;
    let mut figures = vec![
        Figure {
            name: "core and server API, flash",
            value: whole.saturating_sub(without),
        },
        Figure {
            name: "reference application, flash",
            value: whole,
        },
        Figure {
            name: "reference without Dunlin, flash",
            value: without,
        },
    ];
    let symbols = elf::symbols(&program("reference"))?;
    for (module, name) in ABSENT {
        let found = symbols.iter().filter(|symbol| symbol.name.contains(module));
        let value = found.count() as u64;
        figures.push(Figure { name, value });
    }
    let counts = run_in_qemu()?;
    for (key, name) in COUNTS {
        let value = value_of(&counts, key)?;
        figures.push(Figure { name, value });
    }
    Ok(figures)
}

/// Prints what takes most of the reference application's flash.
pub(super) fn print_symbols(count: usize) -> Result<()> {
    build()?;
    for symbol in elf::symbols(&program("reference"))?.iter().take(count) {
        println!("{:>6}  {}", symbol.octets, symbol.name);
    }
    Ok(())
}

fn build() -> Result<()> {
    let mut build = device::cargo_with_alloc(IMC, "build")?;
    build.current_dir(root().join("firmware/reference"));
    build.args([
        "--release",
        "--locked",
        "--quiet",
        "--target",
        IMC,
        "--target-dir",
    ]);
    build.arg(folder());
    if !device::is_target_installed(IMC) {
        build.env(
            "CARGO_TARGET_RISCV32IMC_UNKNOWN_NONE_ELF_LINKER",
            "ld.lld-22",
        );
    }
    check(&mut build)
}

/// What the counting program prints.
fn run_in_qemu() -> Result<String> {
    let mut qemu = Command::new("qemu-system-riscv32");
    qemu.args(MACHINE).arg("-kernel").arg(program("count"));
    let mut child = qemu
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot run qemu-system-riscv32")?;
    let start = Instant::now();
    while child.try_wait()?.is_none() {
        if start.elapsed() > PATIENCE {
            child.kill()?;
            bail!("the counting program does not end");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let output = child.wait_with_output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    ensure!(
        output.status.success(),
        "the counting program failed:\n{text}"
    );
    Ok(text)
}

fn value_of(counts: &str, key: &str) -> Result<u64> {
    let mut pairs = counts.lines().filter_map(|line| line.split_once('='));
    let (_, value) = pairs
        .find(|(there, _)| *there == key)
        .with_context(|| format!("the counting program does not print {key}"))?;
    Ok(value.trim().parse()?)
}

fn program(name: &str) -> PathBuf {
    folder().join(IMC).join("release").join(name)
}

fn folder() -> PathBuf {
    target().join("reference")
}

/// Modules that nothing may come from, and the names of the figures.
const ABSENT: &[(&str, &str)] = &[
    ("core::panicking::", "reference, functions that panic"),
    ("core::fmt::", "reference, functions of core::fmt"),
];

/// What the counting program prints, and the names of the figures.
const COUNTS: &[(&str, &str)] = &[
    ("state", "connection, state beside its buffer"),
    ("binary_32", "echo, binary, 32 octets"),
    ("text_32", "echo, text, 32 octets"),
    ("binary_1024", "echo, binary, 1024 octets"),
    ("text_1024", "echo, text, 1024 octets"),
    ("ping_4", "ping, 4 octets"),
    ("get_64", "GET, head of 64 octets"),
    ("get_700", "GET, head of 700 octets"),
    ("handshake", "WebSocket handshake"),
];

/// The board `virt` with the instructions of an ESP32-C3, counting them.
const MACHINE: &[&str] = &[
    "-M",
    "virt",
    "-cpu",
    "rv32,a=false,f=false,d=false",
    "-m",
    "8M",
    "-smp",
    "1",
    "-bios",
    "none",
    "-nographic",
    "-no-reboot",
    "-monitor",
    "none",
    "-serial",
    "stdio",
    "-icount",
    "shift=0",
];

/// The counting program takes less than a second.
const PATIENCE: Duration = Duration::from_secs(60);
