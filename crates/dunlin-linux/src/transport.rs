//! Connections behind a transport, such as TLS.

use crate::client::{Client, Lent};
use crate::clients::Wire;
use crate::directory::FileBody;
use crate::output::Cork;
use dunlin::{App, ConnectionId, Transport, TransportError};
use std::io;
use std::net::SocketAddr;

/// Makes the transport of a connection, whose peer has the address given.
pub(crate) type MakeTransport = Box<dyn Fn(Option<SocketAddr>) -> Box<dyn Transport> + Send>;

impl<A: App> Client<A> {
    /// Gives the transport what came from the peer, and the connection what the
    /// transport makes of it, as long as both take any.
    pub(crate) fn receive_through<W: Wire>(
        &mut self,
        lent: &mut Lent<'_, A, W>,
        id: ConnectionId,
        input: &[u8],
        mut progress: bool,
    ) {
        let mut held = self.take_held_input();
        let mut rest = if held.is_empty() {
            input
        } else {
            held.extend_from_slice(input);
            &held
        };
        loop {
            let drained = self.pump_transport(lent, id, progress);
            progress = true;
            if rest.is_empty() || !drained {
                break;
            }
            match self.give_transport(lent, rest) {
                Ok(taken @ 1..) => rest = rest.get(taken..).unwrap_or_default(),
                Ok(0) | Err(TransportError) => {
                    log::debug!(target: "dunlin", "{id} closed: {TransportError}");
                    self.flush(lent, id);
                    return self.verb(lent, id, |connection, cx| connection.disconnect(cx));
                }
            }
            self.flush(lent, id);
        }
        if !rest.is_empty() {
            self.hold_input(rest.to_vec());
        }
    }

    /// Feeds what the transport has for the connection; returns whether it took
    /// all of it.
    fn pump_transport<W: Wire>(
        &mut self,
        lent: &mut Lent<'_, A, W>,
        id: ConnectionId,
        mut progress: bool,
    ) -> bool {
        let mut read = [0; READ];
        loop {
            let length = match self.transport.as_deref_mut() {
                Some(transport) => transport.peek(&mut read),
                None => 0,
            };
            let plain = read.get_mut(..length).unwrap_or_default();
            let left = self.pump(lent, id, plain, progress);
            if let Some(transport) = self.transport.as_deref_mut() {
                transport.consume(length - left);
            }
            if left > 0 || length == 0 {
                return left == 0 && !self.connection.is_paused();
            }
            progress = true;
        }
    }

    /// Offers octets of the peer; returns how many were taken.
    fn give_transport<W>(
        &mut self,
        lent: &mut Lent<'_, A, W>,
        input: &[u8],
    ) -> Result<usize, TransportError> {
        let limit = lent.config.send_buffer;
        let mut cork = Cork::new(lent.gathered, self.octets_waiting(), limit);
        match self.transport.as_deref_mut() {
            Some(transport) => transport.receive(input, &mut cork),
            None => Ok(input.len()),
        }
    }

    /// Lets the transport say that nothing more is sent; what the peer sends from
    /// now on is read by nobody.
    pub(crate) fn finish_transport<W: Wire>(&mut self, lent: &mut Lent<'_, A, W>) {
        let Some(mut transport) = self.transport.take() else {
            return;
        };
        let limit = lent.config.send_buffer;
        transport.finish(&mut Cork::new(lent.gathered, self.octets_waiting(), limit));
        // An error is told by the end of the input.
        let _ = self.send_gathered(lent);
        lent.gathered.clear();
    }
}

/// Gathers the next octets of a file, behind its transport; returns how many of the
/// file.
pub(crate) fn read_through<A: App, W>(
    transport: &mut (dyn Transport + 'static),
    body: &mut FileBody,
    lent: &mut Lent<'_, A, W>,
) -> io::Result<usize> {
    lent.gathered.clear();
    let mut read = [0; FILE_READ];
    let length = body.read(&mut read)?;
    let mut cork = Cork::new(lent.gathered, 0, lent.config.send_buffer);
    let octets = read.get(..length).unwrap_or_default();
    let sent = transport.send(&[octets], &mut cork);
    // It has room for that much, unless the configuration gives it less.
    sent.map_err(|_| io::ErrorKind::OutOfMemory)?;
    Ok(length)
}

/// Whether there are octets for the connection.
pub(crate) fn has_read(transport: &mut (dyn Transport + 'static)) -> bool {
    transport.peek(&mut [0]) > 0
}

/// Octets that a connection is given at a time.
const READ: usize = 4 * 1024;

/// Octets of a file that are sent at a time.
const FILE_READ: usize = 16 * 1024;
