//! QEMU's monitor, through its machine protocol.

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::ffi::OsString;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::Duration;

/// A monitor that listens on a socket in the file system.
#[derive(Clone)]
pub(crate) struct Monitor {
    socket: PathBuf,
}

impl Monitor {
    pub(super) fn at(socket: PathBuf) -> Self {
        Self { socket }
    }

    /// What QEMU is given behind `-qmp`.
    pub(super) fn argument(&self) -> OsString {
        let mut argument = OsString::from("unix:");
        argument.push(&self.socket);
        argument.push(",server=on,wait=off");
        argument
    }

    /// Executes a command and returns its result.
    pub(crate) fn execute(&self, command: &str, arguments: &Value) -> Result<Value> {
        let mut stream = UnixStream::connect(&self.socket).context("QEMU has no monitor")?;
        stream.set_read_timeout(Some(LONGEST_ANSWER))?;
        let mut answers = BufReader::new(stream.try_clone()?);
        // The greeting.
        answers.read_line(&mut String::new())?;
        ask(&mut stream, &mut answers, "qmp_capabilities", &json!({}))?;
        ask(&mut stream, &mut answers, command, arguments)
    }

    /// Ends QEMU, whatever the board does.
    pub(crate) fn quit(&self) -> Result<()> {
        self.execute("quit", &json!({})).map(drop)
    }

    pub(super) fn remove_socket(&self) {
        // QEMU removes it too, when it ends by itself.
        let _ = std::fs::remove_file(&self.socket);
    }
}

fn ask(
    stream: &mut UnixStream,
    answers: &mut impl BufRead,
    command: &str,
    arguments: &Value,
) -> Result<Value> {
    let request = json!({ "execute": command, "arguments": arguments });
    stream.write_all(format!("{request}\n").as_bytes())?;
    answer(answers).with_context(|| format!("QEMU's monitor: {command}"))
}

/// The next answer, past any events.
fn answer(answers: &mut impl BufRead) -> Result<Value> {
    let mut line = String::new();
    while answers.read_line(&mut line)? > 0 {
        let mut answer: Value = serde_json::from_str(&line)?;
        if let Some(error) = answer.get("error") {
            bail!("{error}");
        }
        if let Some(result) = answer.get_mut("return") {
            return Ok(result.take());
        }
        line.clear();
    }
    bail!("QEMU hung up");
}

const LONGEST_ANSWER: Duration = Duration::from_secs(10);
