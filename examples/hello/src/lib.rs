//! The smallest example: an application is a table of paths and plain functions.
//!
//! | request | answer |
//! |---|---|
//! | `GET /` | a page to try the others |
//! | `GET /hello`, `GET /hello?name=Ada` | a greeting |
//! | `POST /echo` | the body, with its content type |
#![no_std]
#![forbid(unsafe_code)]

use core::fmt::Write;
use dunlin::proto::http::percent_decode;
use dunlin::{AnswerError, App, Request, Response, Route, Status};
use heapless::String;

/// The application. It keeps nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Hello;

impl App for Hello {
    type Session = ();

    const ROUTES: &'static [Route<Self>] = &[
        Route::get("/", page),
        Route::get("/style.css", pages::style),
        Route::get("/hello", hello),
        Route::post("/echo", echo),
    ];
}

type Answer = Result<(), AnswerError>;

fn page(_: &Hello, _: Request<'_, Hello>, response: Response<'_>) -> Answer {
    pages::send(response, include_bytes!("page.html"))
}

fn hello(_: &Hello, request: Request<'_, Hello>, response: Response<'_>) -> Answer {
    match request.query_value("name") {
        None => response.text("Hello, world!"),
        Some(name) => match greeting(name) {
            Some(greeting) => response.text(&greeting),
            None => response.status(Status::BAD_REQUEST).text(WRONG_NAME),
        },
    }
}

/// The greeting for a name as it stands in a query.
fn greeting(encoded: &str) -> Option<String<GREETING>> {
    let mut name = [0; NAME];
    let name = percent_decode(encoded, &mut name, true).ok()?;
    let name = core::str::from_utf8(name).ok()?;
    let mut greeting = String::new();
    write!(greeting, "Hello, {name}!").ok()?;
    Some(greeting)
}

fn echo(_: &Hello, request: Request<'_, Hello>, response: Response<'_>) -> Answer {
    let content_type = request.header("Content-Type");
    response
        .content_type(content_type.unwrap_or("application/octet-stream"))
        .body(request.body())
}

/// Octets of a name.
const NAME: usize = 64;

const GREETING: usize = NAME + "Hello, !".len();

const WRONG_NAME: &str = "A name has 64 octets of UTF-8 at most, percent-encoded.";
