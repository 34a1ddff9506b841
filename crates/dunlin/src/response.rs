//! Answering a request.

use crate::uses::ByDriver;
use crate::{ConnectionId, HttpDate, Output, Status, Ticket};
use dunlin_proto::http::{
    BodyLength, ResponseError, ResponseHead, SetCookieError, Version, write_chunk, write_last_chunk,
};
use dunlin_proto::output::Full;

/// The one answer to a request. Answering consumes it: no handler answers
/// twice.
///
/// ```
/// # use dunlin::{App, AnswerError, Request, Response, Route, Status};
/// # struct Device;
/// # impl App for Device {
/// #     type Session = ();
/// #     const ROUTES: &'static [Route<Self>] = &[Route::get("/status", status)];
/// # }
/// fn status(_: &Device, _: Request<'_, Device>, response: Response<'_>) -> Result<(), AnswerError> {
///     response.header("Cache-Control", "no-store").json(r#"{"ok":true}"#)
/// }
/// ```
///
/// A field may be made by the handler, on a device in an array of its own:
///
/// ```
/// # use dunlin::{App, AnswerError, Request, Response};
/// # struct Device { boots: u32 }
/// # impl App for Device {
/// #     type Session = ();
/// #     const ROUTES: &'static [dunlin::Route<Self>] = &[dunlin::Route::get("/", page)];
/// # }
/// fn page(device: &Device, _: Request<'_, Device>, response: Response<'_>) -> Result<(), AnswerError> {
///     let version = format!("\"{}\"", device.boots);
///     response.header("ETag", &version).text("The page")
/// }
/// ```
///
/// A cookie is a field whose value [`SetCookie`](crate::SetCookie) writes:
///
/// ```
/// # use dunlin::{AnswerError, App, Request, Response, SetCookie};
/// # struct Device;
/// # impl App for Device {
/// #     type Session = ();
/// #     const ROUTES: &'static [dunlin::Route<Self>] = &[dunlin::Route::get("/", page)];
/// # }
/// fn page(_: &Device, _: Request<'_, Device>, response: Response<'_>) -> Result<(), AnswerError> {
///     let mut buffer = [0; 64];
///     let cookie = SetCookie::new("theme", "dark").path("/").max_age(86_400);
///     response.header("Set-Cookie", cookie.write(&mut buffer)?).text("It is dark.")
/// }
/// ```
#[must_use = "a request that is not answered is answered for with 500"]
pub struct Response<'r> {
    pub(crate) output: &'r mut dyn Output,
    pub(crate) exchange: &'r mut Exchange,
    pub(crate) date: Option<&'r HttpDate>,
    pub(crate) id: ConnectionId,
    pub(crate) status: Status,
    pub(crate) content_type: Option<&'r str>,
    fields: [(&'r str, &'r str); MAX_FIELDS],
    field_count: usize,
}

/// What the answer to the current request must know of it, and what became of
/// it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Exchange {
    /// Counts the requests of a connection, so that a late answer to one is
    /// never taken for the answer to another.
    pub(crate) number: u32,
    pub(crate) version: Version,
    /// The response to a HEAD request has no body.
    pub(crate) head_only: bool,
    pub(crate) persistent: bool,
    /// Of the response that was begun.
    pub(crate) status: Status,
    pub(crate) outcome: Outcome,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Not answered yet.
    Open,
    /// Answered completely.
    Sent,
    /// Answered, but for these octets that had no room.
    Rest(&'static [u8]),
    /// Answered, but for a body of this length that is asked for as room
    /// appears; without one it is chunked, or ends with the connection.
    Pulled(Option<usize>),
    /// The same for a stream of events.
    Events,
    /// To be answered through the Hub.
    Ticket,
    /// A chunked body was begun and not finished.
    Unfinished,
    /// The handshake is accepted.
    Accepted,
    /// Answered, but for a body that the driver sends.
    #[cfg_attr(not(feature = "driver-bodies"), expect(dead_code))]
    ByDriver(ByDriver),
}

