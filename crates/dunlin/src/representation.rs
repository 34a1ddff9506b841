//! Answering with a file of which clients may have something already.

use crate::{AnswerError, HttpDate, Method, RequestHead, Response, Status};
use core::ops::Range;
use dunlin_proto::http::{ContentRange, Selection, Validators};

/// The form of a file that was chosen for a request (RFC 9110 section 3.2), and
/// what is told of it.
///
/// [`Representation::respond`] answers for everything whose body lies somewhere
/// and has a length: [`Assets`](crate::Assets) in flash, files of a driver, or
/// what an application has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Representation<'f> {
    /// Octets of the whole body.
    pub length: u64,
    /// `Content-Type`.
    pub content_type: Option<&'f str>,
    /// `Content-Encoding`; `None` for what is not compressed.
    pub content_encoding: Option<&'f str>,
    /// Whether another client may get another form for its `Accept-Encoding`.
    /// Caches are told with `Vary`.
    pub is_negotiated: bool,
    /// `ETag`, quotes included. Two forms of a file have different ones.
    pub entity_tag: Option<&'f str>,
    /// `Last-Modified`, in seconds since 1970-01-01 00:00:00 UTC.
    pub last_modified: Option<u64>,
    /// Whether that date names these octets and no others, as
    /// [`Validators::date_is_strong`] says.
    pub date_is_strong: bool,
    /// `Cache-Control` (RFC 9111 section 5.2).
    pub cache_control: Option<&'f str>,
}

impl Representation<'_> {
    /// Answers a request for it: 200, 206 with the part that is asked for, 304 when
    /// the client has it, 405, 412 or 416 (RFC 9110 sections 13.2.2 and 14.2).
    ///
    /// With 200 and 206, `send` is given the response and the places of the octets
    /// that are its body, and has to answer. Before, a handler may have added two
    /// fields to the response.
    ///
    /// # Errors
    ///
    /// Those of `send`, and [`AnswerError`] when a response does not fit; then
    /// nothing was sent.
    pub fn respond(
        &self,
        head: &RequestHead<'_>,
        response: Response<'_>,
        send: impl FnOnce(Response<'_>, Range<u64>) -> Result<(), AnswerError>,
    ) -> Result<(), AnswerError> {
        if !matches!(head.method(), Method::Get | Method::Head) {
            let allow = ("Allow", Some("GET, HEAD"));
            return answer_status(response, Status::METHOD_NOT_ALLOWED, allow);
        }
        let validators = Validators {
            entity_tag: self.entity_tag,
            last_modified: self.last_modified,
            date_is_strong: self.date_is_strong,
        };
        let content_range;
        let (status, part, content_range) =
            match validators.select(head.method(), head.fields(), self.length) {
                Selection::Whole => (Status::OK, 0..self.length, None),
                Selection::Part(range) => {
                    content_range = ContentRange::part(range, self.length);
                    let part = range.first()..range.first() + range.len();
                    (Status::PARTIAL_CONTENT, part, Some(content_range.as_str()))
                }
                Selection::NotModified => return self.answer_not_modified(response),
                Selection::PreconditionFailed => {
                    return answer_status(response, Status::PRECONDITION_FAILED, NO_FIELD);
                }
                Selection::RangeNotSatisfiable => {
                    content_range = ContentRange::unsatisfied(self.length);
                    let field = ("Content-Range", Some(content_range.as_str()));
                    return answer_status(response, Status::RANGE_NOT_SATISFIABLE, field);
                }
            };
        let date = self.last_modified.map(HttpDate::from_unix);
        let fields = [
            ("ETag", self.entity_tag),
            ("Last-Modified", date.as_ref().map(HttpDate::as_str)),
            ("Cache-Control", self.cache_control),
            ("Content-Encoding", self.content_encoding),
            ("Vary", self.vary()),
            // A part says by itself that parts are served.
            match content_range {
                None => ("Accept-Ranges", Some("bytes")),
                part => ("Content-Range", part),
            },
        ];
        let response = response.headers_present(&fields).status(status);
        let response = match self.content_type {
            Some(content_type) => response.content_type(content_type),
            None => response,
        };
        send(response, part)
    }

    /// 304 has what a cache updates its copy with, and no more (RFC 9110 section
    /// 15.4.5). The date counts only where there is no tag.
    fn answer_not_modified(&self, response: Response<'_>) -> Result<(), AnswerError> {
        let date = self.last_modified.filter(|_| self.entity_tag.is_none());
        let date = date.map(HttpDate::from_unix);
        let fields = [
            ("ETag", self.entity_tag),
            ("Last-Modified", date.as_ref().map(HttpDate::as_str)),
            ("Cache-Control", self.cache_control),
            ("Vary", self.vary()),
        ];
        let response = response.status(Status::NOT_MODIFIED);
        response.headers_present(&fields).empty()
    }

    fn vary(&self) -> Option<&'static str> {
        self.is_negotiated.then_some("Accept-Encoding")
    }
}

/// Answers with a status, its reason as the body, and a field that has a value.
#[cfg_attr(target_pointer_width = "32", inline(never))]
pub(crate) fn answer_status<'r: 's, 's>(
    response: Response<'r>,
    status: Status,
    field: (&'s str, Option<&'s str>),
) -> Result<(), AnswerError> {
    let response = response.headers_present(&[field]).status(status);
    response.text(status.reason())
}

pub(crate) const NO_FIELD: (&str, Option<&str>) = ("", None);
