//! Assembly buffers that own memory only while they hold something.

use dunlin::{Assembly, Full};

/// A growing buffer; its bounds are those of [`dunlin::Limits`].
#[derive(Debug, Default)]
#[expect(
    clippy::box_collection,
    reason = "an idle connection pays for one pointer, not for three words"
)]
pub(crate) struct GrowingAssembly(Option<Box<Vec<u8>>>);

impl Assembly for GrowingAssembly {
    fn as_slice(&self) -> &[u8] {
        self.0.as_deref().map_or(&[], Vec::as_slice)
    }

    fn append(&mut self, octets: &[u8]) -> Result<(), Full> {
        self.0.get_or_insert_default().extend_from_slice(octets);
        Ok(())
    }

    fn truncate(&mut self, length: usize) {
        if length == 0 {
            self.0 = None;
        } else if let Some(octets) = &mut self.0 {
            octets.truncate(length);
        }
    }
}
