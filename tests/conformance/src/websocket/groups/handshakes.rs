//! Beyond the table: opening handshakes (RFC 6455 section 4).

use crate::websocket::client::Client;
use crate::websocket::event::Event;
use crate::websocket::frame::Frame;
use crate::websocket::link::Link;
use std::time::Duration;

/// A handshake, and what is answered.
#[derive(Debug, Clone)]
pub struct HandshakeCase {
    /// The section that says so.
    pub section: &'static str,
    /// The behaviour.
    pub name: String,
    head: String,
    answer: Answer,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    /// 101, with a value of `Sec-WebSocket-Accept` and a subprotocol.
    Accepted(&'static str, Option<&'static str>),
    /// One of these statuses, and fields with values.
    Refused(&'static [u16], &'static [(&'static str, &'static str)]),
}

/// All of them.
pub fn cases() -> Vec<HandshakeCase> {
    let mut cases = accepted();
    cases.extend(subprotocols());
    cases.extend(refused());
    cases
}

impl HandshakeCase {
    /// Sends the handshake; if it is accepted, exchanges a message.
    ///
    /// # Errors
    ///
    /// How the server differs from what it must show.
    pub fn run<L: Link>(&self, link: L) -> Result<String, String> {
        let (mut client, response) = Client::request(link, &self.head)?;
        let (accept, protocol) = match self.answer {
            Answer::Accepted(accept, protocol) => (accept, protocol),
            Answer::Refused(statuses, fields) => {
                let complete = fields.iter().all(|(name, value)| response.has(name, value));
                return if statuses.contains(&response.status) && complete {
                    Ok(response.status.to_string())
                } else {
                    Err(format!("{statuses:?} {fields:?} expected: {response:?}"))
                };
            }
        };
        response.check(accept)?;
        if response.value("Sec-WebSocket-Protocol").as_deref() != protocol {
            return Err(format!("{protocol:?} expected: {response:?}"));
        }
        if let Some(extensions) = response.extensions()? {
            return Err(format!("{extensions:?} was not offered"));
        }
        client.write(&Frame::text("open").octets())?;
        match client.event_within(TIME)? {
            echo if echo == Event::text("open") => client.close()?,
            other => return Err(format!("{other:?} instead of an echo")),
        }
        Ok("101".into())
    }
}

fn accepted() -> Vec<HandshakeCase> {
    let accepted = |what: &str, from: &str, to: &str| HandshakeCase {
        section: "RFC 6455 4.2.1",
        name: format!("a handshake {what} is accepted"),
        head: HANDSHAKE.replace(from, to),
        answer: Answer::Accepted(ACCEPT, None),
    };
    let upgrade = "Upgrade: websocket";
    let connection = "Connection: Upgrade";
    let mut other_key = accepted("with another key", KEY, "x3JJHMbDL1EzLkh9GBhXDw==");
    other_key.answer = Answer::Accepted("HSmrc0sMlYUkAGmm5OPpG2HaGWk=", None);
    vec![
        accepted("as it should be", "", ""),
        other_key,
        accepted(
            "with an Upgrade in other case",
            upgrade,
            "Upgrade: WebSocket",
        ),
        accepted(
            "with an Upgrade among others",
            upgrade,
            "Upgrade: h2c, websocket",
        ),
        accepted(
            "with a Connection among others",
            connection,
            "Connection: keep-alive, Upgrade",
        ),
        accepted(
            "with a Connection in two fields",
            connection,
            "Connection: keep-alive\r\nConnection: upgrade",
        ),
        accepted(
            "with field names in lower case",
            connection,
            "connection: upgrade",
        ),
        accepted(
            "with a target in absolute form",
            "GET /echo",
            "GET http://localhost/echo",
        ),
        accepted("with a query", "GET /echo", "GET /echo?a=b"),
        accepted(
            "with an origin, cookies and unknown fields",
            upgrade,
            "Upgrade: websocket\r\nOrigin: http://example.com\r\nCookie: a=b\r\nX-Unknown: c",
        ),
        accepted(
            "with an unknown extension",
            upgrade,
            "Upgrade: websocket\r\nSec-WebSocket-Extensions: x-unknown; a=b, y-unknown",
        ),
    ]
}

