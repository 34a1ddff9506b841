//! Connections in memory: a driver without sockets, and clients as octets.

mod http;
mod support;
mod websocket;

use super::Phase;
use proptest::prelude::*;
use std::vec::Vec;
use support::{Server, frame, upgrade};

/// What a client sees of a connection that got `octets` cut at `cuts`.
fn outcome(octets: &[u8], cuts: &[usize]) -> (Vec<u8>, Phase, Vec<std::string::String>) {
    let mut server = Server::new();
    let mut from = 0;
    for cut in cuts.iter().copied().chain([octets.len()]) {
        if cut > from {
            server.receive(&octets[from..cut]);
            from = cut;
        }
    }
    (server.sent.clone(), server.phase(), server.app.seen.take())
}

/// Requests and frames, mostly well-formed, in any order.
fn streams() -> impl Strategy<Value = Vec<u8>> {
    let request = prop::sample::select(support::REQUESTS).prop_map(|text| text.as_bytes().to_vec());
    let first_octet = prop_oneof![
        6 => prop::sample::select(&[0x81_u8, 0x82, 0x01, 0x02, 0x80, 0x00, 0x89, 0x8a][..]),
        1 => any::<u8>(),
    ];
    let payload = prop_oneof![
        3 => "\\PC{0,40}".prop_map(|text| text.into_bytes()),
        1 => prop::collection::vec(any::<u8>(), 0..200),
    ];
    let frames = (first_octet, payload).prop_map(|(octet, payload)| frame(octet, &payload));
    let websocket = (
        prop::sample::select(&["/echo", "/parts", "/sized"][..]),
        prop::collection::vec(frames, 0..6),
    )
        .prop_map(|(path, frames)| [upgrade(path), frames.concat()].concat());
    let http = prop::collection::vec(request, 0..4).prop_map(|requests| requests.concat());
    let mutation = prop::option::weighted(0.3, (any::<prop::sample::Index>(), any::<u8>()));
    (
        prop_oneof![
            http.clone(),
            websocket.clone(),
            (http, websocket).prop_map(|(a, b)| [a, b].concat())
        ],
        mutation,
    )
        .prop_map(|(mut octets, mutation)| {
            if let Some((index, octet)) = mutation.filter(|_| !octets.is_empty()) {
                let index = index.index(octets.len());
                octets[index] = octet;
            }
            octets
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn every_way_of_cutting_a_stream_gives_the_same_answers(
        octets in streams(),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..5),
    ) {
        let whole = outcome(&octets, &[]);
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(octets.len() + 1)).collect();
        cuts.sort_unstable();
        prop_assert_eq!(&outcome(&octets, &cuts), &whole);
        let each: Vec<usize> = (1..octets.len()).collect();
        prop_assert_eq!(&outcome(&octets, &each), &whole);
    }

    #[test]
    fn arbitrary_octets_get_a_defined_answer(
        octets in prop::collection::vec(any::<u8>(), 0..300),
        upgraded in any::<bool>(),
    ) {
        let octets = if upgraded { [upgrade("/echo"), octets].concat() } else { octets };
        let (sent, phase, _) = outcome(&octets, &[]);
        // Who is refused is told why before the end.
        if phase == Phase::Finishing {
            prop_assert!(!sent.is_empty());
        }
    }

    #[test]
    fn little_room_delays_answers_and_changes_none(
        octets in streams(),
        room in 300_usize..2000,
    ) {
        let mut roomy = Server::new();
        roomy.receive(&octets);
        let mut tight = Server::new();
        tight.limit = room;
        tight.receive_slowly(&octets, 50);
        prop_assert_eq!(roomy.phase(), tight.phase());
        prop_assert_eq!(roomy.sent.len(), tight.sent.len());
        prop_assert_eq!(&roomy.sent, &tight.sent);
    }
}
