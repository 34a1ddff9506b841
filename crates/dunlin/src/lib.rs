//! An HTTP/1.1 and WebSocket server that fits in a microcontroller.
//!
//! This crate is what an application is written against. Its handlers are plain
//! functions that never block; the same application runs on bare metal and on
//! Linux, where a driver owns the sockets.
//!
//! ```
//! use dunlin::{App, Close, Message, Route, WebSocket, WebSocketRoute};
//!
//! struct Echo;
//!
//! impl App for Echo {
//!     type Session = ();
//!     const ROUTES: &'static [Route<Self>] =
//!         &[Route::websocket("/ws", WebSocketRoute::new(echo))];
//! }
//!
//! fn echo(_: &Echo, ws: &mut WebSocket<'_, Echo>, message: Message<'_>) -> Result<(), Close> {
//!     Ok(ws.send(message)?)
//! }
//! ```
#![no_std]
#![forbid(unsafe_code)]

#[cfg(test)]
extern crate std;

mod app;
mod assembly;
mod assets;
mod body;
mod compression;
mod connection;
mod connections;
mod counters;
mod handshake;
pub mod hooks;
pub mod hub;
mod id;
mod limits;
pub mod origin;
mod pull;
mod representation;
mod request;
mod response;
mod route;
mod stream_event;
mod table;
mod time;
mod topic;
mod trace;
mod transport;
mod uses;
mod websocket;

pub use app::{App, RunTimeRoutes};
pub use assembly::{ArrayAssembly, Assembly};
pub use assets::{Asset, Assets};
pub use body::{AbandonedHandler, Admission, AdmitBodyHandler, BodyHandler, BodyPart, BodyRoute};
pub use compression::{Compression, Deflater, InflateError, Inflated, NoCompression};
pub use connection::{Connection, Context, Delivery, Phase};
pub use connections::{ConnectionInfo, Protocol};
pub use counters::{Counters, Counts, METRICS_TYPE, Metrics};
pub use dunlin_proto as proto;
pub use dunlin_proto::http::{
    HttpDate, MediaType, Method, RequestHead, SameSite, SetCookie, SetCookieError, Status,
    credentials_match, percent_decode_str, percent_eq,
};
pub use dunlin_proto::output::{Full, Output};
pub use dunlin_proto::websocket::{CloseCode, Control, Message, MessageKind, Part};
pub use handshake::Handshake;
pub use hooks::{
    CallHandler, EndedHandler, ErrorHandler, Event, EventHandler, Hooks, OpenedHandler, Report,
    ReportHandler,
};
pub use hub::{Hub, JobOutcome, Reply, Resume, Ticket};
pub use id::ConnectionId;
pub use limits::Limits;
pub use origin::{is_same_origin, same_origin};
pub use pull::{PullHandler, PulledBody};
pub use representation::Representation;
pub use request::{Request, RequestView};
pub use response::{AnswerError, ChunkedBody, MAX_FIELDS, Response};
pub use route::{
    AdmitHandler, ClosedHandler, ControlHandler, Handler, LatestHandler, Matcher, MessageHandler,
    OpenHandler, PartHandler, RegisterError, Route, RouteTable, Routes, WebSocketRoute,
    WritableHandler, template_matches,
};
pub use stream_event::StreamEvent;
pub use table::{Others, Slot, Slots, Table};
pub use time::Instant;
pub use topic::{PublishError, Topic, UnknownTopic};
pub use transport::{Through, Transport, TransportError};
pub use websocket::{Closed, WebSocket};

/// Why a handler closes a WebSocket: a code and a reason that is part of the
/// program.
pub type Close = dunlin_proto::websocket::Close<'static>;
