//! Where incomplete heads, bodies and messages are put together.

use dunlin_proto::output::Full;

/// A buffer of one connection for what arrived in pieces: a request head, a
/// body, or a message on a route that takes whole messages.
///
/// What arrives in one piece never passes through it. On a device it is an
/// array whose size the application chose; on Linux it owns memory only while
/// it holds something.
pub trait Assembly {
    /// The octets put in so far.
    fn as_slice(&self) -> &[u8];

    /// Puts all of `octets` behind what is there.
    ///
    /// # Errors
    ///
    /// [`Full`] when they do not fit; then none was put in.
    fn append(&mut self, octets: &[u8]) -> Result<(), Full>;

    /// Keeps the first `length` octets.
    fn truncate(&mut self, length: usize);

    /// Forgets everything and gives back memory.
    fn clear(&mut self) {
        self.truncate(0);
    }

    /// Octets put in so far.
    fn len(&self) -> usize {
        self.as_slice().len()
    }

    /// True when nothing is in it.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// An assembly buffer of `N` octets in place.
#[derive(Debug, Clone)]
// The length comes first, so that it lies near to what is before the octets.
#[repr(C)]
pub struct ArrayAssembly<const N: usize> {
    length: usize,
    octets: [u8; N],
}

impl<const N: usize> ArrayAssembly<N> {
    /// An empty buffer.
    pub const fn new() -> Self {
        Self {
            octets: [0; N],
            length: 0,
        }
    }
}

impl<const N: usize> Default for ArrayAssembly<N> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const N: usize> Assembly for ArrayAssembly<N> {
    fn as_slice(&self) -> &[u8] {
        let length = self.length.min(N);
        self.octets.split_at(length).0
    }

    #[cfg_attr(target_pointer_width = "32", inline(never))]
    fn append(&mut self, octets: &[u8]) -> Result<(), Full> {
        // Not saturating, so that the compiler sees that the lengths are the same.
        let end = self.length.wrapping_add(octets.len());
        self.octets
            .get_mut(self.length..end)
            .ok_or(Full)?
            .copy_from_slice(octets);
        self.length = end;
        Ok(())
    }

    fn truncate(&mut self, length: usize) {
        self.length = self.length.min(length);
    }

    fn len(&self) -> usize {
        self.length
    }
}
