//! UTF-8 checked as it arrives (RFC 6455 section 8.1, RFC 3629).

/// Checks a text that arrives in pieces cut anywhere, and fails at the first
/// octet that can no longer become valid UTF-8.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Utf8 {
    /// The beginning of a character whose rest has not arrived.
    pending: [u8; 3],
    pending_length: u8,
}

/// The text is not UTF-8: close with 1007.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidUtf8;

impl Utf8 {
    /// A checker at the beginning of a text.
    pub const fn new() -> Self {
        Self {
            pending: [0; 3],
            pending_length: 0,
        }
    }

    /// Takes the next piece.
    ///
    /// # Errors
    ///
    /// [`InvalidUtf8`] when no continuation can make this valid.
    pub fn push(&mut self, mut piece: &[u8]) -> Result<(), InvalidUtf8> {
        while self.pending_length > 0 {
            let Some((&next, rest)) = piece.split_first() else {
                return Ok(());
            };
            self.push_pending(next)?;
            piece = rest;
        }
        let Err(error) = check(piece) else {
            return Ok(());
        };
        match error.error_len() {
            Some(_) => Err(InvalidUtf8),
            None => {
                let begun = piece.get(error.valid_up_to()..).unwrap_or_default();
                begun.iter().try_for_each(|&octet| self.push_pending(octet))
            }
        }
    }

    /// Ends the text.
    ///
    /// # Errors
    ///
    /// [`InvalidUtf8`] when it ends inside a character.
    pub fn finish(&mut self) -> Result<(), InvalidUtf8> {
        let whole = self.pending_length == 0;
        *self = Self::new();
        if whole { Ok(()) } else { Err(InvalidUtf8) }
    }

    fn push_pending(&mut self, octet: u8) -> Result<(), InvalidUtf8> {
        let [first, second, third] = self.pending;
        let mut sequence = [first, second, third, octet];
        let begun = usize::from(self.pending_length);
        *sequence.get_mut(begun).ok_or(InvalidUtf8)? = octet;
        let sequence = sequence.get(..=begun).ok_or(InvalidUtf8)?;
        match core::str::from_utf8(sequence) {
            Ok(_) => self.pending_length = 0,
            Err(error) if error.error_len().is_some() => return Err(InvalidUtf8),
            Err(_) => {
                *self.pending.get_mut(begun).ok_or(InvalidUtf8)? = octet;
                self.pending_length += 1;
            }
        }
        Ok(())
    }
}

/// The text that `octets` are.
#[inline(always)]
pub(super) fn text(octets: &[u8]) -> Result<&str, InvalidUtf8> {
    #[cfg(feature = "simd")]
    if octets.len() >= WIDE {
        return simdutf8::basic::from_utf8(octets).or(Err(InvalidUtf8));
    }
    core::str::from_utf8(octets).or(Err(InvalidUtf8))
}

/// From this length on, wide instructions are worth their preparation.
#[cfg(feature = "simd")]
const WIDE: usize = 64;

/// Checks octets, and tells where they stop being UTF-8.
fn check(octets: &[u8]) -> Result<(), core::str::Utf8Error> {
    // The faster check does not tell where.
    if cfg!(feature = "simd") && text(octets).is_ok() {
        return Ok(());
    }
    core::str::from_utf8(octets).map(drop)
}

#[cfg(test)]
mod tests;
