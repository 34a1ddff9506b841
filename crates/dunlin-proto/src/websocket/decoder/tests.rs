use super::{Decoder, Event, ProtocolError, Role};
use crate::websocket::{FrameHeader, MAX_HEADER, Message, MessageKind, Opcode, mask};
use proptest::prelude::*;
use std::string::String;
use std::vec::Vec;
use std::{format, vec};

/// What a receiver has seen, with pieces put together again.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Seen {
    Message(MessageKind, Vec<u8>),
    Control(Opcode, Vec<u8>),
    Failed(ProtocolError),
}

/// Decodes `pieces` one after the other and puts messages together.
#[derive(Default)]
struct Receiver {
    seen: Vec<Seen>,
    message: Vec<u8>,
    control: Vec<u8>,
}

impl Receiver {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Whole(message) => {
                let payload = message.as_bytes().to_vec();
                self.seen.push(Seen::Message(message.kind(), payload));
            }
            Event::Part(part) => {
                assert_eq!(part.first, self.message.is_empty() && part.first);
                self.message.extend(part.data);
                if part.last {
                    let payload = core::mem::take(&mut self.message);
                    self.seen.push(Seen::Message(part.kind, payload));
                }
            }
            Event::Control { opcode, data, last } => {
                self.control.extend(data);
                if last {
                    let payload = core::mem::take(&mut self.control);
                    self.seen.push(Seen::Control(opcode, payload));
                }
            }
        }
    }
}

fn decode(role: Role, pieces: &[&[u8]]) -> Vec<Seen> {
    let mut decoder = Decoder::new(role);
    let mut receiver = Receiver::default();
    for piece in pieces {
        let mut octets = piece.to_vec();
        let mut input = &mut octets[..];
        loop {
            match decoder.frame(&mut input) {
                Ok(Some(frame)) if input.is_empty() && frame.left > 0 => break,
                Ok(Some(_)) => {}
                Ok(None) => break,
                Err(error) => {
                    receiver.seen.push(Seen::Failed(error));
                    return receiver.seen;
                }
            }
            match decoder.payload(&mut input, usize::MAX) {
                Ok(event) => receiver.event(event),
                Err(error) => {
                    receiver.seen.push(Seen::Failed(error));
                    return receiver.seen;
                }
            }
        }
        assert!(input.is_empty(), "all input is used");
    }
    receiver.seen
}

/// A masked frame as a client sends it.
fn frame(first_octet: u8, payload: &[u8]) -> Vec<u8> {
    let key = [0x37, 0xfa, 0x21, 0x3d];
    let header = FrameHeader {
        mask: Some(key),
        ..FrameHeader::new(Opcode::Text, payload.len())
    };
    let mut octets = header.encode(&mut [0; MAX_HEADER]).to_vec();
    octets[0] = first_octet;
    let mut masked = payload.to_vec();
    let _ = mask(key, &mut masked);
    octets.extend(masked);
    octets
}

fn text(text: &str) -> Seen {
    Seen::Message(MessageKind::Text, text.as_bytes().to_vec())
}

#[test]
fn a_message_in_one_frame_is_borrowed_where_it_lies() {
    let mut octets = frame(0x81, b"Hello");
    let mut input = &mut octets[..];
    let mut decoder = Decoder::new(Role::Server);
    assert_eq!(decoder.frame(&mut input).unwrap().unwrap().length, 5);
    let event = decoder.payload(&mut input, usize::MAX).unwrap();
    assert_eq!(event, Event::Whole(Message::Text("Hello")));
    assert!(!decoder.is_inside());
}

#[test]
fn every_length_form_is_read_in_both_roles() {
    for length in [0, 1, 125, 126, 127, 65_535, 65_536] {
        let payload = vec![b'x'; length];
        let expected = vec![Seen::Message(MessageKind::Binary, payload.clone())];
        assert_eq!(decode(Role::Server, &[&frame(0x82, &payload)]), expected);
        let header = FrameHeader::new(Opcode::Binary, length);
        let mut unmasked = header.encode(&mut [0; MAX_HEADER]).to_vec();
        assert_eq!(unmasked.len(), header.encoded_length());
        unmasked.extend(&payload);
        assert_eq!(decode(Role::Client, &[&unmasked]), expected);
    }
}

#[test]
fn a_length_not_in_its_shortest_form_is_refused() {
    for header in [
        &b"\x82\xfe\x00\x7d"[..],
        b"\x82\xff\x00\x00\x00\x00\x00\x00\xff\xff",
        b"\x82\xff\x80\x00\x00\x00\x00\x00\x00\x00",
    ] {
        assert_eq!(
            decode(Role::Server, &[header]),
            [Seen::Failed(ProtocolError::Length)]
        );
    }
}

#[test]
fn reserved_bits_and_opcodes_are_refused_at_the_first_octet() {
    for bits in [0x10, 0x20, 0x40, 0x70] {
        assert_eq!(
            decode(Role::Server, &[&[0x81 | bits]]),
            [Seen::Failed(ProtocolError::ReservedBits)]
        );
    }
    for opcode in [3, 4, 5, 6, 7, 11, 12, 13, 14, 15] {
        assert_eq!(
            decode(Role::Server, &[&[0x80 | opcode]]),
            [Seen::Failed(ProtocolError::ReservedOpcode)]
        );
    }
}

