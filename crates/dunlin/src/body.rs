//! Request bodies that are taken part by part.

use crate::response::Outcome;
use crate::{
    AnswerError, App, ConnectionId, Handler, Hub, PullHandler, Request, Response, Resume, Status,
};

/// Decides about a body before it is received: accepts or refuses it.
pub type AdmitBodyHandler<A> = fn(&A, Request<'_, A>, Admission<'_>) -> Result<(), AnswerError>;

/// Takes the next octets of a body and returns how many it took.
///
/// With fewer than all the body pauses: no more is received, and the rest comes
/// again after [`Hub::resume`]. An error is answered with its status and ends
/// the connection.
pub type BodyHandler<A> = fn(&A, &mut BodyPart<'_, A>, &[u8]) -> Result<usize, Status>;

/// Called when a body that was accepted does not arrive whole.
pub type AbandonedHandler<A> = fn(&A, &mut <A as App>::Session, ConnectionId);

/// How a route takes bodies of any length, part by part as they arrive.
///
/// No memory is needed for the body. A handler that has to wait, for flash or a
/// disk, takes what it has room for and [pauses](BodyHandler); TCP then slows
/// the client down.
///
/// ```
/// # use dunlin::{App, AnswerError, BodyPart, BodyRoute, Method, Request, Response, Route, Status};
/// /// Counts the octets that it is sent.
/// struct Counter;
///
/// impl App for Counter {
///     type Session = u64;
///     const ROUTES: &'static [Route<Self>] =
///         &[Route::streamed(Method::Put, "/upload", BodyRoute::new(count, answer))];
/// }
///
/// fn count(_: &Counter, part: &mut BodyPart<'_, Counter>, octets: &[u8]) -> Result<usize, Status> {
///     *part.session() += octets.len() as u64;
///     Ok(octets.len())
/// }
///
/// fn answer(_: &Counter, mut request: Request<'_, Counter>, response: Response<'_>) -> Result<(), AnswerError> {
///     let octets = core::mem::take(request.session());
///     response.text(&format!("{octets} octets"))
/// }
/// ```
pub struct BodyRoute<A: App> {
    pub(crate) part: BodyHandler<A>,
    pub(crate) end: Handler<A>,
    pub(crate) admit: Option<AdmitBodyHandler<A>>,
    pub(crate) abandoned: Option<AbandonedHandler<A>>,
    pub(crate) pull: Option<PullHandler<A>>,
    pub(crate) limit: usize,
    pub(crate) length_required: bool,
}

impl<A: App> BodyRoute<A> {
    /// Gives a body to `part` as it arrives, and its request to `end` behind the
    /// last octet, to be answered. The request has its head then, and an empty
    /// [`body`](crate::RequestView::body).
    ///
    /// A request without a body goes to `end` at once.
    pub const fn new(part: BodyHandler<A>, end: Handler<A>) -> Self {
        Self {
            part,
            end,
            admit: None,
            abandoned: None,
            pull: None,
            limit: usize::MAX,
            length_required: false,
        }
    }

    /// Asks this handler behind each head, before the body is received and before
    /// a client that waits for `100 Continue` is told to go on; without it
    /// all are accepted. A refusal ends the connection, unless there is no body.
    #[must_use]
    pub const fn admit(mut self, handler: AdmitBodyHandler<A>) -> Self {
        self.admit = Some(handler);
        self
    }

    /// Calls this handler when a body that was accepted does not arrive whole:
    /// the connection is lost, the body is too long, too slow or malformed, the
    /// server stops, or `part` refused to go on.
    #[must_use]
    pub const fn abandoned(mut self, handler: AbandonedHandler<A>) -> Self {
        self.abandoned = Some(handler);
        self
    }

    /// Asks this handler for the body of the response, as [`Route::pulled`]
    /// does.
    ///
    /// [`Route::pulled`]: crate::Route::pulled
    #[must_use]
    pub const fn pulled(mut self, handler: PullHandler<A>) -> Self {
        self.pull = Some(handler);
        self
    }

    /// Takes bodies of up to so many octets; longer ones are answered 413.
    /// Without it there is no limit; [`Limits::body`](crate::Limits::body)
    /// does not count here.
    #[must_use]
    pub const fn limit(mut self, octets: usize) -> Self {
        self.limit = octets;
        self
    }

    /// Answers bodies without `Content-Length` with 411 (RFC 9110 section
    /// 15.5.12).
    #[must_use]
    pub const fn length_required(mut self) -> Self {
        self.length_required = true;
        self
    }
}

/// A body to be accepted or refused by an [`AdmitBodyHandler`]. Deciding
/// consumes it.
#[must_use = "a body that is not decided about is answered with 500"]
pub struct Admission<'r> {
    pub(crate) response: Response<'r>,
}

impl<'r> Admission<'r> {
    /// Accepts: the body is received.
    ///
    /// # Errors
    ///
    /// None; the type is that of a handler's result.
    pub fn accept(self) -> Result<(), AnswerError> {
        self.response.exchange.outcome = Outcome::Accepted;
        Ok(())
    }

    /// Refuses with a status, such as 401 or 403; answer with what is returned.
    pub fn refuse(self, status: Status) -> Response<'r> {
        self.response.status(status)
    }
}

/// What a [`BodyHandler`] is given beside the octets.
pub struct BodyPart<'b, A: App> {
    pub(crate) session: &'b mut A::Session,
    pub(crate) hub: Hub<'b>,
    pub(crate) resume: Resume,
    pub(crate) received: u64,
}

impl<'b, A: App> BodyPart<'b, A> {
    /// What the application keeps for this connection.
    pub fn session(&mut self) -> &mut A::Session {
        self.session
    }

    /// Octets of the body that were taken before these.
    pub fn received(&self) -> u64 {
        self.received
    }

    /// What [`Hub::resume`] wants when a handler has taken less than all and the
    /// rest may come.
    pub fn resume(&self) -> Resume {
        self.resume
    }

    /// The connection the request came on.
    pub fn id(&self) -> ConnectionId {
        self.resume.connection
    }

    /// Reaches any connection, later and from anywhere.
    pub fn hub(&self) -> Hub<'b> {
        self.hub
    }
}
