//! Groups 1 and 10: whole messages, and one in fragments.

use crate::websocket::case::{Case, Writing};
use crate::websocket::event::Event;
use crate::websocket::frame::{BINARY, Frame, TEXT, fragments};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for opcode in [TEXT, BINARY] {
        cases.extend(LENGTHS.map(|length| one_frame(opcode, length, Writing::AtOnce)));
        cases.push(one_frame(opcode, 65_536, Writing::PerOctet));
    }
    cases.push(in_fragments());
    cases
}

/// A message in one frame; octet by octet means in pieces of 997.
fn one_frame(opcode: u8, length: usize, writing: Writing) -> Case {
    let (group, kind, payload) = match opcode {
        TEXT => ("1.1", "text", vec![b'*'; length]),
        _ => ("1.2", "binary message", vec![0xfe; length]),
    };
    let chopped = match writing {
        Writing::PerOctet => ", written in pieces of 997,",
        _ => "",
    };
    let name = format!("a {kind} of {length} octets{chopped} is echoed");
    let case = Case::new(group, "RFC 6455 5.6", name);
    let event = match opcode {
        TEXT => Event::text(payload.clone()),
        _ => Event::binary(payload.clone()),
    };
    let frames = [Frame::new(opcode, payload)];
    let case = match writing {
        Writing::PerOctet => case.chopped(&frames, 997),
        _ => case.write(&frames),
    };
    case.expect(event)
}

fn in_fragments() -> Case {
    let payload = vec![b'*'; 65_536];
    let name = "a text of 65,536 octets in frames of 1,300 is echoed";
    Case::new("10.1", "RFC 6455 5.4", name)
        .write(&fragments(TEXT, &payload, 1300))
        .expect(Event::text(payload))
}

const LENGTHS: [usize; 7] = [0, 125, 126, 127, 128, 65_535, 65_536];
