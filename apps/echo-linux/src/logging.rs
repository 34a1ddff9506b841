//! Log lines in the form of ESP-IDF: `I (4962) ws_echo_server: text`.

use env_logger::fmt::Formatter;
use log::{Level, LevelFilter, Record};
use std::io::{self, Write};
use std::time::Instant;

/// Logs to standard output from now on.
pub(crate) fn start(level: LevelFilter) {
    let start = Instant::now();
    env_logger::Builder::new()
        .filter_level(level)
        .target(env_logger::Target::Stdout)
        .format(move |output, record| write_line(output, record, start.elapsed().as_millis()))
        .init();
}

fn write_line(output: &mut Formatter, record: &Record<'_>, millis: u128) -> io::Result<()> {
    let letter = match record.level() {
        Level::Error => 'E',
        Level::Warn => 'W',
        Level::Info => 'I',
        Level::Debug => 'D',
        Level::Trace => 'V',
    };
    let text = one_line(&record.args().to_string());
    writeln!(output, "{letter} ({millis}) {}: {text}", record.target())
}

/// A text never makes a second line, whatever is in it.
pub(crate) fn one_line(text: &str) -> String {
    if !text.contains(char::is_control) {
        return text.to_owned();
    }
    text.chars().fold(String::new(), |mut line, character| {
        if character.is_control() {
            line.extend(character.escape_default());
        } else {
            line.push(character);
        }
        line
    })
}

#[cfg(test)]
mod tests {
    use super::one_line;

    #[test]
    fn a_message_stays_on_its_line() {
        assert_eq!(one_line("a\r\nb\u{1b}\té"), r"a\r\nb\u{1b}\té");
        assert_eq!(one_line("plain"), "plain");
    }
}
