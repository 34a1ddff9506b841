//! Plain decoders to compare with: they have all octets at once and no limits
//! on time or memory.

pub(crate) mod body;
pub(crate) mod frames;
