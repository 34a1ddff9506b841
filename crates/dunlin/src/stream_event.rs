//! Server-sent events (WHATWG HTML section 9.2).

use crate::Output;
use dunlin_proto::http::{write_chunk_end, write_chunk_start};
use dunlin_proto::output::Full;

/// One event of a stream of them.
///
/// A line break in its data begins another line of data, and comes out as one at
/// the client. Line breaks in the other texts end the text: nobody can put a field
/// of his own into the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StreamEvent<'e> {
    /// The event's type, which listeners are registered for; empty for
    /// `message`.
    pub event: &'e str,
    /// What the client tells as `Last-Event-ID` when it connects again; empty for
    /// none.
    pub id: &'e str,
    /// The data.
    pub data: &'e str,
}

impl<'e> StreamEvent<'e> {
    /// An event of the type `message`.
    pub const fn message(data: &'e str) -> Self {
        Self {
            event: "",
            id: "",
            data,
        }
    }

    /// Octets of the event as it is sent.
    pub(crate) fn length(&self) -> usize {
        let mut length = 0;
        self.each_piece(|piece| length += piece.len());
        length
    }

    /// Writes the event, as a chunk of its own if the body is `chunked`.
    pub(crate) fn write(&self, chunked: bool, output: &mut dyn Output) -> Result<(), Full> {
        if chunked {
            write_chunk_start(self.length(), output)?;
        }
        let mut written = Ok(());
        self.each_piece(|piece| {
            if written.is_ok() {
                written = output.write(&[piece.as_bytes()]);
            }
        });
        written?;
        if chunked {
            write_chunk_end(output)?;
        }
        Ok(())
    }

    fn each_piece(&self, mut visit: impl FnMut(&str)) {
        for (name, value) in [("event: ", self.event), ("id: ", self.id)] {
            let value = first_line(value);
            if !value.is_empty() {
                [name, value, "\n"].into_iter().for_each(&mut visit);
            }
        }
        for line in lines(self.data) {
            ["data: ", line, "\n"].into_iter().for_each(&mut visit);
        }
        visit("\n");
    }
}

/// What is sent into the silence, so that a lost client is noticed.
pub(crate) const COMMENT: &[u8] = b":\n\n";

fn first_line(text: &str) -> &str {
    let end = text.find(['\r', '\n', '\0']).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

/// The lines of a text, which end in LF, CR LF or CR.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    core::iter::from_fn(move || {
        let text = rest?;
        let Some(end) = text.find(['\r', '\n']) else {
            rest = None;
            return Some(text);
        };
        let (line, tail) = text.split_at(end);
        let tail = tail
            .strip_prefix("\r\n")
            .unwrap_or(tail.get(1..).unwrap_or_default());
        rest = Some(tail);
        Some(line)
    })
}

#[cfg(test)]
mod tests {
    use super::{StreamEvent, lines};
    use std::string::String;
    use std::vec::Vec;

    fn written(event: StreamEvent<'_>) -> String {
        let mut text = String::new();
        event.each_piece(|piece| text.push_str(piece));
        assert_eq!(text.len(), event.length());
        text
    }

    #[test]
    fn every_line_of_the_data_is_a_field() {
        let event = StreamEvent {
            event: "note",
            id: "7",
            data: "one\ntwo\r\nthree\rfour\n",
        };
        let expected =
            "event: note\nid: 7\ndata: one\ndata: two\ndata: three\ndata: four\ndata: \n\n";
        assert_eq!(written(event), expected);
    }

    #[test]
    fn an_event_without_data_still_arrives() {
        assert_eq!(written(StreamEvent::message("")), "data: \n\n");
    }

    #[test]
    fn no_text_adds_a_field() {
        let event = StreamEvent {
            event: "a\ndata: forged",
            id: "b\rdata: forged",
            data: "",
        };
        assert_eq!(written(event), "event: a\nid: b\ndata: \n\n");
    }

    #[test]
    fn lines_end_in_three_ways() {
        let found: Vec<_> = lines("a\r\n\rb\n").collect();
        assert_eq!(found, ["a", "", "b", ""]);
    }
}
