//! Subscribers come and go, and what is kept of them with them.

use super::Topics;
use dunlin::{ConnectionId, Topic};
use proptest::prelude::*;
use std::collections::BTreeSet;

const TOPICS: u16 = 4;

fn id(number: u64) -> ConnectionId {
    ConnectionId::from_bits(number)
}

#[test]
fn a_topic_that_is_not_there_takes_no_subscriber() {
    let mut topics = Topics::new(TOPICS.into());
    assert!(!topics.subscribe(id(1), Topic::new(TOPICS)));
    topics.unsubscribe(id(1), Topic::new(TOPICS));
    topics.mark(Topic::new(TOPICS));
    assert!(!topics.has_due());
}

#[test]
fn a_subscriber_is_due_once_until_it_was_asked() {
    let mut topics = Topics::new(TOPICS.into());
    let [first, second] = [Topic::new(0), Topic::new(1)];
    topics.subscribe(id(1), second);
    topics.subscribe(id(1), first);
    topics.mark(second);
    topics.mark(first);
    topics.mark(second);
    assert_eq!(topics.take_due(), [id(1)]);
    assert_eq!(topics.marked(id(1)), [first, second]);
    topics.asked(id(1), first);
    // The other is still owed: nothing is due before there is room.
    topics.mark(second);
    topics.mark(first);
    assert!(!topics.has_due());
    topics.ask_again(id(1));
    assert_eq!(topics.take_due(), [id(1)]);
    assert_eq!(topics.marked(id(1)), [first, second]);
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Subscribe(u64, u16),
    Unsubscribe(u64, u16),
    Forget(u64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..8_u64, 0..TOPICS).prop_map(|(id, topic)| Step::Subscribe(id, topic)),
        2 => (0..8_u64, 0..TOPICS).prop_map(|(id, topic)| Step::Unsubscribe(id, topic)),
        1 => (0..8_u64).prop_map(Step::Forget),
    ]
}

proptest! {
    #[test]
    fn both_directions_agree_whatever_happens(steps in prop::collection::vec(step(), 0..200)) {
        let mut topics = Topics::new(TOPICS.into());
        let mut expected = BTreeSet::new();
        for step in steps {
            match step {
                Step::Subscribe(client, topic) => {
                    topics.subscribe(id(client), Topic::new(topic));
                    expected.insert((topic, client));
                }
                Step::Unsubscribe(client, topic) => {
                    topics.unsubscribe(id(client), Topic::new(topic));
                    expected.remove(&(topic, client));
                }
                Step::Forget(client) => {
                    topics.forget(id(client));
                    expected.retain(|(_, other)| *other != client);
                }
            }
            for topic in 0..TOPICS {
                let there: BTreeSet<_> = topics
                    .subscribers(Topic::new(topic))
                    .iter()
                    .map(|id| id.to_bits())
                    .collect();
                let wanted: BTreeSet<_> = expected
                    .iter()
                    .filter(|(of, _)| *of == topic)
                    .map(|(_, client)| *client)
                    .collect();
                prop_assert_eq!(&there, &wanted);
                prop_assert_eq!(topics.subscribers(Topic::new(topic)).len(), there.len());
                for client in 0..8 {
                    let is_there = topics.is_subscribed(id(client), Topic::new(topic));
                    prop_assert_eq!(is_there, there.contains(&client));
                }
            }
        }
        // Nothing is kept of those that subscribe to nothing.
        let subscribing: BTreeSet<_> = expected.iter().map(|(_, client)| client).collect();
        prop_assert_eq!(topics.subscriptions.len(), subscribing.len());
    }
}
