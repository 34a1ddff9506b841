//! permessage-deflate (RFC 7692), where a driver has it.

use crate::{Assembly, Output};
use dunlin_proto::output::Full;
use dunlin_proto::websocket::{
    DeflateAgreement, DeflatePolicy, Extension, NoExtension, Opcode, write_frame,
};

/// The compression of one connection's messages.
///
/// A driver gives each connection one. With [`NoCompression`], which is the
/// default, no code of the extension is part of the program. With another it
/// takes the feature `compression`, without which every offer is declined.
pub trait Compression {
    /// What the decoder of frames has to know of it.
    type Extension: Extension;

    /// What may be agreed to with clients; `None` to decline all offers.
    fn policy(&self) -> Option<DeflatePolicy>;

    /// Takes note of what was agreed to, or that nothing was, before the first
    /// message.
    fn begin(&mut self, agreement: Option<&DeflateAgreement>) -> Self::Extension;

    /// Inflates from the front of `input`, which is the next piece of a
    /// message, taking off what it used, and appends to `assembly` at most
    /// `most` octets. `last` tells that no input of this message comes after.
    ///
    /// # Errors
    ///
    /// [`InflateError`]; then nothing more is inflated on this connection. What
    /// was inflated before the octet that is wrong has been appended.
    fn inflate<S: Assembly>(
        &mut self,
        input: &mut &[u8],
        last: bool,
        assembly: &mut S,
        most: usize,
    ) -> Result<Inflated, InflateError>;

    /// Gives back what it holds: no message comes or goes any more.
    fn end(&mut self);

    /// What compresses messages to be sent; `None` where nothing was agreed to.
    fn deflater(&mut self) -> Option<&mut dyn Deflater>;
}

/// How far a step of inflating came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inflated {
    /// All of the input is used, and all it holds is put out.
    Done,
    /// As much was put out as was allowed, and there is more: call again with
    /// the rest.
    More,
}

/// Why a message cannot be inflated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InflateError {
    /// It is not DEFLATE data, or refers to more than was agreed to.
    Corrupt,
    /// The assembly buffer has no room.
    Full,
}

/// Compresses what is sent on one connection.
pub trait Deflater {
    /// Sends a message, text or binary by its opcode, compressed and all or
    /// nothing; `false`, with nothing sent, where it is better sent as it is.
    ///
    /// # Errors
    ///
    /// [`Full`] when it does not fit now; nothing was sent.
    fn send(
        &mut self,
        opcode: Opcode,
        payload: &[u8],
        output: &mut dyn Output,
    ) -> Result<bool, Full>;
}

/// No compression: every offer is declined.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NoCompression;

impl Compression for NoCompression {
    type Extension = NoExtension;

    fn policy(&self) -> Option<DeflatePolicy> {
        None
    }

    fn begin(&mut self, _: Option<&DeflateAgreement>) -> NoExtension {
        NoExtension
    }

    fn inflate<S: Assembly>(
        &mut self,
        _: &mut &[u8],
        _: bool,
        _: &mut S,
        _: usize,
    ) -> Result<Inflated, InflateError> {
        Err(InflateError::Corrupt)
    }

    fn end(&mut self) {}

    fn deflater(&mut self) -> Option<&mut dyn Deflater> {
        None
    }
}

/// What compresses a handler's messages. Without the feature there can be none,
/// and the compiler knows it.
#[cfg(feature = "compression")]
pub(crate) type Deflating<'w> = Option<&'w mut dyn Deflater>;

#[cfg(not(feature = "compression"))]
pub(crate) type Deflating<'w> = Option<core::convert::Infallible>;

#[cfg(feature = "compression")]
pub(crate) fn deflating(compression: &mut impl Compression) -> Deflating<'_> {
    compression.deflater()
}

#[cfg(not(feature = "compression"))]
pub(crate) const fn deflating(_: &mut impl Compression) -> Deflating<'_> {
    None
}

/// Sends a frame that is not part of a longer message, compressed where that is
/// worth it.
#[cfg(feature = "compression")]
pub(crate) fn send_frame(
    output: &mut dyn Output,
    deflating: &mut Deflating<'_>,
    opcode: Opcode,
    payload: &[u8],
) -> Result<(), Full> {
    if let Some(deflater) = deflating
        && !opcode.is_control()
        && deflater.send(opcode, payload, output)?
    {
        return Ok(());
    }
    write_frame(output, opcode, true, payload)
}

#[cfg(not(feature = "compression"))]
pub(crate) fn send_frame(
    output: &mut dyn Output,
    _: &mut Deflating<'_>,
    opcode: Opcode,
    payload: &[u8],
) -> Result<(), Full> {
    write_frame(output, opcode, true, payload)
}
