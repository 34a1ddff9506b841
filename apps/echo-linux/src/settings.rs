//! Every setting.

mod config;
mod read;

use crate::values::{Deflate, Level, Seconds, Size, Time, addresses};
use clap::Parser;
use clap::builder::BoolishValueParser;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use std::path::PathBuf;

/// What the program does with what it was told.
pub(crate) enum Start {
    Serve(Box<Settings>),
    /// Help, the version, or the configuration.
    Print(String),
}

/// The WebSocket echo server.
///
/// Each setting is a flag, an environment variable, or a line in the TOML file
/// given with --config, named as the flag without its leading dashes. A flag
/// counts more than the environment, and that more than the file.
///
/// Sizes are octets, or take K, M, G (powers of 1,024). Times take a unit:
/// 500ms, 10s, 2m.
#[derive(Debug, Clone, Default, PartialEq, Parser, Serialize, Deserialize)]
#[command(name = "dunlin-echo", version)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(crate) struct Settings {
    /// The TCP port; 0 takes a free one [default: 8080]
    #[arg(long, env = "DUNLIN_PORT", help_heading = "Server")]
    port: Option<u16>,

    /// An address to listen on, IPv4 or IPv6; several with commas or by repeating the flag. 0.0.0.0
    /// and :: are all addresses of this machine [default: 127.0.0.1]
    #[arg(
        long,
        env = "DUNLIN_BIND",
        value_name = "ADDRESS",
        value_delimiter = ',',
        help_heading = "Server"
    )]
    #[serde(deserialize_with = "addresses")]
    bind: Option<Vec<IpAddr>>,

    /// What is logged: off, error, warn, info, debug (every stage of each connection) or trace
    /// [default: info]
    #[arg(
        long,
        env = "DUNLIN_LOG",
        value_name = "LEVEL",
        help_heading = "Server"
    )]
    log: Option<Level>,

    /// A TOML file with any of these settings
    #[arg(
        long,
        env = "DUNLIN_CONFIG",
        value_name = "FILE",
        help_heading = "Server"
    )]
    #[serde(skip)]
    config: Option<PathBuf>,

    /// Print the settings in force as a TOML file, and end
    #[arg(long, help_heading = "Server")]
    #[serde(skip)]
    print_config: bool,

    /// How long a stop by SIGTERM or SIGINT waits for responses and closing handshakes
    /// [default: 10s]
    #[arg(
        long,
        env = "DUNLIN_STOP_TIME",
        value_name = "TIME",
        help_heading = "Server"
    )]
    #[serde(alias = "stop_time")]
    stop_time: Option<Time>,

    /// Connections at a time; one more takes the place of an idle one, or is answered 503
    /// [default: 10000]
    #[arg(
        long,
        env = "DUNLIN_MAX_CONNECTIONS",
        value_name = "N",
        help_heading = "Memory"
    )]
    #[serde(alias = "max_connections")]
    max_connections: Option<usize>,

    /// End the connection that was idle for the longest time where a new one has no place
    /// [default: true]
    #[arg(
        long, env = "DUNLIN_PURGE_IDLE", value_name = "BOOL", help_heading = "Memory",
        num_args = 0..=1, require_equals = true, default_missing_value = "true",
        value_parser = BoolishValueParser::new()
    )]
    #[serde(alias = "purge_idle")]
    purge_idle: Option<bool>,

    /// Octets that may wait for one peer; then no more is read from it [default: 16448K]
    #[arg(
        long,
        env = "DUNLIN_SEND_BUFFER",
        value_name = "SIZE",
        help_heading = "Memory"
    )]
    #[serde(alias = "send_buffer")]
    send_buffer: Option<Size>,

    /// Octets received at a time, in one buffer for all [default: 256K]
    #[arg(
        long,
        env = "DUNLIN_RECEIVE_BUFFER",
        value_name = "SIZE",
        help_heading = "Memory"
    )]
    #[serde(alias = "receive_buffer")]
    receive_buffer: Option<Size>,

    /// Octets of queued jobs; then handlers are told that the queue is full [default: 4M]
    #[arg(
        long,
        env = "DUNLIN_HUB_CAPACITY",
        value_name = "SIZE",
        help_heading = "Memory"
    )]
    #[serde(alias = "hub_capacity")]
    hub_capacity: Option<Size>,

    /// Listen on this network interface only, such as eth0 [default: all that have the address]
    #[arg(
        long,
        env = "DUNLIN_INTERFACE",
        value_name = "NAME",
        help_heading = "Network"
    )]
    interface: Option<String>,

    /// Connections that the kernel keeps until they are accepted [default: 1024]
    #[arg(
        long,
        env = "DUNLIN_BACKLOG",
        value_name = "N",
        help_heading = "Network"
    )]
    backlog: Option<u32>,

    /// Ask silent peers by TCP whether they are there; one that does not answer is lost
    /// [default: false]
    #[arg(
        long, env = "DUNLIN_TCP_KEEP_ALIVE", value_name = "BOOL", help_heading = "Network",
        num_args = 0..=1, require_equals = true, default_missing_value = "true",
        value_parser = BoolishValueParser::new()
    )]
    #[serde(alias = "tcp_keep_alive")]
    tcp_keep_alive: Option<bool>,

    /// Silence before the first probe, in whole seconds [default: 5s]
    #[arg(
        long,
        env = "DUNLIN_TCP_KEEP_ALIVE_IDLE",
        value_name = "TIME",
        help_heading = "Network"
    )]
    #[serde(alias = "tcp_keep_alive_idle")]
    tcp_keep_alive_idle: Option<Seconds>,

    /// From one probe to the next, in whole seconds [default: 5s]
    #[arg(
        long,
        env = "DUNLIN_TCP_KEEP_ALIVE_INTERVAL",
        value_name = "TIME",
        help_heading = "Network"
    )]
    #[serde(alias = "tcp_keep_alive_interval")]
    tcp_keep_alive_interval: Option<Seconds>,

    /// Probes without an answer after which a peer is lost, 1 to 127 [default: 3]
    #[arg(
        long, env = "DUNLIN_TCP_KEEP_ALIVE_COUNT", value_name = "N", help_heading = "Network",
        value_parser = clap::value_parser!(u8).range(1..=127)
    )]
    #[serde(alias = "tcp_keep_alive_count")]
    tcp_keep_alive_count: Option<u8>,

    /// Octets of a request target; beyond: 414 [default: 8K]
    #[arg(
        long,
        env = "DUNLIN_MAX_TARGET",
        value_name = "SIZE",
        help_heading = "Limits"
    )]
    #[serde(alias = "max_target")]
    max_target: Option<Size>,

    /// Octets of a request head; beyond: 431 [default: 16K]
    #[arg(
        long,
        env = "DUNLIN_MAX_HEAD",
        value_name = "SIZE",
        help_heading = "Limits"
    )]
    #[serde(alias = "max_head")]
    max_head: Option<Size>,

    /// Field lines of a request head; beyond: 431 [default: 100]
    #[arg(
        long,
        env = "DUNLIN_MAX_FIELDS",
        value_name = "N",
        help_heading = "Limits"
    )]
    #[serde(alias = "max_fields")]
    max_fields: Option<usize>,

    /// Octets of a request body; beyond: 413 [default: 1M]
    #[arg(
        long,
        env = "DUNLIN_MAX_BODY",
        value_name = "SIZE",
        help_heading = "Limits"
    )]
    #[serde(alias = "max_body")]
    max_body: Option<Size>,

    /// Octets of a WebSocket message; beyond: close 1009 [default: 16M]
    #[arg(
        long,
        env = "DUNLIN_MAX_MESSAGE",
        value_name = "SIZE",
        help_heading = "Limits"
    )]
    #[serde(alias = "max_message")]
    max_message: Option<Size>,

    /// What compresses messages for clients that offer it [default: shared]
    #[arg(
        long,
        env = "DUNLIN_DEFLATE",
        value_name = "WHICH",
        help_heading = "Compression"
    )]
    deflate: Option<Deflate>,

    /// How hard to try, 1 to 9: more costs time and gains octets [default: 1]
    #[arg(
        long, env = "DUNLIN_DEFLATE_LEVEL", value_name = "N", help_heading = "Compression",
        value_parser = clap::value_parser!(u8).range(1..=9)
    )]
    #[serde(alias = "deflate_level")]
    deflate_level: Option<u8>,

    /// Octets of a message below which it is sent as it is [default: 1K]
    #[arg(
        long,
        env = "DUNLIN_DEFLATE_THRESHOLD",
        value_name = "SIZE",
        help_heading = "Compression"
    )]
    #[serde(alias = "deflate_threshold")]
    deflate_threshold: Option<Size>,

    /// The base-2 logarithm of the window that messages are compressed with, 9 to 15: a smaller one
    /// takes less memory [default: 15]
    #[arg(
        long, env = "DUNLIN_DEFLATE_WINDOW", value_name = "BITS", help_heading = "Compression",
        value_parser = clap::value_parser!(u8).range(9..=15)
    )]
    #[serde(alias = "deflate_window")]
    deflate_window: Option<u8>,

    /// For a whole request head; then 408 [default: 10s]
    #[arg(
        long,
        env = "DUNLIN_HEAD_TIME",
        value_name = "TIME",
        help_heading = "Times"
    )]
    #[serde(alias = "head_time")]
    head_time: Option<Time>,

    /// For a whole request body; then 408 [default: 1m]
    #[arg(
        long,
        env = "DUNLIN_BODY_TIME",
        value_name = "TIME",
        help_heading = "Times"
    )]
    #[serde(alias = "body_time")]
    body_time: Option<Time>,

    /// From a response to the next request; then the connection is closed [default: 1m]
    #[arg(
        long,
        env = "DUNLIN_KEEP_ALIVE",
        value_name = "TIME",
        help_heading = "Times"
    )]
    #[serde(alias = "keep_alive")]
    keep_alive: Option<Time>,

    /// For an answer that a handler gives later; then 503 [default: 30s]
    #[arg(
        long,
        env = "DUNLIN_ANSWER_TIME",
        value_name = "TIME",
        help_heading = "Times"
    )]
    #[serde(alias = "answer_time")]
    answer_time: Option<Time>,

    /// Silence of a WebSocket peer; then it is sent a ping [default: 30s]
    #[arg(
        long,
        env = "DUNLIN_PING_AFTER",
        value_name = "TIME",
        help_heading = "Times"
    )]
    #[serde(alias = "ping_after")]
    ping_after: Option<Time>,

    /// From that ping to a sign of life; then the connection is dropped [default: 20s]
    #[arg(
        long,
        env = "DUNLIN_PONG_TIME",
        value_name = "TIME",
        help_heading = "Times"
    )]
    #[serde(alias = "pong_time")]
    pong_time: Option<Time>,

    /// For a peer to take any of what waits for it; then the connection is dropped [default: 30s]
    #[arg(
        long,
        env = "DUNLIN_SEND_TIME",
        value_name = "TIME",
        help_heading = "Times"
    )]
    #[serde(alias = "send_time")]
    send_time: Option<Time>,

    /// For the closing handshake, and for the peer to read the last response; then the connection
    /// is dropped [default: 5s]
    #[arg(
        long,
        env = "DUNLIN_CLOSE_TIME",
        value_name = "TIME",
        help_heading = "Times"
    )]
    #[serde(alias = "close_time")]
    close_time: Option<Time>,

    /// Take a Sec-WebSocket-Key that is not 16 octets in base64 instead of answering 400
    /// [default: false]
    #[arg(
        long, env = "DUNLIN_LENIENT_HANDSHAKE", value_name = "BOOL", help_heading = "Limits",
        num_args = 0..=1, require_equals = true, default_missing_value = "true",
        value_parser = BoolishValueParser::new()
    )]
    #[serde(alias = "lenient_handshake")]
    lenient_handshake: Option<bool>,

    /// Count what happens, and show it at /metrics for Prometheus [default: false]
    #[arg(
        long, env = "DUNLIN_METRICS", value_name = "BOOL", help_heading = "Server",
        num_args = 0..=1, require_equals = true, default_missing_value = "true",
        value_parser = BoolishValueParser::new()
    )]
    metrics: Option<bool>,

    /// Admit to /auth by token before the handshake; else everyone is admitted [default: true]
    #[arg(
        long, env = "DUNLIN_PRE_HANDSHAKE", value_name = "BOOL", help_heading = "Hooks",
        num_args = 0..=1, require_equals = true, default_missing_value = "true",
        value_parser = BoolishValueParser::new()
    )]
    #[serde(alias = "pre_handshake")]
    pre_handshake: Option<bool>,

    /// Greet on /auth after the handshake [default: true]
    #[arg(
        long, env = "DUNLIN_POST_HANDSHAKE", value_name = "BOOL", help_heading = "Hooks",
        num_args = 0..=1, require_equals = true, default_missing_value = "true",
        value_parser = BoolishValueParser::new()
    )]
    #[serde(alias = "post_handshake")]
    post_handshake: Option<bool>,
}

#[cfg(test)]
mod tests;
