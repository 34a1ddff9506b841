//! What is sent, and what is understood.

use super::support::{CONTEXT, Peer, SHARED, frame, noise, post, prose};
use crate::{DeflateConfig, Engine};
use proptest::prelude::*;

const OFFER: &str = "permessage-deflate; client_max_window_bits";

#[test]
fn nothing_is_compressed_without_an_offer_or_where_the_route_declines() {
    for (path, offer) in [("/echo", "x-other"), ("/plain", OFFER)] {
        let mut peer = Peer::new(CONTEXT, path, offer);
        assert_eq!(peer.extension, None, "{path}");
        let text = prose(500, 1);
        peer.send_frame(0x81, &text);
        assert_eq!(peer.message(), text);
        peer.send_frame(0xc1, &text);
        assert_eq!(peer.close_code(), 1002, "a reserved bit");
    }
}

#[test]
fn an_engine_without_a_config_declines() {
    let peer = Peer::of(Engine::new(None).connection(), "/echo", OFFER);
    assert_eq!(peer.extension, None);
}

#[test]
fn messages_are_echoed_in_context() {
    let mut peer = Peer::new(CONTEXT, "/echo", OFFER);
    assert_eq!(peer.extension.as_deref(), Some("permessage-deflate"));
    let text = prose(3000, 7);
    let mut lengths = Vec::new();
    for _ in 0..5 {
        let deflated = peer.deflated(&text);
        peer.send_frame(0xc1, &deflated);
        let mut frames = peer.frames();
        let frame = frames.remove(0);
        assert_eq!(frame.first_octet, 0xc1);
        lengths.push(frame.payload.len());
        assert_eq!(peer.inflated(&frame.payload), text);
    }
    assert!(
        lengths[1] * 5 < lengths[0],
        "what is known is short: {lengths:?}"
    );
}

#[test]
fn messages_are_echoed_without_context_and_each_stands_alone() {
    let offer = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
    for config in [CONTEXT, SHARED] {
        let mut peer = Peer::new(config, "/echo", offer);
        assert_eq!(peer.extension.as_deref(), Some(offer));
        let text = prose(3000, 3);
        for _ in 0..3 {
            peer.forget();
            let deflated = peer.deflated(&text);
            peer.send_frame(0xc2, &deflated);
            assert_eq!(peer.message(), text);
        }
    }
}

#[test]
fn connections_of_one_engine_do_not_see_each_other() {
    let engine = Engine::new(Some(SHARED));
    let mut peers: Vec<Peer> = (0..4)
        .map(|_| Peer::of(engine.connection(), "/echo", OFFER))
        .collect();
    let texts: Vec<Vec<u8>> = (0..4).map(|seed| prose(2000 + seed, seed as u32)).collect();
    for _ in 0..3 {
        let deflated: Vec<Vec<u8>> = peers
            .iter_mut()
            .zip(&texts)
            .map(|(peer, text)| {
                peer.forget();
                peer.deflated(text)
            })
            .collect();
        // All messages are on their way at the same time.
        for (peer, deflated) in peers.iter_mut().zip(&deflated) {
            peer.send_frame(0x41, &deflated[..deflated.len() / 2]);
        }
        for ((peer, deflated), text) in peers.iter_mut().zip(&deflated).zip(&texts) {
            peer.send_frame(0x80, &deflated[deflated.len() / 2..]);
            assert_eq!(&peer.message(), text);
        }
    }
}