/// Why an answer was not given; returned from a handler it becomes a 500.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum AnswerError {
    /// The response does not fit the output: send it chunked, or from a
    /// `'static` slice, which is sent as room appears.
    Full,
    /// A field has an invalid name or value, or is one the server sets itself.
    InvalidField,
    /// More than [`MAX_FIELDS`] fields.
    TooManyFields,
    /// The driver does not send such bodies.
    NotByDriver,
}

impl core::fmt::Display for AnswerError {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.write_str(match self {
            Self::Full => "the response does not fit the output",
            Self::InvalidField => "a response field has an invalid name or value",
            Self::TooManyFields => "too many response fields",
            Self::NotByDriver => "the driver does not send such bodies",
        })
    }
}

impl core::error::Error for AnswerError {}

impl From<ResponseError> for AnswerError {
    fn from(error: ResponseError) -> Self {
        match error {
            ResponseError::Full => Self::Full,
            ResponseError::InvalidField => Self::InvalidField,
        }
    }
}

impl From<SetCookieError> for AnswerError {
    fn from(error: SetCookieError) -> Self {
        match error {
            SetCookieError::Invalid => Self::InvalidField,
            SetCookieError::Full => Self::Full,
        }
    }
}

impl From<Full> for AnswerError {
    fn from(_: Full) -> Self {
        Self::Full
    }
}

