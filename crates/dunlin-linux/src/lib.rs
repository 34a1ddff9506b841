//! Runs a Dunlin application on Linux: sockets, an event loop, signals.
//!
//! ```no_run
//! # struct Echo;
//! # impl dunlin::App for Echo {
//! #     type Session = ();
//! #     const ROUTES: &'static [dunlin::Route<Self>] = &[];
//! # }
//! fn main() -> Result<(), dunlin_linux::Error> {
//!     dunlin_linux::serve(Echo, dunlin_linux::Config::default())
//! }
//! ```
//!
//! [`serve`] is all that many programs need. [`Server`] separates listening
//! from serving, tells the real addresses, and gives out the [`HubHandle`] with
//! which other threads reach the connections or stop the server. [`Workers`]
//! are such threads, for handlers whose work takes long; with the feature `tokio`
//! a future can do it.
#![deny(unsafe_code)]

mod answer;
mod assembly;
mod client;
mod clients;
mod config;
mod desk;
pub mod directory;
mod epoll;
mod error;
#[cfg(feature = "tokio")]
mod futures;
mod hub;
mod jobs;
mod listener;
mod output;
mod purge;
mod routes;
mod server;
mod sys;
mod topics;
mod transport;
mod workers;

pub use answer::Answer;
pub use config::{Config, TcpKeepAlive};
pub use directory::Directory;
pub use dunlin_deflate::DeflateConfig;
pub use error::Error;
#[cfg(feature = "tokio")]
pub use futures::answer_with;
pub use hub::HubHandle;
pub use routes::SharedRouteTable;
pub use server::{Server, serve};
pub use workers::{Busy, Place, Workers};

/// Compiles the example of the project's README.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
pub struct Readme;
