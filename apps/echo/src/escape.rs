//! Received octets in the log.

use core::fmt::{self, Write};

/// Shows octets a client sent so that they stay on their log line: controls,
/// and what is not UTF-8, are written as escapes. Long ones are cut.
pub(crate) struct Escaped<'b>(pub(crate) &'b [u8]);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.0.get(..SHOWN).unwrap_or(self.0);
        for chunk in shown.utf8_chunks() {
            for character in chunk.valid().chars() {
                if character.is_control() || is_line_separator(character) || character == '\\' {
                    write!(formatter, "{}", character.escape_default())?;
                } else {
                    formatter.write_char(character)?;
                }
            }
            for octet in chunk.invalid() {
                write!(formatter, "\\x{octet:02x}")?;
            }
        }
        if shown.len() < self.0.len() {
            write!(formatter, "... ({} octets)", self.0.len())?;
        }
        Ok(())
    }
}

/// Some viewers break lines here, or turn the direction of the text.
fn is_line_separator(character: char) -> bool {
    matches!(character, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Octets of a message that a log line shows.
const SHOWN: usize = 512;

#[cfg(test)]
mod tests {
    extern crate std;

    use super::Escaped;
    use std::string::ToString;

    #[test]
    fn a_client_cannot_write_its_own_log_lines() {
        let text = "a\r\nI (1) ws_echo_server: forged\u{1b}[2J\u{2028}\\";
        let shown = Escaped(text.as_bytes()).to_string();
        assert_eq!(
            shown,
            r"a\r\nI (1) ws_echo_server: forged\u{1b}[2J\u{2028}\\"
        );
    }

    #[test]
    fn octets_that_are_not_text_are_shown_in_hexadecimal() {
        assert_eq!(Escaped(b"\xff\x00\xc3\xa9").to_string(), r"\xff\u{0}é");
    }

    #[test]
    fn a_long_message_is_cut() {
        let shown = Escaped(&[b'x'; 600]).to_string();
        assert!(shown.ends_with("xx... (600 octets)"));
    }
}
