//! Log lines in the form of ESP-IDF: `I (4962) ws_echo_server: text`.

use core::fmt::{self, Write};
use dunlin_esp32_config as config;
use embassy_time::Instant;
use log::{Level, LevelFilter, Log, Metadata, Record};

/// Logs to the console from now on.
pub(crate) fn start() {
    let level = config::LOG_LEVEL.parse().unwrap_or(LevelFilter::Info);
    crate::sys::set_logger(&Console, level);
}

struct Console;

impl Log for Console {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        let letter = match record.level() {
            Level::Error => 'E',
            Level::Warn => 'W',
            Level::Info => 'I',
            Level::Debug => 'D',
            Level::Trace => 'V',
        };
        let millis = Instant::now().as_millis();
        let (tag, text) = (tag(record.target()), OneLine(record.args()));
        esp_println::println!("{letter} ({millis}) {tag}: {text}");
    }

    fn flush(&self) {}
}

/// The tag of a line: the target, of a path its crate.
fn tag(target: &str) -> &str {
    target.split("::").next().unwrap_or(target)
}

/// A text that never makes a second line, whatever is in it.
struct OneLine<'t>(&'t fmt::Arguments<'t>);

impl fmt::Display for OneLine<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        Escape(formatter).write_fmt(*self.0)
    }
}

struct Escape<'o, 'f>(&'o mut fmt::Formatter<'f>);

impl Write for Escape<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut plain = 0;
        for (index, character) in text.char_indices().filter(|(_, it)| it.is_control()) {
            self.0
                .write_str(text.get(plain..index).unwrap_or_default())?;
            write!(self.0, "{}", character.escape_default())?;
            plain = index + character.len_utf8();
        }
        self.0.write_str(text.get(plain..).unwrap_or_default())
    }
}
