//! The application: a text, a small JSON document, and a WebSocket echo.

use core::cell::Cell;
use dunlin::{
    AnswerError, App, Close, Message, Request, Response, Route, WebSocket, WebSocketRoute,
};

/// The application.
pub struct Reference {
    requests: Cell<u32>,
}

impl Reference {
    /// The application before its first request.
    pub const fn new() -> Self {
        Self {
            requests: Cell::new(0),
        }
    }
}

impl Default for Reference {
    fn default() -> Self {
        Self::new()
    }
}

impl App for Reference {
    type Session = ();
    const ROUTES: &'static [Route<Self>] = &[
        Route::get("/", hello),
        Route::get("/status", status),
        Route::websocket("/ws", WebSocketRoute::new(echo)),
    ];
}

fn hello(
    app: &Reference,
    _: Request<'_, Reference>,
    response: Response<'_>,
) -> Result<(), AnswerError> {
    app.requests.set(app.requests.get().wrapping_add(1));
    response.text("Hello, world!")
}

fn status(
    app: &Reference,
    request: Request<'_, Reference>,
    response: Response<'_>,
) -> Result<(), AnswerError> {
    let json = status_of(app.requests.get(), request.id().slot());
    response.json(json.as_str())
}

fn echo(
    _: &Reference,
    ws: &mut WebSocket<'_, Reference>,
    message: Message<'_>,
) -> Result<(), Close> {
    Ok(ws.send(message)?)
}

/// The status as JSON.
pub fn status_of(requests: u32, slot: u32) -> Json {
    let mut json = Json::new();
    json.text("{\"requests\":");
    json.number(requests);
    json.text(",\"slot\":");
    json.number(slot);
    json.text("}");
    json
}

/// A document of a few numbers, without the machinery of `core::fmt`.
pub struct Json {
    octets: [u8; 64],
    length: usize,
}

impl Json {
    const fn new() -> Self {
        Self {
            octets: [0; 64],
            length: 0,
        }
    }

    fn text(&mut self, text: &str) {
        text.bytes().for_each(|octet| self.push(octet));
    }

    fn number(&mut self, number: u32) {
        if number >= 10 {
            self.number(number / 10);
        }
        self.push(b'0' + (number % 10) as u8);
    }

    fn push(&mut self, octet: u8) {
        if let Some(place) = self.octets.get_mut(self.length) {
            *place = octet;
            self.length += 1;
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }

    /// The octets of the text.
    pub fn as_bytes(&self) -> &[u8] {
        self.octets.get(..self.length).unwrap_or_default()
    }
}
