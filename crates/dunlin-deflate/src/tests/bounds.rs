//! What is refused.

use super::support::{CONTEXT, LIMITS, Peer, SHARED, frame, prose};
use flate2::{Compress, Compression, FlushCompress};

const OFFER: &str = "permessage-deflate; client_max_window_bits";

/// Repeats one octet; compressed a thousand times shorter.
fn bomb(peer: &mut Peer, octets: usize) -> Vec<u8> {
    let deflated = peer.deflated(&vec![0; octets]);
    assert!(deflated.len() * 500 < octets.max(50_000));
    deflated
}

#[test]
fn a_message_inflates_to_the_limit_and_no_further() {
    for config in [CONTEXT, SHARED] {
        let mut peer = Peer::new(config, "/echo", OFFER);
        let deflated = bomb(&mut peer, LIMITS.message);
        peer.send_frame(0xc2, &deflated);
        assert_eq!(peer.message().len(), LIMITS.message);
        let mut peer = Peer::new(config, "/echo", OFFER);
        let deflated = bomb(&mut peer, LIMITS.message + 1);
        peer.send_frame(0xc2, &deflated);
        assert_eq!(peer.close_code(), 1009);
    }
}

#[test]
fn a_bomb_ends_where_it_passes_the_limit() {
    let mut peer = Peer::new(SHARED, "/echo", OFFER);
    let deflated = bomb(&mut peer, 200 * LIMITS.message);
    // What would complete it is never sent.
    peer.send_frame(0x42, &deflated[..deflated.len() / 2]);
    assert_eq!(peer.close_code(), 1009);
}

#[test]
fn many_fragments_have_one_limit_together() {
    let mut peer = Peer::new(SHARED, "/echo", OFFER);
    let deflated = bomb(&mut peer, LIMITS.message + 1);
    let last = deflated.len() - 1;
    peer.send_frame(0x42, &[]);
    for octet in &deflated[..last] {
        peer.send_frame(0x00, &[*octet]);
    }
    peer.send_frame(0x80, &deflated[last..]);
    assert_eq!(peer.close_code(), 1009);
}

#[test]
fn a_compressed_message_may_be_longer_than_what_it_holds() {
    let mut peer = Peer::new(SHARED, "/echo", OFFER);
    // Empty blocks hold nothing.
    let mut padded = [0x00, 0x00, 0x00, 0xff, 0xff].repeat(30_000);
    padded.extend(peer.deflated(b"Hello"));
    assert!(padded.len() > LIMITS.message);
    peer.send_frame(0xc1, &padded);
    assert_eq!(peer.message(), b"Hello");
}

#[test]
fn what_is_not_deflate_data_fails_the_connection() {
    for config in [CONTEXT, SHARED] {
        for payload in [&b"\xff\xff\xff\xff"[..], b"\x06", b"", b"\x01\x05\x00\xfa"] {
            let mut peer = Peer::new(config, "/echo", OFFER);
            peer.send_frame(0xc2, payload);
            assert_eq!(peer.close_code(), 1007, "{payload:?}");
        }
    }
}

#[test]
fn a_message_that_was_cut_off_fails_the_connection() {
    for config in [CONTEXT, SHARED] {
        let whole = Peer::new(config, "/echo", OFFER).deflated(&prose(300, 8));
        for length in 1..whole.len() {
            let mut peer = Peer::new(config, "/echo", OFFER);
            peer.send_frame(0xc2, &whole[..length]);
            assert_eq!(peer.close_code(), 1007, "{length} of {}", whole.len());
        }
    }
}

#[test]
fn a_reference_to_before_the_first_message_fails_the_connection() {
    for config in [CONTEXT, SHARED] {
        let mut peer = Peer::new(config, "/echo", OFFER);
        let text = prose(500, 8);
        let _ = peer.deflated(&text);
        let refers = peer.deflated(&text);
        peer.send_frame(0xc1, &refers);
        assert_eq!(peer.close_code(), 1007);
    }
}

#[test]
fn a_context_that_was_not_agreed_to_fails_the_connection() {
    let mut peer = Peer::new(SHARED, "/echo", OFFER);
    let text = prose(500, 8);
    let first = peer.deflated(&text);
    peer.send_frame(0xc1, &first);
    assert_eq!(peer.message(), text);
    let refers = peer.deflated(&text);
    peer.send_frame(0xc1, &refers);
    assert_eq!(peer.close_code(), 1007);
}

