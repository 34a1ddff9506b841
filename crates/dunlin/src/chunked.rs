//! Answering chunk by chunk.

use crate::response::{Exchange, Outcome};
use crate::{AnswerError, Output};
use dunlin_proto::http::{BodyLength, write_chunk, write_last_chunk};
use dunlin_proto::output::Full;

/// A body that is sent chunk by chunk; end it with [`ChunkedBody::finish`].
///
/// A body that is not finished is cut off with its connection, so that the
/// client notices.
#[must_use = "an unfinished body is cut off"]
pub struct ChunkedBody<'r> {
    pub(crate) output: &'r mut dyn Output,
    pub(crate) exchange: &'r mut Exchange,
    pub(crate) length: BodyLength,
}

impl ChunkedBody<'_> {
    /// Sends a chunk.
    ///
    /// # Errors
    ///
    /// [`Full`] when it does not fit now; then nothing of it was sent.
    pub fn send(&mut self, data: &[u8]) -> Result<(), Full> {
        match self.length {
            _ if self.exchange.head_only => Ok(()),
            BodyLength::None => Ok(()),
            BodyLength::Chunked => write_chunk(data, self.output),
            _ => self.output.write(&[data]),
        }
    }

    /// Ends the body.
    ///
    /// # Errors
    ///
    /// [`Full`] when not even the end fits.
    pub fn finish(self) -> Result<(), AnswerError> {
        if self.length == BodyLength::Chunked && !self.exchange.head_only {
            write_last_chunk(self.output)?;
        }
        self.exchange.outcome = Outcome::Sent;
        Ok(())
    }
}
