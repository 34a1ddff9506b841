//! Jobs as octets, so that a mailbox is a plain byte queue.

use super::{Job, Reply};
use crate::{ConnectionId, Message, Status};
use dunlin_proto::websocket::{Close, CloseCode};

/// Writes a job through `append`, piece by piece; returns its octets, which
/// [`record_length`] tells before.
pub fn append_record(to: ConnectionId, job: &Job<'_>, mut append: impl FnMut(&[u8])) -> usize {
    let (text, payload) = texts(job);
    let (kind, number, short) = match job {
        Job::Message(Message::Text(_)) => (TEXT, 0, 0),
        Job::Message(Message::Binary(_)) => (BINARY, 0, 0),
        Job::Ping(_) => (PING, 0, 0),
        Job::Close(close) => (CLOSE, 0, close.code.get()),
        Job::Reply { exchange, reply } => (REPLY, *exchange, reply.status.code()),
    };
    let short = short.to_le_bytes();
    let text_length = (text.len() as u16).to_le_bytes();
    let payload_length = (payload.len() as u32).to_le_bytes();
    append(&[
        kind,
        0,
        short[0],
        short[1],
        text_length[0],
        text_length[1],
        0,
        0,
    ]);
    append(&payload_length);
    append(&number.to_le_bytes());
    append(&to.to_bits().to_le_bytes());
    let text = text.as_bytes();
    append(text);
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
        Job::Message(message) => ("", message.as_bytes()),
        Job::Ping(payload) => ("", payload),
        Job::Close(close) => (close.wire_reason(), &[]),
        Job::Reply { reply, .. } => (reply.content_type, reply.body),
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
        let (header, rest) = self.0.split_first_chunk::<HEADER>()?;
        let [
            kind,
            _,
            s0,
            s1,
            t0,
            t1,
            _,
            _,
            p0,
            p1,
            p2,
            p3,
            n0,
            n1,
            n2,
            n3,
            id @ ..,
        ] = *header;
        let text_length = usize::from(u16::from_le_bytes([t0, t1]));
        let payload_length = u32::from_le_bytes([p0, p1, p2, p3]) as usize;
        let (text, rest) = rest.split_at_checked(text_length)?;
        let (payload, rest) = rest.split_at_checked(payload_length)?;
        let record = self.0.get(..HEADER + text_length + payload_length)?;
        self.0 = rest;
        let text = core::str::from_utf8(text).ok()?;
        let short = u16::from_le_bytes([s0, s1]);
        let job = match kind {
            TEXT => Job::Message(Message::Text(core::str::from_utf8(payload).ok()?)),
            BINARY => Job::Message(Message::Binary(payload)),
            PING => Job::Ping(payload),
            CLOSE => Job::Close(Close {
                code: CloseCode::new(short)?,
                reason: text,
            }),
            REPLY => Job::Reply {
                exchange: u32::from_le_bytes([n0, n1, n2, n3]),
                reply: Reply {
                    status: Status::new(short)?,
                    content_type: text,
                    body: payload,
                },
            },
            _ => return None,
        };
        Some((ConnectionId::from_bits(u64::from_le_bytes(id)), job, record))
    }
}

const TEXT: u8 = 0;
const BINARY: u8 = 1;
const PING: u8 = 2;
const CLOSE: u8 = 3;
const REPLY: u8 = 4;

const HEADER: usize = 24;

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
            Job::Message(Message::text("text")),
            Job::Message(Message::binary(&[0, 255])),
            Job::Ping(b""),
            Job::Close(Close::new(CloseCode::NORMAL, "bye")),
            Job::Reply { exchange: 7, reply },
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
