//! Beyond the table: offers that a server must decline, and what it takes
//! instead (RFC 7692 sections 5 and 7.1).

use super::deflate::{Compression, RSV1, deflater};
use crate::websocket::client::Client;
use crate::websocket::event::Event;
use crate::websocket::frame::Frame;
use crate::websocket::inflate::Inflater;
use crate::websocket::link::Link;
use crate::websocket::negotiation::{Offer, agreed};
use std::time::Duration;

/// An offer in octets, and what a server may do with it.
#[derive(Debug, Clone)]
pub struct OfferCase {
    /// The behaviour.
    pub name: String,
    /// The section that says so.
    pub section: &'static str,
    value: String,
    /// What the answer must accept one of; nothing where all is to be declined.
    valid: Vec<Offer>,
}

/// All of them.
pub fn cases() -> Vec<OfferCase> {
    let mut cases: Vec<_> = INVALID.iter().flat_map(|value| invalid(value)).collect();
    cases.extend(VALID.map(|(value, offer)| OfferCase {
        name: format!("the offer '{value}' is accepted"),
        section: "RFC 7692 7.1",
        value: value.to_owned(),
        valid: vec![offer],
    }));
    cases
}

/// An invalid offer is declined, and one behind it that is valid is accepted.
fn invalid(value: &str) -> [OfferCase; 2] {
    [
        OfferCase {
            name: format!("the offer '{value}' is declined"),
            section: "RFC 7692 7.1",
            value: value.to_owned(),
            valid: Vec::new(),
        },
        OfferCase {
            name: format!("a valid offer behind '{value}' is accepted"),
            section: "RFC 7692 5.1",
            value: format!("{value}, permessage-deflate; server_max_window_bits=12"),
            valid: vec![TWELVE],
        },
    ]
}

impl OfferCase {
    /// Whether there is nothing in the offer that may be accepted.
    pub fn is_declined(&self) -> bool {
        self.valid.is_empty()
    }

    /// Makes the offer, and exchanges a message as it was agreed.
    ///
    /// # Errors
    ///
    /// How the server differs from what it must show.
    pub fn run<L: Link>(&self, link: L) -> Result<Compression, String> {
        let (mut client, answer) = Client::open(link, Some(&self.value))?;
        let mut frame = Frame::text(MESSAGE);
        if let Some(answer) = &answer {
            let agreement = agreed(&self.valid, answer)?;
            client.receiver.set_inflater(Inflater::new(
                agreement.server_max_window_bits,
                !agreement.server_no_context_takeover,
            ));
            let compressed = deflater(&agreement).message(MESSAGE.as_bytes());
            frame = Frame::text(compressed).reserved(RSV1);
        }
        client.write(&frame.octets())?;
        match client.event_within(TIME)? {
            echo if echo == Event::text(MESSAGE) => client.close()?,
            other => return Err(format!("{other:?} instead of an echo")),
        }
        Ok(match answer {
            None if !self.is_declined() => Compression::Declined,
            _ => Compression::Agreed,
        })
    }
}

const PLAIN: Offer = Offer {
    client_no_context_takeover: false,
    client_max_window_bits: false,
    ..Offer::USUAL
};

const TWELVE: Offer = Offer {
    server_max_window_bits: Some(12),
    ..PLAIN
};

const TEN: Offer = Offer {
    server_max_window_bits: Some(10),
    ..PLAIN
};

const CLIENT_WINDOW: Offer = Offer {
    client_max_window_bits: true,
    ..PLAIN
};

const INVALID: [&str; 18] = [
    "permessage-deflate; window_bits=10",
    "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
    "permessage-deflate; client_max_window_bits; client_max_window_bits=10",
    "permessage-deflate; server_max_window_bits=10; server_max_window_bits=10",
    "permessage-deflate; server_max_window_bits=7",
    "permessage-deflate; server_max_window_bits=16",
    "permessage-deflate; server_max_window_bits=010",
    "permessage-deflate; server_max_window_bits=\"\"",
    "permessage-deflate; server_max_window_bits",
    "permessage-deflate; client_max_window_bits=7",
    "permessage-deflate; client_max_window_bits=16",
    "permessage-deflate; client_max_window_bits=09",
    "permessage-deflate; client_max_window_bits=1000000000000000000000000000015",
    "permessage-deflate; server_no_context_takeover=1",
    "permessage-deflate; client_no_context_takeover=true",
    "permessage-deflate2",
    "x-webkit-deflate-frame",
    "Permessage-Deflate",
];

const VALID: [(&str, Offer); 9] = [
    ("permessage-deflate", PLAIN),
    ("permessage-deflate; client_no_context_takeover", PLAIN),
    ("permessage-deflate; client_max_window_bits", CLIENT_WINDOW),
    (
        "permessage-deflate; client_max_window_bits=9",
        CLIENT_WINDOW,
    ),
    ("permessage-deflate; server_max_window_bits=10", TEN),
    ("permessage-deflate; server_max_window_bits=\"10\"", TEN),
    ("permessage-deflate ; server_max_window_bits=10", TEN),
    ("permessage-deflate;server_max_window_bits=10", TEN),
    ("unknown; mode=\"a\", permessage-deflate", PLAIN),
];

const MESSAGE: &str = "compressed, or not";

const TIME: Duration = Duration::from_secs(10);