#[test]
fn masking_is_required_from_a_client_and_refused_from_a_server() {
    let failed = [Seen::Failed(ProtocolError::Masking)];
    assert_eq!(decode(Role::Server, &[b"\x81\x05"]), failed);
    assert_eq!(decode(Role::Client, &[b"\x81\x85"]), failed);
}

#[test]
fn control_frames_are_short_and_whole() {
    let failed = [Seen::Failed(ProtocolError::ControlFrame)];
    for opcode in [8, 9, 10] {
        assert_eq!(decode(Role::Server, &[&[0x80 | opcode, 0xfe]]), failed);
        assert_eq!(decode(Role::Server, &[&[opcode]]), failed);
    }
}

#[test]
fn a_ping_between_fragments_is_seen_before_the_message() {
    let octets = [
        frame(0x01, b"one "),
        frame(0x89, b"ping"),
        frame(0x80, b"two"),
    ]
    .concat();
    let ping = Seen::Control(Opcode::Ping, b"ping".to_vec());
    assert_eq!(decode(Role::Server, &[&octets]), [ping, text("one two")]);
}

#[test]
fn what_came_before_an_error_is_seen() {
    let octets = [frame(0x81, b"good"), frame(0x80, b"stray")].concat();
    let failed = Seen::Failed(ProtocolError::Fragmentation);
    assert_eq!(decode(Role::Server, &[&octets]), [text("good"), failed]);
}

#[test]
fn a_new_message_inside_an_unfinished_one_is_refused() {
    let octets = [frame(0x01, b"one"), frame(0x81, b"two")].concat();
    assert_eq!(
        decode(Role::Server, &[&octets]),
        [Seen::Failed(ProtocolError::Fragmentation)]
    );
}

#[test]
fn invalid_text_fails_inside_a_frame_that_is_still_arriving() {
    let whole = frame(0x81, b"\xce\xba\xf4\x90\x80\x80 more");
    let until_bad_octet = whole.get(..6 + 4).unwrap();
    assert_eq!(
        decode(Role::Server, &[until_bad_octet]),
        [Seen::Failed(ProtocolError::InvalidUtf8)]
    );
}

#[test]
fn a_text_message_must_not_end_inside_a_character() {
    let octets = [frame(0x01, b"\xce"), frame(0x80, b"")].concat();
    assert_eq!(
        decode(Role::Server, &[&octets]),
        [Seen::Failed(ProtocolError::InvalidUtf8)]
    );
}

#[test]
fn pieces_are_no_longer_than_asked_for_and_tell_where_they_stand() {
    let mut octets = frame(0x82, &[7; 150]);
    let mut input = &mut octets[..];
    let mut decoder = Decoder::new(Role::Server);
    let mut stands = Vec::new();
    while decoder.frame(&mut input).unwrap().is_some() {
        match decoder.payload(&mut input, 64).unwrap() {
            Event::Part(part) => {
                stands.push((part.frame_left, part.data.len(), part.first, part.last));
            }
            other => panic!("{}", format!("{other:?}")),
        }
    }
    assert_eq!(
        stands,
        [
            (150, 64, true, false),
            (86, 64, false, false),
            (22, 22, false, true)
        ]
    );
}

fn frames() -> impl Strategy<Value = Vec<u8>> {
    let first_octet = prop_oneof![
        8 => prop::sample::select(vec![0x81_u8, 0x82, 0x01, 0x02, 0x80, 0x00, 0x89, 0x8a, 0x88]),
        1 => any::<u8>(),
    ];
    let payload = prop_oneof![
        3 => "\\PC{0,20}".prop_map(String::into_bytes),
        1 => prop::collection::vec(any::<u8>(), 0..140),
    ];
    prop::collection::vec((first_octet, payload), 0..6).prop_map(|frames| {
        frames
            .iter()
            .flat_map(|(octet, data)| frame(*octet, data))
            .collect()
    })
}

#[test]
fn a_payload_that_was_not_announced_takes_nothing() {
    let mut octets = *b"octets";
    let mut input = &mut octets[..];
    let event = Decoder::new(Role::Server).payload(&mut input, usize::MAX);
    let nothing = Event::Control {
        opcode: Opcode::Pong,
        data: &[],
        last: false,
    };
    assert_eq!(event, Ok(nothing));
    assert_eq!(input.len(), 6);
}

proptest! {
    #[test]
    fn every_way_of_cutting_shows_the_same(
        octets in prop_oneof![4 => frames(), 1 => prop::collection::vec(any::<u8>(), 0..200)],
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
    ) {
        let whole = decode(Role::Server, &[&octets]);
        let one_by_one: Vec<&[u8]> = octets.chunks(1).collect();
        prop_assert_eq!(&decode(Role::Server, &one_by_one), &whole);
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(octets.len() + 1)).collect();
        cuts.sort_unstable();
        let mut pieces = Vec::new();
        let mut from = 0;
        for cut in cuts.into_iter().chain([octets.len()]) {
            pieces.push(&octets[from..cut]);
            from = cut;
        }
        prop_assert_eq!(&decode(Role::Server, &pieces), &whole);
    }
}
