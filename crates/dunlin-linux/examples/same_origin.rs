//! A page, and a WebSocket that only this page may open.
//!
//! ```text
//! cargo run -p dunlin-linux --example same_origin
//! ```
#![forbid(unsafe_code)]

use dunlin::{
    AnswerError, App, Close, Message, Request, Response, Route, WebSocket, WebSocketRoute,
};
use dunlin_linux::{Config, Error, Server};

struct Door;

impl App for Door {
    type Session = ();
    const ROUTES: &'static [Route<Self>] = &[
        Route::get("/", page),
        Route::websocket("/own", WebSocketRoute::new(echo).admit(dunlin::same_origin)),
        Route::websocket("/any", WebSocketRoute::new(echo)),
    ];
}

fn page(_: &Door, _: Request<'_, Door>, response: Response<'_>) -> Result<(), AnswerError> {
    response
        .content_type("text/html; charset=utf-8")
        .asset(PAGE)
}

fn echo(_: &Door, ws: &mut WebSocket<'_, Door>, message: Message<'_>) -> Result<(), Close> {
    Ok(ws.send(message)?)
}

fn main() -> Result<(), Error> {
    let config = Config {
        addresses: vec![([127, 0, 0, 1], 0).into()],
        ..Config::default()
    };
    let server = Server::bind(Door, config)?;
    server.stop_on_signals()?;
    for address in server.local_addresses() {
        println!("Console: http://{address}/");
    }
    server.run()
}

const PAGE: &[u8] =
    b"<!doctype html><title>Door</title><p>This page may open /own; others may not.";
