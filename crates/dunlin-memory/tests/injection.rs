//! What a client writes into a response is a value, and never a field or a
//! second response (response splitting).

use dunlin::proto::http::percent_decode;
use dunlin::{
    AnswerError, App, Close, Handshake, Limits, Message, Request, Response, Route, Status,
    WebSocket, WebSocketRoute,
};
use dunlin_memory::Client;

struct Mirror;

impl App for Mirror {
    type Session = ();
    const ROUTES: &'static [Route<Self>] = &[
        Route::get("/move", move_to),
        Route::get("/type", content_type),
        Route::websocket("/ws", WebSocketRoute::new(ignore).admit(admit)),
    ];
}

/// The decoded query, as a careless application takes it.
fn query(request: &Request<'_, Mirror>) -> String {
    let mut octets = [0; 256];
    let query = request.query().unwrap_or_default();
    let decoded = percent_decode(query, &mut octets, false).unwrap_or_default();
    String::from_utf8(decoded.to_vec()).unwrap_or_default()
}

fn move_to(
    _: &Mirror,
    request: Request<'_, Mirror>,
    response: Response<'_>,
) -> Result<(), AnswerError> {
    let place = query(&request);
    response
        .status(Status::FOUND)
        .header("Location", &place)
        .text("moved")
}

fn content_type(
    _: &Mirror,
    request: Request<'_, Mirror>,
    response: Response<'_>,
) -> Result<(), AnswerError> {
    let kind = query(&request);
    response.content_type(&kind).body(b"body")
}

fn admit(
    _: &Mirror,
    request: Request<'_, Mirror>,
    handshake: Handshake<'_>,
) -> Result<(), AnswerError> {
    let cookie = query(&request);
    handshake.accept_with(&[("Set-Cookie", &cookie)])
}

fn ignore(_: &Mirror, _: &mut WebSocket<'_, Mirror>, _: Message<'_>) -> Result<(), Close> {
    Ok(())
}

fn answers(target: &str, fields: &str) -> String {
    let mut client = Client::new(Mirror, Limits::LINUX);
    client.send(format!("GET {target} HTTP/1.1\r\nHost: a\r\n{fields}\r\n").as_bytes());
    String::from_utf8(client.take()).unwrap()
}

const HANDSHAKE: &str = "Upgrade: websocket\r\nConnection: Upgrade\r\n\
    Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

#[test]
fn a_value_is_sent_as_it_is() {
    assert!(answers("/move?/there", "").contains("\r\nLocation: /there\r\n"));
    assert!(answers("/type?text/plain", "").contains("\r\nContent-Type: text/plain\r\n"));
    assert!(answers("/ws?a=b", HANDSHAKE).contains("\r\nSet-Cookie: a=b\r\n"));
}

#[test]
fn a_line_end_in_a_value_is_answered_with_500_and_nothing_of_it_is_sent() {
    for (target, fields) in [("/move", ""), ("/type", ""), ("/ws", HANDSHAKE)] {
        for value in [
            "a%0D%0AX-Injected:%20yes",
            "a%0AX-Injected:%20yes",
            "a%0DX-Injected:%20yes",
            "a%0D%0A%0D%0AHTTP/1.1%20200%20Injected%0D%0AContent-Length:%200%0D%0A%0D%0A",
            "a%00Injected",
            "%0D%0AX-Injected:%20yes",
            "Injected%0D%0A",
        ] {
            let text = answers(&format!("{target}?{value}"), fields);
            assert!(
                text.starts_with("HTTP/1.1 500 "),
                "{target} {value}: {text}"
            );
            assert!(!text.contains("Injected"), "{target} {value}: {text}");
            assert_eq!(text.matches("HTTP/1.1").count(), 1, "{text}");
        }
    }
}

#[test]
fn a_raw_line_end_never_reaches_a_handler() {
    for octet in ["\r", "\n", "\r\n", "\0", "\t", " "] {
        let text = answers(&format!("/move?a{octet}X-Injected:"), "");
        assert!(text.starts_with("HTTP/1.1 400 "), "{text}");
    }
}
