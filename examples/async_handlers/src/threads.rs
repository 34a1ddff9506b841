//! Work that blocks, on a pool of threads.

use async_handlers::{Job, QUEUE, WORKERS};
use dunlin_linux::{Answer, Error, HubHandle, Workers};
use std::thread;
use std::time::Duration;

pub(crate) struct Threads {
    pub(crate) workers: Workers,
    pub(crate) hub: HubHandle,
    pub(crate) work: Duration,
}

impl Threads {
    pub(crate) fn workers() -> Result<Workers, Error> {
        Workers::new(WORKERS, QUEUE)
    }
}

impl async_handlers::Workers for Threads {
    fn place(&self) -> Option<impl FnOnce(Job) + '_> {
        let place = self.workers.reserve().ok()?;
        let work = self.work;
        Some(move |job: Job| {
            let text = job.text();
            place.answer(&self.hub, job.ticket, move || {
                // In the place of a file, a database, a computation.
                thread::sleep(work);
                Answer::text(text.as_str())
            });
        })
    }
}
