//! What lies between a socket and the protocol.

use crate::{Full, Output};
use core::any::Any;

/// Octets between a socket and HTTP, turned into others: by TLS, by a proxy that
/// puts a line of its own in front, by whatever a connection has around it.
///
/// It does no I/O of its own. A driver that is given one makes one for each
/// connection, hands it what arrives, and takes from it what the protocol is to
/// read; what the protocol sends goes through it on the way out. It has the memory
/// for what it has taken and the protocol has not: without room it takes no more.
///
/// It is called on the server's thread or task, and must not block.
pub trait Transport {
    /// Takes octets that came from the peer, in order, and returns how many. What it
    /// has to tell the peer by itself, such as its part of a handshake, goes to
    /// `output`.
    ///
    /// Octets that are left are offered again behind [`Transport::consume`], with
    /// more behind them: it must take some when it has nothing for the protocol to
    /// read.
    ///
    /// # Errors
    ///
    /// [`TransportError`]: the connection is dropped behind what was written to
    /// `output`.
    fn receive(&mut self, input: &[u8], output: &mut dyn Output) -> Result<usize, TransportError>;

    /// Copies octets for the protocol from the first that was not consumed, as many
    /// as there are and `buffer` holds; returns how many.
    fn peek(&mut self, buffer: &mut [u8]) -> usize;

    /// The protocol has read so many of the octets that [`Transport::peek`] gives.
    fn consume(&mut self, octets: usize);

    /// Sends octets of the protocol, all or none.
    ///
    /// # Errors
    ///
    /// [`Full`] when what becomes of them does not fit; then nothing was sent.
    fn send(&mut self, parts: &[&[u8]], output: &mut dyn Output) -> Result<(), Full>;

    /// How many octets [`Transport::send`] takes while the output has room for
    /// `room`; none while the protocol may not send yet.
    fn room(&self, room: usize) -> usize;

    /// The protocol sends nothing more: tells the peer, where there is a way to.
    fn finish(&mut self, output: &mut dyn Output) {
        let _ = output;
    }
}

/// What came from the peer is not what this transport is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TransportError;

impl core::fmt::Display for TransportError {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.write_str("the peer does not speak what this transport is for")
    }
}

impl core::error::Error for TransportError {}

/// The output of a connection behind its transport, for drivers.
pub struct Through<'t> {
    /// What is sent through.
    pub transport: &'t mut dyn Transport,
    /// Where it goes.
    pub output: &'t mut dyn Output,
}

impl Output for Through<'_> {
    fn room(&self) -> usize {
        self.transport.room(self.output.room())
    }

    fn is_drained(&self) -> bool {
        self.output.is_drained()
    }

    fn write(&mut self, parts: &[&[u8]]) -> Result<(), Full> {
        self.transport.send(parts, self.output)
    }

    fn take_body(&mut self, body: &mut dyn Any) -> bool {
        self.output.take_body(body)
    }
}
