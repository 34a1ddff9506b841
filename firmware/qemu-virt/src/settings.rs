//! What a program is told at boot: settings as `head-time=1s log=debug`, with
//! spaces between them, that QEMU is given with `-append`.
//!
//! They have the names and the values of the flags that the program for Linux
//! takes. A time without a unit is in milliseconds.

use crate::device_tree;
use core::str::FromStr;
use core::time::Duration;
use dunlin_echo::Hooks;
use dunlin_embassy::Config;
use log::LevelFilter;

/// What the echo program can be told.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// For the server.
    pub config: Config,
    /// For the application.
    pub hooks: Hooks,
    /// What is logged. Default: info.
    pub log: LevelFilter,
}

impl Settings {
    /// The settings of this boot. `device_tree` is the second argument of a
    /// program's entry.
    ///
    /// # Panics
    ///
    /// When one is not known or has no such value; the text says which.
    pub fn read(device_tree: usize) -> Self {
        let octets = device_tree::command_line::<LONGEST>(device_tree);
        let octets = octets.unwrap_or_else(|length| {
            panic!("settings: {length} octets are too many; {LONGEST} are read")
        });
        let Ok(text) = core::str::from_utf8(&octets) else {
            panic!("settings: not UTF-8");
        };
        let mut settings = Self {
            config: Config::default(),
            hooks: Hooks::ALL,
            log: LevelFilter::Info,
        };
        for setting in text.split_ascii_whitespace() {
            let (name, value) = setting.split_once('=').unwrap_or((setting, "true"));
            settings.set(&Setting { name, value });
        }
        settings
    }

    fn set(&mut self, setting: &Setting<'_>) {
        let limits = &mut self.config.limits;
        match setting.name {
            "log" => self.log = setting.parse("off, error, warn, info, debug or trace"),
            "stop-time" => {
                let time = setting.time().as_millis() as u64;
                self.config.stop_time = embassy_time::Duration::from_millis(time);
            }
            "max-target" => limits.target = setting.size(),
            "max-head" => limits.head = setting.size(),
            "max-fields" => limits.fields = setting.parse("a number"),
            "max-body" => limits.body = setting.size(),
            "max-message" => limits.message = setting.size(),
            "head-time" => limits.head_time = setting.time(),
            "body-time" => limits.body_time = setting.time(),
            "keep-alive" => limits.keep_alive = setting.time(),
            "answer-time" => limits.answer_time = setting.time(),
            "ping-after" => limits.ping_after = setting.time(),
            "pong-time" => limits.pong_time = setting.time(),
            "send-time" => limits.send_time = setting.time(),
            "close-time" => limits.close_time = setting.time(),
            "lenient-handshake" => limits.lenient_handshake = setting.switch(),
            "pre-handshake" => self.hooks.pre_handshake = setting.switch(),
            "post-handshake" => self.hooks.post_handshake = setting.switch(),
            name => panic!("settings: {name} is not known"),
        }
    }
}

/// A name and its value.
struct Setting<'s> {
    name: &'s str,
    value: &'s str,
}

impl Setting<'_> {
    fn parse<T: FromStr>(&self, expected: &str) -> T {
        self.value.parse().unwrap_or_else(|_| self.wrong(expected))
    }

    fn switch(&self) -> bool {
        self.parse("true or false")
    }

    /// 1000, 500ms, 10s or 2m.
    fn time(&self) -> Duration {
        self.with_unit(&[("ms", 1), ("s", 1000), ("m", 60_000), ("", 1)])
            .map_or_else(|| self.wrong("a time such as 500ms"), Duration::from_millis)
    }

    /// 512 or 1K.
    fn size(&self) -> usize {
        let size = self.with_unit(&[("K", 1024), ("", 1)]);
        let size = size.and_then(|size| usize::try_from(size).ok());
        size.unwrap_or_else(|| self.wrong("a size such as 512 or 1K"))
    }

    /// A number of the first of `units` that the value ends with.
    fn with_unit(&self, units: &[(&str, u64)]) -> Option<u64> {
        let mut found = units
            .iter()
            .filter_map(|(unit, factor)| Some((self.value.strip_suffix(unit)?, factor)));
        let (number, factor) = found.next()?;
        number.parse::<u64>().ok()?.checked_mul(*factor)
    }

    fn wrong<T>(&self, expected: &str) -> T {
        let Self { name, value } = self;
        panic!("settings: {name}={value}: expected {expected}");
    }
}

/// Octets of all settings together.
const LONGEST: usize = 512;
