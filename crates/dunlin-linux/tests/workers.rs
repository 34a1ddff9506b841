//! Tickets that a pool of threads, or a future of tokio, answers.

use dunlin::{AnswerError, App, Request, Response, Route, Status, Ticket};
use dunlin_linux::{Answer, Config, HubHandle, Server, Workers};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread::JoinHandle;
use std::time::Duration;

type Work = fn(&HubHandle, &Workers, Ticket);

/// Has each ticket answered by `work`.
struct Later {
    hub: HubHandle,
    workers: Workers,
    work: Work,
}

impl App for Later {
    type Session = ();
    const ROUTES: &'static [Route<Self>] = &[Route::get("/", later)];
}

fn later(app: &Later, _: Request<'_, Later>, response: Response<'_>) -> Result<(), AnswerError> {
    (app.work)(&app.hub, &app.workers, response.ticket());
    Ok(())
}

struct Running {
    address: SocketAddr,
    hub: HubHandle,
    thread: JoinHandle<Result<(), dunlin_linux::Error>>,
}

impl Running {
    fn start(hub_capacity: usize, work: Work) -> Self {
        let config = Config {
            addresses: vec![SocketAddr::from(([127, 0, 0, 1], 0))],
            hub_capacity,
            ..Config::default()
        };
        let workers = Workers::new(2, 100).expect("threads");
        let server = Server::bind_with(config, |hub| Later { hub, workers, work });
        let server = server.expect("a free port");
        Self {
            address: server.local_addresses()[0],
            hub: server.hub(),
            thread: std::thread::spawn(|| server.run()),
        }
    }

    fn ask(&self) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).expect("it listens");
        stream
            .set_read_timeout(Some(Duration::from_secs(10)))
            .expect("a valid time");
        let request = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        stream.write_all(request).expect("it receives");
        stream
    }

    fn stop(self) {
        self.hub.stop();
        self.thread
            .join()
            .expect("no panic")
            .expect("an orderly end");
    }
}

fn response(mut stream: TcpStream) -> String {
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("an orderly end");
    text
}

/// What a server answers a request with.
fn answer_of(hub_capacity: usize, work: Work) -> String {
    let server = Running::start(hub_capacity, work);
    let text = response(server.ask());
    server.stop();
    text
}

/// Has a thread of the pool answer with what a job returns.
fn by_worker(hub: &HubHandle, workers: &Workers, ticket: Ticket, job: fn() -> Answer) {
    let place = workers.reserve().expect("there is a place");
    place.answer(hub, ticket, job);
}

#[test]
fn a_worker_answers_with_what_its_job_returns() {
    let text = answer_of(CAPACITY, |hub, workers, ticket| {
        by_worker(hub, workers, ticket, || {
            Answer::json("{\"done\":1}").with_status(Status::CREATED)
        });
    });
    assert!(text.starts_with("HTTP/1.1 201 Created\r\n"), "{text}");
    assert!(
        text.contains("\r\nContent-Type: application/json\r\n"),
        "{text}"
    );
    assert!(text.ends_with("\r\n\r\n{\"done\":1}"), "{text}");
}

#[test]
fn a_job_that_panics_is_answered_500() {
    let text = answer_of(CAPACITY, |hub, workers, ticket| {
        by_worker(hub, workers, ticket, || {
            std::panic::resume_unwind(Box::new("as it was told"))
        });
    });
    assert!(text.starts_with("HTTP/1.1 500 "), "{text}");
}

#[test]
fn an_answer_that_the_hub_can_never_hold_is_a_500() {
    let text = answer_of(500, |hub, workers, ticket| {
        by_worker(hub, workers, ticket, || Answer::text("x".repeat(500)));
    });
    assert!(text.starts_with("HTTP/1.1 500 "), "{text}");
}

#[test]
fn answers_that_have_no_room_in_the_hub_wait_for_it() {
    // Room for one of them at a time.
    let server = Running::start(500, |hub, workers, ticket| {
        by_worker(hub, workers, ticket, || Answer::text("x".repeat(400)));
    });
    let asked: Vec<_> = (0..50).map(|_| server.ask()).collect();
    for stream in asked {
        let text = response(stream);
        assert!(text.starts_with("HTTP/1.1 200 "), "{text}");
        assert!(text.ends_with(&"x".repeat(400)), "{text}");
    }
    server.stop();
}

#[cfg(feature = "tokio")]
mod futures {
    use super::{Answer, CAPACITY, HubHandle, Running, Ticket, answer_of, response};
    use std::sync::LazyLock;
    use tokio::runtime::{Builder, Handle, Runtime};

    static RUNTIME: LazyLock<Runtime> = LazyLock::new(runtime);

    fn runtime() -> Runtime {
        let mut builder = Builder::new_multi_thread();
        builder.worker_threads(1).build().expect("a runtime")
    }

    fn by_future(
        runtime: &Handle,
        hub: &HubHandle,
        ticket: Ticket,
        future: impl Future<Output = Answer> + Send + 'static,
    ) {
        dunlin_linux::answer_with(runtime, hub, ticket, future);
    }

    #[test]
    fn a_future_answers_with_what_it_returns() {
        let text = answer_of(CAPACITY, |hub, _, ticket| {
            by_future(RUNTIME.handle(), hub, ticket, async {
                tokio::task::yield_now().await;
                Answer::text("done")
            });
        });
        assert!(text.starts_with("HTTP/1.1 200 OK\r\n"), "{text}");
        assert!(text.ends_with("\r\n\r\ndone"), "{text}");
    }

    #[test]
    fn a_future_that_panics_is_answered_500() {
        let text = answer_of(CAPACITY, |hub, _, ticket| {
            by_future(RUNTIME.handle(), hub, ticket, async {
                std::panic::resume_unwind(Box::new("as it was told"))
            });
        });
        assert!(text.starts_with("HTTP/1.1 500 "), "{text}");
    }

    #[test]
    fn a_future_whose_runtime_ends_is_answered_503() {
        let text = answer_of(CAPACITY, |hub, _, ticket| {
            let runtime = runtime();
            by_future(runtime.handle(), hub, ticket, std::future::pending());
            runtime.shutdown_background();
        });
        assert!(text.starts_with("HTTP/1.1 503 "), "{text}");
    }

    #[test]
    fn answers_of_futures_wait_for_room_in_the_hub_too() {
        let server = Running::start(500, |hub, _, ticket| {
            by_future(RUNTIME.handle(), hub, ticket, async {
                Answer::text("x".repeat(400))
            });
        });
        let asked: Vec<_> = (0..50).map(|_| server.ask()).collect();
        for stream in asked {
            assert!(response(stream).ends_with(&"x".repeat(400)));
        }
        server.stop();
    }
}

const CAPACITY: usize = 1 << 20;
