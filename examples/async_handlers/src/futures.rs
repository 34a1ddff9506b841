//! Work that waits, in futures of tokio.

use async_handlers::{Job, QUEUE, WORKERS, Workers};
use dunlin_linux::{Answer, HubHandle, answer_with};
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;

pub(crate) struct Futures {
    runtime: Handle,
    hub: HubHandle,
    work: Duration,
    /// Futures that may begin.
    places: Arc<Semaphore>,
    /// Futures that may work; the others wait.
    working: Arc<Semaphore>,
}

impl Futures {
    pub(crate) fn new(runtime: Handle, hub: HubHandle, work: Duration) -> Self {
        Self {
            runtime,
            hub,
            work,
            places: Arc::new(Semaphore::new(WORKERS + QUEUE)),
            working: Arc::new(Semaphore::new(WORKERS)),
        }
    }
}

impl Workers for Futures {
    fn place(&self) -> Option<impl FnOnce(Job) + '_> {
        let place = Arc::clone(&self.places).try_acquire_owned().ok()?;
        let (working, work) = (Arc::clone(&self.working), self.work);
        Some(move |job: Job| {
            let text = job.text();
            answer_with(&self.runtime, &self.hub, job.ticket, async move {
                // Given back at the end.
                let _place = place;
                let _working = working.acquire().await;
                // In the place of another server that is asked.
                tokio::time::sleep(work).await;
                Answer::text(text.as_str())
            });
        })
    }
}
