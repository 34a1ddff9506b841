//! The way to a peer: a socket, and what lies between it and the connection.

use crate::client::Socket;
use embassy_net::tcp::TcpSocket;

/// A socket with its transport, if it has one.
pub(crate) struct Line<'s, 'd> {
    pub(crate) tcp: &'s mut TcpSocket<'d>,
    #[cfg(feature = "transport")]
    pub(crate) transport: Option<&'s mut dyn dunlin::Transport>,
}

impl<'s, 'd> Line<'s, 'd> {
    /// A socket without a transport.
    pub(crate) fn plain(tcp: &'s mut TcpSocket<'d>) -> Self {
        Self {
            tcp,
            #[cfg(feature = "transport")]
            transport: None,
        }
    }

    /// Whether it goes through a transport.
    #[cfg(not(feature = "transport"))]
    pub(crate) const fn is_through(&self) -> bool {
        false
    }

    /// Whether it goes through a transport.
    #[cfg(feature = "transport")]
    pub(crate) const fn is_through(&self) -> bool {
        self.transport.is_some()
    }

    /// Whether there is something that the connection has not read.
    #[cfg(not(feature = "transport"))]
    pub(crate) fn can_receive(&self) -> bool {
        self.tcp.can_recv()
    }

    /// Whether there is something that the connection has not read.
    #[cfg(feature = "transport")]
    pub(crate) fn can_receive(&mut self) -> bool {
        let transport = self.transport.as_deref_mut();
        self.tcp.can_recv() || transport.is_some_and(|transport| transport.peek(&mut [0]) > 0)
    }
}

impl<'d> Socket<'d> {
    /// The way to the peer.
    #[cfg(not(feature = "transport"))]
    pub(crate) fn line(&mut self) -> Line<'_, 'd> {
        Line::plain(&mut self.tcp)
    }

    /// The way to the peer.
    #[cfg(feature = "transport")]
    pub(crate) fn line(&mut self) -> Line<'_, 'd> {
        Line {
            tcp: &mut self.tcp,
            transport: match &mut self.transport {
                Some(transport) => Some(&mut **transport),
                None => None,
            },
        }
    }
}
