//! What is published goes to everybody who has subscribed.

use crate::{Answer, Features, Session, text};
use core::cell::{Cell, RefCell};
use core::fmt::Write;
use dunlin::{Full, PulledBody, Request, Response, Resume, Status, StreamEvent};
use heapless::String;

/// The last thing that was published, and who waits for the next.
#[derive(Default)]
pub(crate) struct Published {
    number: Cell<u32>,
    text: RefCell<String<64>>,
    waiting: [Cell<Option<Resume>>; 4],
}

pub(crate) fn subscribe(
    app: &Features,
    mut request: Request<'_, Features>,
    response: Response<'_>,
) -> Answer {
    *request.session() = Session::Events(app.state.published.number.get());
    response.events()
}

pub(crate) fn pull(app: &Features, body: &mut PulledBody<'_, Features>) -> Result<(), Full> {
    let published = &app.state.published;
    let Session::Events(seen) = body.session() else {
        body.abort();
        return Ok(());
    };
    let number = published.number.get();
    if *seen != number {
        *seen = number;
        let id: String<10> = text(|text| write!(text, "{number}"));
        return body.send_event(&StreamEvent {
            event: "note",
            id: &id,
            data: &published.text.borrow(),
        });
    }
    let own = body.resume();
    let place = |is_mine: fn(Option<Resume>, Resume) -> bool| {
        let mut places = published.waiting.iter();
        places.find(|place| is_mine(place.get(), own))
    };
    let place =
        place(|there, own| there == Some(own)).or_else(|| place(|there, _| there.is_none()));
    match place {
        Some(place) => place.set(Some(own)),
        // Nobody would wake it.
        None => body.finish(),
    }
    Ok(())
}

pub(crate) fn publish(
    app: &Features,
    request: Request<'_, Features>,
    response: Response<'_>,
) -> Answer {
    let published = &app.state.published;
    let text = core::str::from_utf8(request.body()).map(String::try_from);
    let Ok(Ok(text)) = text else {
        return response.status(Status::BAD_REQUEST).empty();
    };
    published.text.replace(text);
    published.number.set(published.number.get() + 1);
    for waiting in published.waiting.iter().filter_map(Cell::take) {
        request.hub().resume(waiting)?;
    }
    response.status(Status::NO_CONTENT).empty()
}
