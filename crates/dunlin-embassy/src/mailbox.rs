//! The Hub's mailbox on a device: a bounded queue that interrupts can post to.

use crate::bells::{Bells, OTHER};
use core::cell::RefCell;
use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use dunlin::hub::{Hub, Job, JobRecords, TopicRequest, append_record, record_length};
use dunlin::{ConnectionId, Full, PublishError, Topic};
use embassy_sync::blocking_mutex::CriticalSectionMutex;

/// Reaches a running server from any task and from interrupts: its connections
/// through [`Mailbox::hub`], and the server itself.
///
/// It lies in a `static`, and is one server's at a time. `OCTETS` of jobs may wait in it, those that a slow
/// peer lets wait included; each takes 28 octets besides its payload. Posting
/// copies the job while interrupts are off.
///
/// For an application with [topics](dunlin::Topic) it has as many: `TOPICS` is its
/// [`App::TOPICS`](dunlin::App::TOPICS), and each takes 9 octets. Marking one is
/// storing a flag and waking the server's task:
///
/// ```
/// use core::sync::atomic::{AtomicU32, Ordering};
/// use dunlin::{App, Full, Message, Route, Topic, WebSocket, WebSocketRoute};
/// use dunlin_embassy::Mailbox;
///
/// struct Meter;
///
/// const MILLIVOLTS: Topic = Topic::new(0);
///
/// static MAILBOX: Mailbox<1024, { Meter::TOPICS }> = Mailbox::new();
/// static VALUE: AtomicU32 = AtomicU32::new(0);
///
/// impl App for Meter {
///     type Session = ();
///     const TOPICS: usize = 1;
///     const ROUTES: &'static [Route<Self>] = &[Route::websocket(
///         "/millivolts",
///         WebSocketRoute::new(|_, _, _| Ok(()))
///             .open(|_, ws, _| Ok(ws.subscribe(MILLIVOLTS)?))
///             .latest(show),
///     )];
/// }
///
/// /// Sends the value of now.
/// fn show(_: &Meter, ws: &mut WebSocket<'_, Meter>, _: Topic) -> Result<(), Full> {
///     ws.send(Message::binary(&VALUE.load(Ordering::Relaxed).to_be_bytes()))
/// }
///
/// /// The interrupt of the converter, ten thousand times a second.
/// fn converted(millivolts: u32) {
///     VALUE.store(millivolts, Ordering::Relaxed);
///     MAILBOX.hub().mark(MILLIVOLTS);
/// }
/// # converted(7);
/// ```
pub struct Mailbox<const OCTETS: usize, const TOPICS: usize = 0> {
    queue: CriticalSectionMutex<RefCell<Queue<OCTETS, TOPICS>>>,
    /// Topics that were marked.
    marks: [AtomicBool; TOPICS],
    pub(crate) bells: Bells,
    connections: AtomicUsize,
}

struct Queue<const OCTETS: usize, const TOPICS: usize> {
    posted: Octets<OCTETS>,
    /// Octets of jobs that the server has taken and that wait for their peers.
    held: usize,
    stop: bool,
    /// A publication found no room.
    refused: bool,
    topics: [Sets; TOPICS],
}

/// Of one topic, sets of slots.
#[derive(Clone, Copy)]
struct Sets {
    subscribers: u32,
    /// Those that are owed the latest value.
    owed: u32,
}

/// Octets from the front of an array.
struct Octets<const N: usize> {
    octets: [u8; N],
    length: usize,
}

impl<const OCTETS: usize, const TOPICS: usize> Mailbox<OCTETS, TOPICS> {
    /// An empty mailbox.
    pub const fn new() -> Self {
        let queue = Queue {
            posted: Octets::new(),
            held: 0,
            stop: false,
            refused: false,
            topics: [Sets {
                subscribers: 0,
                owed: 0,
            }; TOPICS],
        };
        Self {
            queue: CriticalSectionMutex::new(RefCell::new(queue)),
            marks: [const { AtomicBool::new(false) }; TOPICS],
            bells: Bells::new(),
            connections: AtomicUsize::new(0),
        }
    }

