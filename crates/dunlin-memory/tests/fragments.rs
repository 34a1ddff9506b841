//! Messages that are sent as room appears.

use dunlin::proto::websocket::{Decoder, Event, FrameHeader, MAX_HEADER, Opcode, Role};
use dunlin::{App, Close, Limits, Message, MessageKind, Route, WebSocket, WebSocketRoute};
use dunlin_memory::Client;

struct Camera;

impl App for Camera {
    type Session = &'static [u8];
    const ROUTES: &'static [Route<Self>] = &[Route::websocket(
        "/picture",
        WebSocketRoute::new(ask).writable(go_on),
    )];
}

fn ask(camera: &Camera, ws: &mut WebSocket<'_, Camera>, message: Message<'_>) -> Result<(), Close> {
    *ws.session() = &PICTURE[..message.as_bytes().len() * 1000];
    if ws.session().is_empty() {
        return Ok(ws.send_as_fits(MessageKind::Binary, &mut &[][..])?);
    }
    go_on(camera, ws)
}

fn go_on(_: &Camera, ws: &mut WebSocket<'_, Camera>) -> Result<(), Close> {
    let mut rest = *ws.session();
    if !rest.is_empty() {
        let _ = ws.send_as_fits(MessageKind::Binary, &mut rest);
        *ws.session() = rest;
    }
    Ok(())
}

static PICTURE: [u8; 100_000] = {
    let mut picture = [0; 100_000];
    let mut place = 0;
    while place < picture.len() {
        picture[place] = (place % 251) as u8;
        place += 1;
    }
    picture
};

fn websocket() -> Client<Camera> {
    let mut client = Client::new(Camera, Limits::DEVICE);
    client.set_capacity(1000);
    client.send(
        b"GET /picture HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
        Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    );
    assert!(client.take().starts_with(b"HTTP/1.1 101 "));
    client
}

fn send(client: &mut Client<Camera>, opcode: Opcode, payload: &[u8]) {
    let header = FrameHeader {
        mask: Some([0; 4]),
        ..FrameHeader::new(opcode, payload.len())
    };
    client.send(&[header.encode(&mut [0; MAX_HEADER]), payload].concat());
}

/// What a client of the protocol core makes of what was sent: messages, and
/// payloads of pongs.
fn decoded(octets: &mut [u8]) -> (Vec<Vec<u8>>, usize, usize) {
    let mut decoder = Decoder::new(Role::Client);
    let mut rest = octets;
    let (mut messages, mut message, mut parts, mut pongs) = (Vec::new(), Vec::new(), 0, 0);
    while !rest.is_empty() {
        let frame = decoder.frame(&mut rest).unwrap();
        assert!(frame.is_some(), "no frame is cut");
        match decoder.payload(&mut rest, usize::MAX).unwrap() {
            Event::Whole(whole) => messages.push(whole.as_bytes().to_vec()),
            Event::Part(part) => {
                parts += 1;
                message.extend_from_slice(part.data);
                if part.last {
                    messages.push(std::mem::take(&mut message));
                }
            }
            Event::Control { .. } => pongs += 1,
        }
    }
    (messages, parts, pongs)
}

#[test]
fn a_message_longer_than_the_room_comes_in_fragments_as_room_appears() {
    for at_a_time in [70, 333, 1000] {
        let mut client = websocket();
        client.take_at_most(at_a_time);
        send(&mut client, Opcode::Text, &[b'a'; 100]);
        send(&mut client, Opcode::Ping, b"between");
        let mut octets = Vec::new();
        loop {
            client.take_at_most(at_a_time);
            let taken = client.take();
            if taken.is_empty() {
                break;
            }
            octets.extend(taken);
        }
        let (messages, parts, pongs) = decoded(&mut octets);
        assert_eq!(messages, [PICTURE.to_vec()], "{at_a_time}");
        assert!(parts > 100 && parts < 1600, "{parts} of {at_a_time}");
        assert_eq!(pongs, 1);
    }
}

#[test]
fn a_message_for_which_there_is_room_is_one_frame_and_an_empty_one_too() {
    let mut client = websocket();
    send(&mut client, Opcode::Text, b"");
    assert_eq!(client.take(), b"\x82\x00");
    client.set_capacity(200_000);
    send(&mut client, Opcode::Text, &[b'a'; 100]);
    let (messages, parts, _) = decoded(&mut client.take());
    assert_eq!(messages, [PICTURE.to_vec()]);
    assert_eq!(parts, 0);
}
