//! The request as a handler sees it.

use crate::route::Pattern;
use crate::{App, ConnectionId, Hub, Method, RequestHead};
use core::net::SocketAddr;
use core::ops::Deref;
use dunlin_proto::http::{MediaType, basic_credentials, cookies, query_pairs, query_value};

/// A request whose head and body have arrived, on a connection.
///
/// What was sent is read through [`RequestView`], to which this dereferences.
pub struct Request<'r, A: App> {
    pub(crate) view: RequestView<'r>,
    pub(crate) session: &'r mut A::Session,
    pub(crate) hub: Hub<'r>,
    pub(crate) id: ConnectionId,
}

impl<'r, A: App> Request<'r, A> {
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

impl<'r, A: App> Deref for Request<'r, A> {
    type Target = RequestView<'r>;

    fn deref(&self) -> &RequestView<'r> {
        &self.view
    }
}

/// What was sent: the head of a request, its body, and what the path means to
/// the route that serves it.
///
/// Nothing is copied or decoded. Compare with
/// [`percent_eq`](crate::percent_eq), and decode into an array of your own with
/// [`percent_decode_str`](crate::percent_decode_str).
#[derive(Clone, Copy)]
pub struct RequestView<'r> {
    pub(crate) head: &'r RequestHead<'r>,
    pub(crate) body: &'r [u8],
    pub(crate) pattern: &'static Pattern,
}

impl<'r> RequestView<'r> {
    /// The method.
    pub fn method(&self) -> Method {
        self.head.method()
    }

    /// The request target as received: path and query, or a whole URI.
    pub fn target(&self) -> &'r str {
        self.head.target()
    }

    /// The path of the target, without the query, not decoded.
    pub fn path(&self) -> &'r str {
        self.head.path()
    }

    /// The path of the route, as it was given to [`Route`](crate::Route).
    pub fn template(&self) -> &'static str {
        self.pattern.path
    }

    /// The segment of the path that `{name}` stands for in the template, not
    /// decoded and not empty.
    ///
    /// `None` if the template has no such parameter.
    pub fn parameter(&self, name: &str) -> Option<&'r str> {
        self.pattern.open_parts(self.path(), name)?.parameter
    }

    /// What the `*` at the end of the template stands for, not decoded; may be
    /// empty.
    ///
    /// `None` if the template has no `*` at its end. Of `/files/?*` and the path
    /// `/files/a/b` it is `a/b`.
    pub fn wildcard(&self) -> Option<&'r str> {
        self.pattern.open_parts(self.path(), "")?.rest
    }

    /// The query of the target behind `?`, not decoded.
    pub fn query(&self) -> Option<&'r str> {
        self.head.query()
    }

    /// The value of the first query pair with this key, not decoded. The key is
    /// compared with decoded ones.
    pub fn query_value(&self, key: &str) -> Option<&'r str> {
        query_value(self.head.query()?, key)
    }

    /// The pairs of the query in order, keys and values not decoded; none if
    /// there is no query. A `+` stands for a blank.
    pub fn query_pairs(&self) -> impl Iterator<Item = (&'r str, &'r str)> + use<'r> {
        query_pairs(self.head.query().unwrap_or_default())
    }

    /// The value of the first header field with this name, in any case, if it
    /// is UTF-8.
    pub fn header(&self, name: &str) -> Option<&'r str> {
        self.head.fields().get_str(name)
    }

    /// The values of all header fields with this name, in any case, in order;
    /// those that are not UTF-8 are left out.
    pub fn headers<'n>(&self, name: &'n str) -> impl Iterator<Item = &'r str> + use<'r, 'n> {
        let values = self.head.fields().get_all(name);
        values.filter_map(|value| core::str::from_utf8(value).ok())
    }

    /// The value of the first cookie with this name, as received (RFC 6265
    /// section 4.2). Names are compared with their case.
    pub fn cookie(&self, name: &str) -> Option<&'r str> {
        let mut cookies = self.cookies();
        cookies
            .find(|cookie| cookie.0 == name)
            .map(|cookie| cookie.1)
    }

    /// The names and values of all cookies, in order.
    pub fn cookies(&self) -> impl Iterator<Item = (&'r str, &'r str)> + use<'r> {
        cookies(self.head.fields())
    }

    /// The type of the body, without its parameters; `None` if `Content-Type`
    /// does not tell. The whole value is
    /// [`header("content-type")`](Self::header).
    pub fn content_type(&self) -> Option<MediaType<'r>> {
        Some(MediaType::of(self.header("content-type")?))
    }

    /// Whether the type of the body is JSON ([`MediaType::is_json`]). What is
    /// in the body is not looked at.
    pub fn is_json(&self) -> bool {
        self.content_type().is_some_and(MediaType::is_json)
    }

    /// The pairs of a form in order, keys and values not decoded; none if the
    /// body is not `application/x-www-form-urlencoded`. A `+` stands for a
    /// blank.
    pub fn form_pairs(&self) -> impl Iterator<Item = (&'r str, &'r str)> + use<'r> {
        query_pairs(self.form().unwrap_or_default())
    }

    /// The value of the first pair of a form with this key, not decoded. The key
    /// is compared with decoded ones.
    pub fn form_value(&self, key: &str) -> Option<&'r str> {
        query_value(self.form()?, key)
    }

    fn form(&self) -> Option<&'r str> {
        let is_form = self.content_type().is_some_and(MediaType::is_form);
        core::str::from_utf8(self.body).ok().filter(|_| is_form)
    }

    /// The user and the password that the client gave with the Basic scheme (RFC
    /// 7617), decoded into `buffer`.
    ///
    /// `None` if it gave none, or not in the right form, or more than one
    /// `Authorization`, or more than `buffer` holds: answer with 401 and
    /// `WWW-Authenticate`. Compare with
    /// [`credentials_match`](crate::credentials_match).
    ///
    /// ```
    /// # use dunlin::{App, AnswerError, Request, Response, Status, credentials_match};
    /// # struct House;
    /// # impl App for House {
    /// #     type Session = ();
    /// #     const ROUTES: &'static [dunlin::Route<Self>] = &[dunlin::Route::get("/", page)];
    /// # }
    /// fn page(_: &House, request: Request<'_, House>, response: Response<'_>) -> Result<(), AnswerError> {
    ///     let given = request.basic_auth(&mut [0; 64])
    ///         .is_some_and(|given| credentials_match(given, ("admin", "dunlin")));
    ///     if given {
    ///         return response.text("Come in");
    ///     }
    ///     response
    ///         .status(Status::UNAUTHORIZED)
    ///         .header("WWW-Authenticate", "Basic realm=\"House\", charset=\"UTF-8\"")
    ///         .text("Who are you?")
    /// }
    /// ```
    pub fn basic_auth<'b>(&self, buffer: &'b mut [u8]) -> Option<(&'b str, &'b str)> {
        let mut values = self.head.fields().get_all("authorization");
        match (values.next(), values.next()) {
            (Some(value), None) => basic_credentials(value, buffer),
            _ => None,
        }
    }

    /// The whole head: all fields, the version, the host.
    pub fn head(&self) -> &'r RequestHead<'r> {
        self.head
    }

    /// The body, decoded; empty when there is none.
    pub fn body(&self) -> &'r [u8] {
        self.body
    }
}
