//! Jobs of the Hub, and what is published and marked: who gets what, and what
//! waits for whom.

use crate::client::Client;
use crate::clients::{Clients, Wire};
use crate::desk::Desk;
use dunlin::hub::{Hub, Job, JobRecords, append_record};
use dunlin::{App, ConnectionId, Delivery, Instant, Topic, hooks};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::time::Duration;

/// What could not be done yet.
#[derive(Default)]
pub(crate) struct Jobs {
    /// By the connection it waits for; none waits for nothing.
    held: HashMap<ConnectionId, Held>,
    /// Those of them that something has happened to: try again.
    stirred: HashSet<ConnectionId>,
    /// Connections that are owed a latest value, and have no room for it.
    owed: HashSet<ConnectionId>,
    /// Others that are, whose peers have not acknowledged what was sent before.
    unread: Vec<ConnectionId>,
    /// When to look at these.
    look_again: Option<Instant>,
}

/// Jobs that wait for one connection, in order.
#[derive(Default)]
struct Held {
    records: Vec<u8>,
    /// Octets of those that were published to a topic. They do not count against
    /// the mailbox's capacity, but against what may wait for the connection.
    published: usize,
}

/// A message for the subscribers of a topic, and the record it was read from.
type Publication<'r> = (Topic, Job<'r>, &'r [u8]);

impl Jobs {
    /// Takes note that something has happened to a connection; returns whether it
    /// is owed a latest value.
    pub(crate) fn stir(&mut self, id: ConnectionId) -> bool {
        if self.held.contains_key(&id) {
            self.stirred.insert(id);
        }
        !self.owed.is_empty() && self.owed.remove(&id)
    }

    /// True when something that waits may be done now.
    pub(crate) fn is_stirred(&self) -> bool {
        !self.stirred.is_empty()
    }

    /// When to look whether peers have acknowledged what was sent.
    pub(crate) fn look_again(&self) -> Instant {
        self.look_again.unwrap_or(Instant::NEVER)
    }

    fn hold(&mut self, id: ConnectionId, record: &[u8], published: bool) {
        let held = self.held.entry(id).or_default();
        held.records.extend_from_slice(record);
        if published {
            held.published += record.len();
        }
    }
}

impl<A: App, W: Wire> Clients<A, W> {
    /// Does the jobs of the Hub that can be done now.
    ///
    /// Those that were held are only tried again when something has happened to
    /// their connections: a peer that takes nothing costs the others no time,
    /// however many jobs wait for it.
    pub(crate) fn run_jobs(&mut self) {
        for id in core::mem::take(&mut self.jobs.stirred) {
            self.retry(id);
        }
        let mut records = Vec::new();
        self.mailbox.take(&mut records);
        if !records.is_empty() {
            self.run(&records);
        }
        if A::TOPICS > 0 {
            self.ask_for_latest();
        }
    }

    fn run(&mut self, records: &[u8]) {
        let mut publications = Vec::new();
        let mut octets = 0;
        for (id, job, record) in JobRecords::new(records) {
            if let Some(topic) = id.topic() {
                publications.push((topic, job, record));
                octets += record.len();
                if octets >= TOGETHER {
                    self.publish(&mut publications);
                    octets = 0;
                }
                continue;
            }
            self.publish(&mut publications);
            if let Job::Call { token } = job {
                self.call(token);
            } else if id.is_every() {
                self.broadcast(&job);
            } else if self.deliver(id, &job) == Delivery::Held {
                self.jobs.hold(id, record, false);
                continue;
            }
            self.mailbox.done(record.len());
        }
        self.publish(&mut publications);
    }

    /// Tries again what waits for a connection.
    fn retry(&mut self, id: ConnectionId) {
        let Some(mut held) = self.jobs.held.remove(&id) else {
            return;
        };
        let before = self.table.get(id).map_or(0, Client::octets_waiting);
        let mut done = 0;
        let mut counted = 0;
        for (to, job, record) in JobRecords::new(&held.records) {
            if self.deliver(id, &job) == Delivery::Held {
                break;
            }
            done += record.len();
            if to.topic().is_some() {
                held.published -= record.len();
            } else {
                counted += record.len();
            }
        }
        if counted > 0 {
            self.mailbox.done(counted);
        }
        if done > counted
            && let Some(client) = self.table.get_mut(id)
        {
            client.note_published(before);
        }
        held.records.drain(..done);
        if !held.records.is_empty() {
            self.jobs.held.insert(id, held);
        }
    }

    /// Calls the application.
    fn call(&self, token: u32) {
        let desk = Desk {
            mailbox: &self.mailbox,
            topics: &self.topics,
            own: None,
            others: self.table.all(),
            now: self.now,
        };
        hooks::call(&self.app, token, Hub::new(&desk));
    }

    /// Delivers a job to every connection; those that cannot take it now have a
    /// job of their own from then on.
    fn broadcast(&mut self, job: &Job<'_>) {
        let mut from = 0;
        while let Some(id) = self.table.next_from(from) {
            from = id.slot() + 1;
            if self.deliver(id, job) == Delivery::Held {
                let mut record = Vec::new();
                append_record(id, job, |octets| record.extend_from_slice(octets));
                self.mailbox.hold(record.len());
                self.jobs.hold(id, &record, false);
            }
        }
    }

