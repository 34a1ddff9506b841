//! The program under test, as a process of its own.

use super::link::Context;
use escargot::CargoBuild;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;

/// A running server, which ends with this value.
#[derive(Debug)]
pub struct Program {
    process: Child,
    address: SocketAddr,
}

/// Where the suite connects to: the program, or the server whose address the
/// environment names in `DUNLIN_CONFORMANCE_SERVER`, so that others can be held
/// against the suite too.
#[derive(Debug)]
pub struct Target {
    program: Option<Program>,
    address: SocketAddr,
}

impl Target {
    /// Starts the program, unless another server is named.
    ///
    /// # Errors
    ///
    /// As [`Program::start`]; a name that is not an address with a port.
    pub fn find() -> Result<Self, String> {
        Self::with_context(Context::Forgotten)
    }

    /// The same, where the program treats compressed messages so.
    ///
    /// # Errors
    ///
    /// As [`Target::find`].
    pub fn with_context(context: Context) -> Result<Self, String> {
        if let Ok(name) = std::env::var("DUNLIN_CONFORMANCE_SERVER") {
            let address = name.parse().map_err(|error| format!("{name}: {error}"))?;
            return Ok(Self {
                program: None,
                address,
            });
        }
        let program = Program::start(context)?;
        Ok(Self {
            address: program.address(),
            program: Some(program),
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The most memory that the program has occupied so far, in octets; `None`
    /// for another server.
    ///
    /// # Errors
    ///
    /// As [`Program::peak_memory`].
    pub fn peak_memory(&self) -> Result<Option<usize>, String> {
        self.program.as_ref().map(Program::peak_memory).transpose()
    }
}

impl Program {
    /// Starts the server on a free port of this machine.
    ///
    /// # Errors
    ///
    /// A program that cannot be built, or does not say where it listens.
    pub fn start(context: Context) -> Result<Self, String> {
        let path = binary()?;
        let mut command = Command::new(&path);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("DUNLIN_") {
                command.env_remove(name);
            }
        }
        command.args(["--port", "0", "--log", "off"]);
        if context == Context::Kept {
            command.args(["--deflate", "context"]);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let process = command
            .spawn()
            .map_err(|error| format!("{}: {error}", path.display()))?;
        let mut program = Self {
            process,
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
        };
        program.address = program.listens_at()?;
        Ok(program)
    }

    fn listens_at(&mut self) -> Result<SocketAddr, String> {
        let output = self.process.stdout.take().ok_or("no standard output")?;
        BufReader::new(output)
            .lines()
            .map_while(Result::ok)
            .find_map(|line| {
                let url = line.strip_prefix("Console: http://")?;
                url.trim_end_matches('/').parse().ok()
            })
            .ok_or_else(|| "the server ended before it listened".into())
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The most memory that it has occupied so far, in octets.
    ///
    /// # Errors
    ///
    /// A server that has ended.
    pub fn peak_memory(&self) -> Result<usize, String> {
        let path = format!("/proc/{}/status", self.process.id());
        let status = std::fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
        status
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:"))
            .and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok())
            .map(|kibibytes: usize| kibibytes * 1024)
            .ok_or_else(|| format!("{path} has no peak"))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What `DUNLIN_ECHO_BINARY` names, or the program as it is built now, in the
/// profile of the suite.
fn binary() -> Result<PathBuf, String> {
    static BUILT: LazyLock<Result<PathBuf, String>> = LazyLock::new(|| {
        let mut build = CargoBuild::new()
            .package("dunlin-echo-linux")
            .bin("dunlin-echo");
        if !cfg!(debug_assertions) {
            build = build.release();
        }
        let built = build.run().map_err(|error| error.to_string())?;
        Ok(built.path().to_owned())
    });
    match std::env::var_os("DUNLIN_ECHO_BINARY") {
        Some(path) => Ok(path.into()),
        None => BUILT.clone(),
    }
}
