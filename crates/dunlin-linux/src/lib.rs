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
//! which other threads reach the connections or stop the server.
#![deny(unsafe_code)]

mod assembly;
mod client;
mod clients;
mod config;
mod desk;
pub mod directory;
mod epoll;
mod error;
mod hub;
mod listener;
mod output;
mod routes;
mod server;
mod sys;

pub use config::{Config, TcpKeepAlive};
pub use directory::Directory;
pub use dunlin_deflate::DeflateConfig;
pub use error::Error;
pub use hub::HubHandle;
pub use routes::SharedRouteTable;
pub use server::{Server, serve};

/// Compiles the example of the project's README.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
pub struct Readme;
