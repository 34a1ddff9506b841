//! Answers that are given later.

use crate::work::{DEPTH, Work};
use crate::{Answer, Features};
use dunlin::{Reply, Request, Response, Status};

/// Lets the client wait until somebody releases it, or another takes its place.
pub(crate) fn hold(app: &Features, _: Request<'_, Features>, response: Response<'_>) -> Answer {
    app.state.held.set(Some(response.ticket()));
    Ok(())
}

/// Answers who waits with the body of this request.
pub(crate) fn release(
    app: &Features,
    request: Request<'_, Features>,
    response: Response<'_>,
) -> Answer {
    let Some(ticket) = app.state.held.take() else {
        return response.status(Status::NOT_FOUND).empty();
    };
    let reply = Reply {
        status: Status::ACCEPTED,
        content_type: "text/plain; charset=utf-8",
        body: request.body(),
    };
    match request.hub().reply(ticket, reply) {
        Ok(()) => response.status(Status::NO_CONTENT).empty(),
        Err(ticket) => {
            app.state.held.set(Some(ticket));
            response.status(Status::SERVICE_UNAVAILABLE).empty()
        }
    }
}

/// Has the worker answer, unless it has something to do.
pub(crate) fn later(app: &Features, _: Request<'_, Features>, response: Response<'_>) -> Answer {
    if app.program.room() < DEPTH {
        return response.status(Status::SERVICE_UNAVAILABLE).empty();
    }
    app.program.give(Work::Later {
        ticket: response.ticket(),
    });
    Ok(())
}