    /// Delivers a job, unless an earlier one of its connection waits.
    fn deliver(&mut self, id: ConnectionId, job: &Job<'_>) -> Delivery {
        let mut delivery = Delivery::Dropped;
        if let Job::Touch = job
            && let Some(client) = self.table.get_mut(id)
        {
            client.used = self.least_recently_used.stamp();
        }
        if self.jobs.held.contains_key(&id) && self.table.get(id).is_some() && job.waits_in_line() {
            delivery = Delivery::Held;
        } else {
            self.with(id, |connection, cx| delivery = connection.deliver(cx, job));
        }
        hooks::report(&self.app, id, job, delivery);
        delivery
    }

    /// Sends what was published together to its subscribers: to each in one go, so
    /// that a thousand of them cost a thousand system calls and not one for each
    /// message besides.
    fn publish(&mut self, publications: &mut Vec<Publication<'_>>) {
        if publications.is_empty() {
            return;
        }
        let mut topics: Vec<_> = publications.iter().map(|(topic, ..)| *topic).collect();
        topics.sort_unstable();
        topics.dedup();
        let mut subscribers = Vec::new();
        for topic in &topics {
            subscribers.extend_from_slice(self.topics.borrow().subscribers(*topic));
        }
        let mixed = topics.len() > 1;
        if mixed {
            subscribers.sort_unstable();
            subscribers.dedup();
        }
        for id in subscribers {
            self.publish_to(id, publications, mixed);
        }
        self.deflate.forget_shared();
        let octets = publications.iter().map(|(.., record)| record.len()).sum();
        self.mailbox.done(octets);
        publications.clear();
    }

    /// Sends a subscriber those of the publications that are for it. In a mixture
    /// of topics some may not be.
    fn publish_to(&mut self, id: ConnectionId, publications: &[Publication<'_>], mixed: bool) {
        let topics = Rc::clone(&self.topics);
        let is_for = |topic| !mixed || topics.borrow().is_subscribed(id, topic);
        let lag_before = self.lag(id);
        // Behind what waits already all have to wait.
        let mut wait_from = 0;
        if !self.jobs.held.contains_key(&id) {
            wait_from = publications.len();
            let deflate = self.deflate.clone();
            self.step(id, |client, lent| {
                let before = client.octets_waiting();
                client.verb(lent, id, |connection, cx| {
                    for (number, (topic, job, _)) in publications.iter().enumerate() {
                        deflate.share(Some(number));
                        if is_for(*topic) && connection.deliver(cx, job) == Delivery::Held {
                            wait_from = number;
                            break;
                        }
                    }
                    deflate.share(None);
                });
                client.note_published(before);
            });
        }
        if self.table.get(id).is_none() {
            return;
        }
        let waiting = publications.get(wait_from..).unwrap_or_default();
        for (topic, _, record) in waiting {
            if is_for(*topic) {
                self.jobs.hold(id, record, true);
            }
        }
        // However long a message is, who has taken all before it may have it.
        if lag_before > 0 && self.lag(id) > self.config.lag {
            self.with(id, |connection, cx| connection.cut_off(cx));
            // What waited for it is freed at once.
            self.retry(id);
        }
    }

    /// Octets of what was published that wait for a connection.
    fn lag(&self, id: ConnectionId) -> usize {
        let sent = self.table.get(id).map_or(0, Client::lag);
        sent + self.jobs.held.get(&id).map_or(0, |held| held.published)
    }

    /// Has those asked that are owed latest values and whose peers may have
    /// acknowledged what was sent before.
    pub(crate) fn look_at_unread(&mut self) {
        self.jobs.look_again = None;
        for id in core::mem::take(&mut self.jobs.unread) {
            self.topics.borrow_mut().ask_again(id);
        }
    }

    /// Asks those whose topics were marked for the values of now.
    fn ask_for_latest(&mut self) {
        self.mailbox
            .take_marks(|topic| self.topics.borrow_mut().mark(topic));
        let due = self.topics.borrow_mut().take_due();
        for id in due {
            let Some(client) = self.table.get(id) else {
                continue;
            };
            if self.wire.unacknowledged(&client.socket) > UNREAD {
                // No event tells when that changes.
                self.jobs.unread.push(id);
                self.jobs.look_again = Some(self.now.after(LOOK_AGAIN));
                continue;
            }
            let topics = Rc::clone(&self.topics);
            let marked = topics.borrow().marked(id);
            let mut has_room = true;
            self.with(id, |connection, cx| {
                let mut first = true;
                for topic in marked {
                    // Its handler may have unsubscribed from a later one.
                    if !topics.borrow().is_subscribed(id, topic) {
                        continue;
                    }
                    if connection.latest(cx, topic, first) == Delivery::Held {
                        has_room = false;
                        break;
                    }
                    topics.borrow_mut().asked(id, topic);
                    first = false;
                }
            });
            if !has_room {
                self.jobs.owed.insert(id);
            }
        }
    }
}

/// Octets of publications that are sent to all before the next ones: enough to be
/// worth a system call, and little enough that a reader takes them meanwhile.
const TOGETHER: usize = 64 * 1024;

/// Octets that a peer may not have acknowledged when it is sent a latest value:
/// several values on their way, so that a fast peer is not held up by the time an
/// acknowledgement takes, and few enough that none is old when it arrives.
const UNREAD: u32 = 4 * 1024;

/// How long after that it is looked whether it has acknowledged them.
const LOOK_AGAIN: Duration = Duration::from_millis(20);
