use super::*;
use crate::{Closed, ConnectionId, MessageKind};
use std::format;
use std::string::ToString;

const ID: ConnectionId = ConnectionId::from_bits(0);

fn message(octets: usize, last: bool, sent: bool) -> Event<'static> {
    let (id, kind) = (ID, MessageKind::Text);
    if sent {
        Event::MessageSent {
            id,
            kind,
            octets,
            last,
        }
    } else {
        Event::MessageReceived {
            id,
            kind,
            octets,
            last,
        }
    }
}

#[test]
fn what_is_open_is_what_began_and_has_not_ended() {
    let counters = Counters::new();
    for event in [
        Event::Opened(ID),
        Event::Opened(ID),
        Event::WebSocketOpened(ID),
        Event::WebSocketOpened(ID),
        Event::WebSocketClosed {
            id: ID,
            closed: Closed::Lost,
        },
        Event::Ended(ID),
    ] {
        counters.count(&event);
    }
    let counts = counters.snapshot();
    assert_eq!((counts.connections(), counts.websockets()), (1, 1));
    assert_eq!(counts.connections_opened, 2);
}

#[test]
fn a_message_in_parts_counts_once_and_its_octets_all() {
    let counters = Counters::new();
    for (octets, last, sent) in [(5, false, false), (7, true, false), (3, true, true)] {
        counters.count(&message(octets, last, sent));
    }
    counters.count(&Event::SendFull(ID));
    let counts = counters.snapshot();
    assert_eq!(
        (counts.messages_received, counts.message_octets_received),
        (1, 12)
    );
    assert_eq!((counts.messages_sent, counts.message_octets_sent), (1, 3));
    assert_eq!(counts.full, 1);
}

#[test]
fn refusals_are_counted_by_status() {
    let counters = Counters::new();
    for status in [
        Status::CONTENT_TOO_LARGE,
        Status::CONTENT_TOO_LARGE,
        Status::SERVICE_UNAVAILABLE,
        Status::GONE,
    ] {
        counters.count(&Event::Error { id: ID, status });
    }
    let counts = counters.snapshot();
    assert_eq!(counts.refused(Status::CONTENT_TOO_LARGE), Some(2));
    assert_eq!(counts.refused(Status::SERVICE_UNAVAILABLE), Some(1));
    assert_eq!(counts.refused(Status::NOT_FOUND), Some(0));
    assert_eq!(counts.refused(Status::GONE), None);
    let mut others = 0;
    counts.each_refusal(|status, count| others += if status.is_none() { count } else { 0 });
    assert_eq!(others, 1);
}

#[test]
fn a_count_begins_again_behind_the_largest() {
    let counters = Counters::new();
    for octets in [usize::MAX, 3] {
        counters.count(&Event::Sent { id: ID, octets });
    }
    assert_eq!(counters.snapshot().octets_sent, 2);
}

#[test]
fn every_count_stands_in_the_text() {
    let counters = Counters::new();
    for (index, counter) in [
        &counters.connections_opened,
        &counters.octets_received,
        &counters.octets_sent,
        &counters.requests,
        &counters.websockets_opened,
        &counters.messages_received,
        &counters.message_octets_received,
        &counters.messages_sent,
        &counters.message_octets_sent,
        &counters.full,
    ]
    .into_iter()
    .chain(&counters.responses)
    .chain(&counters.refusals)
    .enumerate()
    {
        add(counter, 1000 + index);
    }
    let text = counters.snapshot().metrics().to_string();
    for index in 0..10 + 5 + REASONS.len() {
        assert!(
            text.contains(&format!(" {}\n", 1000 + index)),
            "{index}: {text}"
        );
    }
    assert!(text.ends_with('\n'));
}
