//! What is bounded, and where.

use core::time::Duration;
use dunlin_proto::http::{BodyLimits, HeadLimits};

/// Every bound of a connection. What happens at each is told with it; nothing
/// is dropped without an answer.
///
/// [`Limits::DEVICE`] and [`Limits::LINUX`] are the defaults of the two worlds;
/// change single fields with struct update syntax:
///
/// ```
/// use dunlin::Limits;
///
/// const LIMITS: Limits = Limits { message: 2048, ..Limits::DEVICE };
/// # assert_eq!(LIMITS.message, 2048);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Octets of a request target, the part of the request line between the
    /// spaces. Beyond: 414.
    pub target: usize,
    /// Octets of a request head with its final empty line. Beyond: 431.
    pub head: usize,
    /// Field lines of a request head. Beyond: 431.
    pub fields: usize,
    /// Octets of a request body, decoded. Beyond: 413.
    pub body: usize,
    /// Octets of a WebSocket message on a route that takes whole messages.
    /// Beyond: close 1009.
    pub message: usize,
    /// From the first octet of a request head to its last, in all; on a new
    /// connection from its beginning. Then: 408, or a close where nothing came.
    pub head_time: Duration,
    /// From the end of a head to the last octet of its body, in all. Then: 408.
    /// A body that is taken part by part has longer, by [`Limits::body_rate`].
    pub body_time: Duration,
    /// Octets a second. A body that is taken part by part earns a second beyond
    /// `body_time` with each of these; 0 earns none.
    pub body_rate: u16,
    /// From a response to the first octet of the next request. Then: close.
    pub keep_alive: Duration,
    /// From a [`Ticket`](crate::Ticket) to its answer, and from the pause of a body to
    /// [`Hub::resume`](crate::Hub::resume). Then: 503; where the response has
    /// begun, the connection ends.
    pub answer_time: Duration,
    /// Silence of a WebSocket peer after which it is sent a ping.
    pub ping_after: Duration,
    /// From that ping to any sign of life. Then the connection is dropped.
    pub pong_time: Duration,
    /// Without the peer taking any octet of what waits for it. Then the
    /// connection is dropped and what waited is freed.
    pub send_time: Duration,
    /// For the closing handshake, and for the peer to read the last response
    /// and close its side. Then the connection is dropped.
    pub close_time: Duration,
    /// Take a `Sec-WebSocket-Key` that is not 16 octets in base64, as some
    /// simple clients send it, instead of answering 400.
    pub lenient_handshake: bool,
}

impl Limits {
    /// Defaults for a microcontroller: as in ESP-IDF where it has the bound.
    pub const DEVICE: Self = Self {
        target: 512,
        head: 1024,
        fields: 32,
        body: 1024,
        message: 1024,
        head_time: Duration::from_secs(5),
        body_time: Duration::from_secs(10),
        body_rate: 1000,
        keep_alive: Duration::from_secs(10),
        answer_time: Duration::from_secs(10),
        ping_after: Duration::from_secs(20),
        pong_time: Duration::from_secs(10),
        send_time: Duration::from_secs(5),
        close_time: Duration::from_secs(2),
        lenient_handshake: false,
    };

    /// Defaults for Linux.
    pub const LINUX: Self = Self {
        target: 8 * 1024,
        head: 16 * 1024,
        fields: 100,
        body: 1024 * 1024,
        message: 16 * 1024 * 1024,
        head_time: Duration::from_secs(10),
        body_time: Duration::from_secs(60),
        body_rate: 1000,
        keep_alive: Duration::from_secs(60),
        answer_time: Duration::from_secs(30),
        ping_after: Duration::from_secs(30),
        pong_time: Duration::from_secs(20),
        send_time: Duration::from_secs(30),
        close_time: Duration::from_secs(5),
        lenient_handshake: false,
    };

    pub(crate) const fn head_limits(&self) -> HeadLimits {
        HeadLimits {
            target: self.target,
            head: self.head,
            fields: self.fields,
        }
    }

    pub(crate) fn body_limits(&self) -> BodyLimits {
        BodyLimits::default()
    }
}
