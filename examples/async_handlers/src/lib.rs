//! Requests that take long, and others that are answered meanwhile.
//!
//! | request | answer |
//! |---|---|
//! | `GET /` | a page to ask both side by side |
//! | `GET /long` | after a while; 503 at once when all workers are busy |
//! | `GET /quick` | at once |
//!
//! A handler never waits. The one of `/long` takes a ticket and hands it to a
//! worker; who the workers are is the affair of the program: threads, futures,
//! the tasks of a device.
#![no_std]
#![forbid(unsafe_code)]

use core::cell::Cell;
use core::fmt::Write;
use core::time::Duration;
use dunlin::{AnswerError, App, Limits, Request, Response, Route, Status, Ticket};
use heapless::String;

/// The application.
#[derive(Debug, Default)]
pub struct AsyncHandlers<W> {
    workers: W,
    /// Of the last job.
    number: Cell<u32>,
}

/// Those who do what takes long.
pub trait Workers: 'static {
    /// A place for one job, if there is one: call it with the job.
    fn place(&self) -> Option<impl FnOnce(Job) + '_>;
}

/// What a worker is given: to take its time, and then to answer the ticket with
/// [`Job::text`].
#[derive(Debug)]
pub struct Job {
    /// The request that waits.
    pub ticket: Ticket,
    /// Counts the jobs.
    pub number: u32,
}

impl Job {
    /// The answer.
    pub fn text(&self) -> String<TEXT> {
        let mut text = String::new();
        // There is room for every number.
        let _ = write!(text, "Job {} is done.", self.number);
        text
    }
}

impl<W: Workers> AsyncHandlers<W> {
    /// The application, with its workers.
    pub const fn new(workers: W) -> Self {
        let number = Cell::new(0);
        Self { workers, number }
    }
}

impl<W: Workers> App for AsyncHandlers<W> {
    type Session = ();

    const ROUTES: &'static [Route<Self>] = &[
        Route::get("/", page),
        Route::get("/style.css", pages::style),
        Route::get("/long", long),
        Route::get("/quick", quick),
    ];
}

/// Limits with which a job is waited for that takes `work`, and begins as late
/// as it can.
pub fn limits(limits: Limits, work: Duration) -> Limits {
    let rounds = (WORKERS + QUEUE).div_ceil(WORKERS) as u32;
    Limits {
        answer_time: work.saturating_mul(rounds).saturating_add(SPARE),
        ..limits
    }
}

type Answer = Result<(), AnswerError>;

fn page<W: Workers>(
    _: &AsyncHandlers<W>,
    _: Request<'_, AsyncHandlers<W>>,
    response: Response<'_>,
) -> Answer {
    pages::send(response, include_bytes!("page.html"))
}

fn long<W: Workers>(
    app: &AsyncHandlers<W>,
    _: Request<'_, AsyncHandlers<W>>,
    response: Response<'_>,
) -> Answer {
    let Some(begin) = app.workers.place() else {
        log::info!(target: LOG_TAG, "all workers are busy");
        return response
            .status(Status::SERVICE_UNAVAILABLE)
            .header("Retry-After", "1")
            .text("All workers are busy.");
    };
    let number = app.number.get().wrapping_add(1);
    app.number.set(number);
    log::info!(target: LOG_TAG, "job {number} is taken");
    let ticket = response.ticket();
    begin(Job { ticket, number });
    Ok(())
}

fn quick<W: Workers>(
    _: &AsyncHandlers<W>,
    _: Request<'_, AsyncHandlers<W>>,
    response: Response<'_>,
) -> Answer {
    response.text("At once.")
}

/// Jobs that are done at a time.
pub const WORKERS: usize = 2;

/// Jobs that wait.
pub const QUEUE: usize = 2;

/// What a job takes, unless it is told otherwise.
pub const WORK: Duration = Duration::from_secs(3);

/// The tag of all log lines.
pub const LOG_TAG: &str = "async_handlers";

const TEXT: usize = "Job 4294967295 is done.".len();

/// For a worker that is late.
const SPARE: Duration = Duration::from_secs(5);
