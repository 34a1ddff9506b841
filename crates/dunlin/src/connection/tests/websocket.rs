//! WebSockets over one connection.

use super::support::{Server, frame, unmasked, upgrade};
use crate::connection::{Delivery, Phase};
use crate::hub::Job;
use crate::{Limits, Message};
use dunlin_proto::websocket::{Close, CloseCode};
use std::string::String;
use std::vec::Vec;
use std::{format, vec};

fn close_frame(code: u16, reason: &str) -> Vec<u8> {
    unmasked(0x88, &[&code.to_be_bytes()[..], reason.as_bytes()].concat())
}

/// The code of the close frame that everything sent ends with.
fn close_code(sent: &[u8]) -> Option<u16> {
    let at = sent.iter().position(|octet| *octet == 0x88)?;
    Some(u16::from_be_bytes([*sent.get(at + 2)?, *sent.get(at + 3)?]))
}

fn refusal(request: &str) -> String {
    let mut server = Server::new();
    server.receive(request.as_bytes());
    server.take_text()
}

#[test]
fn a_frame_behind_the_handshake_is_answered_at_once() {
    let mut server = Server::new();
    server.receive(&[upgrade("/echo"), frame(0x81, b"early")].concat());
    let sent = server.take_octets();
    assert!(sent.starts_with(b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n"));
    assert!(
        sent.windows(28)
            .any(|part| part == b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
    );
    assert!(sent.ends_with(&unmasked(0x81, b"early")));
}

#[test]
fn handshakes_that_cannot_be_are_refused_with_their_status() {
    let valid = String::from_utf8(upgrade("/echo")).unwrap();
    for (from, to, status) in [
        ("GET", "POST", "405"),
        ("HTTP/1.1", "HTTP/1.0", "426"),
        ("Upgrade: websocket", "Upgrade: h2c", "426"),
        ("keep-alive, Upgrade", "keep-alive", "426"),
        ("Version: 13", "Version: 8", "426"),
        ("Sec-WebSocket-Version: 13\r\n", "", "426"),
        ("dGhlIHNhbXBsZSBub25jZQ==", "gfhjgfhjfj", "400"),
        ("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", "", "400"),
        ("Host: a\r\n", "Host: a\r\nContent-Length: 3\r\n", "400"),
        ("/echo", "/private", "403"),
        ("/echo", "/undecided", "500"),
        ("/echo", "/missing", "404"),
    ] {
        let text = refusal(&valid.replacen(from, to, 1));
        assert!(
            text.starts_with(&format!("HTTP/1.1 {status} ")),
            "{to}: {text}"
        );
        if status == "426" {
            assert!(text.contains("Upgrade: websocket\r\nSec-WebSocket-Version: 13"));
        }
    }
}

#[test]
fn a_lenient_handshake_takes_any_key() {
    let mut server = Server::new();
    server.limits.lenient_handshake = true;
    let request = String::from_utf8(upgrade("/echo")).unwrap();
    server.receive(
        request
            .replace("dGhlIHNhbXBsZSBub25jZQ==", "gfhjgfhjfj")
            .as_bytes(),
    );
    assert!(
        server
            .take_text()
            .contains("Sec-WebSocket-Accept: Jg/fQVRsgwdDzYeG8yNBHRajUxw=\r\n")
    );
}

#[test]
fn a_subprotocol_is_the_first_of_the_clients_that_is_known_whole() {
    let request = String::from_utf8(upgrade("/echo")).unwrap();
    for (offered, accepted) in [
        ("Sec-WebSocket-Protocol: superchat, chat\r\n", Some("chat")),
        (
            "Sec-WebSocket-Protocol: x\r\nSec-WebSocket-Protocol: other, chat\r\n",
            Some("other"),
        ),
        ("Sec-WebSocket-Protocol: superchat\r\n", None),
        ("", None),
    ] {
        let text = refusal(&request.replace("Host: a\r\n", &format!("Host: a\r\n{offered}")));
        let told = text
            .lines()
            .find_map(|line| line.strip_prefix("Sec-WebSocket-Protocol: "));
        assert_eq!(told, accepted, "{offered}");
    }
}

#[test]
fn fragments_are_one_message_and_a_ping_between_them_is_answered_first() {
    let mut server = Server::websocket("/echo");
    server.receive(&frame(0x01, b"one "));
    server.receive(&frame(0x89, b"ping"));
    assert_eq!(server.take_octets(), unmasked(0x8a, b"ping"));
    server.receive(&frame(0x80, b"two"));
    assert_eq!(server.take_octets(), unmasked(0x81, b"one two"));
}

#[test]
fn every_violation_fails_with_its_code_and_what_came_before_is_answered() {
    let violations: &[(Vec<u8>, u16)] = &[
        (vec![0x81, 0x05], 1002),
        (frame(0xc1, b""), 1002),
        (frame(0x83, b""), 1002),
        (frame(0x09, b""), 1002),
        (frame(0x80, b""), 1002),
        ([frame(0x01, b"a"), frame(0x81, b"b")].concat(), 1002),
        (vec![0x82, 0xfe, 0, 5, 0, 0, 0, 0], 1002),
        (frame(0x89, &[0; 126]), 1002),
        (frame(0x88, b"\x03"), 1002),
        (frame(0x88, &1005_u16.to_be_bytes()), 1002),
        (frame(0x88, b"\x03\xe8\xff"), 1007),
        (frame(0x81, b"\xff"), 1007),
        (frame(0x01, b"\xed\xa0"), 1007),
        (frame(0x82, &[0; 4097]), 1009),
        (
            vec![0x82, 0xff, 0x40, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4],
            1009,
        ),
    ];
    for (octets, code) in violations {
        let mut server = Server::websocket("/echo");
        server.receive(&[&frame(0x81, b"good"), &octets[..], &frame(0x81, b"ignored")].concat());
        let sent = server.take_octets();
        let echo = unmasked(0x81, b"good");
        assert!(sent.starts_with(&echo), "{octets:x?}");
        assert_eq!(close_code(&sent[echo.len()..]), Some(*code), "{octets:x?}");
        assert_eq!(server.phase(), Phase::Finishing);
        assert!(!sent.windows(7).any(|part| part == b"ignored"));
    }
}

#[test]
fn a_close_frame_is_answered_and_nothing_behind_it() {
    for (payload, answer) in [
        (&b""[..], unmasked(0x88, b"")),
        (&b"\x03\xe8bye"[..], unmasked(0x88, b"\x03\xe8")),
        (&b"\x0b\xb8"[..], unmasked(0x88, b"\x0b\xb8")),
    ] {
        let mut server = Server::websocket("/echo");
        server.receive(&[frame(0x88, payload), frame(0x89, b"late")].concat());
        assert_eq!(server.take_octets(), answer);
        assert_eq!(server.phase(), Phase::Finishing);
        assert!(server.app.seen.take().last().unwrap().starts_with("ByPeer"));
    }
}

#[test]
fn a_handler_closes_and_the_peers_answer_ends_it() {
    let mut server = Server::websocket("/leaving");
    server.receive(&[frame(0x81, b"a"), frame(0x81, b"b")].concat());
    assert_eq!(
        server.take_octets(),
        close_frame(1000, "enough"),
        "one close, no more"
    );
    assert_eq!(server.phase(), Phase::Open);
    server.receive(&frame(0x88, b"\x03\xe8"));
    assert_eq!(server.take_octets(), b"");
    assert_eq!(server.phase(), Phase::Finishing);
}

#[test]
fn a_peer_that_never_answers_a_close_is_dropped() {
    let mut server = Server::websocket("/echo");
    let close = Close::new(CloseCode::NORMAL, "bye");
    assert_eq!(server.deliver(Job::Close(close)), Delivery::Done);
    assert_eq!(
        server.deliver(Job::Message {
            message: Message::text("late"),
            report: 0
        }),
        Delivery::Dropped
    );
    assert_eq!(server.take_octets(), close_frame(1000, "bye"));
    assert_eq!(
        server.wait_for_deadline().as_millis(),
        Limits::LINUX.close_time.as_millis() as u64
    );
    assert_eq!(server.phase(), Phase::Closed);
    assert_eq!(server.app.seen.take(), ["open /echo", "Lost"]);
}

#[test]
fn a_stop_closes_with_1001() {
    let mut server = Server::websocket("/echo");
    server.shutdown();
    assert_eq!(close_code(&server.take_octets()), Some(1001));
}

#[test]
fn silence_is_pinged_and_then_dropped() {
    let mut server = Server::websocket("/echo");
    let after = server.wait_for_deadline().as_millis();
    assert_eq!(after, Limits::LINUX.ping_after.as_millis() as u64);
    assert_eq!(server.take_octets(), unmasked(0x89, b""));
    server.receive(&frame(0x8a, b""));
    server.wait_for_deadline();
    assert_eq!(
        server.take_octets(),
        unmasked(0x89, b""),
        "a pong is a sign of life"
    );
    let pinged = server.now;
    assert_eq!(
        server.wait_for_deadline(),
        pinged.after(Limits::LINUX.pong_time)
    );
    assert_eq!(server.phase(), Phase::Closed);
    assert_eq!(
        server.app.seen.take().last().map(String::as_str),
        Some("Lost")
    );
}

#[test]
fn a_message_waits_until_its_answer_has_room() {
    let mut server = Server::websocket("/echo");
    server.limit = 100;
    let message = frame(0x82, &[7; 60]);
    let input = [&message[..], &message, &message].concat();
    let used = server.receive_stalled(&input);
    assert!(used < input.len() && server.connection.is_paused());
    assert_eq!(server.app.seen.borrow().len(), 2, "open, and one message");
    server.take_octets();
    server.receive(&input[used..]);
    assert_eq!(server.take_octets(), unmasked(0x82, &[7; 60]).repeat(2));
}

#[test]
fn a_streaming_route_takes_more_than_any_buffer() {
    let mut server = Server::websocket("/parts");
    let message = frame(0x82, &vec![1; 100_000]);
    message.chunks(1460).for_each(|piece| server.receive(piece));
    assert_eq!(server.take_octets(), unmasked(0x81, b"100000"));
}

#[test]
fn parts_of_a_size_are_of_that_size_however_they_arrive() {
    for size in [1, 10, 63, 64, 65, 1000] {
        let mut server = Server::websocket("/sized");
        let octets = frame(0x81, &[b'a'; 200]);
        octets.chunks(size).for_each(|piece| server.receive(piece));
        let expected = [
            unmasked(0x01, &[b'a'; 64]),
            unmasked(0x00, &[b'a'; 64]),
            unmasked(0x00, &[b'a'; 64]),
            unmasked(0x80, &[b'a'; 8]),
        ];
        assert_eq!(server.take_octets(), expected.concat(), "pieces of {size}");
        let seen = server.app.seen.take();
        assert_eq!(
            seen,
            [
                "64 true false 200/200",
                "64 false false 136/200",
                "64 false false 72/200",
                "8 false true 8/200"
            ]
        );
    }
}

#[test]
fn an_empty_message_is_one_empty_part() {
    let mut server = Server::websocket("/sized");
    server.receive(&frame(0x82, b""));
    assert_eq!(server.take_octets(), unmasked(0x82, b""));
    server.receive(&[frame(0x01, b""), frame(0x00, b""), frame(0x80, b"")].concat());
    assert_eq!(server.take_octets(), unmasked(0x81, b""));
}

#[test]
fn a_job_without_room_is_held() {
    let mut server = Server::websocket("/echo");
    server.limit = 50;
    assert_eq!(
        server.deliver(Job::Message {
            message: Message::text("0123456789"),
            report: 0
        }),
        Delivery::Done
    );
    let large = "x".repeat(45);
    assert_eq!(
        server.deliver(Job::Message {
            message: Message::text(&large),
            report: 0
        }),
        Delivery::Held
    );
    server.take_octets();
    assert_eq!(
        server.deliver(Job::Message {
            message: Message::text(&large),
            report: 0
        }),
        Delivery::Done
    );
    server.take_octets();
    let too_large = "x".repeat(60);
    assert_eq!(
        server.deliver(Job::Message {
            message: Message::text(&too_large),
            report: 0
        }),
        Delivery::TooLarge
    );
}

#[test]
fn a_lost_connection_is_reported_once() {
    let mut server = Server::websocket("/echo");
    server.end_of_input();
    server.end_of_input();
    assert_eq!(server.app.seen.take(), ["open /echo", "Lost"]);
    assert_eq!(server.phase(), Phase::Closed);
}

#[test]
fn a_peer_that_ended_its_side_still_gets_what_waits() {
    let mut server = Server::websocket("/echo");
    server.receive_stalled(&frame(0x81, b"last"));
    server.end_of_input();
    assert_eq!(server.take_octets(), unmasked(0x81, b"last"));
    assert_eq!(server.phase(), Phase::Closed);
    assert_eq!(
        server.app.seen.take().last().map(String::as_str),
        Some("Lost")
    );
}
