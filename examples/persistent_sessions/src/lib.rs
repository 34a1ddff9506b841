//! A number that the server keeps for each connection, and forgets with it.
//!
//! | request | answer |
//! |---|---|
//! | `GET /` | a page to add with |
//! | `GET /adder` | the sum |
//! | `POST /adder` | the sum, to which the number in the body was added |
//! | `PUT /adder` | the sum, which is the number in the body from now on |
//!
//! Each answer names its connection in the field `X-Connection`. A body that is
//! no integer of 64 bits is answered 400, a sum that would be none 422.
#![no_std]
#![forbid(unsafe_code)]

use core::fmt::Write;
use dunlin::{AnswerError, App, ConnectionId, Request, Response, Route, Status};
use heapless::String;

/// The application. All it knows is in its sessions.
#[derive(Debug, Clone, Copy, Default)]
pub struct Adder;

/// What is kept for a connection: it begins and ends with it.
#[derive(Debug, Default)]
pub struct Session {
    sum: i64,
    /// The connection, once it has asked for its sum.
    used_by: Option<ConnectionId>,
}

impl Drop for Session {
    fn drop(&mut self) {
        if let Some(id) = self.used_by {
            log::info!(target: LOG_TAG, "{id} ends with the sum {}", self.sum);
        }
    }
}

impl App for Adder {
    type Session = Session;

    const ROUTES: &'static [Route<Self>] = &[
        Route::get("/", page),
        Route::get("/style.css", pages::style),
        Route::get("/adder", get),
        Route::post("/adder", add),
        Route::put("/adder", set),
    ];
}

type Answer = Result<(), AnswerError>;

fn page(_: &Adder, _: Request<'_, Adder>, response: Response<'_>) -> Answer {
    pages::send(response, include_bytes!("page.html"))
}

fn get(_: &Adder, mut request: Request<'_, Adder>, response: Response<'_>) -> Answer {
    answer(&mut request, response)
}

fn add(_: &Adder, mut request: Request<'_, Adder>, response: Response<'_>) -> Answer {
    let Some(number) = number(request.body()) else {
        return response.status(Status::BAD_REQUEST).text(NO_NUMBER);
    };
    let session = request.session();
    match session.sum.checked_add(number) {
        Some(sum) => session.sum = sum,
        None => {
            return response
                .status(Status::UNPROCESSABLE_CONTENT)
                .text(TOO_LARGE);
        }
    }
    answer(&mut request, response)
}

fn set(_: &Adder, mut request: Request<'_, Adder>, response: Response<'_>) -> Answer {
    let Some(number) = number(request.body()) else {
        return response.status(Status::BAD_REQUEST).text(NO_NUMBER);
    };
    request.session().sum = number;
    answer(&mut request, response)
}

/// Tells the sum, and whose it is.
fn answer(request: &mut Request<'_, Adder>, response: Response<'_>) -> Answer {
    let id = request.id();
    let session = request.session();
    if session.used_by.replace(id).is_none() {
        log::info!(target: LOG_TAG, "{id} begins a session");
    }
    response
        .header("Cache-Control", "no-store")
        .header("X-Connection", &text(id))
        .text(&text(session.sum))
}

fn number(body: &[u8]) -> Option<i64> {
    core::str::from_utf8(body).ok()?.trim().parse().ok()
}

/// A number or an id as text; each has room.
fn text(shown: impl core::fmt::Display) -> String<LONGEST> {
    let mut text = String::new();
    let _ = write!(text, "{shown}");
    text
}

/// The tag of all log lines.
pub const LOG_TAG: &str = "persistent_sessions";

/// `#` with two numbers of 32 bits and a dot; a number of 64 bits is shorter.
const LONGEST: usize = 22;

const NO_NUMBER: &str = "The body must be an integer of 64 bits.";

const TOO_LARGE: &str = "The sum would be no integer of 64 bits.";
