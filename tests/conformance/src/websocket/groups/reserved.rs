//! Groups 3 and 4: reserved bits and reserved opcodes.

use crate::websocket::case::{Case, End, Writing};
use crate::websocket::event::Event;
use crate::websocket::frame::{Frame, PING};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = reserved_bits();
    cases.extend(reserved_opcodes("4.1", "data", 3));
    cases.extend(reserved_opcodes("4.2", "control", 11));
    cases
}

/// RSV bits as a number, RSV1 being 4. The groups count them so, too.
fn reserved_bits() -> Vec<Case> {
    let text = || Frame::text(TEXT_BEFORE);
    let alone = [
        ("3.1", 1, text(), "a text"),
        (
            "3.5",
            5,
            Frame::binary([0, 0xff, 0xfe, 0x7f]),
            "binary data",
        ),
        ("3.6", 6, Frame::ping(TEXT_BEFORE), "a ping"),
        ("3.7", 7, Frame::close(1000, ""), "a close frame"),
    ];
    let mut cases: Vec<_> = alone
        .into_iter()
        .map(|(group, bits, frame, what)| {
            let name = format!("{what} with reserved bits {bits:03b} fails the connection");
            Case::new(group, "RFC 6455 5.2", name)
                .write(&[frame.reserved(bits)])
                .end(FAILS)
        })
        .collect();
    let groups = ["3.2", "3.3", "3.4"];
    for ((group, bits), writing) in groups.into_iter().zip(2..).zip(Writing::ALL) {
        let name = format!(
            "a text is echoed before one with reserved bits {bits:03b} fails the connection, {}",
            writing.words()
        );
        cases.push(behind_a_text(group, name, text().reserved(bits), writing));
    }
    cases
}

/// Five cases for the five reserved opcodes from `first` on.
fn reserved_opcodes(group: &'static str, kind: &str, first: u8) -> Vec<Case> {
    let mut cases = Vec::new();
    for (opcode, payload) in [(first, ""), (first + 1, "reserved")] {
        let name = format!("reserved {kind} opcode {opcode} fails the connection");
        cases.push(
            Case::new(group, "RFC 6455 5.2", name)
                .write(&[Frame::new(opcode, payload)])
                .end(FAILS),
        );
    }
    for (opcode, payload, writing) in [
        (first + 2, "", Writing::AtOnce),
        (first + 3, "reserved", Writing::PerFrame),
        (first + 4, "reserved", Writing::PerOctet),
    ] {
        let name = format!(
            "a text is echoed before reserved {kind} opcode {opcode} fails the connection, {}",
            writing.words()
        );
        cases.push(behind_a_text(
            group,
            name,
            Frame::new(opcode, payload),
            writing,
        ));
    }
    cases
}

/// A good text, then a frame that is wrong, then a ping that nobody answers.
fn behind_a_text(group: &'static str, name: String, wrong: Frame, writing: Writing) -> Case {
    let frames = [Frame::text(TEXT_BEFORE), wrong, Frame::new(PING, "")];
    Case::new(group, "RFC 6455 5.2", name)
        .write_as(&frames, writing)
        .expect(Event::text(TEXT_BEFORE))
        .end(FAILS)
}

const FAILS: End = End::Fails(&[1002]);
const TEXT_BEFORE: &str = "Hello, world!";
