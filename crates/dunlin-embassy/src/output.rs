//! The way out: a socket's send ring.

use crate::sys::once;
use dunlin::{Full, Output};
use embassy_net::tcp::TcpSocket;

/// Writes into the send ring of a socket. What is in it is sent by the network
/// task, as much at once as the peer takes.
pub(crate) struct Ring<'s, 'd> {
    pub(crate) socket: &'s mut TcpSocket<'d>,
    /// Something did not fit.
    pub(crate) refused: bool,
}

impl Output for Ring<'_, '_> {
    fn room(&self) -> usize {
        if self.socket.may_send() {
            self.socket.send_capacity() - self.socket.send_queue()
        } else {
            0
        }
    }

    fn is_drained(&self) -> bool {
        self.socket.send_queue() == 0
    }

    fn write(&mut self, parts: &[&[u8]]) -> Result<(), Full> {
        let length: usize = parts.iter().map(|part| part.len()).sum();
        if length > self.room() {
            self.refused = true;
            return Err(Full);
        }
        for part in parts.iter().filter(|part| !part.is_empty()) {
            // There is room for all of it: the ring takes it at once.
            let _ = once(self.socket.write(part));
        }
        Ok(())
    }
}
