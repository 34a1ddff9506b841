//! Group 9: long messages, many frames, small pieces, many messages.

use crate::websocket::case::{Case, Step, Writing};
use crate::websocket::event::Event;
use crate::websocket::frame::{BINARY, Frame, TEXT, fragments};
use std::time::Duration;

/// The cases, each made when it is asked for: their octets are many.
pub(super) fn cases() -> impl Iterator<Item = Case> {
    let kinds = [
        (TEXT, ["9.1", "9.3", "9.5", "9.7"]),
        (BINARY, ["9.2", "9.4", "9.6", "9.8"]),
    ];
    kinds.into_iter().flat_map(|(kind, groups)| {
        let [whole, framed, chopped, many] = groups;
        let whole = LENGTHS
            .into_iter()
            .map(move |length| in_one_frame(whole, kind, length));
        let framed = FRAMES
            .into_iter()
            .map(move |size| in_frames(framed, kind, size));
        let chopped = PIECES
            .into_iter()
            .map(move |size| in_pieces(chopped, kind, size));
        let many = ROUND_TRIPS
            .into_iter()
            .map(move |(length, time)| round_trips(many, kind, length, time));
        whole.chain(framed).chain(chopped).chain(many)
    })
}

fn in_one_frame(group: &'static str, opcode: u8, length: usize) -> Case {
    let name = format!("a {} of {} is echoed", kind(opcode), size(length));
    let quick = match opcode {
        TEXT => 256 * KIB,
        _ => 4 * MIB,
    };
    // The table has 10 s for 64 KiB and 256 KiB, and for binary data up to 4 MiB.
    let time = if length <= quick { 10 } else { 100 };
    let payload = payload(opcode, length);
    Case::new(group, "RFC 6455 5.2", name)
        .write(&[Frame::new(opcode, &*payload)])
        .expect(event(opcode, payload))
        .within(Duration::from_secs(time))
}

fn in_frames(group: &'static str, opcode: u8, frame: usize) -> Case {
    let name = format!(
        "a {} of 4 MiB in frames of {} is echoed",
        kind(opcode),
        size(frame)
    );
    let payload = payload(opcode, 4 * MIB);
    Case::new(group, "RFC 6455 5.4", name)
        .write(&fragments(opcode, &payload, frame))
        .expect(event(opcode, payload))
        .within(Duration::from_secs(100))
}

fn in_pieces(group: &'static str, opcode: u8, piece: usize) -> Case {
    let name = format!(
        "a {} of 1 MiB written in pieces of {} is echoed",
        kind(opcode),
        size(piece)
    );
    let payload = payload(opcode, MIB);
    Case::new(group, "RFC 6455 5.2", name)
        .chopped(&[Frame::new(opcode, &*payload)], piece)
        .expect(event(opcode, payload))
        .within(Duration::from_secs(1000))
}

fn round_trips(group: &'static str, opcode: u8, length: usize, time: u64) -> Case {
    let name = format!(
        "1,000 round trips of a {} of {}",
        kind(opcode),
        size(length)
    );
    let payload = payload(opcode, length);
    let mut case = Case::new(group, "RFC 6455 5.6", name).within(Duration::from_secs(time));
    for sent in 1..=1000 {
        case = case
            .write_as(&[Frame::new(opcode, &*payload)], Writing::AtOnce)
            .step(Step::Await(sent))
            .expect(event(opcode, payload.clone()));
    }
    case
}

fn payload(opcode: u8, length: usize) -> Vec<u8> {
    match opcode {
        TEXT => b"conformance "
            .iter()
            .copied()
            .cycle()
            .take(length)
            .collect(),
        _ => vec![0xfe; length],
    }
}

fn event(opcode: u8, payload: Vec<u8>) -> Event {
    match opcode {
        TEXT => Event::Text(payload),
        _ => Event::Binary(payload),
    }
}

fn kind(opcode: u8) -> &'static str {
    match opcode {
        TEXT => "text",
        _ => "binary message",
    }
}

/// A number of octets in words.
fn size(octets: usize) -> String {
    match octets {
        octets if octets >= MIB => format!("{} MiB", octets / MIB),
        octets if octets >= KIB => format!("{} KiB", octets / KIB),
        octets => format!("{octets} octets"),
    }
}

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

const LENGTHS: [usize; 6] = [64 * KIB, 256 * KIB, MIB, 4 * MIB, 8 * MIB, 16 * MIB];

const FRAMES: [usize; 9] = [
    64,
    256,
    KIB,
    4 * KIB,
    16 * KIB,
    64 * KIB,
    256 * KIB,
    MIB,
    4 * MIB,
];

const PIECES: [usize; 6] = [64, 128, 256, 512, 1024, 2048];

/// The octets of a message, and the seconds for a thousand of them.
const ROUND_TRIPS: [(usize, u64); 6] = [
    (0, 60),
    (16, 60),
    (64, 60),
    (256, 120),
    (1024, 240),
    (4096, 480),
];
