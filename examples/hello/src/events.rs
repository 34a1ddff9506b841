//! Server-sent events: a clock that tells its listeners each second.

use crate::{Answer, Hello};
use core::cell::Cell;
use core::fmt::Write;
use dunlin::{Full, Hub, PulledBody, Request, Response, Resume, Status, StreamEvent};
use heapless::String;

/// Seconds since the start, and who waits for the next.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    seconds: Cell<u32>,
    waiting: [Cell<Option<Resume>>; LISTENERS],
}

/// The last event that a client was sent.
#[derive(Debug, Default)]
pub struct Told(Option<u32>);

impl Clock {
    /// Counts a second, and has those who wait told of it.
    pub(crate) fn tick(&self, hub: Hub<'_>) {
        self.seconds.set(self.seconds.get().wrapping_add(1));
        for place in &self.waiting {
            let Some(waiting) = place.take() else {
                continue;
            };
            if hub.resume(waiting).is_err() {
                // The Hub is full: it is told of the next second instead.
                place.set(Some(waiting));
            }
        }
    }

    fn free_place(&self) -> Option<&Cell<Option<Resume>>> {
        self.waiting.iter().find(|place| place.get().is_none())
    }
}

/// Begins a stream of events; its body is asked of [`tell`].
pub(crate) fn listen(
    hello: &Hello,
    mut request: Request<'_, Hello>,
    response: Response<'_>,
) -> Answer {
    if hello.clock.free_place().is_none() {
        return response
            .status(Status::SERVICE_UNAVAILABLE)
            .text("There are as many listeners as can be.");
    }
    *request.session() = Told(None);
    response.events()
}

/// Sends the second that it is, or waits for the next one.
pub(crate) fn tell(hello: &Hello, body: &mut PulledBody<'_, Hello>) -> Result<(), Full> {
    let now = hello.clock.seconds.get();
    if body.session().0 != Some(now) {
        let mut text = String::<10>::new();
        // There is room for every number.
        let _ = write!(text, "{now}");
        body.send_event(&StreamEvent {
            event: "second",
            id: &text,
            data: &text,
        })?;
        body.session().0 = Some(now);
        // It is called once more.
        return Ok(());
    }
    match hello.clock.free_place() {
        Some(place) => place.set(Some(body.resume())),
        // The client comes again by itself.
        None => body.finish(),
    }
    Ok(())
}

/// Listeners at a time.
const LISTENERS: usize = 16;
