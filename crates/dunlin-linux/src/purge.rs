//! Whose place is given to a new connection when all are taken.

use crate::client::Client;
use dunlin::{App, ConnectionId, Instant, Slots, Table};

/// Finds the connections that were not used for the longest time.
///
/// Looking through all of them for each new one would let whoever connects often
/// keep the others waiting. So several are noted at a time, and where there was none,
/// none is looked for until there can be.
#[derive(Debug, Default)]
pub(crate) struct LeastRecentlyUsed {
    /// Counts uses: the clock's milliseconds are too coarse to tell them apart.
    uses: u64,
    /// Connections and their last use, the earliest behind the others.
    noted: Vec<(u64, ConnectionId)>,
    /// There was none at this time, and none was idle since.
    none: Option<Instant>,
}

impl LeastRecentlyUsed {
    /// What marks a connection as used now.
    pub(crate) fn stamp(&mut self) -> u64 {
        self.uses += 1;
        self.uses
    }

    /// Something has happened to a connection.
    pub(crate) fn changed<A: App>(&mut self, client: &Client<A>) {
        if self.none.is_some() && client.connection.is_idle() && client.waiting.is_none() {
            self.none = None;
        }
    }

    /// The one that was not used for the longest time, of those that may be purged.
    pub(crate) fn next<A: App, S>(&mut self, table: &Table<S>, now: Instant) -> Option<ConnectionId>
    where
        S: Slots<Item = Client<A>>,
    {
        while let Some((used, id)) = self.noted.pop() {
            let client = table.get(id).filter(|client| client.used == used);
            if client.is_some_and(|client| client.may_be_purged(now)) {
                return Some(id);
            }
        }
        if self.none.is_some_and(|time| now < time.after(LOOK_AGAIN)) {
            return None;
        }
        let may_be_purged = table.iter().filter(|(_, client)| client.may_be_purged(now));
        self.noted
            .extend(may_be_purged.map(|(id, client)| (client.used, id)));
        if self.noted.len() > NOTED {
            self.noted.select_nth_unstable(NOTED);
            self.noted.truncate(NOTED);
        }
        self.noted.sort_unstable_by(|a, b| b.cmp(a));
        self.none = self.noted.is_empty().then_some(now);
        self.noted.pop().map(|(_, id)| id)
    }
}

/// Connections noted at a time.
const NOTED: usize = 64;

/// A peer that owes a request may be purged by its silence alone.
const LOOK_AGAIN: std::time::Duration = std::time::Duration::from_millis(100);
