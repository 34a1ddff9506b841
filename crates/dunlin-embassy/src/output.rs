//! The way out: a socket's send ring.

use crate::sys::once;
use dunlin::{Full, Output};
use embassy_net::tcp::TcpSocket;

/// Writes into the send ring of a socket. What is in it is sent by the network
/// task, as much at once as the peer takes.
pub(crate) struct Ring<'s, 'd> {
    pub(crate) socket: &'s mut TcpSocket<'d>,
    /// Octets in the ring, which only this adds to: the stack takes them out when
    /// the network task runs.
    pub(crate) queued: usize,
    /// Octets of the ring.
    pub(crate) capacity: usize,
    /// Something did not fit.
    pub(crate) refused: bool,
}

impl Output for Ring<'_, '_> {
    fn room(&self) -> usize {
        self.capacity - self.queued
    }

    fn is_drained(&self) -> bool {
        self.queued == 0
    }

    fn write(&mut self, parts: &[&[u8]]) -> Result<(), Full> {
        let length: usize = parts.iter().map(|part| part.len()).sum();
        if length > self.room() {
            self.refused = true;
            return Err(Full);
        }
        self.queued += length;
        if !self.write_together(parts, length) {
            for part in parts.iter().filter(|part| !part.is_empty()) {
                // There is room for all of it: the ring takes it at once.
                let _ = once(self.socket.write(part));
            }
        }
        Ok(())
    }
}

impl<'s, 'd> Ring<'s, 'd> {
    /// The ring of a socket, with so many octets in it of so many.
    pub(crate) fn new(socket: &'s mut TcpSocket<'d>, queued: usize, capacity: usize) -> Self {
        Self {
            socket,
            queued,
            capacity,
            refused: false,
        }
    }

    /// Writes the parts in one step, if the ring's free octets lie together.
    fn write_together(&mut self, parts: &[&[u8]], length: usize) -> bool {
        let written = once(self.socket.write_with(|free| {
            let Some(mut free) = free.get_mut(..length) else {
                return (0, false);
            };
            for part in parts {
                let (place, rest) = core::mem::take(&mut free).split_at_mut(part.len());
                place.copy_from_slice(part);
                free = rest;
            }
            (length, true)
        }));
        written == Some(Ok(true))
    }
}
