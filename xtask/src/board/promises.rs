//! What the board promises, seen to be true: `cargo xtask test --only board`.

use super::{Board, Image, Options, build};
use anyhow::{Context, Result, ensure};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::time::Duration;

/// Boots boards and does to them what a board must survive, or must not.
pub(crate) fn check_board() -> Result<()> {
    let programs = Programs {
        faults: build("faults")?,
        tcp_echo: build(Image::TcpEcho.name())?,
    };
    for (name, test) in TESTS {
        test(&programs).context(*name)?;
        println!("    {name}");
    }
    Ok(())
}

/// What the boards run.
struct Programs {
    faults: PathBuf,
    tcp_echo: PathBuf,
}

impl Programs {
    fn boot_faults(&self) -> Result<Board> {
        Board::boot(&Options::new(self.faults.clone()))
    }

    fn boot_tcp_echo(&self) -> Result<(Board, u16)> {
        let guest = Image::TcpEcho.port();
        let board = Board::boot(&Options {
            forwards: vec![(0, guest)],
            ..Options::new(self.tcp_echo.clone())
        })?;
        let port = board.port(guest);
        Ok((board, port))
    }
}

fn a_panic_is_logged_and_ends_the_board(programs: &Programs) -> Result<()> {
    ends_with(programs, "panic", "panic: as it was told (")
}

fn a_stack_overflow_is_a_panic_too(programs: &Programs) -> Result<()> {
    ends_with(programs, "overflow", "panic: stack overflow at 0x800")
}

fn ends_with(programs: &Programs, line: &str, log: &str) -> Result<()> {
    let mut board = programs.boot_faults()?;
    board.write_line(line)?;
    let said = board.wait_for_line(log, SOON)?;
    ensure!(said.starts_with("E ("), "{said}");
    let status = board.wait()?;
    ensure!(status.code() == Some(101), "{status}");
    Ok(())
}

fn what_is_logged_stays_on_its_line(programs: &Programs) -> Result<()> {
    let mut board = programs.boot_faults()?;
    board.write_line("a\u{1b}[2J\u{85}\té")?;
    board.wait_for_line(r"faults: a\u{1b}[2J\u{85}\té", SOON)?;
    board.quit()
}

fn a_line_that_is_too_long_is_refused_whole(programs: &Programs) -> Result<()> {
    let mut board = programs.boot_faults()?;
    board.write_line(&"x".repeat(513))?;
    board.wait_for_line("longer than 512 octets was refused", SOON)?;
    board.write_line(&"y".repeat(512))?;
    let said = board.wait_for_line("faults: ", SOON)?;
    ensure!(said.ends_with(&format!(": {}", "y".repeat(512))), "{said}");
    board.quit()
}

fn a_cable_can_be_pulled_out_and_plugged_in(programs: &Programs) -> Result<()> {
    let (board, port) = programs.boot_tcp_echo()?;
    board.set_link(false)?;
    board.wait_for_line("the network is gone", SOON)?;
    board.set_link(true)?;
    board.wait_for_line("the network is back", SOON)?;
    echo(&mut connect(port)?, b"again")?;
    board.quit()
}

fn octets_of_every_number_come_back_unchanged(programs: &Programs) -> Result<()> {
    let (board, port) = programs.boot_tcp_echo()?;
    let mut stream = connect(port)?;
    for length in 1..=2048_usize {
        let octets: Vec<u8> = (0..length).map(|at| (at * 7 + length) as u8).collect();
        echo(&mut stream, &octets)?;
    }
    board.quit()
}

fn echo(stream: &mut TcpStream, octets: &[u8]) -> Result<()> {
    stream.write_all(octets)?;
    let mut back = vec![0; octets.len()];
    stream.read_exact(&mut back)?;
    ensure!(back == octets, "{} octets came back changed", octets.len());
    Ok(())
}

fn connect(port: u16) -> Result<TcpStream> {
    let stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(SOON))?;
    Ok(stream)
}

type Test = fn(&Programs) -> Result<()>;

const TESTS: &[(&str, Test)] = &[
    (
        "a panic is logged and ends the board",
        a_panic_is_logged_and_ends_the_board,
    ),
    (
        "a stack overflow is a panic too",
        a_stack_overflow_is_a_panic_too,
    ),
    (
        "what is logged stays on its line",
        what_is_logged_stays_on_its_line,
    ),
    (
        "a line that is too long is refused whole",
        a_line_that_is_too_long_is_refused_whole,
    ),
    (
        "a cable can be pulled out and plugged in",
        a_cable_can_be_pulled_out_and_plugged_in,
    ),
    (
        "octets of every number come back unchanged",
        octets_of_every_number_come_back_unchanged,
    ),
];

/// Far longer than anything here takes.
const SOON: Duration = Duration::from_secs(20);
