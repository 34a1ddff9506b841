//! The ways to a server: in memory, and over a socket.

use dunlin::{Limits, Phase};
use dunlin_deflate::{ConnectionDeflate, DeflateConfig, Engine};
use dunlin_echo::Echo;
use dunlin_memory::Client;
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// A connection to a server, as its client uses it.
pub trait Link {
    /// Writes octets. A server that has ended the connection does not make
    /// this fail: what it sent before is still to be read.
    ///
    /// # Errors
    ///
    /// A server that takes nothing for [`WRITE_TIME`].
    fn send(&mut self, octets: &[u8]) -> Result<(), String>;

    /// What comes until `deadline`.
    ///
    /// # Errors
    ///
    /// What the system says, where it is not about an end.
    fn receive(&mut self, deadline: Instant) -> Result<Received, String>;

    /// Ends the client's side, after the server has ended its own.
    ///
    /// # Errors
    ///
    /// A server that keeps the connection nevertheless.
    fn finish(&mut self) -> Result<(), String>;
}

/// What a client gets when it reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Received {
    /// Octets.
    Octets(Vec<u8>),
    /// The server has ended its side.
    End,
    /// The connection was reset.
    Reset,
    /// Nothing, until the deadline.
    Nothing,
}

/// The echo application in memory. What is sent is cut into pieces, and nothing
/// takes any time.
pub struct Memory {
    client: Client<Echo, ConnectionDeflate>,
    cut: Cut,
}

/// What a server does with what it compressed, and with what was compressed for
/// it, when the client leaves it the choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Context {
    /// Forgets it behind each message, as is its default.
    Forgotten,
    /// Keeps it for the next message.
    Kept,
}

/// How octets are cut into pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// As they were written.
    Nowhere,
    /// Into pieces of so many octets.
    Every(usize),
}

impl Memory {
    /// A connection with an application of its own.
    pub fn new(cut: Cut) -> Self {
        Self::with_context(Context::Forgotten, cut)
    }

    /// A connection whose compressed messages are treated so.
    pub fn with_context(context: Context, cut: Cut) -> Self {
        let keeps = context == Context::Kept;
        let config = DeflateConfig {
            server_context: keeps,
            client_context: keeps,
            ..DeflateConfig::default()
        };
        let compression = Engine::new(Some(config)).connection();
        Self {
            client: Client::with_compression(Echo::new(), Limits::LINUX, compression),
            cut,
        }
    }
}

impl Link for Memory {
    fn send(&mut self, octets: &[u8]) -> Result<(), String> {
        match self.cut {
            Cut::Nowhere => self.client.send(octets),
            Cut::Every(size) => self.client.send_chopped(octets, size),
        }
        Ok(())
    }

    fn receive(&mut self, _: Instant) -> Result<Received, String> {
        let taken = self.client.take();
        Ok(match self.client.phase() {
            _ if !taken.is_empty() => Received::Octets(taken),
            Phase::Open => Received::Nothing,
            Phase::Finishing | Phase::Closed => Received::End,
        })
    }

    fn finish(&mut self) -> Result<(), String> {
        self.client.end();
        match self.client.phase() {
            Phase::Closed => Ok(()),
            phase => Err(format!("{phase:?} after both sides have ended")),
        }
    }
}

/// A TCP connection to a server.
pub struct Socket {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Socket {
    /// Connects.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn connect(address: SocketAddr) -> Result<Self, String> {
        let connect = || {
            let stream = TcpStream::connect_timeout(&address, WRITE_TIME)?;
            stream.set_nodelay(true)?;
            stream.set_write_timeout(Some(WRITE_TIME))?;
            Ok(stream)
        };
        let stream = connect().map_err(|error: std::io::Error| format!("connecting: {error}"))?;
        Ok(Self {
            stream,
            buffer: vec![0; READ_SIZE],
        })
    }
}

impl Link for Socket {
    fn send(&mut self, octets: &[u8]) -> Result<(), String> {
        match self.stream.write_all(octets) {
            Err(error) if !is_end(error.kind()) => Err(format!("writing: {error}")),
            _ => Ok(()),
        }
    }

    fn receive(&mut self, deadline: Instant) -> Result<Received, String> {
        let time = deadline.saturating_duration_since(Instant::now());
        let time = time.max(Duration::from_millis(1));
        self.stream
            .set_read_timeout(Some(time))
            .map_err(|error| format!("read timeout: {error}"))?;
        match self.stream.read(&mut self.buffer) {
            Ok(0) => Ok(Received::End),
            Ok(octets) => Ok(Received::Octets(self.buffer[..octets].to_vec())),
            Err(error) => match error.kind() {
                ErrorKind::WouldBlock | ErrorKind::TimedOut => Ok(Received::Nothing),
                kind if is_end(kind) => Ok(Received::Reset),
                _ => Err(format!("reading: {error}")),
            },
        }
    }

    fn finish(&mut self) -> Result<(), String> {
        // The server may have closed the socket altogether.
        let _ = self.stream.shutdown(Shutdown::Both);
        Ok(())
    }
}

fn is_end(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::BrokenPipe | ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted
    )
}

/// How long a server may take nothing of what is written.
pub const WRITE_TIME: Duration = Duration::from_secs(100);

const READ_SIZE: usize = 256 * 1024;
