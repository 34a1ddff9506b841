//! `/metrics`: what was counted, for Prometheus.

extern crate alloc;

use crate::Echo;
use alloc::string::ToString;
use dunlin::{AnswerError, Event, METRICS_TYPE, Request, Response, Status};

pub(crate) fn count(echo: &Echo, event: &Event<'_>) {
    if let Some(counters) = echo.counters {
        counters.count(event);
    }
}

pub(crate) fn page(
    echo: &Echo,
    _: Request<'_, Echo>,
    response: Response<'_>,
) -> Result<(), AnswerError> {
    let Some(counters) = echo.counters else {
        let status = Status::NOT_FOUND;
        return response.status(status).text(status.reason());
    };
    response
        .content_type(METRICS_TYPE)
        .header("Cache-Control", "no-store")
        .body(counters.snapshot().metrics().to_string().as_bytes())
}
