//! The figures of the firmware for the emulated board: what it takes, and what
//! it executes, all in all, with real connections.

use super::{Figure, elf};
use crate::board::{self, Board, Image, Options};
use crate::instructions::client::Client;
use anyhow::{Context, Result, ensure};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

pub(super) fn figures() -> Result<Vec<Figure>> {
    let echo = board::build(Image::Echo.name())?;
    let tcp_echo = board::build(Image::TcpEcho.name())?;
    let sizes = elf::sizes(&echo)?;
    let mut machine = Machine::boot(Image::Echo, echo)?;
    let message = machine.cost_of_echo()?;
    let request = machine.cost_of_request()?;
    machine.fill()?;
    let figure = |name, value| Figure { name, value };
    let mut figures = vec![
        figure("board, flash", sizes.flash),
        figure("board, static RAM", sizes.ram),
        figure("board, state of a connection", machine.stat("state")?),
        figure("board, stack", machine.stat("stack_peak")?),
        figure("board, echo, 32 octets", message),
        figure("board, GET, 404", request),
    ];
    machine.board.quit()?;
    let mut bare = Machine::boot(Image::TcpEcho, tcp_echo)?;
    let octets = bare.cost_of_octets()?;
    figures.push(figure("board, bare TCP echo, 38 octets", octets));
    figures.push(figure(
        "board, echo against bare TCP",
        (message * 100).div_ceil(octets),
    ));
    bare.board.quit()?;
    let sizes = elf::sizes(&board::build_with("deflate")?)?;
    figures.push(figure("board with compression, flash", sizes.flash));
    figures.push(figure("board with compression, static RAM", sizes.ram));
    Ok(figures)
}

/// A board whose instructions are counted.
struct Machine {
    board: Board,
    address: String,
}

impl Machine {
    fn boot(image: Image, elf: std::path::PathBuf) -> Result<Self> {
        let board = Board::boot(&Options {
            forwards: vec![(0, image.port())],
            arguments: ["-icount", "shift=0"].map(str::to_owned).to_vec(),
            ..Options::new(elf)
        })?;
        let address = format!("127.0.0.1:{}", board.port(image.port()));
        Ok(Self { board, address })
    }

    /// A message of 32 octets from `/echo`, there and back.
    fn cost_of_echo(&mut self) -> Result<u64> {
        let mut client = Client::connect(&self.address)?;
        let cost = self.cost_of(|| client.round_trip(true, 32))?;
        client.close()?;
        Ok(cost)
    }

    /// A small request on a connection that stays open, and a small answer.
    fn cost_of_request(&mut self) -> Result<u64> {
        let mut stream = self.connect()?;
        let request = format!("GET /nothing HTTP/1.1\r\nHost: {}\r\n\r\n", self.address);
        self.cost_of(|| {
            stream.write_all(request.as_bytes())?;
            let mut response = Vec::new();
            while !response.ends_with(b"\r\n\r\nNot Found") {
                let mut piece = [0; 512];
                let length = stream.read(&mut piece)?;
                ensure!(length > 0, "the connection ended");
                response.extend_from_slice(&piece[..length]);
            }
            ensure!(response.starts_with(b"HTTP/1.1 404 "), "another answer");
            Ok(())
        })
    }

    /// As many octets as a message of 32 takes on the wire, there and back.
    fn cost_of_octets(&mut self) -> Result<u64> {
        let mut stream = self.connect()?;
        self.cost_of(|| {
            let mut octets = [b'x'; 38];
            stream.write_all(&octets)?;
            Ok(stream.read_exact(&mut octets)?)
        })
    }

    /// Has every place taken by a connection that uses what it can of the stack.
    fn fill(&mut self) -> Result<()> {
        let mut clients = Vec::new();
        for _ in 0..CONNECTIONS {
            let mut client = Client::connect(&self.address)?;
            client.round_trip(false, 1000)?;
            clients.push(client);
        }
        let mut refused = self.connect()?;
        refused.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")?;
        let mut response = String::new();
        refused.read_to_string(&mut response)?;
        ensure!(response.starts_with("HTTP/1.1 503 "), "{response}");
        clients.iter_mut().try_for_each(Client::close)
    }

    fn connect(&self) -> Result<TcpStream> {
        let stream = TcpStream::connect(&self.address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(LONGEST))?;
        Ok(stream)
    }

    /// Instructions of an action, on average.
    fn cost_of(&mut self, mut action: impl FnMut() -> Result<()>) -> Result<u64> {
        // The first ones also find the peer's address.
        (0..TIMES / 10).try_for_each(|_| action())?;
        let before = self.stat("instructions")?;
        (0..TIMES).try_for_each(|_| action())?;
        Ok((self.stat("instructions")? - before) / TIMES)
    }

    /// One of the board's own figures.
    fn stat(&mut self, name: &str) -> Result<u64> {
        self.board.write_line("/stats")?;
        let line = self.board.wait_for_line(" stack_peak=", LONGEST)?;
        let pairs = line.split(' ').filter_map(|word| word.split_once('='));
        let value = pairs.into_iter().find(|(there, _)| *there == name);
        let (_, value) =
            value.with_context(|| format!("the board does not tell {name}: {line}"))?;
        Ok(value.parse()?)
    }
}

/// Connections that the board serves at a time.
const CONNECTIONS: usize = 8;

const TIMES: u64 = 500;

/// Far longer than anything here takes.
const LONGEST: Duration = Duration::from_secs(20);