#[test]
fn control_frames_may_stand_between_the_fragments() {
    let mut peer = Peer::new(CONTEXT, "/echo", OFFER);
    let text = prose(1000, 5);
    let deflated = peer.deflated(&text);
    let mut pieces = deflated.chunks(deflated.len().div_ceil(3));
    peer.send_frame(0x41, pieces.next().unwrap());
    peer.send_frame(0x89, b"one");
    peer.send_frame(0x00, pieces.next().unwrap());
    // A control frame in pieces lies behind the message in the same buffer.
    let ping = frame(0x89, b"another one");
    peer.client.send_chopped(&ping, 3);
    let pongs: Vec<Vec<u8>> = peer
        .frames()
        .into_iter()
        .map(|frame| frame.payload)
        .collect();
    assert_eq!(pongs, [b"one".to_vec(), b"another one".to_vec()]);
    peer.send_frame(0x80, pieces.next().unwrap());
    assert_eq!(peer.message(), text);
}

#[test]
fn plain_messages_may_stand_between_compressed_ones() {
    let mut peer = Peer::new(CONTEXT, "/echo", OFFER);
    let text = prose(800, 9);
    for _ in 0..3 {
        peer.send_frame(0x81, b"plain");
        assert_eq!(peer.message(), b"plain");
        let deflated = peer.deflated(&text);
        peer.send_frame(0xc1, &deflated);
        assert_eq!(peer.message(), text);
    }
}

#[test]
fn short_messages_are_sent_as_they_are() {
    let config = DeflateConfig {
        threshold: 100,
        ..CONTEXT
    };
    let mut peer = Peer::new(config, "/echo", OFFER);
    for (octets, first_octet) in [(0, 0x82), (99, 0x82), (100, 0xc2), (5000, 0xc2)] {
        peer.send_frame(0x82, &prose(octets, 2));
        assert_eq!(peer.frames()[0].first_octet, first_octet, "{octets} octets");
    }
}

#[test]
fn what_does_not_become_shorter_is_sent_as_it_is_where_there_is_no_context() {
    for level in 1..=9 {
        let mut peer = Peer::new(DeflateConfig { level, ..SHARED }, "/echo", OFFER);
        for octets in [5000, 99_999, 50_000] {
            let noise = noise(octets);
            peer.send_frame(0x82, &noise);
            let frames = peer.frames();
            assert_eq!((frames[0].first_octet, &frames[0].payload), (0x82, &noise));
        }
    }
}

#[test]
fn what_does_not_become_shorter_stays_in_context() {
    for level in 1..=9 {
        let mut peer = Peer::new(DeflateConfig { level, ..CONTEXT }, "/echo", OFFER);
        for octets in [90_000, 90_000, 1000] {
            let noise = noise(octets);
            peer.send_frame(0x82, &noise);
            assert_eq!(peer.message(), noise);
        }
    }
}

#[test]
fn a_message_of_a_job_is_compressed_too() {
    let mut peer = Peer::new(CONTEXT, "/echo", OFFER);
    let text = String::from_utf8(prose(1000, 4)).unwrap();
    post(peer.client.hub(), &peer.client, &text);
    let frames = peer.frames();
    assert_eq!(frames[0].first_octet, 0xc1);
    assert_eq!(peer.inflated(&frames[0].payload), text.as_bytes());
}

#[test]
fn the_window_that_was_asked_for_is_kept() {
    for bits in 9..=14_u8 {
        for config in [CONTEXT, SHARED] {
            let offer = format!("permessage-deflate; server_max_window_bits={bits}");
            let mut peer = Peer::new(config, "/echo", &offer);
            assert!(
                peer.extension
                    .as_deref()
                    .unwrap()
                    .ends_with(&format!("={bits}"))
            );
            // Repeats itself at a distance beyond the window only.
            let text = [noise((1 << bits) + 300), noise((1 << bits) + 300)].concat();
            peer.send_frame(0x82, &text);
            let frames = peer.frames();
            let is_shorter = frames[0].payload.len() < text.len() * 3 / 4;
            assert!(
                !is_shorter,
                "a window of 2^{bits}: {}",
                frames[0].payload.len()
            );
        }
    }
}

