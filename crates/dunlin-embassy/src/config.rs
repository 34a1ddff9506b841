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
    /// How long a graceful stop may take. Default: 5 s.
    pub stop_time: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            port: 80,
            limits: Limits::DEVICE,
            stop_time: Duration::from_secs(5),
        }
    }
}
