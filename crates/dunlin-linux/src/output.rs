//! The way out: one buffer for what all connections send in a turn, and one
//! per connection for what the kernel did not take.

use crate::directory::FileBody;
use core::any::Any;
use dunlin::{Full, Output};

/// Gathers what one connection sends in one turn, in the event loop's buffer.
pub(crate) struct Cork<'l> {
    pub(crate) buffer: &'l mut Vec<u8>,
    /// Octets of earlier turns that still wait for this peer.
    pub(crate) waiting: usize,
    /// Octets that may wait for one peer.
    pub(crate) limit: usize,
    /// A file that is sent behind what is written.
    pub(crate) body: Option<FileBody>,
}

impl<'l> Cork<'l> {
    /// For a peer that so many octets wait for, of so many that may.
    pub(crate) fn new(buffer: &'l mut Vec<u8>, waiting: usize, limit: usize) -> Self {
        Self {
            buffer,
            waiting,
            limit,
            body: None,
        }
    }
}

impl Output for Cork<'_> {
    fn room(&self) -> usize {
        self.limit.saturating_sub(self.waiting + self.buffer.len())
    }

    fn is_drained(&self) -> bool {
        self.waiting == 0 && self.buffer.is_empty()
    }

    fn write(&mut self, parts: &[&[u8]]) -> Result<(), Full> {
        let length: usize = match parts {
            [header, payload] => header.len() + payload.len(),
            parts => parts.iter().map(|part| part.len()).sum(),
        };
        let waiting = self.waiting + self.buffer.len();
        if length > (self.limit + RESERVE).saturating_sub(waiting) {
            return Err(Full);
        }
        self.buffer.reserve(length);
        match parts {
            // The frame of a short message: its header is two octets.
            [[first, second], payload] => {
                self.buffer.extend_from_slice(&[*first, *second]);
                self.buffer.extend_from_slice(payload);
            }
            parts => parts
                .iter()
                .for_each(|part| self.buffer.extend_from_slice(part)),
        }
        Ok(())
    }

    fn take_body(&mut self, body: &mut dyn Any) -> bool {
        let body = body.downcast_mut().and_then(Option::<FileBody>::take);
        let taken = body.is_some();
        self.body = body.or(self.body.take());
        taken
    }
}

/// What a connection waits with: output for its peer, input for its turn.
#[derive(Debug, Default)]
pub(crate) struct Waiting {
    output: Vec<u8>,
    /// Octets of `output` that were sent.
    sent: usize,
    /// What is sent behind it.
    pub(crate) body: Option<FileBody>,
    /// Input that could not be used yet.
    pub(crate) input: Vec<u8>,
    /// Octets of it that were published to topics, as far as it has so many.
    pub(crate) published: usize,
    /// Octets that the kernel held for the peer when it last took any.
    pub(crate) unacknowledged: u32,
}

impl Waiting {
    /// The octets that wait for the peer.
    pub(crate) fn output(&self) -> &[u8] {
        self.output.get(self.sent..).unwrap_or_default()
    }

    /// True while anything waits for the peer.
    pub(crate) fn has_output(&self) -> bool {
        !self.output().is_empty() || self.body.is_some()
    }

    /// Puts what was gathered behind what waits; a large buffer changes hands
    /// instead of being copied.
    pub(crate) fn keep(&mut self, gathered: &mut Vec<u8>, from: usize) {
        if self.output().is_empty() && gathered.len() >= HAND_OVER {
            self.output = core::mem::take(gathered);
            self.sent = from;
            return;
        }
        if self.sent > self.output.len() / 2 {
            self.output.drain(..self.sent);
            self.sent = 0;
        }
        self.output
            .extend_from_slice(gathered.get(from..).unwrap_or_default());
    }

    /// Drops what waits for a peer that takes nothing any more. The input stays:
    /// without it what comes next would be read from the wrong place.
    pub(crate) fn drop_output(&mut self) {
        self.output = Vec::new();
        self.sent = 0;
        self.body = None;
    }

    /// Takes note of octets that were sent.
    pub(crate) fn sent(&mut self, octets: usize) {
        self.sent += octets;
        if self.sent >= self.output.len() {
            self.output = Vec::new();
            self.sent = 0;
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        !self.has_output() && self.input.is_empty()
    }
}

/// Room beyond the limit that only a close frame or an error needs.
const RESERVE: usize = 512;

/// From this size on, a buffer that could not be sent changes hands.
const HAND_OVER: usize = 64 * 1024;

#[cfg(test)]
mod tests {
    use super::{Cork, RESERVE, Waiting};
    use dunlin::{Full, Output};

    #[test]
    fn short_writes_stop_at_the_limit_and_its_reserve_too() {
        let mut buffer = Vec::new();
        let mut cork = Cork::new(&mut buffer, 600, 1000);
        let taken = (0..10_000).take_while(|_| cork.write(&[b"12345678"]) == Ok(()));
        assert_eq!(taken.count(), (1000 + RESERVE - 600) / 8);
        assert_eq!(cork.room(), 0);
    }

    #[test]
    fn what_waits_beyond_the_limit_leaves_no_room() {
        let mut buffer = Vec::new();
        let mut cork = Cork::new(&mut buffer, 5000, 1000);
        assert_eq!(cork.room(), 0);
        assert_eq!(cork.write(&[b"1"]), Err(Full));
    }

    #[test]
    fn input_outlives_output_that_nobody_takes() {
        let mut waiting = Waiting::default();
        waiting.keep(&mut b"answer".to_vec(), 2);
        waiting.input = b"request".to_vec();
        waiting.drop_output();
        assert_eq!(waiting.output(), b"");
        assert_eq!(waiting.input, b"request");
    }
}