#[test]
fn streaming_routes_get_what_messages_inflate_to() {
    for path in ["/parts", "/sized"] {
        let mut peer = Peer::new(CONTEXT, path, OFFER);
        for octets in [0, 1, 63, 64, 65, 128, 20_000, 500_000] {
            let text = prose(octets, 6);
            let deflated = peer.deflated(&text);
            peer.send_frame(0xc1, &deflated);
            let frames = peer.frames();
            let last = frames.len() - 1;
            for (index, frame) in frames.iter().enumerate() {
                let first_octet = u8::from(index == 0) | u8::from(index == last) << 7;
                assert_eq!(
                    frame.first_octet, first_octet,
                    "{path}: parts go out as they are"
                );
                let is_full = path == "/parts" || index == last || frame.payload.len() == 64;
                assert!(is_full, "{path}, part {index}");
            }
            if path == "/sized" {
                assert_eq!(frames.len(), octets.div_ceil(64).max(1), "no part too many");
            }
            let echoed: Vec<u8> = frames.into_iter().flat_map(|frame| frame.payload).collect();
            assert_eq!(echoed, text, "{path}, {octets} octets");
        }
    }
}

#[test]
fn a_slow_reader_gets_all() {
    for path in ["/echo", "/parts", "/sized"] {
        let mut peer = Peer::new(SHARED, path, OFFER);
        peer.client.take_at_most(700);
        peer.client.set_capacity(5000);
        let text = vec![b'x'; 4000];
        let mut expected = 0;
        for _ in 0..20 {
            peer.forget();
            let deflated = peer.deflated(&text);
            peer.send_frame(0xc1, &deflated);
            expected += text.len();
        }
        let mut echoed = 0;
        for frame in peer.frames() {
            echoed += match frame.first_octet {
                0xc1 => {
                    peer.forget();
                    peer.inflated(&frame.payload).len()
                }
                _ => frame.payload.len(),
            };
        }
        assert_eq!(echoed, expected, "{path}");
        assert!(!peer.client.is_ended());
    }
}

#[test]
fn sized_parts_do_not_depend_on_how_the_input_is_cut() {
    for octets in [64, 65, 640] {
        let sent = |piece| {
            let mut peer = Peer::new(CONTEXT, "/sized", OFFER);
            let deflated = peer.deflated(&prose(octets, 6));
            let half = deflated.len() / 2;
            let frames = [
                frame(0x41, &deflated[..half]),
                frame(0x00, &deflated[half..]),
                frame(0x80, b""),
            ];
            peer.client.send_chopped(&frames.concat(), piece);
            peer.client.take()
        };
        let whole = sent(usize::MAX);
        for piece in 1..100 {
            assert_eq!(sent(piece), whole, "{octets} octets in pieces of {piece}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_messages_cut_anywhere_come_back(
        messages in prop::collection::vec((any::<bool>(), any::<bool>(), 0..3000_usize, any::<u32>()), 1..6),
        fragment in 1..800_usize,
        piece in 1..900_usize,
        takes_context in any::<bool>(),
    ) {
        let config = if takes_context { CONTEXT } else { SHARED };
        let mut peer = Peer::new(config, "/echo", OFFER);
        for (compressed, noisy, octets, seed) in messages {
            let message = if noisy { noise(octets) } else { prose(octets, seed) };
            if !takes_context {
                peer.forget();
            }
            let payload = if compressed { peer.deflated(&message) } else { message.clone() };
            let mut first_octet = if compressed { 0x42 } else { 0x02 };
            let mut fragments = payload.chunks(fragment).peekable();
            let mut octets = Vec::new();
            while let Some(data) = fragments.next() {
                let fin = u8::from(fragments.peek().is_none()) << 7;
                octets.extend(frame(first_octet | fin, data));
                first_octet = 0;
            }
            if octets.is_empty() {
                octets = frame(first_octet | 0x80, b"");
            }
            peer.client.send_chopped(&octets, piece);
            prop_assert_eq!(peer.message(), message);
        }
    }
}
