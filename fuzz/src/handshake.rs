//! Opening handshakes: who is upgraded, and with what accept value.
//!
//! Settings: an octet that chooses parts of a valid request to be left out.
//! Behind it: further field lines, as a client sends them.

use crate::application::{Application, PROTOCOLS};
use crate::witness::head_limits;
use arbitrary::Unstructured;
use base64ct::{Base64, Encoding};
use dunlin::{Limits, Method, RequestHead};
use dunlin_memory::Client;
use dunlin_proto::http::{Framing, Version, parse_request_head};
use dunlin_proto::websocket::{HandshakeError, Upgrade, upgrade};

/// Checks one input.
pub fn check(data: &[u8]) {
    let mut input = Unstructured::new(data);
    let Ok(bits) = input.arbitrary::<u8>() else {
        return;
    };
    let request = request(bits, input.take_rest());
    let limits = Limits {
        lenient_handshake: bits & 0x80 != 0,
        ..Limits::LINUX
    };
    let Ok(Some((head, _))) = parse_request_head(&request, &head_limits(&limits)) else {
        return;
    };
    let result = upgrade(&head, limits.lenient_handshake);
    assert_eq!(result, expected(&head, limits.lenient_handshake));
    let mut client = Client::new(Application::default(), limits);
    client.send(&request);
    let answer = client.take();
    let answer = String::from_utf8_lossy(&answer);
    let status = match result {
        // A body is refused before the handshake is looked at.
        _ if head.framing() != Framing::None => return,
        Ok(_) => "101",
        Err(HandshakeError::Key) => "400",
        Err(HandshakeError::NotAnUpgrade | HandshakeError::UnsupportedVersion) => "426",
    };
    assert!(
        answer.starts_with(&format!("HTTP/1.1 {status} ")),
        "{answer}"
    );
    if let Ok(upgrade) = result {
        check_acceptance(&head, &upgrade, &answer);
    }
}

fn request(bits: u8, lines: &[u8]) -> Vec<u8> {
    let mut request = format!("GET {PATH} HTTP/1.1\r\nHost: a\r\n");
    let parts = [
        "Connection: Upgrade\r\n",
        "Upgrade: websocket\r\n",
        "Sec-WebSocket-Version: 13\r\n",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
    ];
    for (place, part) in parts.iter().enumerate() {
        if bits >> place & 1 == 0 {
            request.push_str(part);
        }
    }
    [request.as_bytes(), lines, b"\r\n\r\n"].concat()
}

/// What RFC 6455 section 4.2.1 says about a head.
fn expected<'b>(head: &RequestHead<'b>, any_key: bool) -> Result<Upgrade<'b>, HandshakeError> {
    let named = |name: &str| {
        let fields = head.fields().iter();
        let there = fields.filter(|field| field.name.eq_ignore_ascii_case(name));
        there.map(|field| field.value).collect::<Vec<_>>()
    };
    let lists = |name: &str, token: &str| {
        let values = named(name);
        let mut members = values
            .iter()
            .flat_map(|value| value.split(|octet| *octet == b','));
        members.any(|member| member.trim_ascii().eq_ignore_ascii_case(token.as_bytes()))
    };
    let asks = head.method() == Method::Get && head.version() == Version::Http11;
    if !asks || !lists("connection", "upgrade") || !lists("upgrade", "websocket") {
        return Err(HandshakeError::NotAnUpgrade);
    }
    if named("sec-websocket-version") != [b"13"] {
        return Err(HandshakeError::UnsupportedVersion);
    }
    let keys = named("sec-websocket-key");
    let [key] = keys[..] else {
        return Err(HandshakeError::Key);
    };
    let key = str::from_utf8(key).map_err(|_| HandshakeError::Key)?;
    let decodes = Base64::decode_vec(key).is_ok_and(|octets| octets.len() == 16);
    if decodes || (any_key && !key.is_empty()) {
        return Ok(Upgrade { key });
    }
    Err(HandshakeError::Key)
}

fn check_acceptance(head: &RequestHead<'_>, upgrade: &Upgrade<'_>, answer: &str) {
    // What is behind the head echoes what was behind the request's.
    let head_of_answer = answer.split("\r\n\r\n").next().unwrap_or_default();
    let field = |name: &str| {
        let mut fields = head_of_answer
            .split("\r\n")
            .filter_map(|line| line.split_once(": "));
        fields.find_map(|(there, value)| (there == name).then_some(value))
    };
    let mut digest = sha1_smol::Sha1::new();
    digest.update(upgrade.key.as_bytes());
    digest.update(b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
    let accept = Base64::encode_string(&digest.digest().bytes());
    assert_eq!(field("Sec-WebSocket-Accept"), Some(&accept[..]));
    let offered: Vec<_> = head.fields().elements("sec-websocket-protocol").collect();
    let first = offered.iter().find(|name| PROTOCOLS.contains(name));
    assert_eq!(field("Sec-WebSocket-Protocol"), first.copied());
}

const PATH: &str = "/chat";