#[test]
fn text_that_inflates_to_anything_but_utf_8_fails_the_connection() {
    for path in ["/echo", "/parts", "/sized"] {
        let mut peer = Peer::new(CONTEXT, path, OFFER);
        let deflated = peer.deflated(b"abc\xffdef");
        peer.send_frame(0xc1, &deflated);
        assert_eq!(peer.close_code(), 1007, "{path}");
        let mut peer = Peer::new(CONTEXT, path, OFFER);
        let deflated = peer.deflated(b"abc\xc3");
        peer.send_frame(0xc1, &deflated);
        let frames = peer.frames();
        assert_eq!(frames.last().unwrap().first_octet, 0x88, "{path}");
    }
}

#[test]
fn the_reserved_bit_stands_at_the_beginning_of_a_message_only() {
    let mut peer = Peer::new(CONTEXT, "/echo", OFFER);
    let deflated = peer.deflated(b"Hello");
    peer.send_frame(0x41, &deflated[..2]);
    peer.send_frame(0xc0, &deflated[2..]);
    assert_eq!(peer.close_code(), 1002);
    for first_octet in [0xc8, 0xc9, 0xca, 0xd1, 0xe1, 0xf1] {
        let mut peer = Peer::new(CONTEXT, "/echo", OFFER);
        peer.send_frame(first_octet, b"");
        assert_eq!(peer.close_code(), 1002, "{first_octet:x}");
    }
}

#[test]
fn blocks_of_every_kind_are_understood() {
    // RFC 7692 section 7.2.3: one block, a stored one, a final one, two blocks,
    // nothing.
    for (deflated, text) in [
        (&b"\xf2\x48\xcd\xc9\xc9\x07\x00"[..], &b"Hello"[..]),
        (b"\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00", b"Hello"),
        (b"\xf3\x48\xcd\xc9\xc9\x07\x00\x00", b"Hello"),
        (
            b"\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00",
            b"Hello",
        ),
        (b"\x00", b""),
        // A final block with nothing behind it.
        (b"\xf3\x48\xcd\xc9\xc9\x07\x00", b"Hello"),
    ] {
        for config in [CONTEXT, SHARED] {
            let mut peer = Peer::new(config, "/echo", OFFER);
            for _ in 0..2 {
                peer.send_frame(0xc1, deflated);
                assert_eq!(peer.message(), text, "{deflated:?}");
            }
        }
    }
}

#[test]
fn a_final_block_does_not_end_the_context() {
    let mut peer = Peer::new(CONTEXT, "/echo", OFFER);
    let text = prose(4000, 11);
    let mut deflated = Vec::with_capacity(8000);
    let mut final_block = Compress::new(Compression::new(6), false);
    final_block
        .compress_vec(&text, &mut deflated, FlushCompress::Finish)
        .unwrap();
    deflated.push(0);
    peer.send_frame(0xc1, &deflated);
    assert_eq!(peer.message(), text);
    // The client's compressor remembers the text, as if it had sent it itself.
    let _ = peer.deflated(&text);
    let refers = peer.deflated(&text);
    assert!(refers.len() < 100);
    peer.send_frame(0xc1, &refers);
    assert_eq!(peer.message(), text);
}

#[test]
fn what_is_wrong_first_is_told_however_the_input_is_cut() {
    // Text that is not UTF-8, and behind it data that is not DEFLATE data; found by
    // fuzzing.
    let told = |path: &str, piece: usize| {
        let mut peer = Peer::new(CONTEXT, path, OFFER);
        let mut deflated = peer.deflated(b"abc\xffdef");
        deflated.extend([0xff; 8]);
        peer.client.send_chopped(&frame(0xc1, &deflated), piece);
        let close = peer.frames().pop().expect("a close frame");
        assert_eq!(close.first_octet, 0x88);
        String::from_utf8_lossy(&close.payload[2..]).into_owned()
    };
    for path in ["/parts", "/sized"] {
        for piece in 1..40 {
            assert_eq!(told(path, piece), "text is not UTF-8", "{path}, {piece}");
        }
        assert_eq!(told(path, usize::MAX), "text is not UTF-8", "{path}");
    }
}