    /// The way to the connections.
    pub fn hub(&self) -> Hub<'_> {
        Hub::new(self)
    }

    /// Stops the server gracefully: it accepts no more, closes WebSockets with
    /// 1001, lets requests in progress be answered, and returns from
    /// [`Server::run`](crate::Server::run) after
    /// [`Config::stop_time`](crate::Config::stop_time) at the latest. May be
    /// called from a handler.
    pub fn stop(&self) {
        self.with(|queue| queue.stop = true);
        self.bells.ring(OTHER);
    }

    /// Octets of jobs that wait.
    pub fn waiting(&self) -> usize {
        self.with(|queue| queue.posted.length + queue.held)
    }

    /// Connections of the server, those on their way out included.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    pub(crate) fn set_connections(&self, connections: usize) {
        self.connections.store(connections, Ordering::Relaxed);
    }

    pub(crate) fn stop_requested(&self) -> bool {
        self.with(|queue| queue.stop)
    }

    /// Forgets that a stop was asked for.
    pub(crate) fn stopped(&self) {
        self.with(|queue| queue.stop = false);
    }

    /// Moves what was posted behind `held`, where it has room: what is held is
    /// counted when a job is posted.
    pub(crate) fn take(&self, held: &mut HeldJobs<OCTETS>) {
        self.with(|queue| {
            if held.0.append(queue.posted.as_slice()).is_ok() {
                queue.posted.length = 0;
            }
            queue.held = held.0.length;
        });
    }

    /// Takes note of what is still held.
    pub(crate) fn kept(&self, held: &HeldJobs<OCTETS>) {
        self.with(|queue| queue.held = held.0.length);
    }

    /// Whether a publication found no room since this was last asked.
    pub(crate) fn take_refused(&self) -> bool {
        self.with(|queue| core::mem::take(&mut queue.refused))
    }

    /// The slots that subscribe to a topic.
    pub(crate) fn subscribers(&self, topic: Topic) -> u32 {
        self.sets(topic, |sets| sets.subscribers)
            .unwrap_or_default()
    }

    /// Owes those that subscribe to topics that were marked their values; returns
    /// the slots of all of them.
    pub(crate) fn take_marks(&self) -> u32 {
        let mut owed = 0;
        for (number, mark) in self.marks.iter().enumerate() {
            if mark.load(Ordering::SeqCst) {
                mark.store(false, Ordering::SeqCst);
                let topic = Topic::new(number as u16);
                let subscribers = self.sets(topic, |sets| {
                    sets.owed = sets.subscribers;
                    sets.owed
                });
                owed |= subscribers.unwrap_or_default();
            }
        }
        owed
    }

    /// The slots that are owed the value of any topic.
    pub(crate) fn owed(&self) -> u32 {
        self.with(|queue| queue.topics.iter().fold(0, |all, sets| all | sets.owed))
    }

    /// Whether a slot is owed the value of a topic.
    pub(crate) fn is_owed(&self, topic: Topic, slot: u32) -> bool {
        self.sets(topic, |sets| sets.owed & 1 << slot != 0)
            .unwrap_or_default()
    }

    /// A slot is not owed the value of a topic any more.
    pub(crate) fn paid(&self, topic: Topic, slot: u32) {
        let _ = self.sets(topic, |sets| sets.owed &= !(1 << slot));
    }

    /// Takes a slot out of every topic.
    pub(crate) fn forget(&self, slot: u32) {
        self.with(|queue| queue.topics.iter_mut().for_each(|sets| sets.remove(slot)));
    }

    /// Does something with the sets of a topic.
    fn sets<R>(
        &self,
        topic: Topic,
        action: impl FnOnce(&mut Sets) -> R,
    ) -> Result<R, PublishError> {
        self.with(|queue| {
            let sets = queue.topics.get_mut(topic.index());
            sets.map(action).ok_or(PublishError::UnknownTopic)
        })
    }

    fn with<R>(&self, action: impl FnOnce(&mut Queue<OCTETS, TOPICS>) -> R) -> R {
        self.queue.lock(|queue| action(&mut queue.borrow_mut()))
    }
}

impl Sets {
    fn remove(&mut self, slot: u32) {
        self.subscribers &= !(1 << slot);
        self.owed &= !(1 << slot);
    }
}

impl<const OCTETS: usize, const TOPICS: usize> Default for Mailbox<OCTETS, TOPICS> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const OCTETS: usize, const TOPICS: usize> dunlin::hub::Mailbox for Mailbox<OCTETS, TOPICS> {
    fn post(&self, to: ConnectionId, job: &Job<'_>) -> Result<(), Full> {
        let length = SLOTS + record_length(job);
        self.with(|queue| {
            let Queue { posted, held, .. } = queue;
            if posted.length + *held + length > OCTETS {
                return Err(Full);
            }
            posted.append(&u32::MAX.to_le_bytes())?;
            append_record(to, job, |octets| {
                // There is room for all of it.
                let _ = posted.append(octets);
            });
            Ok(())
        })?;
        crate::trace::debug!("{} job queued: {}", to, job.name());
        self.bells.ring(OTHER);
        Ok(())
    }

