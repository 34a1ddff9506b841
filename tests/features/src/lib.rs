//! An application that uses what an application can use, for tests: the same on
//! Linux and on a device.
//!
//! | request | answer |
//! |---|---|
//! | `GET /` | the name of the server |
//! | `POST /upload` | length and SHA-256 of a body of any length, taken as it comes |
//! | `POST /paced` | the same of a body that a worker takes, no faster than it can |
//! | `GET /pattern/{length}` | octets of a pattern, pulled; with `?chunked` of no announced length |
//! | `GET /events`, `POST /publish` | a stream of what is published |
//! | `GET /counts` | how often what has happened |
//! | `GET /connections`, `GET /me` | who is connected |
//! | `GET /reports`, `POST /report` | what became of messages, and one for a WebSocket that has ended |
//! | `GET /call`, `POST /call` | what a call from the server's loop saw |
//! | `GET /held`, `POST /release` | an answer that another request gives |
//! | `GET /later` | an answer that a worker gives |
//! | `POST /door/{open}` | whether further clients are let in |
//! | `POST /stop` | the end of the server, which then begins again |
//! | `GET /cookies`, `POST /form`, `GET /query` | what was sent |
//! | `GET /user/{name}`, `GET /tree/?*` | what the path says |
//! | `POST`, `DELETE /plugins` | routes that come and go |
//! | `GET /old`, `POST /again` | another place |
//! | `GET /file/*` | files in flash |
//! | `/socket` | a WebSocket that echoes, and reports what `report N` asks for |
#![no_std]
#![forbid(unsafe_code)]

mod bodies;
mod events;
mod files;
mod observe;
mod shown;
mod tickets;
mod work;

pub use bodies::Session;
pub use work::{DEPTH, PACE, PART, Todo, Work, Worker};

use core::cell::Cell;
use core::fmt::{self, Write};
use dunlin::{
    AnswerError, App, BodyRoute, Hooks, Method, Request, Response, Route, RouteTable,
    RunTimeRoutes, WebSocketRoute,
};
use heapless::String;

/// The application: one of a server.
pub struct Features {
    /// What `GET /` answers.
    pub name: &'static str,
    /// What outlives the server, if it begins again.
    pub state: &'static State,
    /// What the program around it does.
    pub program: &'static dyn Program,
}

/// What the program around a server does for it.
pub trait Program {
    /// Stops the server, which then begins again.
    fn stop(&self);

    /// Places in the worker's queue, [`DEPTH`] when it is empty.
    fn room(&self) -> usize;

    /// Gives the worker something to do; there is room.
    fn give(&self, work: Work);
}

/// What an application keeps.
#[derive(Default)]
pub struct State {
    counts: observe::Counts,
    reports: observe::Reports,
    calls: Cell<Option<observe::Call>>,
    door_is_closed: Cell<bool>,
    last_websocket: Cell<Option<dunlin::ConnectionId>>,
    paced: Cell<bool>,
    pauses: Cell<u32>,
    held: Cell<Option<dunlin::Ticket>>,
    published: events::Published,
    plugins: RouteTable<Features, 2>,
}

impl State {
    /// Where nothing has happened yet.
    pub fn new() -> Self {
        Self::default()
    }
}

impl App for Features {
    type Session = Session;

    const ROUTES: &'static [Route<Self>] = &[
        Route::get("/", name),
        Route::streamed(
            Method::Post,
            "/upload",
            BodyRoute::new(bodies::upload, bodies::uploaded).abandoned(bodies::abandoned),
        ),
        Route::streamed(
            Method::Post,
            "/paced",
            BodyRoute::new(bodies::paced, bodies::paced_to_the_end)
                .admit(bodies::admit_paced)
                .abandoned(bodies::abandoned_paced)
                .length_required(),
        ),
        Route::get("/pattern/{length}", bodies::pattern).pulled(bodies::pull_pattern),
        Route::get("/events", events::subscribe).pulled(events::pull),
        Route::post("/publish", events::publish),
        Route::get("/counts", observe::counts),
        Route::get("/connections", observe::connections),
        Route::get("/me", observe::own_connection),
        Route::get("/reports", observe::reports),
        Route::post("/report", observe::report_to_nobody),
        Route::get("/call", observe::called),
        Route::post("/call", observe::call),
        Route::get("/held", tickets::hold),
        Route::post("/release", tickets::release),
        Route::get("/later", tickets::later),
        Route::post("/door/{open}", observe::door),
        Route::post("/stop", stop),
        Route::get("/cookies", shown::cookies),
        Route::post("/form", shown::form),
        Route::get("/query", shown::query),
        Route::get("/user/{name}", shown::user),
        Route::get("/tree/?*", shown::tree),
        Route::post("/plugins", shown::register),
        Route::delete("/plugins", shown::unregister),
        Route::get("/old", shown::moved),
        Route::post("/again", shown::again),
        Route::get("/file/*", files::file),
        Route::websocket(
            "/socket",
            WebSocketRoute::new(observe::message).closed(observe::websocket_ended),
        ),
    ];

    const HOOKS: Hooks<Self> = Hooks::new()
        .opened(observe::opened)
        .ended(observe::ended)
        .error(observe::error)
        .event(observe::event)
        .report(observe::report)
        .call(observe::calls)
        .connections();

    const RUN_TIME_ROUTES: Option<RunTimeRoutes<Self>> = Some(|app| &app.state.plugins);
}

type Answer = Result<(), AnswerError>;

fn name(app: &Features, _: Request<'_, Features>, response: Response<'_>) -> Answer {
    response.text(app.name)
}

fn stop(app: &Features, _: Request<'_, Features>, response: Response<'_>) -> Answer {
    app.program.stop();
    response.text("It stops.")
}

/// Text of a known length at most; what is longer is cut off, at the end of a piece.
fn text<const N: usize>(write: impl FnOnce(&mut String<N>) -> fmt::Result) -> String<N> {
    let mut text = String::new();
    let _ = write(&mut text);
    text
}

/// Answers with a line for each thing that `lines` shows, in chunks.
fn lines(response: Response<'_>, lines: impl FnOnce(&mut dyn FnMut(fmt::Arguments<'_>))) -> Answer {
    let mut body = response
        .content_type("text/plain; charset=utf-8")
        .chunked()?;
    let mut sent = Ok(());
    lines(&mut |line| {
        let line: String<128> = text(|text| writeln!(text, "{line}"));
        if sent.is_ok() {
            sent = body.send(line.as_bytes());
        }
    });
    sent?;
    body.finish()
}

/// Does something with the Hub that can fail for want of room only.
fn posted(response: Response<'_>, post: Result<(), dunlin::Full>) -> Answer {
    match post {
        Ok(()) => response.text("Posted."),
        Err(dunlin::Full) => response
            .status(dunlin::Status::SERVICE_UNAVAILABLE)
            .text("The mailbox is full."),
    }
}

/// The number that a value of the query says.
fn number_of(request: &Request<'_, Features>, key: &str) -> Option<u32> {
    request.query_value(key)?.parse().ok()
}
