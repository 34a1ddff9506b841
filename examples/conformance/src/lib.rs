//! An application that shows what it was asked: what the conformance suite of
//! HTTP runs against, in memory and over sockets.
//!
//! Its README has the table of what it answers.
#![no_std]
#![forbid(unsafe_code)]

mod condition;
mod mark;
mod show;

pub use mark::MARKS;

use condition::{Outcome, evaluate};
use core::sync::atomic::AtomicU32;
use dunlin::{AnswerError, App, Request, Response, Route, Status};

/// The application.
#[derive(Debug)]
pub struct Conformance {
    marks: [AtomicU32; MARKS],
}

impl Conformance {
    /// The application, with no mark set.
    pub const fn new() -> Self {
        Self {
            marks: [const { AtomicU32::new(0) }; MARKS],
        }
    }
}

impl Default for Conformance {
    fn default() -> Self {
        Self::new()
    }
}

impl App for Conformance {
    type Session = ();

    const ROUTES: &'static [Route<Self>] = &[
        Route::get("/", page),
        Route::post("/", decoded),
        Route::get("/echo", show::fields),
        Route::post("/echo", show::fields),
        Route::get("/cookie", show::cookie_pairs),
        Route::delete("/nothing", nothing),
        Route::post("/mark", mark::set),
        Route::get("/mark", mark::count),
    ];
}

/// The text of `GET /`.
pub const PAGE: &str = "Dunlin answers.\n";

/// Its entity tag, which has a comma, as a tag may.
pub const ENTITY_TAG: &str = "\"dunlin,1\"";

type Answer = Result<(), AnswerError>;

fn page(_: &Conformance, request: Request<'_, Conformance>, response: Response<'_>) -> Answer {
    let response = response.header("ETag", ENTITY_TAG);
    match evaluate(&request, ENTITY_TAG) {
        Outcome::Perform => response.text(PAGE),
        Outcome::NotModified => response.status(Status::NOT_MODIFIED).empty(),
        Outcome::Failed => response.status(Status::PRECONDITION_FAILED).empty(),
    }
}

fn decoded(_: &Conformance, request: Request<'_, Conformance>, response: Response<'_>) -> Answer {
    if evaluate(&request, ENTITY_TAG) != Outcome::Perform {
        return response.status(Status::PRECONDITION_FAILED).empty();
    }
    response
        .content_type("application/octet-stream")
        .body(request.body())
}

fn nothing(_: &Conformance, _: Request<'_, Conformance>, response: Response<'_>) -> Answer {
    response.status(Status::NO_CONTENT).empty()
}
