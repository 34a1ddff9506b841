//! Jobs as octets, so that a mailbox is a plain byte queue.

use super::{Job, Reply};
use crate::{ConnectionId, Message, Status};
use dunlin_proto::websocket::{Close, CloseCode};

/// Writes a job through `append`, piece by piece; returns its octets, which
/// [`record_length`] tells before.
pub fn append_record(to: ConnectionId, job: &Job<'_>, mut append: impl FnMut(&[u8])) -> usize {
    let (text, payload) = texts(job);
    let (kind, number, short) = match job {
        Job::Message { message, report } => match message {
            Message::Text(_) => (TEXT, *report, 0),
            Message::Binary(_) => (BINARY, *report, 0),
        },
        Job::Ping(_) => (PING, 0, 0),
        Job::Close(close) => (CLOSE, 0, close.code.get()),
        Job::Reply { exchange, reply } => (REPLY, *exchange, reply.status.code()),
        Job::Resume { exchange } => (RESUME, *exchange, 0),
        Job::Touch => (TOUCH, 0, 0),
        Job::Call { token } => (CALL, *token, 0),
    };
    let header: [u32; WORDS] = [
        kind | u32::from(short) << 16,
        text.len() as u32,
        payload.len() as u32,
        number,
        to.slot,
        to.generation,
    ];
    for word in header {
        append(&word.to_le_bytes());
    }
    append(text.as_bytes());
    append(payload);
    HEADER + text.len() + payload.len()
}

/// The octets that [`append_record`] would write.
pub fn record_length(job: &Job<'_>) -> usize {
    let (text, payload) = texts(job);
    HEADER + text.len() + payload.len()
}

/// What of a job has a length of its own.
#[cfg_attr(target_pointer_width = "32", inline(never))]
fn texts<'j>(job: &Job<'j>) -> (&'j str, &'j [u8]) {
    match job {
        Job::Message { message, .. } => match message {
            Message::Text(text) => (text, &[]),
            Message::Binary(octets) => ("", octets),
        },
        Job::Ping(payload) => ("", payload),
        Job::Close(close) => (close.wire_reason(), &[]),
        Job::Reply { reply, .. } => (reply.content_type, reply.body),
        Job::Resume { .. } | Job::Touch | Job::Call { .. } => ("", &[]),
    }
}

/// Reads the jobs in a run of records, each with the octets it lies in.
#[derive(Debug, Clone)]
pub struct JobRecords<'j>(&'j [u8]);

impl<'j> JobRecords<'j> {
    /// The jobs in octets that [`append_record`] wrote.
    pub const fn new(records: &'j [u8]) -> Self {
        Self(records)
    }
}

impl<'j> Iterator for JobRecords<'j> {
    type Item = (ConnectionId, Job<'j>, &'j [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (header, rest) = self.0.split_at_checked(HEADER)?;
        let mut words = [0; WORDS];
        for (word, octets) in words.iter_mut().zip(header.as_chunks().0) {
            *word = u32::from_le_bytes(*octets);
        }
        let [first, text_length, payload_length, number, slot, generation] = words;
        let (text, rest) = rest.split_at_checked(text_length as usize)?;
        let (payload, rest) = rest.split_at_checked(payload_length as usize)?;
        let (record, _) = self.0.split_at(self.0.len() - rest.len());
        self.0 = rest;
        let text = core::str::from_utf8(text).ok()?;
        let short = (first >> 16) as u16;
        let job = match first & 0xff {
            TEXT => Job::Message {
                message: Message::Text(text),
                report: number,
            },
            BINARY => Job::Message {
                message: Message::Binary(payload),
                report: number,
            },
            PING => Job::Ping(payload),
            CLOSE => Job::Close(Close {
                code: CloseCode::new(short)?,
                reason: text,
            }),
            REPLY => Job::Reply {
                exchange: number,
                reply: Reply {
                    status: Status::new(short)?,
                    content_type: text,
                    body: payload,
                },
            },
            RESUME => Job::Resume { exchange: number },
            TOUCH => Job::Touch,
            CALL => Job::Call { token: number },
            _ => return None,
        };
        Some((ConnectionId { slot, generation }, job, record))
    }
}

const TEXT: u32 = 0;
const BINARY: u32 = 1;
const PING: u32 = 2;
const CLOSE: u32 = 3;
const REPLY: u32 = 4;
const RESUME: u32 = 5;
const TOUCH: u32 = 6;
const CALL: u32 = 7;

/// What a record begins with: its kind and a code, the lengths of its text and
/// its payload, a number, and the id.
const WORDS: usize = 6;

const HEADER: usize = WORDS * size_of::<u32>();

#[cfg(test)]
mod tests {
    use super::{Job, JobRecords, Reply, append_record};
    use crate::{ConnectionId, Message, Status};
    use dunlin_proto::websocket::{Close, CloseCode};
    use std::vec::Vec;

    #[test]
    fn jobs_come_out_as_they_went_in() {
        let id = ConnectionId::from_bits(0x1234_5678_9abc_def0);
        let reply = Reply {
            status: Status::OK,
            content_type: "text/plain",
            body: b"body",
        };
        let jobs = [
            Job::Message {
                message: Message::text("text"),
                report: 0,
            },
            Job::Message {
                message: Message::binary(&[0, 255]),
                report: 9,
            },
            Job::Ping(b""),
            Job::Close(Close::new(CloseCode::NORMAL, "bye")),
            Job::Reply { exchange: 7, reply },
            Job::Resume { exchange: 8 },
            Job::Touch,
            Job::Call { token: 10 },
        ];
        let mut records = Vec::new();
        for job in &jobs {
            let before = records.len();
            let length = append_record(id, job, |octets| records.extend_from_slice(octets));
            assert_eq!(records.len() - before, length);
        }
        let read: Vec<_> = JobRecords::new(&records)
            .map(|(to, job, _)| (to, job))
            .collect();
        assert_eq!(read, jobs.map(|job| (id, job)));
        let octets: usize = JobRecords::new(&records)
            .map(|(_, _, record)| record.len())
            .sum();
        assert_eq!(octets, records.len());
    }
}
