//! The pool by itself. Answers are in `tests/workers.rs`, with a server.

use super::{Busy, Workers};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

/// A job that says it has begun, and then waits to be told to end.
struct Gate {
    begun: Receiver<()>,
    end: Sender<()>,
}

impl Gate {
    fn new() -> (Self, impl FnOnce() + Send + 'static) {
        let (begin, begun) = channel();
        let (end, ended) = channel();
        let job = move || {
            begin.send(()).expect("the test listens");
            let _: Result<(), _> = ended.recv();
        };
        (Self { begun, end }, job)
    }

    fn wait_until_begun(&self) {
        self.begun.recv_timeout(LONGEST).expect("a thread is free");
    }

    fn end(&self) {
        self.end.send(()).expect("the job waits");
    }
}

#[test]
fn jobs_beyond_threads_and_queue_are_refused_until_one_is_done() {
    let workers = Workers::new(1, 1).expect("threads");
    let (first, job) = Gate::new();
    workers.submit(job).expect("a thread is free");
    first.wait_until_begun();
    let (second, job) = Gate::new();
    workers.submit(job).expect("the queue is empty");
    assert_eq!(workers.submit(|| ()), Err(Busy));
    first.end();
    second.wait_until_begun();
    assert_eq!(wait_for_place(&workers), Ok(()));
    second.end();
}

#[test]
fn threads_work_at_the_same_time() {
    let workers = Workers::new(2, 0).expect("threads");
    let (first, job) = Gate::new();
    workers.submit(job).expect("a thread is free");
    let (second, job) = Gate::new();
    workers.submit(job).expect("another thread is free");
    first.wait_until_begun();
    second.wait_until_begun();
    assert_eq!(workers.submit(|| ()), Err(Busy));
}

#[test]
fn a_reserved_place_is_nobody_elses_until_it_is_dropped() {
    let workers = Workers::new(1, 0).expect("threads");
    let place = workers.reserve().expect("it is free");
    assert_eq!(workers.submit(|| ()), Err(Busy));
    drop(place);
    let (gate, job) = Gate::new();
    workers.reserve().expect("it was given back").submit(job);
    gate.wait_until_begun();
    assert_eq!(workers.submit(|| ()), Err(Busy));
}

#[test]
fn a_job_that_panics_costs_no_thread_and_no_place() {
    let workers = Workers::new(1, 0).expect("threads");
    for _ in 0..3 {
        wait_for_place(&workers).expect("it is given back");
        let (gate, job) = Gate::new();
        let job = move || {
            job();
            std::panic::resume_unwind(Box::new("as it was told"));
        };
        workers.submit(job).expect("the thread is free");
        gate.wait_until_begun();
        gate.end();
    }
}

#[test]
fn what_was_accepted_is_done_though_the_pool_was_dropped() {
    let workers = Workers::new(1, 2).expect("threads");
    let (gate, job) = Gate::new();
    workers.submit(job).expect("a place is free");
    let (done, results) = channel();
    let late = done.clone();
    let place = workers.reserve().expect("a place is free");
    workers
        .submit(move || done.send(1).expect("the test listens"))
        .expect("a place is free");
    drop(workers);
    gate.end();
    assert_eq!(results.recv_timeout(LONGEST), Ok(1));
    place.submit(move || late.send(2).expect("the test listens"));
    assert_eq!(results.recv_timeout(LONGEST), Ok(2));
    // Its threads end then, and the last sender with them.
    assert!(results.recv_timeout(LONGEST).is_err());
}

/// Waits for a place that a job gives back behind its end.
fn wait_for_place(workers: &Workers) -> Result<(), Busy> {
    let deadline = std::time::Instant::now() + LONGEST;
    loop {
        match workers.reserve() {
            Ok(_) => return Ok(()),
            Err(Busy) if std::time::Instant::now() > deadline => return Err(Busy),
            Err(Busy) => std::thread::yield_now(),
        }
    }
}

const LONGEST: Duration = Duration::from_secs(10);
