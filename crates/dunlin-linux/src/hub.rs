//! The Hub's mailbox on Linux: a bounded queue and an eventfd.

use crate::Error;
use dunlin::hub::{Hub, Job, Mailbox, TopicRequest, append_record, record_length};
use dunlin::{ConnectionId, Full, PublishError, Topic};
use rustix::event::{EventfdFlags, eventfd};
use std::os::fd::OwnedFd;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Reaches a running server from any thread: its connections through
/// [`HubHandle::hub`], and the server itself.
///
/// Cheap to clone. It may outlive the server; then nothing is reached.
#[derive(Debug, Clone)]
pub struct HubHandle(pub(crate) Arc<LinuxMailbox>);

impl HubHandle {
    /// The way to the connections.
    pub fn hub(&self) -> Hub<'_> {
        Hub::new(&*self.0)
    }

    /// Stops the server gracefully: it accepts no more, closes WebSockets with
    /// 1001, lets requests in progress be answered, and returns from
    /// [`Server::run`](crate::Server::run) after
    /// [`Config::stop_time`](crate::Config::stop_time) at the latest. May be
    /// called from a handler.
    pub fn stop(&self) {
        self.0.stop.store(true, Ordering::SeqCst);
        self.0.wake();
    }
}

#[derive(Debug)]
pub(crate) struct LinuxMailbox {
    queue: Mutex<Queue>,
    capacity: usize,
    /// Something was posted since the loop looked.
    posted: AtomicBool,
    /// The loop sleeps, or is about to: waking it takes a system call.
    sleeping: AtomicBool,
    stop: AtomicBool,
    /// Topics of the application.
    topics: usize,
    /// Those that were marked, a bit for each.
    marks: Box<[AtomicU64]>,
    /// Any of them was.
    marked: AtomicBool,
    eventfd: OwnedFd,
}

#[derive(Debug, Default)]
struct Queue {
    records: Vec<u8>,
    /// Octets of all jobs that are not done, also of those the loop holds.
    used: usize,
}

impl LinuxMailbox {
    pub(crate) fn new(capacity: usize, topics: usize) -> Result<Self, Error> {
        let flags = EventfdFlags::NONBLOCK | EventfdFlags::CLOEXEC;
        Ok(Self {
            queue: Mutex::default(),
            capacity,
            posted: AtomicBool::new(false),
            sleeping: AtomicBool::new(false),
            stop: AtomicBool::new(false),
            topics,
            marks: (0..topics.div_ceil(MARKS))
                .map(|_| AtomicU64::new(0))
                .collect(),
            marked: AtomicBool::new(false),
            eventfd: eventfd(0, flags).map_err(Error::system("make an eventfd"))?,
        })
    }

    pub(crate) fn eventfd(&self) -> &OwnedFd {
        &self.eventfd
    }

    pub(crate) fn capacity(&self) -> usize {
        self.capacity
    }

    pub(crate) fn stop_requested(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// To be asked before each sleep: true when there is none to be had.
    pub(crate) fn before_sleep(&self) -> bool {
        self.sleeping.store(true, Ordering::SeqCst);
        self.posted.load(Ordering::SeqCst)
    }

    pub(crate) fn after_sleep(&self) {
        self.sleeping.store(false, Ordering::SeqCst);
    }

    /// Empties the eventfd.
    pub(crate) fn woken(&self) {
        let _ = rustix::io::read(&self.eventfd, &mut [0; 8][..]);
    }

    /// Moves what was posted behind `records`.
    pub(crate) fn take(&self, records: &mut Vec<u8>) {
        if !self.posted.swap(false, Ordering::SeqCst) {
            return;
        }
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        if records.is_empty() {
            core::mem::swap(records, &mut queue.records);
        } else {
            records.append(&mut queue.records);
        }
    }

    /// Tells of each topic that was marked, once for all marks until now.
    pub(crate) fn take_marks(&self, mut tell: impl FnMut(Topic)) {
        if !self.marked.swap(false, Ordering::SeqCst) {
            return;
        }
        for (index, marks) in self.marks.iter().enumerate() {
            let mut marked = marks.swap(0, Ordering::SeqCst);
            while marked != 0 {
                let number = index * MARKS + marked.trailing_zeros() as usize;
                marked &= marked - 1;
                if let Ok(number) = u16::try_from(number) {
                    tell(Topic::new(number));
                }
            }
        }
    }

    fn mark(&self, topic: Topic) {
        if let Some(marks) = self.marks.get(topic.index() / MARKS) {
            marks.fetch_or(1 << (topic.index() % MARKS), Ordering::SeqCst);
            self.marked.store(true, Ordering::SeqCst);
            self.wake();
        }
    }

    /// Takes room for jobs that were made of one for several connections, even
    /// beyond the capacity: what was accepted is not lost.
    pub(crate) fn hold(&self, octets: usize) {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        queue.used = queue.used.saturating_add(octets);
    }

    /// Gives back the room of jobs that are done.
    pub(crate) fn done(&self, octets: usize) {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        queue.used = queue.used.saturating_sub(octets);
    }

    fn wake(&self) {
        if !self.posted.swap(true, Ordering::SeqCst) && self.sleeping.load(Ordering::SeqCst) {
            // A full eventfd wakes as well.
            let _ = rustix::io::write(&self.eventfd, &1_u64.to_ne_bytes());
        }
    }
}

impl Mailbox for LinuxMailbox {
    fn post(&self, to: ConnectionId, job: &Job<'_>) -> Result<(), Full> {
        let length = record_length(job);
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let used = queue.used.saturating_add(length);
        if used > self.capacity {
            return Err(Full);
        }
        queue.used = used;
        append_record(to, job, |octets| queue.records.extend_from_slice(octets));
        drop(queue);
        log::debug!(target: "dunlin", "{to} job queued: {}", job.name());
        self.wake();
        Ok(())
    }

    fn topics(&self, request: &TopicRequest<'_>) -> Result<(), PublishError> {
        match *request {
            TopicRequest::Publish(topic, message) if topic.index() < self.topics => {
                let (to, job) = Job::publication(topic, message);
                Ok(self.post(to, &job)?)
            }
            TopicRequest::Mark(topic) if topic.index() < self.topics => {
                self.mark(topic);
                Ok(())
            }
            _ => Err(PublishError::UnknownTopic),
        }
    }
}

/// Marks in a word.
const MARKS: usize = u64::BITS as usize;
