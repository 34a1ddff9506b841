//! Connections behind a transport, such as TLS.

use crate::client::{Client, Lent, Socket};
use crate::desk::peer;
use crate::line::Line;
use crate::output::Ring;
use crate::sys::with_input;
use crate::trace::debug;
use core::net::SocketAddr;
use dunlin::{App, Compression, Transport, TransportError};

/// A transport that serves one connection after another, for a server that has a
/// fixed number of them.
pub trait ReusableTransport: Transport {
    /// Begins anew, for a connection from the address given: nothing of the one before
    /// is left.
    fn begin(&mut self, peer: Option<SocketAddr>);
}

impl<A: App, const ASSEMBLY: usize, C: Compression> Client<A, ASSEMBLY, C> {
    /// Gives the transport what came from the peer, and the connection what the
    /// transport makes of it, as long as both take any.
    pub(crate) fn take_input_through(
        &mut self,
        lent: &Lent<'_, A, ASSEMBLY, C>,
        line: &mut Line<'_, '_>,
    ) {
        while line.is_through() && !self.connection.is_paused() {
            let Some(transport) = line.transport.as_deref_mut() else {
                return;
            };
            let mut read = [0; READ];
            let length = transport.peek(&mut read);
            if length > 0 {
                let plain = read.get_mut(..length).unwrap_or_default();
                let mut used = 0;
                self.call(lent, line, |connection, cx| {
                    used = connection.receive(cx, plain);
                });
                if let Some(transport) = line.transport.as_deref_mut() {
                    transport.consume(used);
                }
                if used == 0 {
                    return;
                }
            } else if !line.tcp.can_recv() {
                return;
            } else if !matches!(self.give_transport(lent, line), Ok(1..)) {
                debug!("{} closed: {}", lent.id, TransportError);
                return self.call(lent, line, |connection, cx| connection.disconnect(cx));
            }
        }
    }

    /// Offers octets of the peer; returns how many were taken.
    fn give_transport(
        &mut self,
        lent: &Lent<'_, A, ASSEMBLY, C>,
        line: &mut Line<'_, '_>,
    ) -> Result<usize, TransportError> {
        let Line { tcp, transport } = line;
        let Some(transport) = transport.as_deref_mut() else {
            return Err(TransportError);
        };
        let mut taken = Err(TransportError);
        with_input(tcp, |tcp, input| {
            let mut ring = Ring::new(tcp, self.queued as usize, lent.send_capacity);
            taken = transport.receive(input, &mut ring);
            let (queued, refused) = (ring.queued, ring.refused);
            self.written(lent, queued, refused);
            taken.unwrap_or_default()
        });
        taken
    }

    /// Lets the transport say that nothing more is sent.
    pub(crate) fn finish_transport(
        &mut self,
        lent: &Lent<'_, A, ASSEMBLY, C>,
        line: &mut Line<'_, '_>,
    ) {
        if let Some(transport) = line.transport.as_deref_mut()
            && line.tcp.may_send()
        {
            let mut ring = Ring::new(line.tcp, self.queued as usize, lent.send_capacity);
            transport.finish(&mut ring);
            let (queued, refused) = (ring.queued, ring.refused);
            self.written(lent, queued, refused);
        }
    }
}

impl Socket<'_> {
    /// Tells the transport of a newcomer.
    pub(crate) fn begin_transport(&mut self) {
        let peer = peer(&self.tcp);
        if let Some(transport) = &mut self.transport {
            transport.begin(peer);
        }
    }
}

/// Octets that a connection is given at a time, on the stack.
const READ: usize = 256;
