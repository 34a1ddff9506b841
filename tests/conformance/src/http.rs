//! HTTP/1.1: what RFC 9110 and RFC 9112 demand of a server.
//!
//! A [`Case`] is data: what a client sends, and what the server must make of
//! it. Behind each request that is refused, and behind each that is not, stands
//! a request that sets a mark ([`case::End`]), so that every case also shows
//! where the server took the next request to begin.

pub mod case;
mod cases;
mod judge;
mod memory;
mod report;
mod response;
mod sockets;

pub use case::Case;
pub use cases::all;
pub use report::rows;
pub use sockets::Program;

use crate::report::Way;

/// What a case showed in one way of running it.
#[derive(Debug)]
pub struct Finding {
    /// How it was run.
    pub way: Way,
    /// What the server did, in words, or what was wrong.
    pub result: Result<String, String>,
}

/// Runs a case in memory, whole and cut at every octet.
pub fn run_in_memory(case: &Case, mark: usize) -> Vec<Finding> {
    memory::run(case, mark)
}
