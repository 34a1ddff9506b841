//! Names of connections.

use crate::Topic;

/// Names one connection for as long as the server runs.
///
/// A slot of the connection table and its generation: a slot used again has
/// another generation, so an id kept beyond its connection's end names nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConnectionId {
    pub(crate) slot: u32,
    pub(crate) generation: u32,
}

impl ConnectionId {
    /// Names no connection: a job for it is for every open WebSocket.
    pub(crate) const EVERY: Self = Self {
        slot: u32::MAX,
        generation: u32::MAX,
    };

    /// Names no connection: a job for it is for those that subscribe to a topic.
    pub(crate) const fn of_topic(topic: Topic) -> Self {
        Self {
            slot: u32::MAX,
            generation: topic.number() as u32,
        }
    }

    /// True for what [`Hub::broadcast`](crate::Hub::broadcast) posts jobs to,
    /// which is no connection's id.
    pub const fn is_every(self) -> bool {
        self.slot == u32::MAX && self.generation == u32::MAX
    }

    /// The topic, for what [`Hub::publish`](crate::Hub::publish) posts jobs to,
    /// which is no connection's id.
    pub const fn topic(self) -> Option<Topic> {
        if self.slot == u32::MAX && self.generation <= u16::MAX as u32 {
            Some(Topic::new(self.generation as u16))
        } else {
            None
        }
    }

    /// The slot, counted from 0; slots are used again.
    pub const fn slot(self) -> u32 {
        self.slot
    }

    /// The id as a number, to be kept where only a number can be.
    pub const fn to_bits(self) -> u64 {
        (self.generation as u64) << 32 | self.slot as u64
    }

    /// The id with this number. It names a connection only if the number came
    /// from [`ConnectionId::to_bits`] and the connection still lives.
    pub const fn from_bits(bits: u64) -> Self {
        Self {
            slot: bits as u32,
            generation: (bits >> 32) as u32,
        }
    }
}

impl core::fmt::Display for ConnectionId {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(formatter, "#{}.{}", self.slot, self.generation)
    }
}

#[cfg(test)]
mod tests {
    use super::ConnectionId;
    use crate::Topic;

    #[test]
    fn what_stands_for_many_is_neither_taken_for_another_nor_for_a_connection() {
        assert!(ConnectionId::EVERY.is_every());
        assert_eq!(ConnectionId::EVERY.topic(), None);
        for number in [0, 1, u16::MAX] {
            let id = ConnectionId::of_topic(Topic::new(number));
            assert!(!id.is_every());
            assert_eq!(id.topic(), Some(Topic::new(number)));
        }
        let connection = ConnectionId::from_bits(3 << 32 | 7);
        assert!(!connection.is_every() && connection.topic().is_none());
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for ConnectionId {
    fn format(&self, formatter: defmt::Formatter<'_>) {
        defmt::write!(formatter, "#{=u32}.{=u32}", self.slot, self.generation);
    }
}
