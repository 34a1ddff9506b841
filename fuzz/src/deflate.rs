//! permessage-deflate: what is agreed to is what was offered, messages come back
//! whole however they are cut, and no data harms.
//!
//! Settings: an octet each for the server, the route and the offers, four for the
//! cut; with some offers, a text behind its length. Behind them: what the client
//! sends, each an octet with what it needs.

mod peer;

use crate::pieces::Cut;
use crate::script::{pick, raw};
use arbitrary::{Result, Unstructured};
use dunlin::{App, Close, Compression, Limits, Message, Part, Route, WebSocket, WebSocketRoute};
use dunlin_deflate::{DeflateConfig, Engine, SmallInflater, SmallInflaters};
use dunlin_memory::Client;
use peer::{Agreed, Peer, Seen};

/// Checks one input.
pub fn check(data: &[u8]) {
    let mut input = Unstructured::new(data);
    let Ok(settings) = Settings::read(&mut input) else {
        return;
    };
    let agreed = settings.agreed();
    let mut peer = Peer::new(agreed);
    while !input.is_empty() && peer.step(&mut input).is_ok() {}
    let whole = settings.outcome(&peer.octets, Cut::WHOLE);
    whole.assert_begins_with(&peer.expected);
    let cuts = [settings.cut, Cut::EACH];
    let most = if peer.octets.len() > LONG { 1 } else { 2 };
    for cut in cuts.into_iter().take(most) {
        assert_eq!(settings.outcome(&peer.octets, cut), whole, "{cut:?}");
    }
}

struct Settings {
    server: u8,
    path: &'static str,
    offers: String,
    cut: Cut,
}

impl Settings {
    fn read(input: &mut Unstructured<'_>) -> Result<Self> {
        let [server, path, offers]: [u8; 3] = input.arbitrary()?;
        let cut = Cut::read(input)?;
        let offers = match offers {
            255 => {
                let octets = raw(input)?;
                octets
                    .iter()
                    .map(|octet| char::from(octet & 0x7f))
                    .collect()
            }
            chosen => pick(OFFERS, chosen).to_owned(),
        };
        Ok(Self {
            server,
            path: pick(&["/echo", "/parts", "/sized"], path),
            offers: offers.replace(|octet: char| octet.is_control(), " "),
            cut,
        })
    }

    /// What the handshake comes to.
    fn agreed(&self) -> Option<Agreed> {
        let response = self.outcome(&[], Cut::WHOLE).response;
        Agreed::read(&response, &self.offers)
    }

    fn outcome(&self, octets: &[u8], cut: Cut) -> Outcome {
        if self.server & 1 == 0 {
            let engine = Engine::new(Some(self.config()));
            return self.run(engine.connection(), octets, cut);
        }
        let mut inflater = SmallInflater::<512>::new();
        let inflaters = SmallInflaters::<1, 512>::new();
        self.run_small(&inflaters, &mut inflater, octets, cut)
    }

    fn run_small<'p>(
        &self,
        inflaters: &'p SmallInflaters<'p, 1, 512>,
        inflater: &'p mut SmallInflater<512>,
        octets: &[u8],
        cut: Cut,
    ) -> Outcome {
        inflaters.add(inflater);
        self.run(inflaters.connection(), octets, cut)
    }

    fn run(&self, compression: impl Compression, octets: &[u8], cut: Cut) -> Outcome {
        let mut client = Client::with_compression(Echo, LIMITS, compression);
        client.send(self.handshake().as_bytes());
        let response = String::from_utf8_lossy(&client.take()).into_owned();
        for piece in cut.pieces(octets) {
            client.send(piece);
        }
        let agreed = Agreed::read(&response, &self.offers);
        Outcome {
            seen: peer::read(&client.take(), agreed),
            ended: client.is_ended(),
            response,
        }
    }

    fn handshake(&self) -> String {
        format!(
            "GET {} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
            Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
            Sec-WebSocket-Extensions: {}\r\n\r\n",
            self.path, self.offers
        )
    }

    fn config(&self) -> DeflateConfig {
        let has = |bit: u8| self.server >> bit & 1 != 0;
        DeflateConfig {
            level: if has(1) { 6 } else { 1 },
            threshold: if has(2) { 1 } else { 100 },
            server_context: has(3),
            client_context: has(4),
            server_window_bits: if has(5) { 15 } else { 9 },
            client_window_bits: if has(6) { 15 } else { 10 },
        }
    }
}

/// What a client gets.
#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    response: String,
    seen: Vec<Seen>,
    ended: bool,
}

impl Outcome {
    fn assert_begins_with(&self, expected: &[Seen]) {
        let seen = self.seen.get(..expected.len()).unwrap_or(&self.seen);
        assert_eq!(seen, expected);
    }
}

struct Echo;

impl App for Echo {
    type Session = ();

    const ROUTES: &'static [Route<Self>] = &[
        Route::websocket("/echo", WebSocketRoute::new(echo)),
        Route::websocket("/parts", WebSocketRoute::streaming(part)),
        Route::websocket("/sized", WebSocketRoute::streaming(part).parts_of(64)),
    ];
}

fn echo(
    _: &Echo,
    ws: &mut WebSocket<'_, Echo>,
    message: Message<'_>,
) -> std::result::Result<(), Close> {
    Ok(ws.send(message)?)
}

fn part(_: &Echo, ws: &mut WebSocket<'_, Echo>, part: Part<'_>) -> std::result::Result<(), Close> {
    Ok(ws.send_part(part.kind, part.data, part.last)?)
}

const OFFERS: &[&str] = &[
    "permessage-deflate",
    "permessage-deflate; client_max_window_bits",
    "permessage-deflate; client_max_window_bits=9; server_max_window_bits=10",
    "permessage-deflate; server_no_context_takeover; client_max_window_bits=\"11\"",
    "permessage-deflate; client_no_context_takeover; client_max_window_bits",
    "permessage-deflate; server_max_window_bits=8, permessage-deflate; client_max_window_bits=8",
    "permessage-deflate; unknown, x; y=1, permessage-deflate; server_max_window_bits=9",
];

/// Octets beyond which it takes too long to send each by itself.
const LONG: usize = 2048;

const LIMITS: Limits = Limits {
    message: 4096,
    ..Limits::LINUX
};
