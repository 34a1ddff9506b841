//! Time as the server sees it.

use core::time::Duration;

/// A moment: milliseconds since any fixed moment the driver chose, never going
/// back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Instant(u64);

impl Instant {
    /// A moment that never comes.
    pub const NEVER: Self = Self(u64::MAX);

    /// The moment `milliseconds` after the driver's fixed one.
    pub const fn from_millis(milliseconds: u64) -> Self {
        Self(milliseconds)
    }

    /// Milliseconds since the driver's fixed moment.
    pub const fn as_millis(self) -> u64 {
        self.0
    }

    /// The moment `duration` later; sums too large never come.
    #[must_use]
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub const fn after(self, duration: Duration) -> Self {
        let seconds = duration.as_secs();
        if self.0 == Self::NEVER.0 || seconds > u32::MAX as u64 {
            return Self::NEVER;
        }
        // A product of 32 bits each; the whole duration in milliseconds would
        // be one of 128 bits.
        let milliseconds = seconds as u32 as u64 * 1000 + duration.subsec_millis() as u64;
        Self(self.0.saturating_add(milliseconds))
    }

    /// How long ago `earlier` was; nothing if it is still to come.
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }
}
