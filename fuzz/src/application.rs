//! An application whose handlers do what the input chooses; where it chooses
//! nothing, each route does one thing that depends on what it is given only.

mod http;
mod websocket;

use dunlin::{App, Method, Route, Ticket, WebSocketRoute};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

/// The application.
#[derive(Default)]
pub(crate) struct Application {
    /// What handlers do next, an octet for each choice.
    plan: RefCell<VecDeque<u8>>,
    /// Tickets that were taken and not answered.
    pub(crate) tickets: RefCell<Vec<Ticket>>,
    /// WebSockets that were opened.
    pub(crate) opened: Cell<usize>,
    /// WebSockets that have ended.
    pub(crate) closed: Cell<usize>,
    /// A chunked body was left unfinished.
    pub(crate) unfinished: Cell<bool>,
}

impl Application {
    pub(crate) fn new(plan: &[u8]) -> Self {
        Self {
            plan: RefCell::new(plan.iter().copied().collect()),
            ..Self::default()
        }
    }

    /// The next choice; `None` when the input has made no more.
    fn next(&self) -> Option<u8> {
        self.plan.borrow_mut().pop_front()
    }

    /// The next choice as an octet.
    fn octet(&self) -> u8 {
        self.next().unwrap_or_default()
    }

    /// A text whose length is chosen.
    fn text(&self) -> &'static str {
        let length = usize::from(self.octet());
        let length = if length > 200 { length * 8 } else { length };
        &TEXT[..length.min(TEXT.len())]
    }
}

impl App for Application {
    type Session = Session;

    const ROUTES: &'static [Route<Self>] = &[
        Route::get("/", |app, request, response| {
            http::answer(app, request, response, http::Form::Text)
        }),
        Route::post("/", |app, request, response| {
            http::answer(app, request, response, http::Form::Body)
        }),
        Route::get("/asset", |app, request, response| {
            http::answer(app, request, response, http::Form::Asset)
        }),
        Route::get("/chunked", |app, request, response| {
            http::answer(app, request, response, http::Form::Chunked)
        }),
        Route::get("/later", |app, request, response| {
            http::answer(app, request, response, http::Form::Ticket)
        }),
        Route::method(Method::Delete, "/silent", |app, request, response| {
            http::answer(app, request, response, http::Form::Nothing)
        }),
        Route::any("/any", |app, request, response| {
            http::answer(app, request, response, http::Form::Empty)
        }),
        Route::websocket(
            "/echo",
            WebSocketRoute::new(websocket::message)
                .admit(websocket::admit)
                .open(websocket::open)
                .writable(websocket::writable)
                .closed(websocket::closed),
        ),
        Route::websocket(
            "/parts",
            WebSocketRoute::streaming(websocket::part)
                .control(websocket::control)
                .open(websocket::open)
                .closed(websocket::closed),
        ),
        Route::websocket(
            "/sized",
            WebSocketRoute::streaming(websocket::part)
                .parts_of(PART)
                .open(websocket::open)
                .closed(websocket::closed),
        ),
        Route::websocket(
            "/chat",
            WebSocketRoute::new(websocket::message)
                .protocols(PROTOCOLS)
                .open(websocket::open)
                .closed(websocket::closed),
        ),
    ];
}

/// What is kept for each connection.
#[derive(Default)]
pub(crate) struct Session {
    /// Octets of the message that comes in parts.
    octets: usize,
    /// A sum over them.
    sum: u32,
}

/// The paths that a script can choose.
pub(crate) const PATHS: &[&str] = &[
    "/", "/asset", "/chunked", "/later", "/silent", "/any", "/echo", "/parts", "/sized", "/chat",
    "/missing",
];

/// Those that speak WebSocket.
pub(crate) const WEBSOCKETS: &[&str] = &["/echo", "/parts", "/sized", "/chat"];

/// The subprotocols of `/chat`.
pub(crate) const PROTOCOLS: &[&str] = &["chat", "superchat"];

/// The size of the parts on `/sized`.
pub(crate) const PART: usize = 64;

const TEXT: &str = match str::from_utf8(&[b'x'; 2048]) {
    Ok(text) => text,
    Err(_) => "",
};