/// The server speaks `chat` only.
fn subprotocols() -> Vec<HandshakeCase> {
    let offers = [
        ("chat", Some("chat")),
        ("superchat, chat", Some("chat")),
        ("superchat\r\nSec-WebSocket-Protocol: chat", Some("chat")),
        ("superchat", None),
        ("Chat", None),
    ];
    offers
        .map(|(offer, protocol)| {
            let shown = offer.replace("\r\nSec-WebSocket-Protocol: ", " and ");
            let answer = protocol.map_or("no subprotocol", |_| "the subprotocol in common");
            HandshakeCase {
                section: "RFC 6455 4.2.2",
                name: format!("an offer of {shown} is answered with {answer}"),
                head: HANDSHAKE.replace(
                    "Upgrade: websocket",
                    &format!("Upgrade: websocket\r\nSec-WebSocket-Protocol: {offer}"),
                ),
                answer: Answer::Accepted(ACCEPT, protocol),
            }
        })
        .into()
}

fn refused() -> Vec<HandshakeCase> {
    let refused = |section, what: &str, from: &str, to: &str, statuses, fields| HandshakeCase {
        section,
        name: format!("a handshake {what} is refused"),
        head: HANDSHAKE.replace(from, to),
        answer: Answer::Refused(statuses, fields),
    };
    let version = "Sec-WebSocket-Version: 13";
    let key = &format!("Sec-WebSocket-Key: {KEY}\r\n");
    let of_upgrade =
        |what, from, to| refused("RFC 6455 4.2.1", what, from, to, &[400, 405, 426], &[]);
    let of_version = |what, to| refused("RFC 6455 4.4", what, version, to, &[426], SPOKEN);
    let of_key = |what, to: &str| refused("RFC 6455 4.2.1", what, key, to, &[400], &[]);
    vec![
        of_upgrade("by POST", "GET", "POST"),
        of_upgrade("in HTTP/1.0", "HTTP/1.1", "HTTP/1.0"),
        of_upgrade("without Upgrade", "Upgrade: websocket\r\n", ""),
        of_upgrade("for another protocol", "Upgrade: websocket", "Upgrade: h2c"),
        of_upgrade("without Connection", "Connection: Upgrade\r\n", ""),
        of_upgrade("without Host", "Host: localhost\r\n", ""),
        of_version("with a version before 13", "Sec-WebSocket-Version: 8"),
        of_version("with a version behind 13", "Sec-WebSocket-Version: 14"),
        of_version("with an empty version", "Sec-WebSocket-Version:"),
        of_version(
            "with a version in two numbers",
            "Sec-WebSocket-Version: 13, 8",
        ),
        of_version("without a version", "X-Version: 13"),
        of_key("without a key", ""),
        of_key("with two keys", &format!("{key}{key}")),
        of_key("with an empty key", "Sec-WebSocket-Key:\r\n"),
        of_key(
            "with a key of 15 octets",
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAA\r\n",
        ),
        of_key(
            "with a key of 17 octets",
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAAA=\r\n",
        ),
        of_key(
            "with a key without padding",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ\r\n",
        ),
        of_key(
            "with a key that is not base64",
            "Sec-WebSocket-Key: !!!!!!!!!!!!!!!!!!!!!!==\r\n",
        ),
    ]
}

/// What tells a client which version the server speaks.
const SPOKEN: &[(&str, &str)] = &[("Sec-WebSocket-Version", "13")];

const HANDSHAKE: &str = "GET /echo HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n\
    Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

/// The example of RFC 6455 section 1.3.
const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
const ACCEPT: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

const TIME: Duration = Duration::from_secs(10);
