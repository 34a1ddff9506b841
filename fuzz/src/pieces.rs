//! Cutting octets into pieces.

use arbitrary::{Result, Unstructured};

/// The sizes of pieces, over and over.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cut([usize; 4]);

impl Cut {
    /// One piece.
    pub(crate) const WHOLE: Self = Self([0; 4]);

    /// Pieces of one octet.
    pub(crate) const EACH: Self = Self([1; 4]);

    pub(crate) fn read(input: &mut Unstructured<'_>) -> Result<Self> {
        let sizes: [u8; 4] = input.arbitrary()?;
        Ok(Self(sizes.map(usize::from)))
    }

    /// The same with larger pieces, for octets that take long in small ones.
    pub(crate) fn coarser(self) -> Self {
        Self(self.0.map(|size| size * 64))
    }

    /// The pieces of some octets, none of them empty.
    pub(crate) fn pieces(self, octets: &[u8]) -> impl Iterator<Item = &[u8]> {
        let mut rest = octets;
        let mut sizes = self.0.into_iter().cycle();
        std::iter::from_fn(move || {
            let size = match sizes.next() {
                None | Some(0) => rest.len(),
                Some(size) => rest.len().min(size),
            };
            let (piece, behind) = rest.split_at(size);
            rest = behind;
            (!piece.is_empty()).then_some(piece)
        })
    }
}
