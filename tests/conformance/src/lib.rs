//! Conformance suites.
#![forbid(unsafe_code)]

pub mod websocket;
