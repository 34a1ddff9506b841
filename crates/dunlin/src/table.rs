//! The connection table.

use crate::ConnectionId;

/// Slots with generations: what is put in gets an id that is never used again.
///
/// The memory is the driver's: an array on a device, a growing vector on Linux.
#[derive(Debug)]
pub struct Table<S> {
    slots: S,
    /// The first free slot, or [`NO_SLOT`]; each free slot names the next.
    free: u32,
    length: usize,
}

/// The memory of a [`Table`].
pub trait Slots {
    /// What a slot holds.
    type Item;

    /// The slots there are.
    fn as_slice(&self) -> &[Slot<Self::Item>];

    /// The slots there are.
    fn as_mut_slice(&mut self) -> &mut [Slot<Self::Item>];

    /// Adds one fresh slot, if there may be more.
    fn grow(&mut self) -> bool {
        false
    }
}

impl<T, const N: usize> Slots for [Slot<T>; N] {
    type Item = T;

    fn as_slice(&self) -> &[Slot<T>] {
        self
    }

    fn as_mut_slice(&mut self) -> &mut [Slot<T>] {
        self
    }
}

impl<T> Slots for &mut [Slot<T>] {
    type Item = T;

    fn as_slice(&self) -> &[Slot<T>] {
        self
    }

    fn as_mut_slice(&mut self) -> &mut [Slot<T>] {
        self
    }
}

/// One place of a [`Table`].
///
/// An array of them is made with [`core::array::from_fn`]: from a constant, the
/// compiler would keep a copy of a whole slot in flash.
#[derive(Debug)]
// The generation comes first, so that it is not behind a large item.
#[repr(C)]
pub struct Slot<T> {
    generation: u32,
    entry: Entry<T>,
}

#[derive(Debug)]
enum Entry<T> {
    Taken(T),
    /// Free; each free slot names the next, the last one [`NO_SLOT`].
    Free(u32),
}

impl<T> Slot<T> {
    /// A slot that was never used.
    pub const fn new() -> Self {
        Self {
            generation: 0,
            entry: Entry::Free(NO_SLOT),
        }
    }

    fn next_free(&self) -> Option<u32> {
        match self.entry {
            Entry::Taken(_) => None,
            Entry::Free(next) => Some(next),
        }
    }

    fn item(&self) -> Option<&T> {
        match &self.entry {
            Entry::Taken(item) => Some(item),
            Entry::Free(_) => None,
        }
    }
}

