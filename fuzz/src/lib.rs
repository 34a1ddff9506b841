//! What the fuzz targets check: each module is one target, or what several of
//! them share.
//!
//! A target is a plain function over octets that panics when a promise is
//! broken. So the same inputs run under libFuzzer, and in a plain test that
//! replays the corpora.
//!
//! An input begins with a few octets of settings; what is behind them is what
//! a peer sends, or a script of steps. Each module says which.
#![forbid(unsafe_code)]

pub mod body;
pub mod connection;
pub mod cuts;
pub mod deflate;
pub mod frames;
pub mod handshake;
pub mod head;

mod application;
mod pieces;
mod reference;
mod script;
mod witness;

/// A target: its name, and the function that checks one input.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: &[Target] = &[
    ("head", head::check),
    ("body", body::check),
    ("frames", frames::check),
    ("handshake", handshake::check),
    ("connection", connection::check),
    ("cuts", cuts::check),
    ("deflate", deflate::check),
];
