//! Futures of tokio that answer tickets.

use crate::answer::Pending;
use crate::{Answer, HubHandle};
use dunlin::Ticket;
use tokio::runtime::Handle;

/// Runs a future on a runtime of tokio and answers the ticket with what it
/// returns: 500 when it panics, 503 when the runtime ends before.
///
/// A connection has one ticket at a time, so there are never more of these
/// futures than [`Config::max_connections`](crate::Config::max_connections);
/// whoever wants fewer counts them with a semaphore.
///
/// ```
/// # use dunlin::{AnswerError, App, Request, Response, Route};
/// use dunlin_linux::{Answer, HubHandle, answer_with};
///
/// struct Weather {
///     runtime: tokio::runtime::Handle,
///     hub: HubHandle,
/// }
/// # impl App for Weather {
/// #     type Session = ();
/// #     const ROUTES: &'static [Route<Self>] = &[Route::get("/weather", weather)];
/// # }
///
/// fn weather(
///     app: &Weather,
///     _: Request<'_, Weather>,
///     response: Response<'_>,
/// ) -> Result<(), AnswerError> {
///     let answer = async { Answer::text(ask().await) };
///     answer_with(&app.runtime, &app.hub, response.ticket(), answer);
///     Ok(())
/// }
/// # async fn ask() -> String { String::new() }
/// ```
pub fn answer_with(
    runtime: &Handle,
    hub: &HubHandle,
    ticket: Ticket,
    future: impl Future<Output = Answer> + Send + 'static,
) {
    let pending = Pending::new(hub, ticket);
    runtime.spawn(async move {
        // It is answered by being dropped when the future panics or is dropped.
        let mut pending = pending;
        let answer = pending.sendable(future.await);
        if !pending.try_answer(&answer) {
            // The Hub has no room: a thread that may block waits for it.
            tokio::task::spawn_blocking(move || pending.answer(answer));
        }
    });
}
