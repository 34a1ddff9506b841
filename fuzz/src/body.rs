//! Request bodies: every way of cutting them gives what a plain decoder finds.
//!
//! Settings: an octet for the framing, two for its length, two for limits, four
//! for the cut. Behind them: a body, and what may be behind it.

use crate::pieces::Cut;
use crate::reference::body::{Decoded, End, decode};
use arbitrary::{Result, Unstructured};
use dunlin_proto::http::{BodyDecoder, BodyLimits, Framing};

/// Checks one input.
pub fn check(data: &[u8]) {
    let mut input = Unstructured::new(data);
    let Ok((framing, limits, cut)) = settings(&mut input) else {
        return;
    };
    let octets = input.take_rest();
    let expected = decode(framing, &limits, octets);
    for cut in [Cut::WHOLE, Cut::EACH, cut] {
        assert_eq!(received(framing, &limits, octets, cut), expected, "{cut:?}");
    }
}

fn settings(input: &mut Unstructured<'_>) -> Result<(Framing, BodyLimits, Cut)> {
    let kind: u8 = input.arbitrary()?;
    let length: u16 = input.arbitrary()?;
    let [chunk_line, trailers]: [u8; 2] = input.arbitrary()?;
    let framing = match kind % 4 {
        0 => Framing::Length(length.into()),
        1 => Framing::None,
        _ => Framing::Chunked,
    };
    let limits = match kind / 4 % 2 {
        0 => BodyLimits::default(),
        _ => BodyLimits {
            chunk_line: chunk_line.into(),
            trailers: trailers.into(),
        },
    };
    Ok((framing, limits, Cut::read(input)?))
}

/// What the decoder makes of octets that arrive in pieces.
fn received(framing: Framing, limits: &BodyLimits, octets: &[u8], cut: Cut) -> Decoded {
    let mut decoder = BodyDecoder::new(framing, limits);
    let mut body = Vec::new();
    let mut taken = 0;
    for piece in cut.pieces(octets) {
        let mut piece = piece.to_vec();
        let mut rest = &mut piece[..];
        while !rest.is_empty() && !decoder.is_complete() {
            let decoded = match decoder.decode(rest) {
                Ok(decoded) => decoded,
                Err(error) => {
                    let again = decoder.decode(&mut [b'0']).err();
                    assert_eq!(again, Some(error), "an error stays");
                    return Decoded::new(body, 0, End::Refused(error));
                }
            };
            assert!(decoded.consumed > 0, "a call makes progress");
            assert!(decoded.data.len() <= decoded.consumed);
            body.extend_from_slice(decoded.data);
            let (consumed, complete) = (decoded.consumed, decoded.complete);
            assert_eq!(complete, decoder.is_complete());
            taken += consumed;
            rest = &mut rest[consumed..];
        }
    }
    let end = if decoder.is_complete() {
        End::Complete
    } else {
        End::Incomplete
    };
    Decoded::new(body, taken, end)
}