impl<'r> Response<'r> {
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) fn new(
        output: &'r mut dyn Output,
        exchange: &'r mut Exchange,
        date: Option<&'r HttpDate>,
        id: ConnectionId,
    ) -> Self {
        let fields = [("", ""); MAX_FIELDS];
        let status = Status::OK;
        Self {
            output,
            exchange,
            date,
            id,
            status,
            content_type: None,
            fields,
            field_count: 0,
        }
    }

    /// Sets the status; without it, 200.
    pub fn status(mut self, status: Status) -> Self {
        self.status = status;
        self
    }

    /// Sets `Content-Type`.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub fn content_type<'s>(self, content_type: &'s str) -> Response<'s>
    where
        'r: 's,
    {
        let mut response = self.shortened();
        response.content_type = Some(content_type);
        response
    }

    /// Adds a field; at most [`MAX_FIELDS`]. Its name and value may be the
    /// handler's own.
    pub fn header<'s>(self, name: &'s str, value: &'s str) -> Response<'s>
    where
        'r: 's,
    {
        let mut response = self.shortened();
        if let Some(place) = response.fields.get_mut(response.field_count) {
            *place = (name, value);
        }
        response.field_count += 1;
        response
    }

    /// Adds the fields of a list that have a value.
    pub(crate) fn headers_present<'s>(self, fields: &[(&'s str, Option<&'s str>)]) -> Response<'s>
    where
        'r: 's,
    {
        let mut response = self.shortened();
        for (name, value) in fields {
            if let Some(value) = value {
                response = response.header(name, value);
            }
        }
        response
    }

    /// The same for a shorter time: the compiler does not do it by itself,
    /// because of the trait object that is written to.
    #[inline]
    fn shortened<'s>(self) -> Response<'s>
    where
        'r: 's,
    {
        Response {
            output: self.output,
            exchange: self.exchange,
            date: self.date,
            id: self.id,
            status: self.status,
            content_type: self.content_type,
            fields: self.fields,
            field_count: self.field_count,
        }
    }

    /// Answers with plain text.
    ///
    /// # Errors
    ///
    /// [`AnswerError`]; then nothing was sent.
    pub fn text(self, text: &str) -> Result<(), AnswerError> {
        self.content_type("text/plain; charset=utf-8")
            .body(text.as_bytes())
    }

    /// Answers with a JSON text.
    ///
    /// # Errors
    ///
    /// [`AnswerError`]; then nothing was sent.
    pub fn json(self, json: &str) -> Result<(), AnswerError> {
        self.content_type("application/json").body(json.as_bytes())
    }

    /// Answers without a body: for a status such as 204, or with an empty one.
    ///
    /// # Errors
    ///
    /// [`AnswerError`]; then nothing was sent.
    pub fn empty(self) -> Result<(), AnswerError> {
        self.body(&[])
    }

    /// Answers with a body that fits the output now.
    ///
    /// # Errors
    ///
    /// [`AnswerError`]; then nothing was sent.
    pub fn body(mut self, body: &[u8]) -> Result<(), AnswerError> {
        let length = self.known_length(body.len());
        let none = self.exchange.head_only || length == BodyLength::None;
        self.write_head(length, if none { &[] } else { body })?;
        self.exchange.outcome = Outcome::Sent;
        Ok(())
    }

    /// Answers with a body in flash or in the program: what has no room now is
    /// sent as room appears.
    ///
    /// # Errors
    ///
    /// [`AnswerError`] when not even the head fits; then nothing was sent.
    pub fn asset(mut self, body: &'static [u8]) -> Result<(), AnswerError> {
        if self.exchange.head_only || self.status.forbids_body() {
            return self.body(body);
        }
        self.write_head(BodyLength::Known(body.len() as u64), &[])?;
        let rest = write_some(self.output, body);
        self.exchange.outcome = if rest.is_empty() {
            Outcome::Sent
        } else {
            Outcome::Rest(rest)
        };
        Ok(())
    }

    /// Answers with a body whose length is not known yet, chunk by chunk. To an
    /// HTTP/1.0 client it ends with the connection.
    ///
    /// # Errors
    ///
    /// [`AnswerError`]; then nothing was sent.
    pub fn chunked(mut self) -> Result<ChunkedBody<'r>, AnswerError> {
        let length = self.unknown_length();
        self.write_head(length, &[])?;
        self.exchange.outcome = Outcome::Unfinished;
        Ok(ChunkedBody {
            output: self.output,
            exchange: self.exchange,
            length,
        })
    }

    /// Answers with a body that the route's [`PullHandler`](crate::PullHandler) is
    /// asked for as the peer takes it. With its `length` in octets; without one
    /// it is chunked, and to an HTTP/1.0 client ends with the connection.
    ///
    /// # Errors
    ///
    /// [`AnswerError`]; then nothing was sent.
    pub fn pulled(self, length: Option<usize>) -> Result<(), AnswerError> {
        self.begin_pulled(length, Outcome::Pulled(length))
    }

    /// Answers with a stream of [events](crate::StreamEvent) that the route's
    /// [`PullHandler`](crate::PullHandler) sends as they happen (WHATWG HTML section
    /// 9.2). While there are none a comment is sent at each
    /// [`Limits::answer_time`](crate::Limits::answer_time), so that a lost client is
    /// noticed. A client that ends its side of the connection is taken to have left,
    /// and the stream is finished: nothing tells whether it still listens.
    ///
    /// # Errors
    ///
    /// [`AnswerError`]; then nothing was sent.
    pub fn events(self) -> Result<(), AnswerError> {
        let response = self.content_type("text/event-stream");
        let response = response.header("Cache-Control", "no-store");
        response.begin_pulled(None, Outcome::Events)
    }

    fn begin_pulled(mut self, length: Option<usize>, outcome: Outcome) -> Result<(), AnswerError> {
        let framing = match length {
            Some(octets) => self.known_length(octets),
            None => self.unknown_length(),
        };
        self.write_head(framing, &[])?;
        let none = self.exchange.head_only || framing == BodyLength::None || length == Some(0);
        self.exchange.outcome = if none { Outcome::Sent } else { outcome };
        Ok(())
    }

    /// Answers with a body of `length` octets that the driver sends by itself, such
    /// as a file. `body` is of a type that the driver knows, and tells of: it takes
    /// out of it what it needs.
    ///
    /// # Errors
    ///
    /// [`AnswerError`]; then nothing was sent. [`AnswerError::NotByDriver`] for
    /// a type that the driver does not know.
    #[cfg(feature = "driver-bodies")]
    pub fn by_driver(
        mut self,
        length: u64,
        body: &mut dyn core::any::Any,
    ) -> Result<(), AnswerError> {
        let none = self.exchange.head_only || self.status.forbids_body() || length == 0;
        if !none && !self.output.take_body(body) {
            return Err(AnswerError::NotByDriver);
        }
        let framing = match self.status.forbids_body() {
            true => BodyLength::None,
            false => BodyLength::Known(length),
        };
        self.write_head(framing, &[])?;
        self.exchange.outcome = if none {
            Outcome::Sent
        } else {
            Outcome::ByDriver(())
        };
        Ok(())
    }

    /// Sends the client to another place: 303 for a page to be fetched with GET
    /// after a form, 307 and 308 to repeat the request there, 301 and 302 as
    /// ever (RFC 9110 section 15.4).
    ///
    /// # Errors
    ///
    /// [`AnswerError`]; then nothing was sent.
    pub fn redirect(self, status: Status, location: &str) -> Result<(), AnswerError> {
        self.status(status).header("Location", location).empty()
    }

    /// Sends octets as they are in the place of a response: status line, fields and
    /// body are the handler's own affair. Nobody else can tell where it ends, so the
    /// connection ends behind it.
    ///
    /// # Errors
    ///
    /// [`AnswerError::Full`] when they do not fit the output; then nothing was
    /// sent.
    pub fn raw(self, octets: &[u8]) -> Result<(), AnswerError> {
        self.output.write(&[octets])?;
        self.exchange.status = self.status;
        self.exchange.persistent = false;
        self.exchange.outcome = Outcome::Sent;
        Ok(())
    }

    /// Answers later, through [`Hub::reply`](crate::Hub::reply), from wherever
    /// the ticket is taken to. Without an answer within
    /// [`Limits::answer_time`](crate::Limits::answer_time) the client gets 503.
    pub fn ticket(self) -> Ticket {
        self.exchange.outcome = Outcome::Ticket;
        Ticket {
            connection: self.id,
            exchange: self.exchange.number,
        }
    }

    fn known_length(&self, octets: usize) -> BodyLength {
        if self.status.forbids_body() {
            BodyLength::None
        } else {
            BodyLength::Known(octets as u64)
        }
    }

    /// How a body of unknown length ends.
    fn unknown_length(&mut self) -> BodyLength {
        match self.exchange.version {
            _ if self.status.forbids_body() => BodyLength::None,
            Version::Http11 => BodyLength::Chunked,
            Version::Http10 => {
                self.exchange.persistent = false;
                BodyLength::UntilClose
            }
        }
    }

    fn write_head(&mut self, length: BodyLength, body: &[u8]) -> Result<(), AnswerError> {
        let fields = self
            .fields
            .get(..self.field_count)
            .ok_or(AnswerError::TooManyFields)?;
        let head = ResponseHead {
            status: self.status,
            version: self.exchange.version,
            persistent: self.exchange.persistent,
            date: self.date,
            content_type: self.content_type,
            fields,
            length,
        };
        head.write(body, self.output)?;
        self.exchange.status = self.status;
        Ok(())
    }
}

