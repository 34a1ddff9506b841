//! Where the octets of a case are cut.

/// Every place between two octets where input is cut in two. Of long input,
/// those around the frames' headers and ends, and each 211th of the
/// others; with `all`, every one.
pub fn places(octets: &[u8], all: bool) -> Vec<usize> {
    let mut places: Vec<usize> = if all || octets.len() <= SHORT {
        (1..octets.len()).collect()
    } else {
        let mut places: Vec<_> = (1..octets.len()).step_by(STRIDE).collect();
        for edge in edges(octets) {
            places.extend(edge.saturating_sub(AROUND)..edge + AROUND);
        }
        places.retain(|place| (1..octets.len()).contains(place));
        places
    };
    places.sort_unstable();
    places.dedup();
    places
}

/// Where the frames of a client begin and end.
fn edges(octets: &[u8]) -> Vec<usize> {
    let mut edges = vec![0];
    let mut rest = octets;
    while let Some(length) = frame_length(rest) {
        rest = rest.get(length..).unwrap_or_default();
        edges.push(octets.len() - rest.len());
    }
    edges
}

/// The octets of the frame that `octets` begin with, with its header.
fn frame_length(octets: &[u8]) -> Option<usize> {
    let number = |octets: &[u8]| {
        octets
            .iter()
            .fold(0, |number, octet| number << 8 | usize::from(*octet))
    };
    let short = usize::from(octets.get(1)? & 0x7f);
    Some(match short {
        126 => 8 + number(octets.get(2..4)?),
        127 => 14 + number(octets.get(2..10)?),
        short => 6 + short,
    })
}

/// Octets of input that is short.
const SHORT: usize = 4096;

/// A prime, so that the places are in no step with frames or blocks.
const STRIDE: usize = 211;

/// Octets on both sides of an edge; a header has up to 14.
const AROUND: usize = 16;
