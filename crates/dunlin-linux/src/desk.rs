//! The Hub as handlers are given it: it knows the connections of their loop.

use crate::client::{Client, LinuxConnection};
use crate::hub::LinuxMailbox;
use crate::topics::Topics;
use dunlin::hub::{Job, Mailbox, TopicRequest};
use dunlin::{App, ConnectionId, ConnectionInfo, Full, Instant, Others, Protocol, PublishError};
use socket2::SockRef;
use std::cell::RefCell;
use std::net::SocketAddr;
use std::os::fd::OwnedFd;

/// The mailbox, and what is known of the connections.
pub(crate) struct Desk<'d, A: App> {
    pub(crate) mailbox: &'d LinuxMailbox,
    pub(crate) topics: &'d RefCell<Topics>,
    /// The connection at hand, if there is one.
    pub(crate) own: Option<Own<'d>>,
    pub(crate) others: Others<'d, Client<A>>,
    pub(crate) now: Instant,
}

/// What is known of the connection at hand.
pub(crate) struct Own<'d> {
    id: ConnectionId,
    socket: &'d OwnedFd,
    protocol: Protocol,
    opened: Instant,
    heard: Instant,
}

impl<'d> Own<'d> {
    /// What is known of a connection that was accepted at `opened`.
    pub(crate) fn new<A: App>(
        id: ConnectionId,
        socket: &'d OwnedFd,
        connection: &LinuxConnection<A>,
        opened: Instant,
    ) -> Self {
        Self {
            id,
            socket,
            protocol: connection.protocol(),
            opened,
            heard: connection.last_heard(),
        }
    }

    /// What an application is told of it.
    pub(crate) fn info(&self, now: Instant) -> ConnectionInfo {
        ConnectionInfo {
            id: self.id,
            peer: peer(self.socket),
            protocol: self.protocol,
            age: now.since(self.opened),
            idle: now.since(self.heard),
        }
    }
}

/// The address of the other end of a socket.
pub(crate) fn peer(socket: &OwnedFd) -> Option<SocketAddr> {
    let peer = rustix::net::getpeername(socket).ok().flatten()?;
    SocketAddr::try_from(peer).ok()
}

impl<A: App> Mailbox for Desk<'_, A> {
    fn post(&self, to: ConnectionId, job: &Job<'_>) -> Result<(), Full> {
        self.mailbox.post(to, job)
    }

    fn connection(&self, id: ConnectionId) -> Option<ConnectionInfo> {
        match self.own.as_ref().filter(|own| own.id == id) {
            Some(own) => Some(own.info(self.now)),
            None => Some(self.others.get(id)?.own(id).info(self.now)),
        }
    }

    fn each_connection(&self, visit: &mut dyn FnMut(&ConnectionInfo)) {
        if let Some(own) = &self.own {
            visit(&own.info(self.now));
        }
        for (id, client) in self.others.iter() {
            visit(&client.own(id).info(self.now));
        }
    }

    fn topics(&self, request: &TopicRequest<'_>) -> Result<(), PublishError> {
        match *request {
            TopicRequest::Subscribe(topic, id) => {
                let is_known = self.topics.borrow_mut().subscribe(id, topic);
                is_known.then_some(()).ok_or(PublishError::UnknownTopic)?;
                if let Some(own) = &self.own {
                    // A system without it holds more for a peer that is slow.
                    let _ = SockRef::from(own.socket).set_tcp_notsent_lowat(UNSENT);
                }
            }
            TopicRequest::Unsubscribe(topic, id) => {
                self.topics.borrow_mut().unsubscribe(id, topic);
            }
            TopicRequest::Leave(id) => self.topics.borrow_mut().forget(id),
            TopicRequest::Publish(..) | TopicRequest::Mark(_) => {
                return self.mailbox.topics(request);
            }
        }
        Ok(())
    }
}

/// Octets that the kernel takes for a subscriber before it has sent those before:
/// what waits is then held where it can be counted, and no latest value is given
/// away while others still wait. By itself the kernel takes up to 4 MiB for each.
const UNSENT: u32 = 16 * 1024;
