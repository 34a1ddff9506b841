//! Routes that speak WebSocket.

use super::{
    AdmitHandler, ClosedHandler, ControlHandler, LatestHandler, MessageHandler, OpenHandler,
    PartHandler, WritableHandler,
};
use crate::App;

/// How a WebSocket endpoint behaves.
pub struct WebSocketRoute<A: App> {
    pub(crate) receive: Receive<A>,
    pub(crate) protocols: &'static [&'static str],
    pub(crate) uncompressed: bool,
    pub(crate) admit: Option<AdmitHandler<A>>,
    pub(crate) open: Option<OpenHandler<A>>,
    pub(crate) control: Option<ControlHandler<A>>,
    pub(crate) writable: Option<WritableHandler<A>>,
    pub(crate) latest: Option<LatestHandler<A>>,
    pub(crate) closed: Option<ClosedHandler<A>>,
}

pub(crate) enum Receive<A: App> {
    Whole(MessageHandler<A>),
    Parts {
        handler: PartHandler<A>,
        size: usize,
    },
}

impl<A: App> WebSocketRoute<A> {
    /// Takes whole messages, however they were fragmented or split, up to
    /// [`Limits::message`](crate::Limits::message).
    pub const fn new(message: MessageHandler<A>) -> Self {
        Self::receiving(Receive::Whole(message))
    }

    /// Takes messages of any length in parts as they arrive. No buffer is
    /// needed for them.
    pub const fn streaming(part: PartHandler<A>) -> Self {
        Self::receiving(Receive::Parts {
            handler: part,
            size: 0,
        })
    }

    const fn receiving(receive: Receive<A>) -> Self {
        Self {
            receive,
            protocols: &[],
            uncompressed: false,
            admit: None,
            open: None,
            control: None,
            writable: None,
            latest: None,
            closed: None,
        }
    }

    /// On a streaming route, waits for parts of exactly `octets`; only the last
    /// part of a frame is shorter. The assembly buffer must have room for one.
    #[must_use]
    pub const fn parts_of(mut self, octets: usize) -> Self {
        if let Receive::Parts { size, .. } = &mut self.receive {
            *size = octets;
        }
        self
    }

    /// The subprotocols spoken here. The first of the client's list that is
    /// among them is accepted; with none the connection has no subprotocol
    /// (RFC 6455 section 4.2.2).
    #[must_use]
    pub const fn protocols(mut self, names: &'static [&'static str]) -> Self {
        self.protocols = names;
        self
    }

    /// Declines compression here, where the driver has it. Use it for messages
    /// that have a secret beside something a stranger chose: the length of what
    /// is sent would tell of the secret.
    #[must_use]
    pub const fn uncompressed(mut self) -> Self {
        self.uncompressed = true;
        self
    }

    /// Asks this handler before each handshake; without it all are accepted.
    #[must_use]
    pub const fn admit(mut self, handler: AdmitHandler<A>) -> Self {
        self.admit = Some(handler);
        self
    }

    /// Calls this handler behind each accepted handshake.
    #[must_use]
    pub const fn open(mut self, handler: OpenHandler<A>) -> Self {
        self.open = Some(handler);
        self
    }

    /// Gives pings and pongs to this handler; without it a ping is answered
    /// and a pong is taken as a sign of life.
    #[must_use]
    pub const fn control(mut self, handler: ControlHandler<A>) -> Self {
        self.control = Some(handler);
        self
    }

    /// Calls this handler when there is room to send again.
    #[must_use]
    pub const fn writable(mut self, handler: WritableHandler<A>) -> Self {
        self.writable = Some(handler);
        self
    }

    /// Calls this handler for each topic that was [marked](crate::Hub::mark) and that
    /// the WebSocket subscribes to, once its peer has taken all that was sent. The
    /// handler sends the value of that time; marks that come meanwhile make one
    /// call.
    ///
    /// With topics marked together the later handlers are called while there is
    /// room. [`Full`](crate::Full), which sending returns, may be passed on with `?`:
    /// the handler is called again when the peer has taken all. What does not fit
    /// even then is dropped with a warning.
    #[must_use]
    pub const fn latest(mut self, handler: LatestHandler<A>) -> Self {
        self.latest = Some(handler);
        self
    }

    /// Calls this handler when the WebSocket has ended.
    #[must_use]
    pub const fn closed(mut self, handler: ClosedHandler<A>) -> Self {
        self.closed = Some(handler);
        self
    }
}
