//! The queue behind a Hub.

use dunlin::hub::{Job, Mailbox, TopicRequest, append_record, record_length};
use dunlin::{ConnectionId, Full, PublishError, Topic};
use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Jobs as records, up to a number of octets, and what the one connection there is
/// subscribes to.
#[derive(Debug)]
pub(crate) struct Queue {
    records: Mutex<Vec<u8>>,
    capacity: usize,
    /// Topics of the application.
    topics: usize,
    subscriptions: Mutex<Subscriptions>,
}

#[derive(Debug, Default)]
struct Subscriptions {
    all: BTreeSet<Topic>,
    /// Those that were marked.
    marked: BTreeSet<Topic>,
}

impl Queue {
    pub(crate) fn new(capacity: usize, topics: usize) -> Self {
        Self {
            records: Mutex::default(),
            capacity,
            topics,
            subscriptions: Mutex::default(),
        }
    }

    /// All jobs, which are not in the queue any more.
    pub(crate) fn take(&self) -> Vec<u8> {
        std::mem::take(&mut self.records.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn is_subscribed(&self, topic: Topic) -> bool {
        self.subscriptions().all.contains(&topic)
    }

    /// The topics that were marked, which are not marked any more.
    pub(crate) fn take_marks(&self) -> BTreeSet<Topic> {
        std::mem::take(&mut self.subscriptions().marked)
    }

    fn subscriptions(&self) -> MutexGuard<'_, Subscriptions> {
        self.subscriptions
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn known(&self, topic: Topic) -> Result<Topic, PublishError> {
        let is_known = topic.index() < self.topics;
        is_known.then_some(topic).ok_or(PublishError::UnknownTopic)
    }
}

impl Mailbox for Queue {
    fn post(&self, to: ConnectionId, job: &Job<'_>) -> Result<(), Full> {
        let mut records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        if records.len() + record_length(job) > self.capacity {
            return Err(Full);
        }
        append_record(to, job, |octets| records.extend_from_slice(octets));
        Ok(())
    }

    fn topics(&self, request: &TopicRequest<'_>) -> Result<(), PublishError> {
        let mut subscriptions = self.subscriptions();
        match *request {
            TopicRequest::Subscribe(topic, _) => {
                subscriptions.all.insert(self.known(topic)?);
            }
            TopicRequest::Unsubscribe(topic, _) => {
                subscriptions.all.remove(&topic);
                subscriptions.marked.remove(&topic);
            }
            TopicRequest::Leave(_) => *subscriptions = Subscriptions::default(),
            TopicRequest::Publish(topic, message) => {
                let (to, job) = Job::publication(self.known(topic)?, message);
                self.post(to, &job)?;
            }
            TopicRequest::Mark(topic) => {
                if subscriptions.all.contains(&topic) {
                    subscriptions.marked.insert(topic);
                }
            }
        }
        Ok(())
    }
}
