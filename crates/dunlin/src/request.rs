//! The request as a handler sees it.

use crate::{App, ConnectionId, Hub, RequestHead};
use core::net::SocketAddr;
use dunlin_proto::http::{Method, query_value};

/// A request whose head and body have arrived.
pub struct Request<'r, A: App> {
    pub(crate) head: &'r RequestHead<'r>,
    pub(crate) body: &'r [u8],
    pub(crate) session: &'r mut A::Session,
    pub(crate) hub: Hub<'r>,
    pub(crate) id: ConnectionId,
}

impl<'r, A: App> Request<'r, A> {
    /// The method.
    pub fn method(&self) -> Method {
        self.head.method()
    }

    /// The path of the target, without the query, not decoded.
    pub fn path(&self) -> &'r str {
        self.head.path()
    }

    /// The query of the target behind `?`, not decoded.
    pub fn query(&self) -> Option<&'r str> {
        self.head.query()
    }

    /// The value of the first query pair with this key, not decoded.
    pub fn query_value(&self, key: &str) -> Option<&'r str> {
        query_value(self.head.query()?, key)
    }

    /// The value of the first header field with this name, in any case, if it
    /// is UTF-8.
    pub fn header(&self, name: &str) -> Option<&'r str> {
        self.head.fields().get_str(name)
    }

    /// The whole head: all fields, the version, the host.
    pub fn head(&self) -> &'r RequestHead<'r> {
        self.head
    }

    /// The body, decoded; empty when there is none.
    pub fn body(&self) -> &'r [u8] {
        self.body
    }

    /// What the application keeps for this connection.
    pub fn session(&mut self) -> &mut A::Session {
        self.session
    }

    /// The address of the client, where the driver knows it.
    pub fn peer(&self) -> Option<SocketAddr> {
        self.hub.connection(self.id)?.peer
    }

    /// Reaches any connection, later and from anywhere.
    pub fn hub(&self) -> Hub<'r> {
        self.hub
    }

    /// The connection the request came on.
    pub fn id(&self) -> ConnectionId {
        self.id
    }
}