/// A body that is sent chunk by chunk; end it with [`ChunkedBody::finish`].
///
/// A body that is not finished is cut off with its connection, so that the
/// client notices.
#[must_use = "an unfinished body is cut off"]
pub struct ChunkedBody<'r> {
    output: &'r mut dyn Output,
    exchange: &'r mut Exchange,
    length: BodyLength,
}

impl ChunkedBody<'_> {
    /// Sends a chunk.
    ///
    /// # Errors
    ///
    /// [`Full`] when it does not fit now; then nothing of it was sent.
    pub fn send(&mut self, data: &[u8]) -> Result<(), Full> {
        match self.length {
            _ if self.exchange.head_only => Ok(()),
            BodyLength::None => Ok(()),
            BodyLength::Chunked => write_chunk(data, self.output),
            _ => self.output.write(&[data]),
        }
    }

    /// Ends the body.
    ///
    /// # Errors
    ///
    /// [`Full`] when not even the end fits.
    pub fn finish(self) -> Result<(), AnswerError> {
        if self.length == BodyLength::Chunked && !self.exchange.head_only {
            write_last_chunk(self.output)?;
        }
        self.exchange.outcome = Outcome::Sent;
        Ok(())
    }
}

/// Writes as much of `octets` as fits and returns the rest.
pub(crate) fn write_some<'b>(output: &mut dyn Output, octets: &'b [u8]) -> &'b [u8] {
    let (now, rest) = octets.split_at(octets.len().min(output.room()));
    match output.write(&[now]) {
        Ok(()) => rest,
        Err(Full) => octets,
    }
}

/// Fields that a handler can add to a response.
pub const MAX_FIELDS: usize = 8;
