//! All cases, a file for each subject.

mod chunked;
mod conditional;
mod connection;
mod content_length;
mod cookies;
mod expect;
mod fields;
mod host;
mod message;
mod methods;
mod request_line;
mod response;
mod smuggling;
mod target;
mod time;
mod transfer_encoding;

use super::case::{Answer, Case};
use crate::report::Level;

/// Every case, in the order of the report.
pub fn all() -> Vec<Case> {
    [
        message::cases(),
        request_line::cases(),
        target::cases(),
        host::cases(),
        fields::cases(),
        transfer_encoding::cases(),
        content_length::cases(),
        chunked::cases(),
        connection::cases(),
        time::cases(),
        smuggling::cases(),
        methods::cases(),
        expect::cases(),
        conditional::cases(),
        response::cases(),
        cookies::cases(),
    ]
    .concat()
}

const MUST: Level = Level::Must;
const SHOULD: Level = Level::Should;
const MAY: Level = Level::May;

/// How strongly, the behaviour, the status, and the octets that are refused.
type Refused<'r> = (Level, &'r str, u16, &'r [u8]);

/// How strongly, the behaviour, and the octets that are answered.
type Taken<'r> = (Level, &'r str, &'r [u8]);

/// Whole requests that are refused.
fn refused(section: &'static str, rows: &[Refused<'_>]) -> Vec<Case> {
    refused_as(section, rows, <[u8]>::to_vec)
}

/// Field lines that make a request be refused.
fn refused_fields(section: &'static str, rows: &[Refused<'_>]) -> Vec<Case> {
    refused_as(section, rows, get)
}

/// What is refused, once it is put where it belongs in a request.
fn refused_as(
    section: &'static str,
    rows: &[Refused<'_>],
    request: impl Fn(&[u8]) -> Vec<u8>,
) -> Vec<Case> {
    let case = |(level, name, status, octets): &Refused<'_>| {
        Case::new(*level, section, name, request(octets)).refused(*status)
    };
    rows.iter().map(case).collect()
}

/// What is answered with a given answer, once it is put where it belongs in a
/// request.
fn taken_as(
    section: &'static str,
    rows: &[Taken<'_>],
    answer: &Answer,
    request: impl Fn(&[u8]) -> Vec<u8>,
) -> Vec<Case> {
    let case = |(level, name, octets): &Taken<'_>| {
        Case::new(*level, section, name, request(octets)).answer(answer.clone())
    };
    rows.iter().map(case).collect()
}

/// A request for the page, with further field lines.
fn get(fields: &[u8]) -> Vec<u8> {
    [b"GET / HTTP/1.1\r\nHost: a\r\n", fields, b"\r\n"].concat()
}

/// A request for the fields as received, with further field lines.
fn echo(fields: &[u8]) -> Vec<u8> {
    [b"GET /echo HTTP/1.1\r\nHost: a\r\n", fields, b"\r\n"].concat()
}

/// A request whose body is answered, with its field lines.
fn post(fields: &[u8], body: &[u8]) -> Vec<u8> {
    [b"POST / HTTP/1.1\r\nHost: a\r\n", fields, b"\r\n", body].concat()
}

/// The same, in chunks that are given as sent.
fn post_chunks(chunks: &[u8]) -> Vec<u8> {
    post(b"Transfer-Encoding: chunked\r\n", chunks)
}

/// The same, with a length.
fn post_body(body: &[u8]) -> Vec<u8> {
    let length = format!("Content-Length: {}\r\n", body.len());
    post(length.as_bytes(), body)
}

/// The answer that shows the fields of a request, which are `Host: a` and these.
fn fields_shown(lines: &[u8]) -> Answer {
    Answer::with_body([b"Host: a\n", lines].concat())
}
