//! The buffers of a connection in memory.

use dunlin::{Assembly, Full, Output};
use std::cell::Cell;
use std::rc::Rc;

/// An assembly buffer whose only bounds are those of [`dunlin::Limits`].
#[derive(Debug, Default)]
pub(crate) struct GrowingAssembly {
    octets: Vec<u8>,
    most: Rc<Cell<usize>>,
}

impl GrowingAssembly {
    /// The most octets that it ever held, also later.
    pub(crate) fn most(&self) -> Rc<Cell<usize>> {
        Rc::clone(&self.most)
    }
}

impl Assembly for GrowingAssembly {
    fn as_slice(&self) -> &[u8] {
        &self.octets
    }

    fn append(&mut self, octets: &[u8]) -> Result<(), Full> {
        self.octets.extend_from_slice(octets);
        self.most.set(self.most.get().max(self.octets.len()));
        Ok(())
    }

    fn truncate(&mut self, length: usize) {
        self.octets.truncate(length);
    }
}

/// What was sent and waits for the client, up to a capacity.
pub(crate) struct Wire<'w> {
    pub(crate) waiting: &'w mut Vec<u8>,
    pub(crate) capacity: usize,
}

impl Output for Wire<'_> {
    fn room(&self) -> usize {
        self.capacity.saturating_sub(self.waiting.len())
    }

    fn is_drained(&self) -> bool {
        self.waiting.is_empty()
    }

    fn write(&mut self, parts: &[&[u8]]) -> Result<(), Full> {
        let length: usize = parts.iter().map(|part| part.len()).sum();
        if length > self.room() {
            return Err(Full);
        }
        parts
            .iter()
            .for_each(|part| self.waiting.extend_from_slice(part));
        Ok(())
    }
}
