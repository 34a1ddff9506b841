//! The defaults, and what the application and the driver are told.

use super::Settings;
use crate::values::{Deflate, Level, Seconds, Size, Time};
use dunlin::Limits;
use dunlin_echo::Hooks;
use dunlin_linux::{Config, DeflateConfig, TcpKeepAlive};
use log::LevelFilter;
use std::net::{Ipv4Addr, SocketAddr};

impl Settings {
    pub(super) fn defaults() -> Self {
        let config = Config::default();
        let limits = config.limits;
        let deflate = DeflateConfig::default();
        let probes = TcpKeepAlive::default();
        Self {
            port: Some(8080),
            bind: Some(vec![Ipv4Addr::LOCALHOST.into()]),
            log: Some(Level(LevelFilter::Info)),
            config: None,
            print_config: false,
            stop_time: Some(Time(config.stop_time)),
            max_connections: Some(config.max_connections),
            purge_idle: Some(config.purge_idle),
            send_buffer: Some(Size(config.send_buffer)),
            receive_buffer: Some(Size(config.receive_buffer)),
            hub_capacity: Some(Size(config.hub_capacity)),
            interface: None,
            backlog: Some(config.backlog),
            tcp_keep_alive: Some(config.tcp_keep_alive.is_some()),
            tcp_keep_alive_idle: Some(Seconds(probes.idle)),
            tcp_keep_alive_interval: Some(Seconds(probes.interval)),
            tcp_keep_alive_count: u8::try_from(probes.count).ok(),
            max_target: Some(Size(limits.target)),
            max_head: Some(Size(limits.head)),
            max_fields: Some(limits.fields),
            max_body: Some(Size(limits.body)),
            max_message: Some(Size(limits.message)),
            deflate: Some(Deflate::Shared),
            deflate_level: Some(deflate.level),
            deflate_threshold: Some(Size(deflate.threshold)),
            deflate_window: Some(deflate.server_window_bits),
            head_time: Some(Time(limits.head_time)),
            body_time: Some(Time(limits.body_time)),
            keep_alive: Some(Time(limits.keep_alive)),
            answer_time: Some(Time(limits.answer_time)),
            ping_after: Some(Time(limits.ping_after)),
            pong_time: Some(Time(limits.pong_time)),
            send_time: Some(Time(limits.send_time)),
            close_time: Some(Time(limits.close_time)),
            lenient_handshake: Some(limits.lenient_handshake),
            metrics: Some(false),
            pre_handshake: Some(Hooks::ALL.pre_handshake),
            post_handshake: Some(Hooks::ALL.post_handshake),
        }
    }

    pub(crate) fn log_level(&self) -> LevelFilter {
        self.log.map_or(LevelFilter::Info, |level| level.0)
    }

    pub(crate) fn port(&self) -> u16 {
        self.port.unwrap_or_default()
    }

    /// Whether to count.
    pub(crate) fn metrics(&self) -> bool {
        self.metrics.unwrap_or_default()
    }

    /// What the application is told.
    pub(crate) fn hooks(&self) -> Hooks {
        Hooks {
            pre_handshake: self.pre_handshake.unwrap_or(Hooks::ALL.pre_handshake),
            post_handshake: self.post_handshake.unwrap_or(Hooks::ALL.post_handshake),
        }
    }

    /// What the driver is told.
    pub(crate) fn config(&self) -> Config {
        let default = Config::default();
        let addresses = self.bind.iter().flatten();
        let addresses = addresses.map(|address| SocketAddr::new(*address, self.port()));
        let size = |size: Option<Size>, default| size.map_or(default, |size| size.0);
        Config {
            addresses: addresses.collect(),
            max_connections: self.max_connections.unwrap_or(default.max_connections),
            purge_idle: self.purge_idle.unwrap_or(default.purge_idle),
            interface: self.interface.clone(),
            backlog: self.backlog.unwrap_or(default.backlog),
            tcp_keep_alive: self.tcp_keep_alive(),
            send_buffer: size(self.send_buffer, default.send_buffer),
            receive_buffer: size(self.receive_buffer, default.receive_buffer),
            hub_capacity: size(self.hub_capacity, default.hub_capacity),
            // The echo application has no topics.
            lag: default.lag,
            deflate: self.deflate(),
            stop_time: self.stop_time.map_or(default.stop_time, |time| time.0),
            limits: self.limits(&default.limits),
        }
    }

    fn tcp_keep_alive(&self) -> Option<TcpKeepAlive> {
        let default = TcpKeepAlive::default();
        let time = |time: Option<Seconds>, default| time.map_or(default, |time| time.0);
        self.tcp_keep_alive
            .unwrap_or_default()
            .then_some(TcpKeepAlive {
                idle: time(self.tcp_keep_alive_idle, default.idle),
                interval: time(self.tcp_keep_alive_interval, default.interval),
                count: self.tcp_keep_alive_count.map_or(default.count, u32::from),
            })
    }

    fn deflate(&self) -> Option<DeflateConfig> {
        let default = DeflateConfig::default();
        let keeps_context = match self.deflate {
            Some(Deflate::Off) => return None,
            Some(Deflate::Context) => true,
            Some(Deflate::Shared) | None => false,
        };
        let threshold = self.deflate_threshold.map(|size| size.0);
        Some(DeflateConfig {
            level: self.deflate_level.unwrap_or(default.level),
            threshold: threshold.unwrap_or(default.threshold),
            server_context: keeps_context,
            client_context: keeps_context,
            server_window_bits: self.deflate_window.unwrap_or(default.server_window_bits),
            ..default
        })
    }

    fn limits(&self, default: &Limits) -> Limits {
        let size = |size: Option<Size>, default| size.map_or(default, |size| size.0);
        let time = |time: Option<Time>, default| time.map_or(default, |time| time.0);
        Limits {
            target: size(self.max_target, default.target),
            head: size(self.max_head, default.head),
            fields: self.max_fields.unwrap_or(default.fields),
            body: size(self.max_body, default.body),
            message: size(self.max_message, default.message),
            head_time: time(self.head_time, default.head_time),
            body_time: time(self.body_time, default.body_time),
            keep_alive: time(self.keep_alive, default.keep_alive),
            answer_time: time(self.answer_time, default.answer_time),
            ping_after: time(self.ping_after, default.ping_after),
            pong_time: time(self.pong_time, default.pong_time),
            send_time: time(self.send_time, default.send_time),
            close_time: time(self.close_time, default.close_time),
            lenient_handshake: self.lenient_handshake.unwrap_or(default.lenient_handshake),
            // None of its routes takes bodies part by part.
            body_rate: default.body_rate,
        }
    }
}
