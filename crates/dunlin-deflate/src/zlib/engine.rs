//! What all connections of an event loop share.

use super::connection::{ConnectionDeflate, give_back};
use super::deflater::MessageDeflater;
use super::inflater::Inflater;
use dunlin::Full;
use dunlin::proto::websocket::DeflatePolicy;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// How messages are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeflateConfig {
    /// How hard to try, 1 to 9: more costs time and gains octets. Default: 1,
    /// which for short messages takes a third of the time of 3 and half as many
    /// octets more.
    pub level: u8,
    /// Messages of fewer octets are sent as they are. Default: 1,024.
    pub threshold: usize,
    /// Keep what was sent to a client as the context of its next message. The
    /// messages of a connection become shorter the more they are alike, and each
    /// connection owns a compressor: some 270 KiB. Default: false, one
    /// compressor for all.
    pub server_context: bool,
    /// Let the client do the same. Each connection owns a decompressor and
    /// two windows more: some 110 KiB. Default: false; a decompressor is lent
    /// to a connection while a message comes in.
    pub client_context: bool,
    /// The base-2 logarithm of the window messages are compressed with: 9 to 15.
    /// A smaller one takes less memory. Default: 15.
    pub server_window_bits: u8,
    /// The base-2 logarithm of the largest window a client may compress with: 8
    /// to 15. Below 15, only clients that let the server choose compress.
    /// Default: 15.
    pub client_window_bits: u8,
}

impl Default for DeflateConfig {
    fn default() -> Self {
        Self {
            level: 1,
            threshold: 1024,
            server_context: false,
            client_context: false,
            server_window_bits: LARGEST,
            client_window_bits: LARGEST,
        }
    }
}

impl DeflateConfig {
    /// The same with every number within its range.
    fn within_ranges(self) -> Self {
        Self {
            level: self.level.clamp(1, 9),
            server_window_bits: self.server_window_bits.clamp(SMALLEST, LARGEST),
            client_window_bits: self.client_window_bits.clamp(SMALLEST - 1, LARGEST),
            ..self
        }
    }

    pub(super) const fn policy(&self) -> DeflatePolicy {
        DeflatePolicy {
            server_context: self.server_context,
            client_context: self.client_context,
            server_window_bits: self.server_window_bits,
            client_window_bits: self.client_window_bits,
            least_server_window_bits: SMALLEST,
        }
    }
}

/// Compresses and decompresses for all connections of an event loop, on whose
/// thread it stays.
#[derive(Clone)]
pub struct Engine {
    pub(super) config: Option<DeflateConfig>,
    pub(super) shared: Rc<RefCell<Shared>>,
}

impl Engine {
    /// An engine, or one that declines every offer. Numbers out of their ranges
    /// are taken as the nearest one within.
    pub fn new(config: Option<DeflateConfig>) -> Self {
        Self {
            config: config.map(DeflateConfig::within_ranges),
            shared: Rc::default(),
        }
    }

    /// Says that what is sent from now on, by whichever connection, is the message
    /// of this number, until that is told to be over with `None`. One that refers
    /// to nothing before it is deflated once for each window, and every connection
    /// is sent the same octets. Numbers are used again behind
    /// [`Engine::forget_shared`] only.
    pub fn share(&self, number: Option<usize>) {
        if self.config.is_some() {
            self.shared.borrow_mut().published.number = number;
        }
    }

    /// Forgets the messages that were shared.
    pub fn forget_shared(&self) {
        if self.config.is_some() {
            self.shared.borrow_mut().published = Published::default();
        }
    }

    /// How many messages were deflated for connections that keep no context.
    pub fn deflated(&self) -> u64 {
        self.shared.borrow().count
    }

    /// The compression of a new connection.
    pub fn connection(&self) -> ConnectionDeflate {
        ConnectionDeflate::new(self.clone())
    }
}

/// Compressors and buffers that go from connection to connection.
#[derive(Default)]
pub(super) struct Shared {
    /// For messages that refer to nothing before them, by window.
    deflaters: [Option<MessageDeflater>; WINDOWS],
    /// Waiting for the next message.
    inflaters: Vec<Inflater>,
    /// What a message is deflated to.
    pub(super) deflated: Vec<u8>,
    /// What a step inflates to.
    pub(super) inflated: Vec<u8>,
    /// What several connections are sent.
    published: Published,
    /// Messages that were deflated.
    count: u64,
}

/// Messages for several connections, deflated.
#[derive(Default)]
struct Published {
    /// The message that is being sent.
    number: Option<usize>,
    /// What became of each, by number and window; `None` where it is better sent as
    /// it is.
    deflated: HashMap<(usize, u8), Option<Vec<u8>>>,
}

impl Shared {
    /// Deflates a message that refers to nothing before it, and gives `send` the
    /// octets, where there are fewer of them than before; returns whether it did.
    pub(super) fn send_deflated(
        &mut self,
        message: &[u8],
        level: u8,
        bits: u8,
        send: impl FnOnce(&[u8]) -> Result<(), Full>,
    ) -> Result<bool, Full> {
        let key = self.published.number.map(|number| (number, bits));
        if let Some(known) = key.and_then(|key| self.published.deflated.get(&key)) {
            return known
                .as_deref()
                .map_or(Ok(false), |known| send(known).map(|()| true));
        }
        self.count += 1;
        let index = usize::from(bits.saturating_sub(SMALLEST)).min(WINDOWS - 1);
        let deflater =
            self.deflaters[index].get_or_insert_with(|| MessageDeflater::new(level, bits));
        let deflated = &mut self.deflated;
        let is_shorter = deflater.deflate(message, deflated) && deflated.len() < message.len();
        deflater.reset();
        let sent = if is_shorter { send(deflated) } else { Ok(()) };
        if let Some(key) = key {
            let deflated = is_shorter.then(|| deflated.clone());
            self.published.deflated.insert(key, deflated);
        }
        give_back(deflated);
        sent.map(|()| is_shorter)
    }

    /// A decompressor for one message.
    pub(super) fn lend_inflater(&mut self) -> Inflater {
        self.inflaters.pop().unwrap_or_else(|| Inflater::new(None))
    }

    /// Takes a decompressor back behind its message; a few are kept.
    pub(super) fn take_back(&mut self, inflater: Inflater) {
        if self.inflaters.len() < KEPT_INFLATERS {
            self.inflaters.push(inflater);
        }
    }
}

/// The smallest window that zlib compresses with; as a base-2 logarithm.
const SMALLEST: u8 = 9;

/// The largest window of DEFLATE.
const LARGEST: u8 = 15;

const WINDOWS: usize = (LARGEST - SMALLEST + 1) as usize;

/// Decompressors that wait for the next message; each takes some 40 KiB.
const KEPT_INFLATERS: usize = 16;