impl<T> Entry<T> {
    fn into_item(self) -> Option<T> {
        match self {
            Entry::Taken(item) => Some(item),
            Entry::Free(_) => None,
        }
    }
}

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S: Slots> Table<S> {
    /// A table in the given memory, whose slots were never used.
    pub fn new(mut slots: S) -> Self {
        let mut free = NO_SLOT;
        let places = slots.as_mut_slice();
        for index in (0..places.len()).rev() {
            if let Some(slot) = places.get_mut(index) {
                slot.entry = Entry::Free(free);
                free = index as u32;
            }
        }
        Self {
            slots,
            free,
            length: 0,
        }
    }

    /// How many are in it.
    pub fn len(&self) -> usize {
        self.length
    }

    /// True when nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Puts in what `item` makes, which is told its id; `None` when every slot
    /// is taken.
    pub fn insert_with(
        &mut self,
        item: impl FnOnce(ConnectionId) -> S::Item,
    ) -> Option<ConnectionId> {
        if self.free == NO_SLOT && self.slots.grow() {
            self.free = u32::try_from(self.slots.as_slice().len() - 1).ok()?;
        }
        let index = self.free;
        let slot = self.slots.as_mut_slice().get_mut(index as usize)?;
        let next_free = slot.next_free()?;
        let id = ConnectionId {
            slot: index,
            generation: slot.generation,
        };
        slot.entry = Entry::Taken(item(id));
        self.free = next_free;
        self.length += 1;
        Some(id)
    }

    /// Puts an item into the slot with this number, for a driver whose sockets
    /// and slots go together; `None` when the slot is taken, used up, or not
    /// there.
    pub fn insert_at(&mut self, index: u32, item: S::Item) -> Option<ConnectionId> {
        let slots = self.slots.as_mut_slice();
        let next = slots.get(index as usize)?.next_free()?;
        if self.free == index {
            self.free = next;
        } else {
            let mut before = self.free;
            while slots.get(before as usize)?.next_free()? != index {
                before = slots.get(before as usize)?.next_free()?;
            }
            slots.get_mut(before as usize)?.entry = Entry::Free(next);
        }
        let slot = slots.get_mut(index as usize)?;
        slot.entry = Entry::Taken(item);
        self.length += 1;
        Some(ConnectionId {
            slot: index,
            generation: slot.generation,
        })
    }

    /// The id of what is in the slot with this number.
    pub fn at(&self, index: u32) -> Option<ConnectionId> {
        let slot = self.slots.as_slice().get(index as usize)?;
        slot.item()?;
        Some(ConnectionId {
            slot: index,
            generation: slot.generation,
        })
    }

    /// Takes out what the id names. A slot whose generations are used up is
    /// not used again.
    pub fn remove(&mut self, id: ConnectionId) -> Option<S::Item> {
        let mut removed = None;
        self.free_slot(id, |entry, free| {
            removed = core::mem::replace(entry, free).into_item();
        });
        removed
    }

    /// Drops what the id names where it is, which for a large item takes less
    /// than [`Table::remove`]. False when the id names nothing.
    pub fn discard(&mut self, id: ConnectionId) -> bool {
        self.free_slot(id, |entry, free| *entry = free)
    }

    fn free_slot(
        &mut self,
        id: ConnectionId,
        free: impl FnOnce(&mut Entry<S::Item>, Entry<S::Item>),
    ) -> bool {
        if self.get(id).is_none() {
            return false;
        }
        let Some(slot) = self.slots.as_mut_slice().get_mut(id.slot as usize) else {
            return false;
        };
        self.length -= 1;
        let mut next_free = NO_SLOT;
        if let Some(generation) = slot.generation.checked_add(1) {
            slot.generation = generation;
            next_free = core::mem::replace(&mut self.free, id.slot);
        }
        free(&mut slot.entry, Entry::Free(next_free));
        true
    }

    /// What the id names, if it still lives.
    pub fn get(&self, id: ConnectionId) -> Option<&S::Item> {
        let slot = self.slots.as_slice().get(id.slot as usize)?;
        if slot.generation == id.generation {
            slot.item()
        } else {
            None
        }
    }

    /// What the id names, if it still lives.
    pub fn get_mut(&mut self, id: ConnectionId) -> Option<&mut S::Item> {
        let slot = self.slots.as_mut_slice().get_mut(id.slot as usize)?;
        match &mut slot.entry {
            Entry::Taken(item) if slot.generation == id.generation => Some(item),
            _ => None,
        }
    }

    /// What the id names, if it still lives, and beside it all others.
    pub fn get_with_others(
        &mut self,
        id: ConnectionId,
    ) -> Option<(&mut S::Item, Others<'_, S::Item>)> {
        let slots = self.slots.as_mut_slice();
        let (before, rest) = slots.split_at_mut_checked(id.slot as usize)?;
        let (slot, behind) = rest.split_first_mut()?;
        match &mut slot.entry {
            Entry::Taken(item) if slot.generation == id.generation => {
                Some((item, Others { before, behind }))
            }
            _ => None,
        }
    }

    /// All there are, as [`Table::get_with_others`] gives those beside one.
    pub fn all(&self) -> Others<'_, S::Item> {
        Others {
            before: self.slots.as_slice(),
            behind: &[],
        }
    }

    /// All there are, with their ids.
    pub fn iter(&self) -> impl Iterator<Item = (ConnectionId, &S::Item)> {
        self.slots
            .as_slice()
            .iter()
            .enumerate()
            .filter_map(|(index, slot)| {
                let id = ConnectionId {
                    slot: index as u32,
                    generation: slot.generation,
                };
                slot.item().map(|item| (id, item))
            })
    }

    /// The first at or behind slot `from`: for walks that change the table.
    pub fn next_from(&self, from: u32) -> Option<ConnectionId> {
        let slots = self.slots.as_slice().get(from as usize..)?;
        let offset = slots.iter().position(|slot| slot.item().is_some())?;
        let slot = from + offset as u32;
        let generation = slots.get(offset)?.generation;
        Some(ConnectionId { slot, generation })
    }
}

/// What else a [`Table`] holds while one of it is being changed.
#[derive(Debug)]
pub struct Others<'t, T> {
    before: &'t [Slot<T>],
    behind: &'t [Slot<T>],
}

impl<T> Clone for Others<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Others<'_, T> {}

