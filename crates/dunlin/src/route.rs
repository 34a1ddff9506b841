//! Routes: which handler serves what.

mod find;
mod table;
mod template;
mod websocket;

use crate::{
    AnswerError, App, BodyRoute, Close, Closed, ConnectionId, Control, Full, Handshake, Message,
    Method, Part, PullHandler, Request, RequestView, Response, Topic, WebSocket,
};

pub(crate) use find::{ALLOW_CAPACITY, Found, allowed, find};
pub use table::{RegisterError, RouteTable, Routes};
use template::Kind;
pub(crate) use template::Pattern;
pub use template::{Matcher, template_matches};
pub(crate) use websocket::Receive;
pub use websocket::WebSocketRoute;

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
pub type OpenHandler<A> = fn(&A, &mut WebSocket<'_, A>, &RequestView<'_>) -> Result<(), Close>;

/// Called when the peer has taken octets and there is room to send again.
pub type WritableHandler<A> = fn(&A, &mut WebSocket<'_, A>) -> Result<(), Close>;

/// Sends the value that a topic has now, which was [marked](crate::Hub::mark).
pub type LatestHandler<A> = fn(&A, &mut WebSocket<'_, A>, Topic) -> Result<(), Full>;

/// Called once when a WebSocket has ended, however it ended.
pub type ClosedHandler<A> = fn(&A, &mut <A as App>::Session, ConnectionId, Closed);

/// One row of [`App::ROUTES`]: a path, a method, and what serves them.
///
/// The path is a template:
///
/// | template | is for | not for |
/// |---|---|---|
/// | `/path` | `/path` | `/path/` |
/// | `/path/*` | `/path/`, `/path/a/b` | `/path` |
/// | `/path/?` | `/path`, `/path/` | `/path/a` |
/// | `/path/?*` or `/path/*?` | `/path`, `/path/`, `/path/a` | `/paths` |
/// | `/user/{id}` | `/user/7` | `/user/`, `/user/7/name` |
/// | `/user/{id}/*` | `/user/7/`, `/user/7/name` | `/user/7` |
///
/// Wildcards stand at the end only: `*` for anything, also nothing, and `?` says
/// that the character before it may be missing. A name in braces that is a whole
/// segment stands for one segment that is not empty
/// ([`RequestView::parameter`]). Everything else is compared as it is: nothing is
/// decoded, and the query does not count. [`Route::literally`] and
/// [`Route::matching`] compare in other ways.
///
/// ```
/// # use dunlin::{App, AnswerError, Request, Response, Route};
/// # struct House;
/// impl App for House {
///     type Session = ();
///     const ROUTES: &'static [Route<Self>] = &[
///         Route::get("/lamp/{name}", lamp),
///         Route::any("/*", |_, _, response| response.text("Nobody is here")),
///     ];
/// }
///
/// fn lamp(_: &House, request: Request<'_, House>, response: Response<'_>) -> Result<(), AnswerError> {
///     response.text(request.parameter("name").unwrap_or_default())
/// }
/// ```
pub struct Route<A: App> {
    pub(crate) pattern: Pattern,
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
            pattern: Pattern::new(Some(method), path),
            target: Target::http(handler),
        }
    }

    /// A path and the handler for its requests with any method.
    pub const fn any(path: &'static str, handler: Handler<A>) -> Self {
        Self {
            pattern: Pattern::new(None, path),
            target: Target::http(handler),
        }
    }

    /// A path whose requests have bodies that are taken part by part as they
    /// arrive, with the method they have.
    pub const fn streamed(method: Method, path: &'static str, route: BodyRoute<A>) -> Self {
        Self {
            pattern: Pattern::new(Some(method), path),
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
            pattern: Pattern::new(Some(Method::Get), path),
            target: Target::WebSocket(route),
        }
    }

    /// Compares the path as it is: `*`, `?` and braces stand for themselves.
    #[must_use]
    pub const fn literally(mut self) -> Self {
        self.pattern.kind = Kind::Plain;
        self
    }

    /// Lets this function decide whether the route is for a path. What the
    /// template leaves open can still be asked for where the template is for
    /// the path too.
    #[must_use]
    pub const fn matching(mut self, matcher: Matcher) -> Self {
        self.pattern.matcher = Some(matcher);
        self
    }

    /// The path as it was given.
    pub const fn path(&self) -> &'static str {
        self.pattern.path
    }

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
