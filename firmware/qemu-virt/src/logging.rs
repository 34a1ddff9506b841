//! The log, on the console, in the form of ESP-IDF:
//! `I (4962) ws_echo_server: text`.

use crate::{clock, uart};
use core::fmt::{self, Arguments, Write};
use log::{Level, LevelFilter, Log, Metadata, Record};

/// Writes a line as the log does, whatever the level in force is.
///
/// Interrupts wait while a line is written, so that one which logs does not tear it.
pub fn write_line(letter: char, tag: &str, text: Arguments<'_>) {
    critical_section::with(|_| {
        // Writing to the UART does not fail; a `Display` that does cuts its line.
        let _ = write!(Console, "{letter} ({}) ", clock::milliseconds());
        let _ = write!(OneLine, "{tag}: {text}");
        uart::write(b"\n");
    });
}

pub(crate) fn start(level: LevelFilter) {
    // SAFETY: this is called once, at the start, when nothing else logs.
    let _ = unsafe { log::set_logger_racy(&ConsoleLog) };
    // SAFETY: as above.
    unsafe { log::set_max_level_racy(level) };
}

struct ConsoleLog;

impl Log for ConsoleLog {
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
        write_line(letter, record.target(), *record.args());
    }

    fn flush(&self) {}
}

/// The console as it is.
struct Console;

impl Write for Console {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        uart::write(text.as_bytes());
        Ok(())
    }
}

/// The console with control characters as escapes: a text stays on its line,
/// whatever is in it.
struct OneLine;

impl Write for OneLine {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut plain = 0;
        for (at, character) in text.char_indices().filter(|(_, c)| c.is_control()) {
            uart::write(&text.as_bytes()[plain..at]);
            write!(Console, "{}", character.escape_default())?;
            plain = at + character.len_utf8();
        }
        uart::write(&text.as_bytes()[plain..]);
        Ok(())
    }
}
