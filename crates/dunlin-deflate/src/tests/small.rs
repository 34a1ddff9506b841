//! Receiving with a small window, as on a device.

use super::support::{LIMITS, Peer, frame, noise, prose};
use crate::{SmallInflate, SmallInflater, SmallInflaters};
use proptest::prelude::*;

type Inflaters = SmallInflaters<'static, 2, 1024>;

const OFFER: &str = "permessage-deflate; client_max_window_bits";

fn inflaters() -> &'static Inflaters {
    let inflaters = Box::leak(Box::new(Inflaters::new()));
    for _ in 0..2 {
        inflaters.add(Box::leak(Box::new(SmallInflater::new())));
    }
    inflaters
}

fn peer(inflaters: &'static Inflaters) -> Peer<SmallInflate<'static, 2, 1024>> {
    let mut peer = Peer::of(inflaters.connection(), "/echo", OFFER);
    peer.set_window(10);
    peer
}

#[test]
fn a_client_is_asked_for_a_small_window() {
    let inflaters = inflaters();
    for (offer, agreed) in [
        (OFFER, Some("permessage-deflate; client_max_window_bits=10")),
        (
            "permessage-deflate; client_max_window_bits=9",
            Some("permessage-deflate"),
        ),
        (
            "permessage-deflate; client_max_window_bits; server_max_window_bits=8",
            Some("permessage-deflate; server_max_window_bits=8; client_max_window_bits=10"),
        ),
        ("permessage-deflate", None),
    ] {
        let peer = Peer::of(inflaters.connection(), "/echo", offer);
        assert_eq!(peer.extension.as_deref(), agreed, "{offer}");
    }
}

#[test]
fn messages_are_inflated_in_context_and_answered_as_they_are() {
    let inflaters = inflaters();
    let mut peer = peer(inflaters);
    let text = prose(600, 3);
    for repeat in 0..4 {
        let deflated = peer.deflated(&text);
        assert!(repeat == 0 || deflated.len() < 100, "the context counts");
        peer.send_frame(0xc1, &deflated);
        let frames = peer.frames();
        assert_eq!((frames[0].first_octet, &frames[0].payload), (0x81, &text));
    }
}

#[test]
fn as_many_clients_as_inflaters_are_served_with_compression() {
    let inflaters = inflaters();
    let first = peer(inflaters);
    let mut second = peer(inflaters);
    assert!(peer(inflaters).extension.is_none(), "none is left");
    drop(first);
    let mut third = peer(inflaters);
    assert!(third.extension.is_some(), "given back");
    // Also when the WebSocket has ended and the connection has not.
    second.send_frame(0x88, b"");
    assert!(second.frames()[0].first_octet == 0x88);
    assert!(peer(inflaters).extension.is_some());
    let deflated = third.deflated(b"Hello");
    third.send_frame(0xc1, &deflated);
    assert_eq!(third.message(), b"Hello");
}

#[test]
fn nothing_of_another_connection_can_be_read() {
    let inflaters = inflaters();
    let mut first = peer(inflaters);
    let secret = prose(1000, 99);
    let deflated = first.deflated(&secret);
    let refers = first.deflated(&secret);
    first.send_frame(0xc2, &deflated);
    assert_eq!(first.message(), secret);
    drop(first);
    let mut second = peer(inflaters);
    second.send_frame(0xc2, &refers);
    let answers = second.frames();
    let leaks = |frame: &super::support::Frame| {
        frame
            .payload
            .windows(8)
            .any(|part| secret.windows(8).any(|known| known == part))
    };
    assert!(!answers.iter().any(leaks), "{answers:?}");
}

#[test]
fn what_is_corrupt_or_too_long_is_refused() {
    let inflaters = inflaters();
    for payload in [&b"\xff\xff\xff\xff"[..], b"\x06", b"", b"\x01\x05\x00\xfa"] {
        let mut peer = peer(inflaters);
        peer.send_frame(0xc2, payload);
        assert_eq!(peer.close_code(), 1007, "{payload:?}");
    }
    let mut peer = peer(inflaters);
    let bomb = peer.deflated(&vec![0; LIMITS.message + 1]);
    peer.send_frame(0x42, &bomb);
    peer.send_frame(0x80, b"");
    assert_eq!(peer.close_code(), 1009);
}

#[test]
fn a_message_that_was_cut_off_is_refused() {
    let inflaters = inflaters();
    let whole = peer(inflaters).deflated(&prose(300, 8));
    for length in 1..whole.len() {
        let mut peer = peer(inflaters);
        peer.send_frame(0xc2, &whole[..length]);
        assert_eq!(peer.close_code(), 1007, "{length} of {}", whole.len());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_messages_cut_anywhere_come_back(
        messages in prop::collection::vec((any::<bool>(), 0..5000_usize, any::<u32>()), 1..6),
        fragment in 1..800_usize,
        piece in 1..900_usize,
    ) {
        let inflaters = inflaters();
        let mut peer = peer(inflaters);
        for (noisy, octets, seed) in messages {
            let message = if noisy { noise(octets) } else { prose(octets, seed) };
            let payload = peer.deflated(&message);
            let mut octets = Vec::new();
            let count = payload.chunks(fragment).count();
            for (index, data) in payload.chunks(fragment).enumerate() {
                let first = if index == 0 { 0x42 } else { 0 };
                let fin = u8::from(index + 1 == count) << 7;
                octets.extend(frame(first | fin, data));
            }
            peer.client.send_chopped(&octets, piece);
            prop_assert_eq!(peer.message(), message);
        }
    }
}

#[test]
fn an_inflater_takes_little_more_than_its_tables_and_its_window() {
    assert!(size_of::<SmallInflater<1024>>() < 12 * 1024);
}
