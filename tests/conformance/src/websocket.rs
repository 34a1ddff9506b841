//! The WebSocket suite: RFC 6455, and the compression of RFC 7692.
//!
//! It shows 517 behaviours, those that the best known public suite for
//! WebSocket has cases for, and more of compression. [`groups`] has them, with
//! their numbers there. It differs from that suite in this:
//!
//! - It is strict. What comes later than it should, or in less than it should,
//!   is a failure: a message in front of a violation is echoed before the
//!   connection fails, and a text fails with the octet that makes it invalid.
//! - It does not wait. Where a failure must not need what follows, that is not
//!   sent at all.
//! - Each case runs in memory too, where it is also cut in two at every octet,
//!   and octet by octet; of those with more than 4 KiB, at every octet around
//!   the edges of frames and at many others.
//! - Where the server has a second to end a connection or half a second, it has
//!   a second.
//!
//! A [`case::Case`] is what a [`client::Client`] does over a [`link::Link`],
//! and what it must receive. The client is strict as well: a
//! [`receiver::Receiver`] refuses what no server may send. It decompresses with
//! another library than the server, into a window of exactly the size that was
//! agreed on ([`inflate`]), and judges the answer to an offer ([`negotiation`]).
//!
//! ```sh
//! cargo test -p dunlin-conformance --test websocket
//! DUNLIN_CONFORMANCE_LONG=1 cargo test --release -p dunlin-conformance --test websocket
//! DUNLIN_CONFORMANCE_SERVER=127.0.0.1:9001 cargo test -p dunlin-conformance --test websocket sockets
//! ```
//!
//! The second command also cuts long messages at every octet, and sends a
//! thousand compressed messages in each case instead of 1 MiB of them. The last
//! one holds another server against the suite, which must echo whatever the
//! path.

pub mod case;
pub mod client;
pub mod corpus;
pub mod cuts;
pub mod event;
pub mod frame;
pub mod groups;
pub mod inflate;
pub mod link;
pub mod negotiation;
pub mod program;
pub mod receiver;
pub mod response;
