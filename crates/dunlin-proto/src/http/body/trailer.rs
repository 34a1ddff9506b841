//! The names of trailers, which are dropped (RFC 9112 section 7.1.2).

/// Compares a name with the forbidden ones as it comes in.
#[derive(Clone, Copy, Debug)]
pub(super) struct NameMatcher {
    /// Octets of the name so far; stays at the most.
    length: u8,
    /// A bit for each forbidden name that starts like this one.
    candidates: u8,
}

impl NameMatcher {
    pub(super) const fn new() -> Self {
        NameMatcher {
            length: 0,
            candidates: (1 << FORBIDDEN.len()) - 1,
        }
    }

    pub(super) fn push(&mut self, octet: u8) {
        let octet = octet.to_ascii_lowercase();
        for (index, name) in FORBIDDEN.iter().enumerate() {
            if name.get(usize::from(self.length)) != Some(&octet) {
                self.candidates &= !(1 << index);
            }
        }
        self.length = self.length.saturating_add(1);
    }

    pub(super) fn is_forbidden(self) -> bool {
        FORBIDDEN.iter().enumerate().any(|(index, name)| {
            self.candidates >> index & 1 == 1 && name.len() == usize::from(self.length)
        })
    }
}

/// Fields that would say something else about where the message ends or whom it
/// is for (RFC 9110 section 6.5.1).
const FORBIDDEN: [&[u8]; 3] = [b"content-length", b"transfer-encoding", b"host"];
