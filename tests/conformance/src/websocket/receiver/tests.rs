//! The strict client, held against frames that no server may send.

use super::Receiver;
use crate::websocket::event::Event;
use crate::websocket::inflate::Inflater;

fn received(octets: &[u8]) -> Result<Receiver, String> {
    let mut receiver = Receiver::default();
    receiver.push(octets)?;
    Ok(receiver)
}

fn is_refused(octets: &[u8]) -> bool {
    received(octets).is_err()
}

#[test]
fn messages_and_control_frames_become_events() {
    let octets = b"\x81\x02ab\x02\x01c\x89\x01d\x00\x00\x80\x01e\x8a\x00";
    let events = [
        Event::text("ab"),
        Event::Ping(b"d".to_vec()),
        Event::binary("ce"),
        Event::pong(""),
    ];
    assert_eq!(received(octets).unwrap().events, events);
    let mut receiver = Receiver::default();
    for octet in octets {
        receiver.push(&[*octet]).unwrap();
    }
    assert_eq!(receiver.events, events);
    assert_eq!(receiver.unread(), 0);
}

#[test]
fn a_masked_frame_is_refused() {
    assert!(is_refused(b"\x81\x80\x01\x02\x03\x04"));
}

#[test]
fn a_length_in_more_octets_than_it_takes_is_refused() {
    assert!(is_refused(&[&b"\x82\x7e\x00\x7d"[..], &[0; 125]].concat()));
    assert!(is_refused(b"\x82\x7f\x00\x00\x00\x00\x00\x00\xff\xff"));
    assert!(!is_refused(&[&b"\x82\x7e\x00\x7e"[..], &[0; 126]].concat()));
}

#[test]
fn reserved_bits_and_opcodes_are_refused() {
    for first in [0xc1, 0xa1, 0x91, 0x83, 0x8b] {
        assert!(is_refused(&[first, 0]), "{first:02x}");
    }
}

#[test]
fn fragments_in_no_order_are_refused() {
    assert!(is_refused(b"\x80\x00"));
    assert!(is_refused(b"\x01\x00\x81\x00"));
}

#[test]
fn control_frames_in_fragments_or_too_long_are_refused() {
    assert!(is_refused(b"\x09\x00"));
    assert!(is_refused(b"\x89\x7e\x00\x7e"));
}

#[test]
fn a_text_that_is_not_utf8_is_refused() {
    assert!(is_refused(b"\x81\x01\xff"));
    assert!(is_refused(b"\x81\x01\xce"));
}

#[test]
fn a_close_frame_has_a_valid_code_and_nothing_behind_it() {
    let close = received(b"\x88\x03\x03\xe8a").unwrap().close.unwrap();
    assert_eq!((close.code, &*close.reason), (Some(1000), "a"));
    assert!(is_refused(b"\x88\x01\x03"));
    assert!(is_refused(b"\x88\x02\x03\xed"));
    assert!(is_refused(b"\x88\x03\x03\xe8\xff"));
    assert!(is_refused(b"\x88\x00\x8a\x00"));
}

#[test]
fn only_the_first_frame_of_a_message_says_that_it_is_compressed() {
    let compressing = |octets: &[u8]| {
        let mut receiver = Receiver::default();
        receiver.set_inflater(Inflater::new(15, true));
        receiver.push(octets).map(|()| receiver.events)
    };
    let hello = [Event::text("Hello")];
    let whole = b"\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00";
    assert_eq!(compressing(whole).unwrap(), hello);
    let parts = b"\x41\x03\xf2\x48\xcd\x80\x04\xc9\xc9\x07\x00";
    assert_eq!(compressing(parts).unwrap(), hello);
    assert!(compressing(b"\x41\x03\xf2\x48\xcd\xc0\x04\xc9\xc9\x07\x00").is_err());
    assert!(compressing(b"\xc9\x00").is_err());
}
