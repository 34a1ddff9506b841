//! Routes: which handler serves what.

use crate::{
    AnswerError, App, BodyRoute, Close, Closed, ConnectionId, Control, Handshake, Message, Part,
    PullHandler, Request, RequestHead, Response, WebSocket,
};
use dunlin_proto::http::Method;

/// Answers a request, once and at once; what takes long takes a
/// [`Ticket`](crate::Ticket). A handler that does neither, or returns an error
/// before it answered, is answered for with 500.
pub type Handler<A> = fn(&A, Request<'_, A>, Response<'_>) -> Result<(), AnswerError>;

/// Takes a whole message. An error closes the connection with its code.
pub type MessageHandler<A> = fn(&A, &mut WebSocket<'_, A>, Message<'_>) -> Result<(), Close>;

/// Takes a part of a message. An error closes the connection with its code.
pub type PartHandler<A> = fn(&A, &mut WebSocket<'_, A>, Part<'_>) -> Result<(), Close>;

/// Takes a ping or a pong; answering a ping is then the handler's business.
pub type ControlHandler<A> = fn(&A, &mut WebSocket<'_, A>, Control<'_>) -> Result<(), Close>;

/// Decides about a handshake before it is answered: accepts or refuses it.
pub type AdmitHandler<A> = fn(&A, Request<'_, A>, Handshake<'_>) -> Result<(), AnswerError>;

/// Called behind an accepted handshake; may send.
pub type OpenHandler<A> = fn(&A, &mut WebSocket<'_, A>, &RequestHead<'_>) -> Result<(), Close>;

/// Called when the peer has taken octets and there is room to send again.
pub type WritableHandler<A> = fn(&A, &mut WebSocket<'_, A>) -> Result<(), Close>;

/// Called once when a WebSocket has ended, however it ended.
pub type ClosedHandler<A> = fn(&A, &mut <A as App>::Session, ConnectionId, Closed);

/// One row of [`App::ROUTES`].
pub struct Route<A: App> {
    pub(crate) method: Option<Method>,
    pub(crate) path: &'static str,
    pub(crate) target: Target<A>,
}

pub(crate) enum Target<A: App> {
    Http {
        handler: Handler<A>,
        /// What bodies of responses are asked of.
        pull: Option<PullHandler<A>>,
        /// What takes bodies of requests part by part.
        streamed: Option<BodyRoute<A>>,
    },
    WebSocket(WebSocketRoute<A>),
}

impl<A: App> Route<A> {
    /// A path and the handler for its GET requests; HEAD is answered from it,
    /// without the body.
    pub const fn get(path: &'static str, handler: Handler<A>) -> Self {
        Self::method(Method::Get, path, handler)
    }

    /// A path and the handler for its POST requests.
    pub const fn post(path: &'static str, handler: Handler<A>) -> Self {
        Self::method(Method::Post, path, handler)
    }

    /// A path and the handler for its PUT requests.
    pub const fn put(path: &'static str, handler: Handler<A>) -> Self {
        Self::method(Method::Put, path, handler)
    }

    /// A path and the handler for its DELETE requests.
    pub const fn delete(path: &'static str, handler: Handler<A>) -> Self {
        Self::method(Method::Delete, path, handler)
    }

    /// A path and the handler for its requests with a method.
    pub const fn method(method: Method, path: &'static str, handler: Handler<A>) -> Self {
        Self {
            method: Some(method),
            path,
            target: Target::http(handler),
        }
    }

    /// A path and the handler for its requests with any method.
    pub const fn any(path: &'static str, handler: Handler<A>) -> Self {
        Self {
            method: None,
            path,
            target: Target::http(handler),
        }
    }

    /// A path whose requests have bodies that are taken part by part as they
    /// arrive, with the method they have.
    pub const fn streamed(method: Method, path: &'static str, route: BodyRoute<A>) -> Self {
        Self {
            method: Some(method),
            path,
            target: Target::Http {
                handler: route.end,
                pull: route.pull,
                streamed: Some(route),
            },
        }
    }

    /// Asks this handler for the bodies that the route's own one begins with
    /// [`Response::pulled`] or [`Response::events`]. For a route of
    /// [`Route::streamed`] it is [`BodyRoute::pulled`]; on a WebSocket it does
    /// nothing.
    #[must_use]
    pub const fn pulled(mut self, handler: PullHandler<A>) -> Self {
        if let Target::Http { pull, .. } = &mut self.target {
            *pull = Some(handler);
        }
        self
    }

    /// A path that speaks WebSocket. A request that does not ask for it is
    /// answered 426.
    pub const fn websocket(path: &'static str, route: WebSocketRoute<A>) -> Self {
        Self {
            method: Some(Method::Get),
            path,
            target: Target::WebSocket(route),
        }
    }

    /// The path as it was given.
    pub const fn path(&self) -> &'static str {
        self.path
    }
}

