//! The Hub as handlers are given it: it knows the connections of their server.

use crate::client::{Client, Socket};
use core::net::SocketAddr;
use dunlin::hub::{Job, Mailbox, TopicRequest};
use dunlin::{App, Compression, ConnectionId, ConnectionInfo, Full, Instant, Others, PublishError};
use embassy_net::tcp::TcpSocket;

/// The mailbox, and what is known of the connections.
pub(crate) struct Desk<'d, A: App, const ASSEMBLY: usize, C: Compression> {
    pub(crate) mailbox: &'d dyn Mailbox,
    /// The connection at hand, if there is one.
    pub(crate) own: Option<ConnectionInfo>,
    pub(crate) seen: Seen<'d, A, ASSEMBLY, C>,
    pub(crate) now: Instant,
}

/// All connections, or those beside the one at hand, with their sockets.
pub(crate) struct Seen<'d, A: App, const ASSEMBLY: usize, C: Compression> {
    pub(crate) clients: Others<'d, Client<A, ASSEMBLY, C>>,
    /// The sockets before the one at hand.
    pub(crate) before: &'d [Socket<'d>],
    /// The sockets behind the one at hand.
    pub(crate) behind: &'d [Socket<'d>],
}

impl<A: App, const ASSEMBLY: usize, C: Compression> Clone for Seen<'_, A, ASSEMBLY, C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<A: App, const ASSEMBLY: usize, C: Compression> Copy for Seen<'_, A, ASSEMBLY, C> {}

impl<A: App, const ASSEMBLY: usize, C: Compression> Desk<'_, A, ASSEMBLY, C> {
    fn info(&self, id: ConnectionId, client: &Client<A, ASSEMBLY, C>) -> Option<ConnectionInfo> {
        let Seen { before, behind, .. } = self.seen;
        let slot = id.slot() as usize;
        let socket = match slot.checked_sub(before.len() + 1) {
            Some(index) => behind.get(index)?,
            None => before.get(slot)?,
        };
        Some(client.info(id, peer(&socket.tcp), socket.moment, self.now))
    }
}

/// The address of the other end of a socket.
pub(crate) fn peer(tcp: &TcpSocket<'_>) -> Option<SocketAddr> {
    let peer = tcp.remote_endpoint()?;
    Some(SocketAddr::new(peer.addr.into(), peer.port))
}

impl<A: App, const ASSEMBLY: usize, C: Compression> Mailbox for Desk<'_, A, ASSEMBLY, C> {
    fn post(&self, to: ConnectionId, job: &Job<'_>) -> Result<(), Full> {
        self.mailbox.post(to, job)
    }

    fn topics(&self, request: &TopicRequest<'_>) -> Result<(), PublishError> {
        self.mailbox.topics(request)
    }

    fn connection(&self, id: ConnectionId) -> Option<ConnectionInfo> {
        match self.own.filter(|own| own.id == id) {
            Some(own) => Some(own),
            None => self.info(id, self.seen.clients.get(id)?),
        }
    }

    fn each_connection(&self, visit: &mut dyn FnMut(&ConnectionInfo)) {
        if let Some(own) = &self.own {
            visit(own);
        }
        for (id, client) in self.seen.clients.iter() {
            if let Some(info) = self.info(id, client) {
                visit(&info);
            }
        }
    }
}
