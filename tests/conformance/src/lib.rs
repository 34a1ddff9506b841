//! Conformance suites: what the protocols demand of a server, as cases that
//! are run in memory and over sockets.
#![forbid(unsafe_code)]

pub mod http;
pub mod report;
pub mod websocket;
