//! The opening handshake (RFC 6455 section 4).

use super::sha1::sha1;
use crate::base64;
use crate::http::{Method, RequestHead, Version};

/// The value of `Sec-WebSocket-Accept`: 28 octets of base64.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AcceptValue([u8; 28]);

impl AcceptValue {
    /// As text.
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// A request that asks for the WebSocket protocol as RFC 6455 section 4.2.1
/// wants it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Upgrade<'b> {
    /// The client's `Sec-WebSocket-Key`.
    pub key: &'b str,
}

/// Why a request cannot be upgraded, and what to answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HandshakeError {
    /// It does not ask for the WebSocket protocol: 426 with `Upgrade:
    /// websocket` tells what is spoken here.
    NotAnUpgrade,
    /// It asks for another version than 13: 426 with `Sec-WebSocket-Version:
    /// 13` (RFC 6455 section 4.4).
    UnsupportedVersion,
    /// `Sec-WebSocket-Key` is missing, stands there twice, or is not 16 octets
    /// in base64: 400.
    Key,
}

/// Reads the handshake from a request head.
///
/// With `any_key`, a key that is not 16 octets in base64 is taken as it is:
/// some simple clients send such keys.
///
/// # Errors
///
/// [`HandshakeError`], each variant with the status to answer.
pub fn upgrade<'b>(head: &RequestHead<'b>, any_key: bool) -> Result<Upgrade<'b>, HandshakeError> {
    let fields = head.fields();
    let asks = head.method() == Method::Get
        && head.version() == Version::Http11
        && head.connection_has_upgrade()
        && fields.has_token("upgrade", "websocket");
    if !asks {
        return Err(HandshakeError::NotAnUpgrade);
    }
    let mut versions = fields.get_all("sec-websocket-version");
    if versions.next() != Some(b"13") || versions.next().is_some() {
        return Err(HandshakeError::UnsupportedVersion);
    }
    let mut keys = fields.get_all("sec-websocket-key");
    let (Some(key), None) = (keys.next(), keys.next()) else {
        return Err(HandshakeError::Key);
    };
    let key = core::str::from_utf8(key).map_err(|_| HandshakeError::Key)?;
    if !base64::is_sixteen_octets(key.as_bytes()) && (!any_key || key.is_empty()) {
        return Err(HandshakeError::Key);
    }
    Ok(Upgrade { key })
}

/// The accept value for a key (RFC 6455 section 4.2.2): base64 of the SHA-1
/// digest of the key and a fixed identifier.
pub fn accept_value(key: &str) -> AcceptValue {
    let digest = sha1(key.as_bytes(), IDENTIFIER);
    let mut value = [0; 28];
    base64::encode(&digest, &mut value);
    AcceptValue(value)
}

/// A client's key: 16 random octets in base64.
pub fn client_key(random: [u8; 16]) -> [u8; 24] {
    let mut key = [0; 24];
    base64::encode(&random, &mut key);
    key
}

const IDENTIFIER: &[u8] = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

#[cfg(test)]
mod tests {
    use super::{HandshakeError, Upgrade, client_key, upgrade};
    use crate::http::{HeadLimits, parse_request_head};
    use std::format;

    fn asked(fields: &str, any_key: bool) -> Result<(), HandshakeError> {
        let head = format!("GET / HTTP/1.1\r\nHost: a\r\n{fields}\r\n");
        let limits = HeadLimits {
            target: 100,
            head: 1000,
            fields: 20,
        };
        let parsed = parse_request_head(head.as_bytes(), &limits);
        let (head, _) = parsed.unwrap().unwrap();
        upgrade(&head, any_key).map(|Upgrade { key }| assert!(!key.is_empty()))
    }

    const ASKS: &str = "Connection: Upgrade\r\nUpgrade: websocket\r\n";
    const VERSION: &str = "Sec-WebSocket-Version: 13\r\n";
    const KEY: &str = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

    #[test]
    fn the_key_of_the_rfc_is_made_of_its_octets() {
        assert_eq!(
            &client_key(*b"the sample nonce"),
            b"dGhlIHNhbXBsZSBub25jZQ=="
        );
    }

    #[test]
    fn each_part_of_a_handshake_is_needed() {
        let valid = [ASKS, VERSION, KEY].concat();
        assert_eq!(asked(&valid, false), Ok(()));
        let asks = [VERSION, KEY].concat();
        assert_eq!(asked(&asks, false), Err(HandshakeError::NotAnUpgrade));
        for version in ["", "Sec-WebSocket-Version: 8\r\n", &VERSION.repeat(2)] {
            let error = Err(HandshakeError::UnsupportedVersion);
            assert_eq!(asked(&[ASKS, version, KEY].concat(), false), error);
        }
        for key in ["", "Sec-WebSocket-Key: short\r\n", &KEY.repeat(2)] {
            let fields = [ASKS, VERSION, key].concat();
            assert_eq!(asked(&fields, false), Err(HandshakeError::Key));
        }
    }

    #[test]
    fn a_lenient_server_takes_any_key_but_none() {
        let with = |key: &str| [ASKS, VERSION, key].concat();
        assert_eq!(asked(&with("Sec-WebSocket-Key: short\r\n"), true), Ok(()));
        for key in ["", "Sec-WebSocket-Key:\r\n", &KEY.repeat(2)] {
            assert_eq!(asked(&with(key), true), Err(HandshakeError::Key));
        }
    }
}
