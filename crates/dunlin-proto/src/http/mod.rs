//! HTTP/1.1 request parsing (RFC 9110, RFC 9112).
//!
//! Everything here works on octets that the caller has read: no I/O, no clock, no
//! allocation, and nothing is copied. A connection takes a head with
//! [`parse_request_head`], then its body with a [`BodyDecoder`], and so on.
//!
//! The rules are the strict ones throughout. Where RFC 9112 lets a server repair a
//! message or refuse it, it is refused: two recipients that repair differently are
//! what request smuggling needs. Lines end in CR LF and nothing else.

mod accept_encoding;
mod authorization;
mod body;
mod conditional;
mod cookie;
mod date;
mod entity_tag;
mod fields;
mod head;
mod media_type;
mod method;
mod octet;
mod range;
mod response;
mod set_cookie;
mod status;
mod target;
mod version;

pub use accept_encoding::{coding_weight, prefers_coding};
pub use authorization::{basic_credentials, credentials_match};
pub use body::{BodyDecoder, BodyError, BodyLimits, Decoded, Framing};
pub use conditional::{Selection, Validators};
pub use cookie::cookies;
pub use date::HttpDate;
pub use entity_tag::{EntityTag, EntityTags};
pub use fields::{Field, Fields, Iter};
pub use head::{HeadError, HeadLimits, RequestHead, parse_request_head};
pub use media_type::MediaType;
pub use method::Method;
pub use range::{ByteRange, ContentRange, RequestedRange, requested_range};
pub use response::{
    BodyLength, ResponseError, ResponseHead, write_chunk, write_chunk_end, write_chunk_start,
    write_continue, write_last_chunk,
};
pub use set_cookie::{SameSite, SetCookie, SetCookieError};
pub use status::Status;
pub use target::{
    PercentError, percent_decode, percent_decode_str, percent_eq, query_pairs, query_value,
};
pub use version::Version;
