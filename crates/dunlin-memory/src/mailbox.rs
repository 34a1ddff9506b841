//! The queue behind a Hub.

use dunlin::hub::{Job, Mailbox, append_record, record_length};
use dunlin::{ConnectionId, Full};
use std::sync::{Mutex, PoisonError};

/// Jobs as records, up to a number of octets.
#[derive(Debug)]
pub(crate) struct Queue {
    records: Mutex<Vec<u8>>,
    capacity: usize,
}

impl Queue {
    pub(crate) const fn new(capacity: usize) -> Self {
        Self {
            records: Mutex::new(Vec::new()),
            capacity,
        }
    }

    /// All jobs, which are not in the queue any more.
    pub(crate) fn take(&self) -> Vec<u8> {
        std::mem::take(&mut self.records.lock().unwrap_or_else(PoisonError::into_inner))
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
}
