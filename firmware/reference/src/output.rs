//! What waits to be sent, in an array.

use dunlin::{Full, Output};

/// Octets until they are sent. Room comes back when all are, so that nothing is
/// ever moved.
pub struct ArrayOutput<const N: usize> {
    start: usize,
    end: usize,
    octets: [u8; N],
}

impl<const N: usize> ArrayOutput<N> {
    /// Nothing to be sent.
    pub const fn new() -> Self {
        Self {
            start: 0,
            end: 0,
            octets: [0; N],
        }
    }

    /// What is to be sent.
    pub fn as_slice(&self) -> &[u8] {
        self.octets.get(self.start..self.end).unwrap_or_default()
    }

    /// Forgets the first octets, which were sent.
    pub fn drop_front(&mut self, count: usize) {
        self.start += count;
        if self.start >= self.end {
            self.clear();
        }
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.start = 0;
        self.end = 0;
    }
}

impl<const N: usize> Default for ArrayOutput<N> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const N: usize> Output for ArrayOutput<N> {
    fn room(&self) -> usize {
        N - self.end.min(N)
    }

    fn is_drained(&self) -> bool {
        self.end == 0
    }

    fn write(&mut self, parts: &[&[u8]]) -> Result<(), Full> {
        let mut start = self.end;
        for part in parts {
            let end = start + part.len();
            self.octets
                .get_mut(start..end)
                .ok_or(Full)?
                .copy_from_slice(part);
            start = end;
        }
        self.end = start;
        Ok(())
    }
}
