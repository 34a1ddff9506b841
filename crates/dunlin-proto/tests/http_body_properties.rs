//! Properties of bodies, queries and cookies: cuts don't matter, nothing panics.

use dunlin_proto::http::{
    BodyDecoder, BodyError, BodyLimits, Framing, HeadLimits, HttpDate, cookies, parse_request_head,
    percent_decode, percent_eq, query_pairs, query_value,
};
use proptest::{collection::vec, prelude::*, sample::select};

/// What was decoded, how many octets that took and how it ended.
type Outcome = (Vec<u8>, usize, Result<bool, BodyError>);

/// Decodes octets that arrive in pieces of the sizes given, over and over.
fn decode(framing: Framing, limits: &BodyLimits, input: &[u8], sizes: &[usize]) -> Outcome {
    let mut decoder = BodyDecoder::new(framing, limits);
    let (mut body, mut consumed) = (Vec::new(), 0);
    let mut input = input.to_vec();
    let mut rest = &mut input[..];
    let mut sizes = sizes.iter().cycle();
    while !rest.is_empty() && !decoder.is_complete() {
        let size = (*sizes.next().unwrap()).clamp(1, rest.len());
        let mut piece = &mut rest[..size];
        let mut taken = 0;
        while !piece.is_empty() && !decoder.is_complete() {
            match decoder.decode(piece) {
                Ok(decoded) => {
                    assert!(decoded.consumed > 0 && decoded.consumed >= decoded.data.len());
                    body.extend_from_slice(decoded.data);
                    let count = decoded.consumed;
                    taken += count;
                    piece = &mut piece[count..];
                }
                // Where the error is found may not depend on the cut; how much
                // framing before it was consumed in the same call may.
                Err(error) => return (body, 0, Err(error)),
            }
        }
        consumed += taken;
        rest = &mut rest[taken..];
    }
    (body, consumed, Ok(decoder.is_complete()))
}

fn chunked(chunks: &[(Vec<u8>, usize, &str)], trailers: &str) -> Vec<u8> {
    let mut input = Vec::new();
    for (data, zeros, extension) in chunks {
        let zeros = "0".repeat(*zeros);
        input.extend_from_slice(format!("{zeros}{:x}{extension}\r\n", data.len()).as_bytes());
        input.extend_from_slice(data);
        input.extend_from_slice(b"\r\n");
    }
    input.extend_from_slice(format!("0\r\n{trailers}\r\n").as_bytes());
    input
}

fn chunk() -> impl Strategy<Value = (Vec<u8>, usize, &'static str)> {
    let extension = select(vec!["", "", "", ";a", ";a=b", "; a=\"b c\""]);
    (vec(any::<u8>(), 1..60), 0..3_usize, extension)
}

fn trailers() -> impl Strategy<Value = &'static str> {
    select(vec!["", "", "A: b\r\n", "A: b\r\nHostess:\r\n"])
}

proptest! {
    #[test]
    fn chunks_decode_to_what_was_encoded(
        chunks in vec(chunk(), 0..8),
        trailers in trailers(),
        sizes in vec(1..40_usize, 1..8),
        behind in vec(any::<u8>(), 0..10),
    ) {
        let body: Vec<u8> = chunks.iter().flat_map(|(data, ..)| data.clone()).collect();
        let mut input = chunked(&chunks, trailers);
        let length = input.len();
        input.extend_from_slice(&behind);
        let limits = BodyLimits::default();
        let expected = (body, length, Ok(true));
        prop_assert_eq!(&decode(Framing::Chunked, &limits, &input, &sizes), &expected);
        for cut in 1..input.len() {
            let sizes = [cut, input.len()];
            prop_assert_eq!(&decode(Framing::Chunked, &limits, &input, &sizes), &expected);
        }
    }

    #[test]
    fn every_cut_of_a_mutated_body_agrees(
        chunks in vec(chunk(), 0..5),
        trailers in trailers(),
        mutations in vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        limits in (0..20_u16, 0..20_u16),
        sizes in vec(1..20_usize, 1..8),
    ) {
        let mut input = chunked(&chunks, trailers);
        for (index, octet) in mutations {
            let index = index.index(input.len());
            input[index] = octet;
        }
        let limits = BodyLimits { chunk_line: limits.0, trailers: limits.1 };
        let whole = decode(Framing::Chunked, &limits, &input, &[input.len()]);
        prop_assert_eq!(&decode(Framing::Chunked, &limits, &input, &sizes), &whole);
        for cut in 1..input.len() {
            let sizes = [cut, input.len()];
            prop_assert_eq!(&decode(Framing::Chunked, &limits, &input, &sizes), &whole);
        }
    }

    #[test]
    fn every_cut_of_arbitrary_octets_agrees(
        input in vec(prop_oneof![select(b"\r\n01;a: ".to_vec()), any::<u8>()], 1..80),
        length in 0..100_u64,
    ) {
        let limits = BodyLimits { chunk_line: 8, trailers: 16 };
        for framing in [Framing::None, Framing::Length(length), Framing::Chunked] {
            let whole = decode(framing, &limits, &input, &[input.len()]);
            for cut in 1..input.len() {
                let sizes = [cut, input.len()];
                prop_assert_eq!(&decode(framing, &limits, &input, &sizes), &whole);
            }
        }
    }

    #[test]
    fn decoded_text_compares_equal(plain in ".{0,20}", encode in vec(any::<bool>(), 1..8)) {
        let mut encoded = String::new();
        for (character, encode) in plain.chars().zip(encode.iter().cycle()) {
            if *encode || matches!(character, '%' | '+') {
                for octet in character.encode_utf8(&mut [0; 4]).bytes() {
                    encoded.push_str(&format!("%{octet:02X}"));
                }
            } else {
                encoded.push(character);
            }
        }
        let mut output = vec![0; plain.len()];
        prop_assert_eq!(percent_decode(&encoded, &mut output, false), Ok(plain.as_bytes()));
        prop_assert!(percent_eq(&encoded, &plain, true));
    }

    #[test]
    fn arbitrary_text_never_panics(
        text in "[%+&=a-f0-9;\\PC]{0,60}",
        key in ".{0,5}",
        size in 0..20_usize,
        plus: bool,
    ) {
        let mut output = vec![0; size];
        let decoded = percent_decode(&text, &mut output, plus);
        if let Ok(Ok(plain)) = decoded.map(str::from_utf8) {
            prop_assert!(percent_eq(&text, plain, plus));
        }
        for (name, value) in query_pairs(&text) {
            prop_assert!(name.len() + value.len() <= text.len());
        }
        let _ = query_value(&text, &key);
        let _ = HttpDate::parse(&text);
    }

    #[test]
    fn arbitrary_cookies_never_panic(value in vec(any::<u8>(), 0..80)) {
        let input = [b"GET / HTTP/1.0\r\nCookie: ", &value[..], b"\r\n\r\n"].concat();
        let limits = HeadLimits { target: 10, head: 200, fields: 10 };
        if let Ok(Some((head, _))) = parse_request_head(&input, &limits) {
            for (name, _) in cookies(head.fields()) {
                prop_assert!(!name.is_empty());
            }
        }
    }

    #[test]
    fn dates_survive_a_round_trip(seconds in 0..253_402_300_800_u64) {
        prop_assert_eq!(HttpDate::parse(HttpDate::from_unix(seconds).as_str()), Some(seconds));
    }
}
