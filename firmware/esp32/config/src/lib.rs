//! The options of the firmware as constants.
//!
//! They are declared in `esp_config.yml`, set in the environment as
//! `DUNLIN_CONFIG_<NAME>` or in the menu, and checked when this crate is built.
#![no_std]
#![forbid(unsafe_code)]

use core::net::Ipv4Addr;
use esp_config::{esp_config_bool, esp_config_int, esp_config_str};

include!(concat!(env!("OUT_DIR"), "/addresses.rs"));

/// Whether the network is Ethernet instead of Wi-Fi.
pub const ETHERNET: bool = is(esp_config_str!("DUNLIN_CONFIG_NETWORK"), "ethernet");

/// The Wi-Fi network to join; empty: open one.
pub const WIFI_SSID: &str = esp_config_str!("DUNLIN_CONFIG_WIFI_SSID");

/// Its password; empty: it is open.
pub const WIFI_PASSWORD: &str = esp_config_str!("DUNLIN_CONFIG_WIFI_PASSWORD");

/// Greatest transmission power in quarters of a dBm.
pub const WIFI_TX_POWER: i8 = esp_config_int!(i8, "DUNLIN_CONFIG_WIFI_TX_POWER");

/// The country whose rules the radio follows, of two letters.
pub const WIFI_COUNTRY: [u8; 2] = two(esp_config_str!("DUNLIN_CONFIG_WIFI_COUNTRY"));

/// The name of the device's own network.
pub const ACCESS_POINT_SSID: &str = esp_config_str!("DUNLIN_CONFIG_ACCESS_POINT_SSID");

/// Its password; empty: it is open.
pub const ACCESS_POINT_PASSWORD: &str = esp_config_str!("DUNLIN_CONFIG_ACCESS_POINT_PASSWORD");

/// Its channel.
pub const ACCESS_POINT_CHANNEL: u8 = esp_config_int!(u8, "DUNLIN_CONFIG_ACCESS_POINT_CHANNEL");

/// Whether every name leads to the device in its own network.
pub const CAPTIVE_PORTAL: bool =
    esp_config_bool!("DUNLIN_CONFIG_CAPTIVE_PORTAL") && !ETHERNET && WIFI_SSID.is_empty();

/// Whether an IPv6 address is taken from the router.
pub const SLAAC: bool = is(esp_config_str!("DUNLIN_CONFIG_IPV6"), "slaac");

/// The name of the device.
pub const HOSTNAME: &str = esp_config_str!("DUNLIN_CONFIG_HOSTNAME");

/// Whether the name is answered in mDNS.
pub const MDNS: bool = esp_config_bool!("DUNLIN_CONFIG_MDNS");

/// The TCP port of the server.
pub const PORT: u16 = esp_config_int!(u16, "DUNLIN_CONFIG_PORT");

/// Connections at a time.
pub const CONNECTIONS: usize = esp_config_int!(usize, "DUNLIN_CONFIG_CONNECTIONS");

/// Connection attempts that wait for a socket.
pub const BACKLOG: usize = esp_config_int!(usize, "DUNLIN_CONFIG_BACKLOG");

/// Octets of the receive ring of a connection.
pub const RECEIVE_RING: usize = esp_config_int!(usize, "DUNLIN_CONFIG_RECEIVE_RING");

/// Octets of the send ring of a connection.
pub const SEND_RING: usize = esp_config_int!(usize, "DUNLIN_CONFIG_SEND_RING");

/// Octets of the buffer for what came in pieces: a head with its body, or a
/// message with a control frame in its midst.
pub const ASSEMBLY: usize = max(HEAD_LIMIT + BODY_LIMIT, MESSAGE_LIMIT + 125);

/// Octets of jobs that may wait.
pub const MAILBOX: usize = esp_config_int!(usize, "DUNLIN_CONFIG_MAILBOX");

/// Octets of a request target.
pub const TARGET_LIMIT: usize = esp_config_int!(usize, "DUNLIN_CONFIG_TARGET_LIMIT");

/// Octets of a request head.
pub const HEAD_LIMIT: usize = esp_config_int!(usize, "DUNLIN_CONFIG_HEAD_LIMIT");

/// Field lines of a request head.
pub const FIELD_LIMIT: usize = esp_config_int!(usize, "DUNLIN_CONFIG_FIELD_LIMIT");

/// Octets of a request body.
pub const BODY_LIMIT: usize = esp_config_int!(usize, "DUNLIN_CONFIG_BODY_LIMIT");

/// Octets of a WebSocket message.
pub const MESSAGE_LIMIT: usize = esp_config_int!(usize, "DUNLIN_CONFIG_MESSAGE_LIMIT");

/// Seconds for a request head.
pub const HEAD_TIME: u64 = esp_config_int!(u64, "DUNLIN_CONFIG_HEAD_TIME");

/// Seconds for a request body.
pub const BODY_TIME: u64 = esp_config_int!(u64, "DUNLIN_CONFIG_BODY_TIME");

/// Seconds from a response to the next request.
pub const KEEP_ALIVE: u64 = esp_config_int!(u64, "DUNLIN_CONFIG_KEEP_ALIVE");

/// Seconds for an answer given later.
pub const ANSWER_TIME: u64 = esp_config_int!(u64, "DUNLIN_CONFIG_ANSWER_TIME");

/// Seconds of silence before a ping.
pub const PING_AFTER: u64 = esp_config_int!(u64, "DUNLIN_CONFIG_PING_AFTER");

/// Seconds from a ping to a sign of life.
pub const PONG_TIME: u64 = esp_config_int!(u64, "DUNLIN_CONFIG_PONG_TIME");

/// Seconds without progress of what is sent.
pub const SEND_TIME: u64 = esp_config_int!(u64, "DUNLIN_CONFIG_SEND_TIME");

/// Seconds for a closing handshake.
pub const CLOSE_TIME: u64 = esp_config_int!(u64, "DUNLIN_CONFIG_CLOSE_TIME");

/// Whether a key of any length opens a WebSocket.
pub const LENIENT_HANDSHAKE: bool = esp_config_bool!("DUNLIN_CONFIG_LENIENT_HANDSHAKE");

/// Whether `/auth` admits by token.
pub const PRE_HANDSHAKE: bool = esp_config_bool!("DUNLIN_CONFIG_PRE_HANDSHAKE");

/// Whether `/auth` greets.
pub const POST_HANDSHAKE: bool = esp_config_bool!("DUNLIN_CONFIG_POST_HANDSHAKE");

/// What is logged: a level by its name in lower case, or `off`.
pub const LOG_LEVEL: &str = esp_config_str!("DUNLIN_CONFIG_LOG_LEVEL");

const fn is(text: &str, expected: &str) -> bool {
    let (text, expected) = (text.as_bytes(), expected.as_bytes());
    let mut index = 0;
    while index < text.len() && index < expected.len() && text[index] == expected[index] {
        index += 1;
    }
    index == text.len() && index == expected.len()
}

const fn two(text: &str) -> [u8; 2] {
    match text.as_bytes() {
        [one, other] => [*one, *other],
        _ => panic!("build/checks.rs lets no other length pass"),
    }
}

const fn max(one: usize, other: usize) -> usize {
    if one > other { one } else { other }
}
