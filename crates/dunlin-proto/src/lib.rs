//! HTTP/1.1 and WebSocket framing without I/O, allocation or unsafe code.
#![no_std]
#![forbid(unsafe_code)]

#[cfg(test)]
extern crate std;

mod base64;
pub mod http;
pub mod output;
pub mod websocket;
