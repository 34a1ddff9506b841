//! permessage-deflate (RFC 7692) for the drivers of Dunlin.
//!
//! Which parameters are agreed to is `dunlin-proto`'s business, and what a
//! compressed message is to a handler `dunlin`'s. This crate inflates and
//! deflates.
//!
//! With the feature `zlib`, which is on by default, an `Engine` serves all
//! connections of an event loop in both directions. By default nothing is kept
//! between messages, so that a connection costs no memory while it is idle.
//!
//! With the feature `small`, `SmallInflaters` receive compressed messages on a
//! device, without an allocator and with a small window.
#![cfg_attr(not(feature = "zlib"), no_std)]
#![forbid(unsafe_code)]

#[cfg(any(feature = "small", feature = "zlib"))]
mod message;
#[cfg(feature = "small")]
mod small;
#[cfg(test)]
mod tests;
#[cfg(feature = "zlib")]
mod zlib;

#[cfg(feature = "small")]
pub use small::{SmallInflate, SmallInflater, SmallInflaters};
#[cfg(feature = "zlib")]
pub use zlib::{ConnectionDeflate, DeflateConfig, Engine};
