//! Messages for several connections: deflated once.

use super::support::{CONTEXT, Peer, SHARED};
use crate::{ConnectionDeflate, DeflateConfig, Engine};
use dunlin::Message;

const OFFER: &str = "permessage-deflate";

/// Sends a message to each peer as one that all share; returns the payload of each
/// frame.
fn publish(
    engine: &Engine,
    peers: &mut [Peer<ConnectionDeflate>],
    messages: &[&str],
) -> Vec<Vec<u8>> {
    let mut taken = Vec::new();
    for peer in peers {
        for (number, message) in messages.iter().enumerate() {
            engine.share(Some(number));
            let id = peer.client.id();
            let sent = peer.client.hub().send(id, Message::text(message));
            sent.expect("room for it");
            peer.client.run_jobs();
            engine.share(None);
        }
        taken.push(peer.client.take());
    }
    engine.forget_shared();
    taken
}

fn peers(engine: &Engine, offers: &[&str]) -> Vec<Peer<ConnectionDeflate>> {
    let peer = |offer: &&str| Peer::of(engine.connection(), "/echo", offer);
    offers.iter().map(peer).collect()
}

#[test]
fn a_message_for_many_is_deflated_once() {
    let engine = Engine::new(Some(SHARED));
    let mut peers = peers(&engine, &[OFFER; 10]);
    let taken = publish(&engine, &mut peers, &["the same again, the same again"]);
    assert_eq!(engine.deflated(), 1);
    assert_eq!(taken[0][0], 0xc1, "compressed");
    assert!(taken.iter().all(|octets| *octets == taken[0]));
    assert_eq!(
        peers[9].inflated(&taken[9][2..]),
        b"the same again, the same again"
    );
}

#[test]
fn each_of_several_messages_and_each_window_is_deflated_once() {
    let engine = Engine::new(Some(SHARED));
    let small = "permessage-deflate; server_max_window_bits=9";
    let mut peers = peers(&engine, &[OFFER, small, OFFER, small, OFFER]);
    // The second is no shorter compressed, which is found out once as well.
    let messages = [
        "again and again and again",
        "xyz",
        "once more, once more, once more",
    ];
    let taken = publish(&engine, &mut peers, &messages);
    assert_eq!(engine.deflated(), 2 * 3);
    assert!(taken[2] == taken[0] && taken[4] == taken[0] && taken[3] == taken[1]);
    // What comes next under the same number is another message.
    let taken = publish(&engine, &mut peers, &["another, another, another"]);
    assert_eq!(engine.deflated(), 2 * 3 + 2);
    assert_eq!(
        peers[0].inflated(&taken[0][2..]),
        b"another, another, another"
    );
}

#[test]
fn what_is_not_shared_is_deflated_each_time() {
    let engine = Engine::new(Some(SHARED));
    let mut peers = peers(&engine, &[OFFER; 2]);
    for peer in &mut peers {
        let id = peer.client.id();
        let sent = peer
            .client
            .hub()
            .send(id, Message::text("the same again, the same again"));
        sent.expect("room for it");
        peer.client.run_jobs();
    }
    assert_eq!(engine.deflated(), 2);
}

#[test]
fn a_connection_with_context_keeps_its_own() {
    let config = DeflateConfig {
        client_context: false,
        ..CONTEXT
    };
    let engine = Engine::new(Some(config));
    let mut peers = peers(&engine, &[OFFER; 2]);
    let first = publish(&engine, &mut peers, &["again and again and again"]);
    let second = publish(&engine, &mut peers, &["again and again and again"]);
    assert_eq!(engine.deflated(), 0);
    for (peer, octets) in peers.iter_mut().zip(first.iter().zip(&second)) {
        assert!(octets.1.len() < octets.0.len(), "it refers to the first");
        for octets in [octets.0, octets.1] {
            assert_eq!(peer.inflated(&octets[2..]), b"again and again and again");
        }
    }
}
