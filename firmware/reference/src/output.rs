//! What waits to be sent, in an array.

use dunlin::{Full, Output};

/// Octets until they are sent.
pub struct ArrayOutput<const N: usize> {
    octets: [u8; N],
    length: usize,
}

impl<const N: usize> ArrayOutput<N> {
    /// Nothing to be sent.
    pub const fn new() -> Self {
        Self {
            octets: [0; N],
            length: 0,
        }
    }

    /// What is to be sent.
    pub fn as_slice(&self) -> &[u8] {
        self.octets.get(..self.length).unwrap_or_default()
    }

    /// Forgets the first octets, which were sent.
    pub fn drop_front(&mut self, count: usize) {
        let count = count.min(self.length);
        self.octets.copy_within(count..self.length, 0);
        self.length -= count;
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.length = 0;
    }
}

impl<const N: usize> Default for ArrayOutput<N> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const N: usize> Output for ArrayOutput<N> {
    fn room(&self) -> usize {
        N - self.length.min(N)
    }

    fn is_drained(&self) -> bool {
        self.length == 0
    }

    fn write(&mut self, parts: &[&[u8]]) -> Result<(), Full> {
        let mut length = self.length;
        for part in parts {
            let end = length.saturating_add(part.len());
            self.octets
                .get_mut(length..end)
                .ok_or(Full)?
                .copy_from_slice(part);
            length = end;
        }
        self.length = length;
        Ok(())
    }
}
