//! What the board logs through defmt: `cargo xtask test --only board-defmt`.

use super::{Board, Image, Options, build_with};
use crate::run::{cargo, check, root, target};
use anyhow::{Context, Result, ensure};
use std::fs::File;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;

/// Has a board log a request through defmt, and reads its lines with the texts of
/// its program.
pub(crate) fn check_defmt() -> Result<()> {
    let elf = build_with("defmt")?;
    let console = target().join("board-defmt.log");
    let guest = Image::Echo.port();
    let board = Board::boot(&Options {
        forwards: vec![(0, guest)],
        log: Some(console.clone()),
        ..Options::new(elf.clone())
    })?;
    let mut client = TcpStream::connect(("127.0.0.1", board.port(guest)))?;
    client.write_all(b"GET /none HTTP/1.1\r\nHost: board\r\nConnection: close\r\n\r\n")?;
    client.read_to_end(&mut Vec::new())?;
    board.quit()?;

    check(reader("build").arg("--quiet"))?;
    let reader = target().join("defmt/debug/defmt-lines");
    let lines = Command::new(reader)
        .arg(&elf)
        .stdin(File::open(&console)?)
        .output()?;
    let text = String::from_utf8(lines.stdout)?;
    let errors = String::from_utf8_lossy(&lines.stderr);
    ensure!(lines.status.success(), "{errors}");
    for line in LINES {
        let mut there = text.lines();
        there
            .find(|there| there.contains(line))
            .with_context(|| format!("{line} is not there:\n{text}"))?;
    }
    Ok(())
}

/// A subcommand of Cargo for what reads the lines.
fn reader(subcommand: &str) -> Command {
    let mut cargo = cargo(&[subcommand, "--locked"]);
    cargo.arg("--manifest-path");
    cargo.arg(root().join("tests/defmt/Cargo.toml"));
    cargo.arg("--target-dir").arg(target().join("defmt"));
    cargo
}

/// Of the driver, with the address of the client, and of the core.
const LINES: &[&str] = &[
    "DEBUG #0.0 accepted from 10.0.2.2:",
    "DEBUG #0.0 request head received: 54 octets, GET /none",
    "DEBUG #0.0 answered for: 404",
];