impl<'t, T> Others<'t, T> {
    /// What the id names, if it still lives and is not the one being changed.
    pub fn get(&self, id: ConnectionId) -> Option<&'t T> {
        let index = id.slot as usize;
        let slot = match index.checked_sub(self.before.len() + 1) {
            Some(index) => self.behind.get(index)?,
            None => self.before.get(index)?,
        };
        if slot.generation == id.generation {
            slot.item()
        } else {
            None
        }
    }

    /// All but the one being changed, with their ids.
    pub fn iter(&self) -> impl Iterator<Item = (ConnectionId, &'t T)> + use<'t, T> {
        let first_behind = self.before.len() as u32 + 1;
        let numbered = |slots: &'t [Slot<T>], first: u32| {
            slots.iter().zip(first..).filter_map(|(slot, number)| {
                let id = ConnectionId {
                    slot: number,
                    generation: slot.generation,
                };
                slot.item().map(|item| (id, item))
            })
        };
        numbered(self.before, 0).chain(numbered(self.behind, first_behind))
    }
}

/// The number of no slot.
const NO_SLOT: u32 = u32::MAX;

#[cfg(test)]
mod tests {
    use super::{Entry, NO_SLOT, Slot, Table};

    #[test]
    fn the_others_are_all_but_the_one_being_changed() {
        let mut table = Table::new([const { Slot::new() }; 4]);
        let ids = ['a', 'b', 'c', 'd'].map(|item| table.insert_with(|_| item).unwrap());
        assert_eq!(table.remove(ids[2]), Some('c'));
        let (item, others) = table.get_with_others(ids[1]).unwrap();
        *item = 'B';
        let found: std::vec::Vec<_> = others.iter().collect();
        assert_eq!(found, [(ids[0], &'a'), (ids[3], &'d')]);
        assert_eq!(others.get(ids[0]), Some(&'a'));
        assert_eq!(others.get(ids[1]), None);
        assert_eq!(others.get(ids[2]), None);
        assert_eq!(others.get(ids[3]), Some(&'d'));
        assert!(table.get_with_others(ids[2]).is_none());
    }

    #[test]
    fn a_stale_id_names_nothing() {
        let mut table = Table::new([const { Slot::new() }; 2]);
        let first = table.insert_with(|_| 'a').unwrap();
        let second = table.insert_with(|_| 'b').unwrap();
        assert_eq!(table.insert_with(|_| 'c'), None);
        assert_eq!(table.remove(first), Some('a'));
        assert_eq!(table.remove(first), None);
        let third = table.insert_with(|_| 'c').unwrap();
        assert_eq!(third.slot(), first.slot());
        assert_eq!(table.get(first), None);
        assert_eq!(table.get_mut(first), None);
        assert_eq!(table.remove(first), None);
        assert_eq!(table.get(third), Some(&'c'));
        assert_eq!(table.get(second), Some(&'b'));
        assert_eq!(table.len(), 2);
    }

    #[test]
    fn a_slot_with_no_generation_left_is_not_used_again() {
        let mut table = Table::new([Slot {
            generation: u32::MAX,
            entry: Entry::Free(NO_SLOT),
        }]);
        let last = table.insert_with(|_| 'a').unwrap();
        assert_eq!(table.remove(last), Some('a'));
        assert_eq!(table.insert_with(|_| 'b'), None);
    }

    #[test]
    fn a_slot_of_choice_is_taken_once() {
        let mut table = Table::new([const { Slot::new() }; 4]);
        let third = table.insert_at(2, 'c').unwrap();
        assert_eq!(table.at(2), Some(third));
        assert_eq!(table.insert_at(2, 'x'), None);
        assert_eq!(table.insert_at(4, 'x'), None);
        let first = table.insert_at(0, 'a').unwrap();
        assert!(table.discard(third));
        assert!(!table.discard(third));
        assert_eq!(table.at(2), None);
        let again = table.insert_at(2, 'd').unwrap();
        assert_ne!(again, third);
        assert_eq!(table.insert_with(|_| 'b').unwrap().slot(), 1);
        assert_eq!(table.insert_with(|_| 'e').unwrap().slot(), 3);
        assert_eq!(table.insert_with(|_| 'x'), None);
        assert_eq!(table.get(first), Some(&'a'));
        assert_eq!(table.len(), 4);
    }

    #[test]
    fn a_walk_meets_everyone_while_they_leave() {
        let mut table = Table::new([const { Slot::new() }; 5]);
        for item in 0..5 {
            table.insert_with(|_| item);
        }
        let mut met = 0;
        let mut from = 0;
        while let Some(id) = table.next_from(from) {
            assert_eq!(table.remove(id), Some(met));
            from = id.slot() + 1;
            met += 1;
        }
        assert_eq!(met, 5);
        assert!(table.is_empty());
    }
}
