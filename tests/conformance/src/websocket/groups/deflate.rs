//! Groups 12 and 13: round trips of compressed messages.

use crate::websocket::client::Client;
use crate::websocket::corpus::{Corpus, LENGTH};
use crate::websocket::event::Event;
use crate::websocket::frame::{BINARY, TEXT, fragments, octets_of};
use crate::websocket::inflate::{Deflater, Inflater};
use crate::websocket::link::Link;
use crate::websocket::negotiation::{Agreement, Offer, agreed, offered};
use std::time::{Duration, Instant};

/// Round trips of messages of one length, over one connection.
#[derive(Debug, Clone)]
pub struct RoundTrips {
    /// Its number in the table of behaviours.
    pub group: &'static str,
    /// The behaviour.
    pub name: String,
    offers: &'static [Offer],
    corpus: Corpus,
    length: usize,
    /// Octets of a frame; `None` for messages in one frame.
    frame: Option<usize>,
    /// For a thousand of them.
    time: Duration,
}

/// What came of offering an extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    /// It was agreed on.
    Agreed,
    /// The server declined all that was offered.
    Declined,
}

/// The 216 cases of the table.
pub fn round_trips() -> Vec<RoundTrips> {
    let by_corpus = GROUPS_OF_DATA.into_iter().zip(Corpus::ALL);
    let by_corpus = by_corpus.map(|(group, corpus)| (group, "", &USUAL[..], corpus));
    let by_offer = OFFERS
        .iter()
        .map(|(group, words, offers)| (*group, *words, *offers, Corpus::Json));
    let series = by_corpus.chain(by_offer);
    series
        .flat_map(|(group, words, offers, corpus)| {
            MESSAGES.map(|(length, frame, seconds)| {
                let frames = frame.map(|size| format!(" in frames of {size}"));
                let frames = frames.unwrap_or_default();
                let (name, kind) = (corpus.name(), kind(corpus));
                RoundTrips {
                    group,
                    name: format!(
                        "{name} in compressed {kind} of {length} octets{frames} is echoed{words}"
                    ),
                    offers,
                    corpus,
                    length,
                    frame,
                    time: Duration::from_secs(seconds),
                }
            })
        })
        .collect()
}

impl RoundTrips {
    /// How many round trips show the behaviour in little time: those of 1 MiB,
    /// at least 8 and at most 250.
    pub fn few(&self) -> usize {
        (1024 * KIB / self.length.max(1)).clamp(FEWEST, MANY)
    }

    /// Sends so many messages one by one, and awaits each echo.
    ///
    /// # Errors
    ///
    /// How the server differs from what it must show.
    pub fn run<L: Link>(&self, link: L, count: usize) -> Result<Compression, String> {
        let Some((mut client, agreement)) = open(link, self.offers)? else {
            return Ok(Compression::Declined);
        };
        let mut deflater = deflater(&agreement);
        let octets = self.corpus.octets();
        let deadline = Instant::now() + self.time;
        for number in 0..count {
            let start = number * STRIDE % (LENGTH - self.length);
            let message = &octets[start..start + self.length];
            client.write(&self.frames(&deflater.message(message)))?;
            let left = deadline.saturating_duration_since(Instant::now());
            let echo = client
                .event_within(left)
                .map_err(|error| format!("message {number}: {error}"))?;
            let expected = self.event(message);
            if echo != expected {
                return Err(format!("message {number}: {echo:?} for {expected:?}"));
            }
        }
        client.close()?;
        Ok(Compression::Agreed)
    }

    fn frames(&self, compressed: &[u8]) -> Vec<u8> {
        let opcode = if self.corpus.is_text() { TEXT } else { BINARY };
        let size = self.frame.unwrap_or(usize::MAX);
        let mut frames = fragments(opcode, compressed, size);
        if let Some(first) = frames.first_mut() {
            first.reserved = RSV1;
        }
        octets_of(&frames)
    }

    fn event(&self, message: &[u8]) -> Event {
        if self.corpus.is_text() {
            Event::text(message)
        } else {
            Event::binary(message)
        }
    }
}

