//! What a program is told at boot: settings as `head-time=1s log=debug`, with
//! spaces between them, that QEMU is given with `-append`.
//!
//! They have the names and the values of the flags that the programs for Linux
//! take. A time without a unit is in milliseconds.

use crate::device_tree;
use core::str::FromStr;
use core::time::Duration;
use dunlin::Limits;
use dunlin_embassy::Config;
use log::LevelFilter;

/// What every program that serves can be told.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// For the server.
    pub config: Config,
    /// What is logged. Default: info.
    pub log: LevelFilter,
}

impl Settings {
    /// The settings of this boot; `limits` are those of what is not told.
    /// `device_tree` is the second argument of a program's entry.
    ///
    /// `own` takes a setting of the program's own, and returns whether it is one.
    ///
    /// # Panics
    ///
    /// When one is not known or has no such value; the text says which.
    pub fn read(
        device_tree: usize,
        limits: Limits,
        mut own: impl FnMut(&Setting<'_>) -> bool,
    ) -> Self {
        let octets = device_tree::command_line::<LONGEST>(device_tree);
        let octets = octets.unwrap_or_else(|length| {
            panic!("settings: {length} octets are too many; {LONGEST} are read")
        });
        let Ok(text) = core::str::from_utf8(&octets) else {
            panic!("settings: not UTF-8");
        };
        let mut settings = Self {
            config: Config {
                limits,
                ..Config::default()
            },
            log: LevelFilter::Info,
        };
        for setting in text.split_ascii_whitespace() {
            let (name, value) = setting.split_once('=').unwrap_or((setting, "true"));
            let setting = Setting { name, value };
            if !own(&setting) {
                settings.set(&setting);
            }
        }
        settings
    }

    fn set(&mut self, setting: &Setting<'_>) {
        let limits = &mut self.config.limits;
        match setting.name {
            "log" => self.log = setting.parse("off, error, warn, info, debug or trace"),
            "stop-time" => {
                self.config.stop_time = embassy_duration(setting.time());
            }
            "purge-idle" => self.config.purge_idle = setting.switch(),
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
            name => panic!("settings: {name} is not known"),
        }
    }
}

/// The same time, as tasks wait it.
pub fn embassy_duration(time: Duration) -> embassy_time::Duration {
    embassy_time::Duration::from_millis(time.as_millis() as u64)
}

/// A name and its value.
///
/// What reads the value panics, with a text that names the setting, when it is
/// not of that kind.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'s> {
    name: &'s str,
    value: &'s str,
}

impl<'s> Setting<'s> {
    /// What is set.
    pub fn name(&self) -> &'s str {
        self.name
    }

    fn parse<T: FromStr>(&self, expected: &str) -> T {
        self.value.parse().unwrap_or_else(|_| self.wrong(expected))
    }

    /// `true` or `false`.
    pub fn switch(&self) -> bool {
        self.parse("true or false")
    }

    /// A time: `1000`, `500ms`, `10s` or `2m`.
    pub fn time(&self) -> Duration {
        self.with_unit(&[("ms", 1), ("s", 1000), ("m", 60_000), ("", 1)])
            .map_or_else(|| self.wrong("a time such as 500ms"), Duration::from_millis)
    }

    /// A size: `512` or `1K`.
    pub fn size(&self) -> usize {
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
