//! What a server is told before it starts.

use dunlin::Limits;
use embassy_time::Duration;

/// Where a server listens and how long it waits.
#[derive(Debug, Clone, Copy)]
pub struct Config {
    /// The TCP port, on all addresses of the stack. Default: 80.
    pub port: u16,
    /// The bounds of each connection. Default: [`Limits::DEVICE`]. What does
    /// not fit the [`Memory`](crate::Memory) is answered as what is beyond
    /// them.
    pub limits: Limits,
    /// With all connections taken, close the one that was not used for the longest
    /// time for a new one, if it is between requests. A WebSocket, or a request
    /// that is being answered, is never closed for others: where there is nothing
    /// to close, the new one is answered 503. Default: true.
    pub purge_idle: bool,
    /// How long a graceful stop may take. Default: 5 s.
    pub stop_time: Duration,
}

/// When a silent peer is asked by TCP whether it is there (RFC 9293 section
/// 3.8.4); for [`Server::keep_alive`](crate::Server::keep_alive). One that does not
/// answer is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TcpKeepAlive {
    /// Silence before the first probe, and from one probe to the next; more than
    /// 0.
    pub interval: Duration,
    /// Probes without an answer. A peer that says nothing for one interval more than
    /// these take is lost, also where octets wait for it.
    pub count: u32,
}

impl TcpKeepAlive {
    /// The silence behind which a peer is lost.
    pub(crate) fn lost_after(&self) -> Duration {
        let intervals = self.count.saturating_add(1);
        let silence = self.interval.checked_mul(intervals);
        silence.unwrap_or(Duration::MAX)
    }
}

impl Default for TcpKeepAlive {
    /// 3 probes 5 s apart, behind 5 s of silence, as in ESP-IDF.
    fn default() -> Self {
        Self {
            interval: Duration::from_secs(5),
            count: 3,
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            port: 80,
            limits: Limits::DEVICE,
            purge_idle: true,
            stop_time: Duration::from_secs(5),
        }
    }
}
