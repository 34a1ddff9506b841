//! Whose page may open a WebSocket: the handshake as a browser sends it.

use dunlin::{App, Close, Limits, Message, Route, WebSocket, WebSocketRoute};
use dunlin_memory::Client;

struct Door;

impl App for Door {
    type Session = ();
    const ROUTES: &'static [Route<Self>] = &[
        Route::websocket("/own", WebSocketRoute::new(echo).admit(dunlin::same_origin)),
        Route::websocket("/any", WebSocketRoute::new(echo)),
    ];
}

fn echo(_: &Door, ws: &mut WebSocket<'_, Door>, message: Message<'_>) -> Result<(), Close> {
    Ok(ws.send(message)?)
}

/// The client behind a handshake, and the first line of the answer.
fn shake_hands(target: &str, origin: &str) -> (Client<Door>, String) {
    let mut client = Client::new(Door, Limits::LINUX);
    client.send(handshake(target, origin).as_bytes());
    let answer = String::from_utf8(client.take()).unwrap();
    let line = answer.lines().next().unwrap_or_default().to_owned();
    (client, line)
}

fn handshake(target: &str, origin: &str) -> String {
    format!(
        "GET {target} HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nUpgrade: websocket\r\n\
         Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{origin}\r\n"
    )
}

#[test]
fn a_page_of_the_server_opens_a_websocket() {
    for origin in ["Origin: http://127.0.0.1:8080\r\n", ""] {
        let (mut client, line) = shake_hands("/own", origin);
        assert_eq!(line, "HTTP/1.1 101 Switching Protocols", "{origin}");
        client.send(b"\x82\x81\0\0\0\0x");
        assert_eq!(client.take(), b"\x82\x01x");
    }
}

#[test]
fn a_page_of_another_origin_is_refused_with_403() {
    for origin in [
        "Origin: http://127.0.0.1:8081\r\n",
        "Origin: http://evil.example\r\n",
        "Origin: null\r\n",
        "Origin: http://127.0.0.1:8080\r\nOrigin: http://evil.example\r\n",
    ] {
        let (client, line) = shake_hands("/own", origin);
        assert_eq!(line, "HTTP/1.1 403 Forbidden", "{origin}");
        assert!(!client.is_websocket());
    }
}

#[test]
fn frames_behind_a_refused_handshake_are_not_taken_for_messages() {
    let mut client = Client::new(Door, Limits::LINUX);
    let mut octets = handshake("/own", "Origin: null\r\n").into_bytes();
    octets.extend_from_slice(b"\x82\x81\0\0\0\0x");
    client.send(&octets);
    let answer = String::from_utf8(client.take()).unwrap();
    assert!(answer.starts_with("HTTP/1.1 403 "));
    assert!(answer.contains("HTTP/1.1 400 "), "{answer}");
    assert!(client.is_ended());
}

#[test]
fn a_route_that_does_not_ask_lets_every_page_in() {
    let (client, line) = shake_hands("/any", "Origin: http://evil.example\r\n");
    assert_eq!(line, "HTTP/1.1 101 Switching Protocols");
    assert!(client.is_websocket());
}
