//! Showing the fields of a request.

use crate::{Answer, Conformance};
use dunlin::proto::http::cookies;
use dunlin::{Request, Response};

/// A line for each field, as received. The answer is made in chunks, because
/// nobody knows its length before, and a device has no buffer for it.
pub(crate) fn fields(
    _: &Conformance,
    request: Request<'_, Conformance>,
    response: Response<'_>,
) -> Answer {
    let mut body = response.content_type(TEXT).chunked()?;
    for field in request.head().fields() {
        for part in [field.name.as_bytes(), b": ", field.value, b"\n"] {
            body.send(part)?;
        }
    }
    body.finish()
}

/// A line for each cookie.
pub(crate) fn cookie_pairs(
    _: &Conformance,
    request: Request<'_, Conformance>,
    response: Response<'_>,
) -> Answer {
    let mut body = response.content_type(TEXT).chunked()?;
    for (name, value) in cookies(request.head().fields()) {
        for part in [name, "=", value, "\n"] {
            body.send(part.as_bytes())?;
        }
    }
    body.finish()
}

const TEXT: &str = "text/plain; charset=utf-8";
