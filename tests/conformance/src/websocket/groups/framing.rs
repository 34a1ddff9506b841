//! Beyond the table: masks, lengths, and the longest message.

use crate::websocket::case::{Case, End, Step};
use crate::websocket::event::Event;
use crate::websocket::frame::{BINARY, Frame, TEXT, octets_of};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = masks();
    cases.extend(lengths());
    cases.extend(control_frames());
    cases
}

/// Messages of the longest kind, and such as are longer.
pub(super) fn limits() -> Vec<Case> {
    let longest = vec![0x55; LIMIT];
    let halves = longest.split_at(LIMIT / 2);
    vec![
        limit("a message of the longest kind in two frames is echoed")
            .write(&[Frame::binary(halves.0).unfinished(), Frame::last(halves.1)])
            .expect(Event::binary(longest.clone())),
        limit("a message of one octet more is refused before that is sent")
            .write(&[Frame::binary(longest).unfinished()])
            .step(Step::StillOpen)
            .step(Step::Write(vec![0x80, 0x81, 1, 2, 3, 4]))
            .end(TOO_BIG),
        limit("a length of one octet more is refused before any is sent")
            .step(Step::Write(header(BINARY, LIMIT as u64 + 1)))
            .end(TOO_BIG),
        limit("the largest length that can be written is refused")
            .step(Step::Write(header(BINARY, u64::MAX >> 1)))
            .end(TOO_BIG),
    ]
}

fn masks() -> Vec<Case> {
    let unmasked: [(&str, &[u8]); 5] = [
        ("a text", b"\x81\x05Hello"),
        ("an empty text", b"\x81\x00"),
        ("a binary message", b"\x82\x01\x00"),
        ("a ping", b"\x89\x00"),
        ("a close frame", b"\x88\x02\x03\xe8"),
    ];
    let mut cases: Vec<_> = unmasked
        .into_iter()
        .map(|(what, octets)| {
            let name = format!("{what} without a mask fails the connection");
            Case::new("framing", MASKS, name)
                .step(Step::Write(octets.to_vec()))
                .end(PROTOCOL)
        })
        .collect();
    let name = "a text is echoed before one without a mask fails the connection";
    let both = [&Frame::text("masked").octets()[..], b"\x81\x00"].concat();
    cases.push(
        Case::new("framing", MASKS, name)
            .step(Step::Write(both))
            .expect(Event::text("masked"))
            .end(PROTOCOL),
    );
    let name = "a text masked with zeros is echoed";
    cases.push(
        Case::new("framing", MASKS, name)
            .step(Step::Write(b"\x81\x85\0\0\0\0Hello".to_vec()))
            .expect(Event::text("Hello")),
    );
    cases
}

/// Lengths in more octets than they take, or with a bit that must be zero.
fn lengths() -> Vec<Case> {
    let wrong: [(&str, &[u8]); 6] = [
        ("a length of 0 in two octets", b"\x82\xfe\x00\x00"),
        ("a length of 125 in two octets", b"\x82\xfe\x00\x7d"),
        (
            "a length of 125 in eight octets",
            b"\x82\xff\x00\x00\x00\x00\x00\x00\x00\x7d",
        ),
        (
            "a length of 65,535 in eight octets",
            b"\x82\xff\x00\x00\x00\x00\x00\x00\xff\xff",
        ),
        (
            "a length with the highest bit",
            b"\x82\xff\x80\x00\x00\x00\x00\x01\x00\x00",
        ),
        ("a ping with its length in two octets", b"\x89\xfe\x00\x05"),
    ];
    wrong
        .into_iter()
        .map(|(what, octets)| {
            Case::new(
                "framing",
                "RFC 6455 5.2",
                format!("{what} fails the connection"),
            )
            .step(Step::Write(octets.to_vec()))
            .end(PROTOCOL)
        })
        .collect()
}

fn control_frames() -> Vec<Case> {
    let number = |number: u8| vec![number; 125];
    let mut frames: Vec<_> = (0..100).map(|ping| Frame::ping(number(ping))).collect();
    frames.insert(0, Frame::text("first, ").unfinished());
    frames.push(Frame::last("last"));
    let name = "a hundred long pings between two fragments are answered before the text";
    let mut many = Case::new("framing", "RFC 6455 5.4", name).step(Step::Write(octets_of(&frames)));
    many.expected = (0..100).map(|ping| Event::pong(number(ping))).collect();
    let mut empty = vec![Frame::middle(""); 1000];
    empty[0].opcode = TEXT;
    empty.push(Frame::last("end"));
    let name = "a thousand empty fragments are echoed as what the last one has";
    vec![
        many.expect(Event::text("first, last")),
        Case::new("framing", "RFC 6455 5.4", name)
            .write(&empty)
            .expect(Event::text("end")),
    ]
}

/// A masked header with a length in eight octets, and nothing behind it.
fn header(opcode: u8, length: u64) -> Vec<u8> {
    let mut octets = vec![0x80 | opcode, 0xff];
    octets.extend_from_slice(&length.to_be_bytes());
    octets.extend_from_slice(&[1, 2, 3, 4]);
    octets
}

fn limit(name: &str) -> Case {
    Case::new("limits", "RFC 6455 7.4.1", name)
}

const MASKS: &str = "RFC 6455 5.1";
const PROTOCOL: End = End::Fails(&[1002]);
const TOO_BIG: End = End::Fails(&[1009]);

/// The longest message that the server takes.
pub(super) const LIMIT: usize = 16 * 1024 * 1024;
