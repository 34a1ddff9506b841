//! The client's compression, held against the examples of RFC 7692 section
//! 7.2.3 and against itself.

use super::{Deflater, Inflater};

#[test]
fn the_examples_of_the_rfc_are_decompressed() {
    let mut inflater = Inflater::new(15, true);
    for compressed in [
        &b"\xf2\x48\xcd\xc9\xc9\x07\x00"[..],
        b"\xf2\x00\x11\x00\x00",
        b"\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00",
        b"\xf3\x48\xcd\xc9\xc9\x07\x00\x00",
        b"\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00",
    ] {
        assert_eq!(inflater.message(compressed).unwrap(), b"Hello");
    }
    assert_eq!(inflater.message(b"\x00").unwrap(), b"");
}

#[test]
fn what_was_compressed_is_decompressed() {
    let messages = ["", "a", "", "", "abcabcabc", &"Wiese ".repeat(20_000)];
    for (bits, keeps_context) in [(8, true), (9, true), (9, false), (15, true), (15, false)] {
        let mut deflater = Deflater::new(bits, keeps_context);
        let mut inflater = Inflater::new(bits, keeps_context);
        for message in messages {
            let compressed = deflater.message(message.as_bytes());
            assert_eq!(inflater.message(&compressed).unwrap(), message.as_bytes());
        }
        let last = deflater.final_message(b"the last");
        assert_eq!(inflater.message(&last).unwrap(), b"the last");
    }
}

/// Two halves that are alike, with a distance of 600 octets between them.
#[test]
fn a_distance_beyond_the_window_is_refused() {
    let mut rng = fastrand::Rng::with_seed(1);
    let half: Vec<u8> = (0..600).map(|_| rng.u8(..)).collect();
    let message = [&*half, &half].concat();
    let far = Deflater::new(15, false).message(&message);
    assert!(far.len() < 700, "the second half refers to the first");
    assert!(Inflater::new(9, true).message(&far).is_err());
    assert_eq!(Inflater::new(10, true).message(&far).unwrap(), message);
    let near = Deflater::new(9, false).message(&message);
    assert_eq!(Inflater::new(9, true).message(&near).unwrap(), message);
}

#[test]
fn a_context_that_was_given_up_is_gone() {
    let mut deflater = Deflater::new(15, true);
    let text = b"over and over again";
    let [first, second] = [(), ()].map(|()| deflater.message(text));
    let mut inflater = Inflater::new(15, false);
    assert_eq!(inflater.message(&first).unwrap(), text);
    assert_ne!(inflater.message(&second).unwrap(), text);
}

#[test]
fn octets_that_are_no_compressed_data_are_refused() {
    assert!(Inflater::new(15, true).message(&[0xff; 16]).is_err());
}
