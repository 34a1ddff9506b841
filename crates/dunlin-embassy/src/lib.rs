//! Runs a Dunlin application over `embassy-net`: one task, no heap.
//!
//! What a program brings are four statics and two calls:
//!
//! ```
//! # use dunlin::{App, Route};
//! use dunlin_embassy::{Backlog, Config, Mailbox, Memory, Server};
//! use embassy_net::Stack;
//! # use embassy_net_driver::Driver;
//!
//! # struct Echo;
//! # impl App for Echo {
//! #     type Session = ();
//! #     const ROUTES: &'static [Route<Self>] = &[];
//! # }
//! /// Eight connections and one socket more, 1 KiB for each direction, 1.5 KiB
//! /// for what arrives in pieces, 1 KiB of jobs.
//! type EchoMemory = Memory<Echo, 9, 1024, 1024, 1536, 1024>;
//!
//! /// The way to the connections, from any task or interrupt.
//! static MAILBOX: Mailbox<1024> = Mailbox::new();
//!
//! /// Connects that wait for a socket.
//! static BACKLOG: Backlog<16> = Backlog::new();
//!
//! # fn network<D: Driver>(_: D) {}
//! fn start(device: impl Driver + 'static) {
//!     // What is given to `embassy_net::new`.
//!     let device = BACKLOG.device(device);
//! #   network(device);
//! }
//!
//! async fn serve(stack: Stack<'static>, memory: &'static mut EchoMemory) {
//!     let mut server = Server::new(stack, &Echo, Config::default(), memory, &MAILBOX);
//!     server.keep_backlog(&BACKLOG);
//!     server.run().await;
//! }
//! ```
//!
//! The sockets come out of the `StackResources` of `embassy-net`: one for each
//! of [`Memory`]'s, besides those of DHCP and DNS.
//!
//! # What the task does
//!
//! It sleeps until a socket, the mailbox, the backlog or a deadline wakes it.
//! Then it looks at each socket once: takes what arrived where it lies in the
//! socket's receive ring, calls the application, and leaves the answers in the
//! send ring for the network task. It never waits for a peer.
//!
//! One socket more than connections is there, so that a newcomer always meets a
//! listening one: with all others taken, the connection that is idle longest is
//! closed for it; where none may be closed, it is answered 503.
#![no_std]
#![deny(unsafe_code)]

mod backlog;
mod bells;
mod client;
mod clients;
mod config;
mod desk;
mod jobs;
mod line;
mod mailbox;
mod memory;
mod output;
mod server;
mod sys;
mod trace;
#[cfg(feature = "transport")]
mod transport;

pub use backlog::{Backlog, BacklogDevice, BacklogRxToken, Waiting};
pub use config::{Config, TcpKeepAlive};
pub use mailbox::Mailbox;
pub use memory::Memory;
pub use server::Server;
#[cfg(feature = "transport")]
pub use transport::ReusableTransport;
