//! What a server is told before it starts.

use dunlin::Limits;
use dunlin_deflate::DeflateConfig;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

/// Where a server listens and how much it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Where to listen: any number of addresses, IPv4 or IPv6. Port 0 takes a
    /// free one. Default: 127.0.0.1:8080.
    pub addresses: Vec<SocketAddr>,
    /// Connections at a time; one more takes the place of [another](Config::purge_idle),
    /// or is answered 503. Default: 10,000. The
    /// limit of open files is raised as far as the system lets it.
    pub max_connections: usize,
    /// With all connections taken, end the one that was not used for the longest
    /// time for a new one: used is the last moment at which octets came or went, or
    /// it was [touched](dunlin::Hub::touch). Only one that is between requests is
    /// ended, or that has owed a request, or the rest of its head, for a second; no
    /// WebSocket, and none with a request that is being answered. Default: true.
    pub purge_idle: bool,
    /// Ask peers that are silent on the TCP level whether they are there. Default:
    /// no.
    pub tcp_keep_alive: Option<TcpKeepAlive>,
    /// Listen on this network interface only, such as `eth0` (`SO_BINDTODEVICE`).
    /// Default: on all that have the address.
    pub interface: Option<String>,
    /// Connections the kernel keeps until they are accepted. Default: 1,024.
    pub backlog: u32,
    /// Octets that may wait for one peer. Beyond: handlers get
    /// [`Full`](dunlin::Full), and no more is read from that peer. Default:
    /// 16 MiB and 64 KiB, so that the largest message can be answered.
    pub send_buffer: usize,
    /// Octets of what is [published](dunlin::Hub::publish) that may wait for one
    /// peer, besides what the kernel holds for it; several of the longest messages.
    /// Beyond: it is cut off, and what waited is freed. A peer that none waits for
    /// is sent the next one, however long it is. Default: 1 MiB.
    pub lag: usize,
    /// Octets received at a time, in one buffer for all connections. Default:
    /// 256 KiB.
    pub receive_buffer: usize,
    /// Octets of jobs that may wait in the Hub; each takes 24 besides its
    /// payload. Beyond: [`Full`](dunlin::Full). Default: 4 MiB.
    pub hub_capacity: usize,
    /// How messages are compressed for clients that offer permessage-deflate (RFC
    /// 7692); `None` declines. Default: with one compressor for all connections.
    pub deflate: Option<DeflateConfig>,
    /// How long a graceful stop may take. Default: 10 s.
    pub stop_time: Duration,
    /// The bounds of each connection. Default: [`Limits::LINUX`].
    pub limits: Limits,
}

/// When a silent peer is asked by TCP whether it is there (RFC 9293 section
/// 3.8.4). One that does not answer is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TcpKeepAlive {
    /// Silence before the first probe; in whole seconds, at least 1.
    pub idle: Duration,
    /// From one probe to the next; in whole seconds, at least 1.
    pub interval: Duration,
    /// Probes without an answer, 1 to 127.
    pub count: u32,
}

impl Default for TcpKeepAlive {
    /// 5 s of silence, then 3 probes 5 s apart, as in ESP-IDF.
    fn default() -> Self {
        Self {
            idle: Duration::from_secs(5),
            interval: Duration::from_secs(5),
            count: 3,
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            addresses: vec![SocketAddr::from((Ipv4Addr::LOCALHOST, 8080))],
            max_connections: 10_000,
            purge_idle: true,
            tcp_keep_alive: None,
            interface: None,
            backlog: 1024,
            send_buffer: 16 * 1024 * 1024 + 64 * 1024,
            lag: 1024 * 1024,
            receive_buffer: 256 * 1024,
            hub_capacity: 4 * 1024 * 1024,
            deflate: Some(DeflateConfig::default()),
            stop_time: Duration::from_secs(10),
            limits: Limits::LINUX,
        }
    }
}
