//! The WebSocket protocol (RFC 6455): opening handshake, framing, closing; and
//! what permessage-deflate (RFC 7692) adds to them.
//!
//! Everything here is a function of state and bytes. The receiving side is one
//! type, [`Decoder`]: it takes octets as they arrive, cut anywhere, unmasks
//! them where they lie and returns [`Event`]s that borrow from them. The
//! sending side is [`FrameHeader::encode`] and [`write_frame`]. Both serve
//! either [`Role`]: the server role is what Dunlin runs, the client role serves
//! tests and load generators.
//!
//! ```
//! use dunlin_proto::websocket::{Decoder, Event, Message, Role};
//!
//! let mut octets = [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58];
//! let mut input = &mut octets[..];
//! let mut decoder = Decoder::new(Role::Server);
//! let frame = decoder.frame(&mut input)?.expect("the header is complete");
//! assert_eq!(frame.length, 5);
//! let event = decoder.payload(&mut input, usize::MAX)?;
//! assert_eq!(event, Event::Whole(Message::Text("Hello")));
//! # Ok::<(), dunlin_proto::websocket::ProtocolError>(())
//! ```

mod close;
mod decoder;
mod deflate;
mod extension;
mod frame;
mod handshake;
mod mask;
mod message;
mod sha1;
mod utf8;

pub use close::{Close, CloseCode, MAX_CLOSE_REASON, parse_close};
pub use decoder::{Decoder, Event, Frame, ProtocolError, Role};
pub use deflate::{DeflateAgreement, DeflatePolicy, DeflateResponse};
pub use extension::{CompressedMessages, Extension, NoExtension};
pub use frame::{FrameHeader, MAX_CONTROL_PAYLOAD, MAX_HEADER, Opcode, write_frame};
pub use handshake::{AcceptValue, HandshakeError, Upgrade, accept_value, client_key, upgrade};
pub use mask::mask;
pub use message::{Control, Message, MessageKind, Part};
pub use utf8::{InvalidUtf8, Utf8};