    fn topics(&self, request: &TopicRequest<'_>) -> Result<(), PublishError> {
        match *request {
            TopicRequest::Subscribe(topic, id) => {
                self.sets(topic, |sets| sets.subscribers |= 1 << id.slot())
            }
            TopicRequest::Unsubscribe(topic, id) => self.sets(topic, |sets| sets.remove(id.slot())),
            TopicRequest::Leave(id) => {
                self.forget(id.slot());
                Ok(())
            }
            TopicRequest::Publish(topic, message) if topic.index() < TOPICS => {
                let (to, job) = Job::publication(topic, message);
                let posted = self.post(to, &job);
                if posted.is_err() {
                    // The server looks whether somebody holds the others up.
                    self.with(|queue| queue.refused = true);
                    self.bells.ring(OTHER);
                }
                Ok(posted?)
            }
            TopicRequest::Publish(..) => Err(PublishError::UnknownTopic),
            TopicRequest::Mark(topic) => {
                let mark = self.marks.get(topic.index());
                let mark = mark.ok_or(PublishError::UnknownTopic)?;
                mark.store(true, Ordering::SeqCst);
                self.bells.ring(OTHER);
                Ok(())
            }
        }
    }
}

/// Jobs that the server has taken, each behind a set of slots: those that a job
/// for every WebSocket is still to be delivered to.
pub(crate) struct HeldJobs<const OCTETS: usize>(Octets<OCTETS>);

/// What is to become of a job.
pub(crate) enum Next {
    Done,
    /// Wait, for these slots.
    Keep(u32),
}

impl<const OCTETS: usize> HeldJobs<OCTETS> {
    pub(crate) const fn new() -> Self {
        Self(Octets::new())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.length == 0
    }

    pub(crate) fn clear(&mut self) {
        self.0.length = 0;
    }

    /// Octets of publications that wait for a slot.
    pub(crate) fn published_for(&self, slot: u32) -> usize {
        let mut octets = 0;
        let mut start = 0;
        while let Some((slots, rest)) = self.0.from(start).split_first_chunk::<SLOTS>() {
            let Some((id, _, record)) = JobRecords::new(rest).next() else {
                break;
            };
            let length = SLOTS + record.len();
            if id.topic().is_some() && u32::from_le_bytes(*slots) & 1 << slot != 0 {
                octets += length;
            }
            start += length;
        }
        octets
    }

    /// Offers each job, in order, and keeps those that are to wait.
    pub(crate) fn offer(&mut self, mut action: impl FnMut(ConnectionId, &Job<'_>, u32) -> Next) {
        let mut kept = 0;
        let mut start = 0;
        while let Some((slots, rest)) = self.0.from(start).split_first_chunk::<SLOTS>() {
            let Some((id, job, record)) = JobRecords::new(rest).next() else {
                break;
            };
            let end = start + SLOTS + record.len();
            if let Next::Keep(slots) = action(id, &job, u32::from_le_bytes(*slots)) {
                self.0.keep(start, end, kept, slots);
                kept += end - start;
            }
            start = end;
        }
        self.0.length = kept;
    }
}

impl<const N: usize> Octets<N> {
    const fn new() -> Self {
        Self {
            octets: [0; N],
            length: 0,
        }
    }

    fn as_slice(&self) -> &[u8] {
        self.octets.get(..self.length).unwrap_or_default()
    }

    fn from(&self, start: usize) -> &[u8] {
        self.as_slice().get(start..).unwrap_or_default()
    }

    fn append(&mut self, octets: &[u8]) -> Result<(), Full> {
        let end = self.length.saturating_add(octets.len());
        let place = self.octets.get_mut(self.length..end).ok_or(Full)?;
        place.copy_from_slice(octets);
        self.length = end;
        Ok(())
    }

    /// Moves the job at `start..end` to `to`, with its set of slots.
    fn keep(&mut self, start: usize, end: usize, to: usize, slots: u32) {
        if let Some(place) = self.octets.get_mut(start..start + SLOTS) {
            place.copy_from_slice(&slots.to_le_bytes());
        }
        if start > to {
            self.octets.copy_within(start..end, to);
        }
    }
}

/// Octets of a set of slots.
const SLOTS: usize = 4;

#[cfg(test)]
mod tests;
