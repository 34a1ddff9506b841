//! Connections as an application sees them.

use crate::ConnectionId;
use core::net::SocketAddr;
use core::time::Duration;

/// What is known of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConnectionInfo {
    /// Its name.
    pub id: ConnectionId,
    /// The address of its client, where that is known.
    pub peer: Option<SocketAddr>,
    /// What is spoken on it.
    pub protocol: Protocol,
    /// Since it was accepted.
    pub age: Duration,
    /// Since octets were last received from it.
    pub idle: Duration,
}

/// What is spoken on a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// HTTP/1.1.
    Http,
    /// WebSocket.
    WebSocket,
    /// Nothing any more: what is left is being sent, and its end awaited.
    Ending,
}
