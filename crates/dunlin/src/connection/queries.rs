//! What a driver can ask of a connection.

use super::{Connection, Phase, State};
use crate::compression::Compression;
use crate::uses::Uses;
use crate::{App, Assembly, Instant, Protocol};

impl<A: App, S: Assembly, C: Compression> Connection<A, S, C> {
    /// What the driver has to do with the socket.
    pub fn phase(&self) -> Phase {
        match self.state {
            State::Finishing => Phase::Finishing,
            State::Closed => Phase::Closed,
            _ => Phase::Open,
        }
    }

    /// True for a WebSocket, from the handshake to its end.
    pub fn is_websocket(&self) -> bool {
        matches!(self.state, State::WebSocket(_))
    }

    /// True while a request body is taken part by part: octets may then be received
    /// in pieces of any size.
    pub fn is_streaming(&self) -> bool {
        matches!(self.state, State::Streaming(_))
    }

    /// True while a stream of events is sent: it is finished when the peer
    /// ends its side, so a driver should notice that although it receives nothing.
    pub fn is_event_stream(&self) -> bool {
        Uses::<A>::PULLED_BODIES
            && matches!(&self.state, State::Pulling(pulling) if pulling.is_events())
    }

    /// True while the driver sends the body of a response.
    #[cfg(feature = "driver-bodies")]
    pub fn is_sent_by_driver(&self) -> bool {
        matches!(self.state, State::ByDriver(_))
    }

    /// The compression of its messages.
    pub fn compression(&self) -> &C {
        &self.shared.compression
    }

    /// True while room, or an answer, has to come before more input is taken.
    pub fn is_paused(&self) -> bool {
        match self.state {
            State::Ticket | State::Sending(_) | State::Pulling(_) | State::ByDriver(_) => true,
            State::Finishing | State::Closed => false,
            _ => self.shared.paused,
        }
    }

    /// True between requests: nothing is lost if it is closed now.
    pub fn is_idle(&self) -> bool {
        matches!(self.state, State::Head) && self.assembly.is_empty()
    }

    /// True between requests and inside a request head: no handler knows of it.
    pub fn awaits_request(&self) -> bool {
        matches!(self.state, State::Head)
    }

    /// True until the first request, or a piece of it, has come.
    pub fn is_new(&self) -> bool {
        self.is_idle() && self.shared.fresh
    }

    /// What is spoken on it.
    pub fn protocol(&self) -> Protocol {
        match self.state {
            State::WebSocket(_) => Protocol::WebSocket,
            State::Finishing | State::Closed => Protocol::Ending,
            _ => Protocol::Http,
        }
    }

    /// When the peer was last heard of.
    pub fn last_heard(&self) -> Instant {
        self.shared.heard
    }

    pub(super) fn is_blocked(&self) -> bool {
        self.shared.blocked != Instant::NEVER
    }
}
