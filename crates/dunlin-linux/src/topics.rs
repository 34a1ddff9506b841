//! Who subscribes to which topic, and who is owed a latest value.

use dunlin::{ConnectionId, Topic};
use std::collections::HashMap;

/// The subscribers of each topic, and the topics of each subscriber.
///
/// What is done with a topic costs as much as it has subscribers, and what is
/// done with a connection as much as it has subscriptions.
#[derive(Debug, Default)]
pub(crate) struct Topics {
    subscribers: Vec<Vec<ConnectionId>>,
    /// In the order of their topics.
    subscriptions: HashMap<ConnectionId, Vec<Subscription>>,
    /// Connections that are to be asked for values, each once.
    due: Vec<ConnectionId>,
}

#[derive(Debug)]
struct Subscription {
    topic: Topic,
    /// Where the connection is among the subscribers of the topic.
    place: usize,
    /// It was marked, and the connection was not asked since.
    marked: bool,
}

impl Topics {
    /// With so many topics, to which nobody subscribes.
    pub(crate) fn new(topics: usize) -> Self {
        Self {
            subscribers: vec![Vec::new(); topics],
            ..Self::default()
        }
    }

    /// The subscribers of a topic.
    pub(crate) fn subscribers(&self, topic: Topic) -> &[ConnectionId] {
        let subscribers = self.subscribers.get(topic.index());
        subscribers.map(Vec::as_slice).unwrap_or_default()
    }

    pub(crate) fn is_subscribed(&self, id: ConnectionId, topic: Topic) -> bool {
        self.subscriptions
            .get(&id)
            .is_some_and(|own| find(own, topic).is_ok())
    }

    /// Adds a subscriber, if it is not there; false where there is no such topic.
    pub(crate) fn subscribe(&mut self, id: ConnectionId, topic: Topic) -> bool {
        let Some(subscribers) = self.subscribers.get_mut(topic.index()) else {
            return false;
        };
        let own = self.subscriptions.entry(id).or_default();
        if let Err(index) = find(own, topic) {
            let subscription = Subscription {
                topic,
                place: subscribers.len(),
                marked: false,
            };
            own.insert(index, subscription);
            subscribers.push(id);
        }
        true
    }

    /// Takes a subscriber out, if it is there.
    pub(crate) fn unsubscribe(&mut self, id: ConnectionId, topic: Topic) {
        let Some(own) = self.subscriptions.get_mut(&id) else {
            return;
        };
        if let Ok(index) = find(own, topic) {
            let subscription = own.remove(index);
            if own.is_empty() {
                self.subscriptions.remove(&id);
            }
            self.vacate(&subscription);
        }
    }

    /// Takes a connection out of everything.
    pub(crate) fn forget(&mut self, id: ConnectionId) {
        for subscription in self.subscriptions.remove(&id).unwrap_or_default() {
            self.vacate(&subscription);
        }
    }

    /// Fills the place of a subscriber that is no more with the last one.
    fn vacate(&mut self, subscription: &Subscription) {
        let Subscription { topic, place, .. } = *subscription;
        let Some(subscribers) = self.subscribers.get_mut(topic.index()) else {
            return;
        };
        subscribers.swap_remove(place);
        let Some(moved) = subscribers.get(place) else {
            return;
        };
        if let Some(own) = self.subscriptions.get_mut(moved)
            && let Ok(index) = find(own, topic)
        {
            own[index].place = place;
        }
    }

    /// Takes note that the value of a topic has changed.
    pub(crate) fn mark(&mut self, topic: Topic) {
        let Some(subscribers) = self.subscribers.get(topic.index()) else {
            return;
        };
        for id in subscribers {
            let Some(own) = self.subscriptions.get_mut(id) else {
                continue;
            };
            let is_owed = own.iter().any(|subscription| subscription.marked);
            if let Ok(index) = find(own, topic) {
                own[index].marked = true;
            }
            if !is_owed {
                self.due.push(*id);
            }
        }
    }

    /// Has a connection asked that is owed a value and had no room.
    pub(crate) fn ask_again(&mut self, id: ConnectionId) {
        self.due.push(id);
    }

    /// True when somebody is to be asked.
    pub(crate) fn has_due(&self) -> bool {
        !self.due.is_empty()
    }

    /// The connections that are to be asked.
    pub(crate) fn take_due(&mut self) -> Vec<ConnectionId> {
        std::mem::take(&mut self.due)
    }

    /// The topics that a connection is owed the values of.
    pub(crate) fn marked(&self, id: ConnectionId) -> Vec<Topic> {
        let own = self.subscriptions.get(&id).into_iter().flatten();
        own.filter(|subscription| subscription.marked)
            .map(|subscription| subscription.topic)
            .collect()
    }

    /// A connection was asked for a value.
    pub(crate) fn asked(&mut self, id: ConnectionId, topic: Topic) {
        if let Some(own) = self.subscriptions.get_mut(&id)
            && let Ok(index) = find(own, topic)
        {
            own[index].marked = false;
        }
    }
}

fn find(own: &[Subscription], topic: Topic) -> Result<usize, usize> {
    own.binary_search_by_key(&topic, |subscription| subscription.topic)
}

#[cfg(test)]
mod tests;
