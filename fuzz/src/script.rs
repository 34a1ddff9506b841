//! What a client sends, from few octets of input: requests, handshakes,
//! frames, and octets as they are.

use crate::application::{PATHS, WEBSOCKETS};
use arbitrary::{Result, Unstructured};
use dunlin_proto::websocket::{FrameHeader, MAX_HEADER, Opcode, mask};

/// The next thing that a client sends, behind an octet for its kind.
pub(crate) fn next(input: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let kind = input.arbitrary()?;
    read(kind, input)
}

/// The next thing that a client sends, of the kind given.
pub(crate) fn read(kind: u8, input: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    match kind % 5 {
        0 => raw(input),
        1 => request(input),
        2 => upgrade(input),
        3 => frame(input),
        _ => text(input),
    }
}

/// Octets behind their number.
pub(crate) fn raw(input: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let length: u8 = input.arbitrary()?;
    let length = usize::from(length).min(input.len());
    Ok(input.bytes(length)?.to_vec())
}

/// A request that is mostly right.
fn request(input: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let [method, path, fields, body]: [u8; 4] = input.arbitrary()?;
    let method = pick(METHODS, method);
    let version = if fields & 1 == 0 { "1.1" } else { "1.0" };
    let path = pick(PATHS, path);
    let mut head = format!("{method} {path} HTTP/{version}\r\nHost: a\r\n");
    for (place, line) in FIELDS.iter().enumerate() {
        if fields >> (place + 1) & 1 != 0 {
            head.push_str(line);
        }
    }
    let data = vec![b'd'; usize::from(body / 4) * 20];
    Ok(match body % 4 {
        0 => [head.as_bytes(), b"\r\n"].concat(),
        1 => {
            head.push_str(&format!("Content-Length: {}\r\n\r\n", data.len()));
            [head.as_bytes(), &data].concat()
        }
        2 => {
            head.push_str("Transfer-Encoding: chunked\r\n\r\n");
            [head.into_bytes(), chunks(&data)].concat()
        }
        _ => {
            head.push_str("Content-Length: 10\r\n\r\n");
            [head.as_bytes(), b"short"].concat()
        }
    })
}

fn chunks(data: &[u8]) -> Vec<u8> {
    let chunk = |chunk: &[u8]| {
        [
            format!("{:x};a=b\r\n", chunk.len()).as_bytes(),
            chunk,
            b"\r\n",
        ]
        .concat()
    };
    let mut body: Vec<u8> = data.chunks(33).flat_map(chunk).collect();
    body.extend_from_slice(b"0\r\nX-Sum: 1\r\n\r\n");
    body
}

/// A valid handshake.
fn upgrade(input: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let bits: u8 = input.arbitrary()?;
    let path = pick(WEBSOCKETS, bits);
    let protocols = match bits >> 6 {
        0 => "",
        1 => "Sec-WebSocket-Protocol: other, superchat, chat\r\n",
        2 => "Origin: http://a\r\nSec-WebSocket-Protocol: chat\r\n",
        _ => "Sec-WebSocket-Extensions: permessage-deflate\r\n",
    };
    let fields = "Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\
        Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    Ok(format!("GET {path} HTTP/1.1\r\nHost: a\r\n{fields}{protocols}\r\n").into_bytes())
}

/// A masked frame with any first octet.
fn frame(input: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let first: u8 = input.arbitrary()?;
    let payload = raw(input)?;
    Ok(masked(first, &payload))
}

/// A text or binary message, or a fragment, of ASCII; up to 5,100 octets.
fn text(input: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let [first, length]: [u8; 2] = input.arbitrary()?;
    let first = pick(&[0x81, 0x82, 0x01, 0x02, 0x00, 0x80, 0x89, 0x8a], first);
    let length = match first {
        0x89 | 0x8a => usize::from(length / 2),
        _ if length < 128 => length.into(),
        _ => usize::from(length) * 20,
    };
    Ok(masked(first, &vec![b't'; length]))
}

pub(crate) fn masked(first: u8, payload: &[u8]) -> Vec<u8> {
    let key = [0x37, 0xfa, 0x21, 0x3d];
    let header = FrameHeader {
        mask: Some(key),
        ..FrameHeader::new(Opcode::Text, payload.len())
    };
    let mut buffer = [0; MAX_HEADER];
    let mut octets = header.encode(&mut buffer).to_vec();
    octets[0] = first;
    let start = octets.len();
    octets.extend_from_slice(payload);
    let _ = mask(key, &mut octets[start..]);
    octets
}

pub(crate) fn pick<T: Copy>(choices: &[T], choice: u8) -> T {
    choices[usize::from(choice) % choices.len()]
}

const METHODS: &[&str] = &[
    "GET", "GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "BREW",
];

const FIELDS: &[&str] = &[
    "Connection: close\r\n",
    "Expect: 100-continue\r\n",
    "Connection: keep-alive\r\n",
    "Cookie: a=b; c=d\r\nAccept: text/html, */*\r\n",
    "Host: b\r\n",
    "X-Text: caf\u{e9}\tau lait\r\n",
    "Upgrade: h2c\r\n",
];
