//! Threads for work that takes long, so that handlers need not wait for it.

use crate::answer::Pending;
use crate::{Answer, Error, HubHandle};
use dunlin::Ticket;
use std::collections::VecDeque;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// A bounded pool of threads for what blocks: files, databases, computations.
///
/// A handler reserves a [`Place`] before it takes a ticket, so that it can still
/// refuse the request where there is none:
///
/// ```
/// # use dunlin::{AnswerError, App, Request, Response, Route, Status};
/// use dunlin_linux::{Answer, HubHandle, Workers};
///
/// struct Reports {
///     workers: Workers,
///     hub: HubHandle,
/// }
/// # impl App for Reports {
/// #     type Session = ();
/// #     const ROUTES: &'static [Route<Self>] = &[Route::get("/report", report)];
/// # }
///
/// fn report(
///     app: &Reports,
///     _: Request<'_, Reports>,
///     response: Response<'_>,
/// ) -> Result<(), AnswerError> {
///     let Ok(place) = app.workers.reserve() else {
///         return response.status(Status::SERVICE_UNAVAILABLE).text("All are busy.");
///     };
///     place.answer(&app.hub, response.ticket(), || Answer::text(compute()));
///     Ok(())
/// }
/// # fn compute() -> String { String::new() }
/// ```
///
/// A job that panics is logged, and its thread goes on. What was accepted is
/// done, also when the pool is dropped meanwhile; its threads end behind the
/// last job, and dropping it does not wait for them.
pub struct Workers(Arc<Pool>);

impl Workers {
    /// Starts `threads` threads, one at least, with a queue for `queue` jobs
    /// beyond those that are being done.
    ///
    /// # Errors
    ///
    /// [`Error::System`] when the system starts no more threads.
    pub fn new(threads: usize, queue: usize) -> Result<Self, Error> {
        let threads = threads.max(1);
        let workers = Self(Arc::new(Pool {
            state: Mutex::default(),
            news: Condvar::new(),
            places: threads.saturating_add(queue),
        }));
        for number in 0..threads {
            let pool = Arc::clone(&workers.0);
            let thread = std::thread::Builder::new().name(format!("worker {number}"));
            let failed = |source| Error::System {
                doing: "start a thread",
                source,
            };
            thread.spawn(move || pool.work()).map_err(failed)?;
        }
        Ok(workers)
    }

    /// Has a job done by a thread that is, or will be, free.
    ///
    /// # Errors
    ///
    /// [`Busy`] when all threads are, and the queue is full.
    pub fn submit(&self, job: impl FnOnce() + Send + 'static) -> Result<(), Busy> {
        self.reserve().map(|place| place.submit(job))
    }

    /// Takes a place for one job.
    ///
    /// # Errors
    ///
    /// [`Busy`] when all threads are, and the queue is full.
    pub fn reserve(&self) -> Result<Place, Busy> {
        let mut state = self.0.lock();
        if state.taken >= self.0.places {
            return Err(Busy);
        }
        state.taken += 1;
        Ok(Place(Arc::clone(&self.0)))
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.0.lock().dropped = true;
        self.0.news.notify_all();
    }
}

impl fmt::Debug for Workers {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Workers")
            .field("places", &self.0.places)
            .field("taken", &self.0.lock().taken)
            .finish()
    }
}

/// A place for one job; without one it is given back.
#[must_use = "a place that is dropped is given back"]
pub struct Place(Arc<Pool>);

impl Place {
    /// Has the job done.
    pub fn submit(self, job: impl FnOnce() + Send + 'static) {
        let mut state = self.0.lock();
        // For the job; this place gives its own back.
        state.taken += 1;
        state.jobs.push_back(Box::new(job));
        drop(state);
        self.0.news.notify_one();
    }

    /// Has the job done and answers the ticket with what it returns: 500 when it
    /// panics.
    ///
    /// Jobs wait in a queue, so [`Limits::answer_time`](dunlin::Limits::answer_time)
    /// must be long enough for that too.
    pub fn answer(
        self,
        hub: &HubHandle,
        ticket: Ticket,
        job: impl FnOnce() -> Answer + Send + 'static,
    ) {
        let pending = Pending::new(hub, ticket);
        self.submit(move || {
            // It is answered by being dropped when the job panics.
            let pending = pending;
            let answer = job();
            pending.answer(answer);
        });
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.give_back();
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Place")
    }
}

/// All threads are busy and the queue is full: answer 503, or try again later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Busy;

impl fmt::Display for Busy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("all workers are busy and their queue is full")
    }
}

impl std::error::Error for Busy {}

type Job = Box<dyn FnOnce() + Send>;

/// What the threads share.
struct Pool {
    state: Mutex<State>,
    news: Condvar,
    /// Jobs that are done or wait at a time.
    places: usize,
}

#[derive(Default)]
struct State {
    jobs: VecDeque<Job>,
    /// Places that are reserved, or whose jobs wait or are being done.
    taken: usize,
    /// No more jobs than those come.
    dropped: bool,
}

impl Pool {
    /// Does jobs until there will be none.
    fn work(&self) {
        while let Some(job) = self.next() {
            if catch_unwind(AssertUnwindSafe(job)).is_err() {
                log::error!(target: "dunlin", "a job of the workers panicked");
            }
            self.give_back();
        }
    }

    fn next(&self) -> Option<Job> {
        let mut state = self.lock();
        loop {
            if let Some(job) = state.jobs.pop_front() {
                return Some(job);
            }
            if state.dropped && state.taken == 0 {
                return None;
            }
            state = self
                .news
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn give_back(&self) {
        let mut state = self.lock();
        state.taken -= 1;
        if state.dropped && state.taken == 0 {
            self.news.notify_all();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
