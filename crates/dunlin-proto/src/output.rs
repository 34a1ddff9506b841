//! Where encoded bytes go.

use core::any::Any;

/// Bytes on their way to the peer, bounded and all-or-nothing.
///
/// A driver implements it over what it has: a socket's transmit ring on a
/// device, the event loop's shared buffer on Linux. Encoders and handlers see
/// only this.
pub trait Output {
    /// How many bytes [`Output::write`] would take now.
    fn room(&self) -> usize;

    /// True when nothing written earlier still waits for the peer to take it.
    fn is_drained(&self) -> bool;

    /// Appends all of `parts`, in order.
    ///
    /// # Errors
    ///
    /// [`Full`] when they do not fit; then none of them was appended.
    fn write(&mut self, parts: &[&[u8]]) -> Result<(), Full>;

    /// Takes a body that the driver sends by itself behind what is written, where
    /// it knows this type of bodies: true if it has taken it out of `body`.
    fn take_body(&mut self, body: &mut dyn Any) -> bool {
        let _ = body;
        false
    }
}

/// The peer has not taken enough of what was sent before: nothing was written.
///
/// Try again when the `writable` hook is called, or drop the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Full;

impl core::fmt::Display for Full {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.write_str("the output has no room for this now")
    }
}

impl core::error::Error for Full {}
