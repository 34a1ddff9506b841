//! What a client may expect of everything a server sends.

use crate::reference::frames::{self, Event};
use dunlin::Limits;
use dunlin_proto::http::{
    BodyDecoder, BodyLimits, Framing, HeadLimits, Method, parse_request_head,
};
use dunlin_proto::websocket::{Opcode, Role, parse_close};

/// Whether each request that a client has sent is a HEAD, in order; what came
/// of one that is incomplete or wrong counts as one that is none.
pub(crate) fn requests(sent: &[u8], limits: &Limits) -> Vec<bool> {
    let head_limits = head_limits(limits);
    let mut sent = sent.to_vec();
    let mut rest = &mut sent[..];
    let mut requests = Vec::new();
    while !rest.is_empty() {
        let Ok(Some((head, length))) = parse_request_head(rest, &head_limits) else {
            requests.push(false);
            break;
        };
        requests.push(head.method() == Method::Head);
        let mut body = BodyDecoder::new(head.framing(), &BodyLimits::default());
        rest = &mut rest[length..];
        while !body.is_complete() && !rest.is_empty() {
            let Ok(decoded) = body.decode(rest) else {
                return requests;
            };
            let consumed = decoded.consumed;
            rest = &mut rest[consumed..];
        }
    }
    requests
}

/// The bounds of a head.
pub(crate) fn head_limits(limits: &Limits) -> HeadLimits {
    HeadLimits {
        target: limits.target,
        head: limits.head,
        fields: limits.fields,
    }
}

/// Everything a server has sent on one connection.
pub(crate) struct Output<'o> {
    pub(crate) octets: &'o [u8],
    /// See [`requests`].
    pub(crate) requests: &'o [bool],
    /// The last response may have been cut off.
    pub(crate) may_be_cut: bool,
}

/// What was seen in it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) responses: usize,
    pub(crate) upgraded: bool,
    pub(crate) messages: usize,
    pub(crate) closed: bool,
}

impl Output<'_> {
    /// Checks that a client can read all of it.
    pub(crate) fn check(&self) -> Seen {
        let mut seen = Seen::default();
        let mut rest = self.octets;
        while !rest.is_empty() {
            if let Some(behind) = rest.strip_prefix(CONTINUE) {
                rest = behind;
                continue;
            }
            let is_head = self.requests.get(seen.responses);
            let is_head = *is_head.expect("a response belongs to a request");
            let Some(response) = Response::read(rest, is_head) else {
                assert!(self.may_be_cut, "a response has no end");
                break;
            };
            rest = &rest[response.length..];
            seen.responses += 1;
            if response.status == 101 {
                seen.upgraded = true;
                check_frames(rest, &mut seen);
                break;
            }
            let behind = rest.escape_ascii();
            assert!(
                !response.closes || rest.is_empty(),
                "behind the last: {behind}"
            );
        }
        seen
    }
}

struct Response {
    status: u16,
    /// Octets of head and body.
    length: usize,
    closes: bool,
}

impl Response {
    /// The response at the front of `octets`, if all of it is there.
    fn read(octets: &[u8], is_head: bool) -> Option<Self> {
        let end = octets.windows(4).position(|four| four == b"\r\n\r\n")?;
        let head = str::from_utf8(&octets[..end]).expect("a head is text");
        let mut lines = head.split("\r\n");
        let status = status(lines.next().expect("a status line"));
        let fields: Vec<_> = lines.map(field).collect();
        let one = |name: &str| {
            let mut values = fields.iter().filter(|(there, _)| *there == name);
            let value = values.next().map(|(_, value)| *value);
            assert!(values.next().is_none(), "{name} stands there once");
            value
        };
        let length = one("Content-Length").map(|value| value.parse::<usize>().expect("a number"));
        let chunked = one("Transfer-Encoding");
        assert!(chunked.is_none_or(|value| value == "chunked" && length.is_none()));
        assert_eq!(one("Date").is_some(), status != 101);
        let closes = one("Connection").is_some_and(|value| value.starts_with("close"));
        let forbids_body = matches!(status, 100..=199 | 204 | 304);
        assert!(!forbids_body || (length.is_none() && chunked.is_none()));
        let behind = &octets[end + 4..];
        let body = match (length, chunked) {
            _ if is_head || forbids_body => 0,
            (Some(length), _) => length,
            (None, Some(_)) => chunked_length(behind)?,
            (None, None) => {
                assert!(closes, "only the end of the connection ends it");
                behind.len()
            }
        };
        (body <= behind.len()).then_some(Self {
            status,
            length: end + 4 + body,
            closes,
        })
    }
}

fn status(line: &str) -> u16 {
    let rest = line.strip_prefix("HTTP/1.1 ").expect("the version");
    let (code, reason) = rest.split_once(' ').expect("a blank behind the code");
    assert!(code.len() == 3 && !reason.contains(char::is_control));
    code.parse().expect("a code")
}

fn field(line: &str) -> (&str, &str) {
    let (name, value) = line.split_once(": ").expect("name and value");
    assert!(
        !name.is_empty()
            && name
                .bytes()
                .all(|octet| octet.is_ascii_alphanumeric() || octet == b'-')
    );
    assert!(!value.contains(char::is_control));
    (name, value)
}

/// Octets of a chunked body, if all of it is there.
fn chunked_length(octets: &[u8]) -> Option<usize> {
    let mut octets = octets.to_vec();
    let mut decoder = BodyDecoder::new(Framing::Chunked, &BodyLimits::default());
    let mut length = 0;
    while !decoder.is_complete() {
        let rest = &mut octets[length..];
        if rest.is_empty() {
            return None;
        }
        length += decoder.decode(rest).expect("chunks").consumed;
    }
    Some(length)
}

/// Frames are whole, unmasked and in order, and a close frame is the last.
fn check_frames(octets: &[u8], seen: &mut Seen) {
    let decoded = frames::decode(octets, Role::Client);
    assert_eq!(decoded.error, None, "a client fails the connection");
    assert!(decoded.at_border, "a frame is cut off");
    for event in &decoded.events {
        assert!(!seen.closed, "something is behind the close frame");
        match event {
            Event::Message(..) => seen.messages += 1,
            Event::Control(Opcode::Close, payload) => {
                assert!(parse_close(payload).is_ok());
                seen.closed = true;
            }
            Event::Control(..) => {}
        }
    }
}

const CONTINUE: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";