/// How a WebSocket endpoint behaves.
pub struct WebSocketRoute<A: App> {
    pub(crate) receive: Receive<A>,
    pub(crate) protocols: &'static [&'static str],
    pub(crate) uncompressed: bool,
    pub(crate) admit: Option<AdmitHandler<A>>,
    pub(crate) open: Option<OpenHandler<A>>,
    pub(crate) control: Option<ControlHandler<A>>,
    pub(crate) writable: Option<WritableHandler<A>>,
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

    /// Calls this handler when the WebSocket has ended.
    #[must_use]
    pub const fn closed(mut self, handler: ClosedHandler<A>) -> Self {
        self.closed = Some(handler);
        self
    }
}

/// What a method and a path lead to.
pub(crate) enum Found<A: App> {
    Route(&'static Route<A>),
    /// The path exists, but not with this method.
    OtherMethods,
    Nothing,
}

pub(crate) fn find<A: App>(method: Method, path: &str) -> Found<A> {
    let mut found = Found::Nothing;
    for route in A::ROUTES.iter().filter(|route| route.path == path) {
        let takes = route.method.is_none_or(|taken| {
            taken == method || (taken == Method::Get && method == Method::Head && route.is_http())
        });
        if takes {
            return Found::Route(route);
        }
        found = Found::OtherMethods;
    }
    found
}

/// Writes the methods that a path is served with, as `Allow` wants them; of all
/// paths with `*`.
pub(crate) fn allowed<'t, A: App>(path: &str, text: &'t mut [u8; ALLOW_CAPACITY]) -> &'t str {
    let mut allowed = AllowedMethods {
        text,
        length: 0,
        there: [false; Method::COUNT],
    };
    for route in A::ROUTES {
        if path != "*" && route.path != path {
            continue;
        }
        match route.method {
            None => ANY_ALLOW.iter().for_each(|method| allowed.add(*method)),
            Some(method) => {
                allowed.add(method);
                if method == Method::Get && route.is_http() {
                    allowed.add(Method::Head);
                }
            }
        }
    }
    allowed.add(Method::Options);
    let text = allowed.text.get(..allowed.length).unwrap_or_default();
    core::str::from_utf8(text).unwrap_or_default()
}

impl<A: App> Route<A> {
    const fn is_http(&self) -> bool {
        !matches!(self.target, Target::WebSocket(_))
    }
}

impl<A: App> Target<A> {
    const fn http(handler: Handler<A>) -> Self {
        Self::Http {
            handler,
            pull: None,
            streamed: None,
        }
    }
}

/// A list of methods.
struct AllowedMethods<'t> {
    text: &'t mut [u8; ALLOW_CAPACITY],
    length: usize,
    /// By the number of a method, whether it is there.
    there: [bool; Method::COUNT],
}

impl AllowedMethods<'_> {
    /// Adds a method that is not there yet and still fits.
    #[inline(never)]
    fn add(&mut self, method: Method) {
        let there = self.there.get_mut(method as usize);
        if there.is_none_or(|there| core::mem::replace(there, true)) {
            return;
        }
        if self.length > 0 {
            self.push(", ");
        }
        self.push(method.as_str());
    }

    #[cfg_attr(target_pointer_width = "32", inline(never))]
    fn push(&mut self, part: &str) {
        let end = self.length + part.len();
        if let Some(place) = self.text.get_mut(self.length..end) {
            place.copy_from_slice(part.as_bytes());
            self.length = end;
        }
    }
}

/// Room for the names of all methods an application is likely to serve.
pub(crate) const ALLOW_CAPACITY: usize = 96;

const ANY_ALLOW: [Method; 6] = [
    Method::Get,
    Method::Head,
    Method::Post,
    Method::Put,
    Method::Patch,
    Method::Delete,
];
