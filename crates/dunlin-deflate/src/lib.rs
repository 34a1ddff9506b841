//! permessage-deflate (RFC 7692) for the drivers of Dunlin.
//!
//! Which parameters are agreed to is `dunlin-proto`'s business, and what a
//! compressed message is to a handler `dunlin`'s. This crate inflates and
//! deflates.
//!
//! An [`Engine`] serves all connections of an event loop in both directions. By
//! default nothing is kept between messages, so that a connection costs no
//! memory while it is idle.
#![cfg_attr(not(feature = "zlib"), no_std)]
#![forbid(unsafe_code)]

#[cfg(feature = "zlib")]
mod zlib;

#[cfg(feature = "zlib")]
pub use zlib::{ConnectionDeflate, DeflateConfig, Engine};

/// What a sender leaves off the end of each message (RFC 7692 section 7.2.1):
/// the length of an empty stored block, and its complement.
const TAIL: [u8; 4] = [0x00, 0x00, 0xff, 0xff];

/// What stands behind each message to inflate it: what its sender left off, and
/// an empty stored block that ends the stream. That can stand there only if the
/// message was whole.
const TRAILER: [u8; 9] = [0x00, 0x00, 0xff, 0xff, 0x01, 0x00, 0x00, 0xff, 0xff];
