//! Running cases over sockets, against the running program.

use super::case::{Case, End};
use super::judge::{self, Seen};
use super::{Finding, memory};
use crate::report::Way;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::process::{Child, Stdio};
use std::time::Duration;

/// The conformance application as a program of its own, ended when dropped.
pub struct Program {
    child: Child,
    address: String,
}

impl Program {
    /// Builds the program, starts it on a free port, and waits until it says
    /// where it listens.
    ///
    /// # Errors
    ///
    /// When it cannot be built, or ends before it listens.
    pub fn start() -> Result<Self, String> {
        let built = escargot::CargoBuild::new()
            .package("dunlin-example-conformance")
            .bin("conformance")
            .run()
            .map_err(|error| error.to_string())?;
        let child = built
            .command()
            .args(["--port", "0"])
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| error.to_string())?;
        let mut program = Self {
            child,
            address: String::new(),
        };
        let output = program.child.stdout.as_mut().ok_or("no standard output")?;
        for line in BufReader::new(output).lines() {
            let line = line.map_err(|error| error.to_string())?;
            if let Some(url) = line.strip_prefix("Listening: http://") {
                program.address = url.trim_end_matches('/').to_owned();
                return Ok(program);
            }
        }
        Err("the program ended before it listened".into())
    }

    /// Runs a case on a connection of its own.
    pub fn run(&self, case: &Case, mark: usize) -> Finding {
        let result = self.judged(case, mark);
        let result = result.unwrap_or_else(|error| Err(format!("{error} ({:?})", error.kind())));
        let way = Way::Sockets;
        Finding { way, result }
    }

    fn judged(&self, case: &Case, mark: usize) -> io::Result<Result<String, String>> {
        let mut connection = self.connect()?;
        let mut octets = Vec::new();
        let case = &case.with_mark(mark);
        for (number, part) in case.sends.iter().enumerate() {
            if number > 0 {
                read_answers(case, &mut connection, &mut octets, number)?;
            }
            connection.write_all(part)?;
        }
        // Where the connection stays open, it is the client who ends it.
        let mut closed = case.end == End::Closed;
        if case.end == End::Open {
            let all = case.answers.len();
            closed = read_answers(case, &mut connection, &mut octets, all)?;
        }
        if case.end != End::Closed {
            connection.shutdown(Shutdown::Write)?;
        }
        connection.read_to_end(&mut octets)?;
        let executed = self.executed(mark)?;
        let answers = judge::read(case, &octets, true);
        let judged = answers.and_then(|answers| answers.judge(case, Seen { closed, executed }));
        Ok(judged.and_then(|words| memory::compare(case, mark, octets).map(|()| words)))
    }

    /// How often a mark was set, asked on another connection.
    fn executed(&self, mark: usize) -> io::Result<u32> {
        let mut connection = self.connect()?;
        let request =
            format!("GET /mark?n={mark} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        connection.write_all(request.as_bytes())?;
        let mut answer = String::new();
        connection.read_to_string(&mut answer)?;
        let count = answer.rsplit("\r\n\r\n").next().map(str::parse);
        count
            .and_then(Result::ok)
            .ok_or_else(|| io::Error::other(format!("no count of the mark: {answer:?}")))
    }

    fn connect(&self) -> io::Result<TcpStream> {
        let connection = TcpStream::connect(&self.address)?;
        connection.set_nodelay(true)?;
        connection.set_read_timeout(Some(PATIENCE))?;
        connection.set_write_timeout(Some(PATIENCE))?;
        Ok(connection)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads until so many answers have come; returns whether the server ended its
/// side before.
fn read_answers(
    case: &Case,
    connection: &mut TcpStream,
    octets: &mut Vec<u8>,
    count: usize,
) -> io::Result<bool> {
    let mut piece = [0; 16 * 1024];
    // What is wrong with the answers is told when all have come.
    while judge::read(case, octets, false).is_ok_and(|answers| answers.count() < count) {
        let length = connection.read(&mut piece)?;
        if length == 0 {
            return Ok(true);
        }
        octets.extend_from_slice(&piece[..length]);
    }
    Ok(false)
}

/// For an answer, on a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(20);