/// Opens a WebSocket after the offer without parameters; `None` where the
/// server declines it.
///
/// # Errors
///
/// As [`open`].
pub fn open_plain<L: Link>(link: L) -> Result<Option<Client<L>>, String> {
    let opened = open(link, &[Offer::default()])?;
    Ok(opened.map(|(client, _)| client))
}

/// Opens a WebSocket with compression; `None` where the server declines it.
///
/// # Errors
///
/// An answer that accepts something else than what was offered.
pub fn open<L: Link>(link: L, offers: &[Offer]) -> Result<Option<(Client<L>, Agreement)>, String> {
    let (mut client, answer) = Client::open(link, Some(&offered(offers)))?;
    let Some(answer) = answer else {
        client.close()?;
        return Ok(None);
    };
    let agreement = agreed(offers, &answer)?;
    client.receiver.set_inflater(Inflater::new(
        agreement.server_max_window_bits,
        !agreement.server_no_context_takeover,
    ));
    Ok(Some((client, agreement)))
}

/// What the client compresses with under an agreement.
pub fn deflater(agreement: &Agreement) -> Deflater {
    Deflater::new(
        agreement.client_max_window_bits,
        !agreement.client_no_context_takeover,
    )
}

fn kind(corpus: Corpus) -> &'static str {
    if corpus.is_text() {
        "texts"
    } else {
        "binary messages"
    }
}

/// RSV1 in the numbers of [`Frame::reserved`](crate::websocket::frame::Frame).
pub const RSV1: u8 = 4;

/// Round trips of the longest messages: enough for contexts to be kept and for
/// windows to slide.
const FEWEST: usize = 8;

/// Round trips of short messages.
const MANY: usize = 250;

/// From where one message is taken to where the next one is, so that they
/// differ and are alike.
const STRIDE: usize = 769;

const GROUPS_OF_DATA: [&str; 5] = ["12.1", "12.2", "12.3", "12.4", "12.5"];

const USUAL: [Offer; 1] = [Offer::USUAL];

const ALONE: Offer = Offer {
    server_no_context_takeover: true,
    ..Offer::USUAL
};

const fn window(bits: u8, offer: Offer) -> Offer {
    Offer {
        server_max_window_bits: Some(bits),
        ..offer
    }
}

const OFFERS: [(&str, &str, &[Offer]); 7] = [
    ("13.1", " after the usual offer", &USUAL),
    ("13.2", " without a server's context", &[ALONE]),
    (
        "13.3",
        " with a server's window of 512",
        &[window(9, Offer::USUAL)],
    ),
    (
        "13.4",
        " with a server's window of 32,768",
        &[window(15, Offer::USUAL)],
    ),
    (
        "13.5",
        " without a server's context and with its window of 512",
        &[window(9, ALONE)],
    ),
    (
        "13.6",
        " without a server's context and with its window of 32,768",
        &[window(15, ALONE)],
    ),
    (
        "13.7",
        " after an offer with three alternatives",
        &[window(9, ALONE), ALONE, Offer::USUAL],
    ),
];

const KIB: usize = 1024;

/// The octets of a message, of a frame, and the seconds for a thousand
/// messages.
const MESSAGES: [(usize, Option<usize>, u64); 18] = [
    (16, None, 60),
    (64, None, 60),
    (256, None, 120),
    (KIB, None, 240),
    (4 * KIB, None, 480),
    (8 * KIB, None, 480),
    (16 * KIB, None, 480),
    (32 * KIB, None, 480),
    (64 * KIB, None, 480),
    (128 * KIB, None, 480),
    (8 * KIB, Some(256), 480),
    (16 * KIB, Some(256), 480),
    (32 * KIB, Some(256), 480),
    (64 * KIB, Some(256), 480),
    (128 * KIB, Some(256), 480),
    (128 * KIB, Some(KIB), 480),
    (128 * KIB, Some(4 * KIB), 480),
    (128 * KIB, Some(32 * KIB), 480),
];
