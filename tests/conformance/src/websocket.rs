//! The WebSocket suite: RFC 6455 and RFC 7692.

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
