//! The driver without sockets, threads or a clock: one [`Client`] of an
//! application, in memory and in simulated time.
//!
//! It is what conformance suites and fuzz targets run on, and how an
//! application tests its handlers:
//!
//! ```
//! use dunlin::{AnswerError, App, Limits, Request, Response, Route};
//! use dunlin_memory::Client;
//!
//! struct Hello;
//!
//! impl App for Hello {
//!     type Session = ();
//!     const ROUTES: &'static [Route<Self>] = &[Route::get("/", hello)];
//! }
//!
//! fn hello(_: &Hello, _: Request<'_, Hello>, response: Response<'_>) -> Result<(), AnswerError> {
//!     response.text("Hello")
//! }
//!
//! let mut client = Client::new(Hello, Limits::LINUX);
//! client.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n");
//! assert!(client.take().ends_with(b"\r\n\r\nHello"));
//! ```
#![forbid(unsafe_code)]

mod client;
mod mailbox;
mod memory;

pub use client::Client;
