//! An application that shows what it was asked: what the conformance suite of
//! HTTP runs against, in memory and over sockets.
//!
//! Its README has the table of what it answers.
#![no_std]
#![forbid(unsafe_code)]

mod mark;
mod show;

pub use mark::MARKS;

use core::sync::atomic::AtomicU32;
use dunlin::proto::http::{Selection, Validators};
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
    match precondition(&request) {
        None => response.text(PAGE),
        Some(Selection::NotModified) => response.status(Status::NOT_MODIFIED).empty(),
        Some(_) => response.status(Status::PRECONDITION_FAILED).empty(),
    }
}

fn decoded(_: &Conformance, request: Request<'_, Conformance>, response: Response<'_>) -> Answer {
    if precondition(&request).is_some() {
        return response.status(Status::PRECONDITION_FAILED).empty();
    }
    response
        .content_type("application/octet-stream")
        .body(request.body())
}

fn precondition(request: &Request<'_, Conformance>) -> Option<Selection> {
    let validators = Validators {
        entity_tag: Some(ENTITY_TAG),
        ..Validators::default()
    };
    validators.precondition(request.method(), request.head().fields())
}

fn nothing(_: &Conformance, _: Request<'_, Conformance>, response: Response<'_>) -> Answer {
    response.status(Status::NO_CONTENT).empty()
}
