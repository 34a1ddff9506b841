//! A storage of a fixed number of files in memory, for a device.

use crate::name::LONGEST;
use crate::{Name, Problem, Storage, content_type};
use core::cell::RefCell;
use core::fmt::Write;
use core::ops::Range;
use dunlin::{AnswerError, Representation, RequestHead, Response, Status};
use heapless::{String, Vec};

/// `FILES` slots of `SIZE` octets each. Without power they are empty.
///
/// A file that takes the place of another needs a slot of its own until it is
/// complete.
pub struct Slots<const FILES: usize, const SIZE: usize> {
    slots: [RefCell<Slot<SIZE>>; FILES],
}

/// A file, or what there is of it.
struct Slot<const SIZE: usize> {
    state: State,
    /// Counts the files that were in the slot.
    generation: u32,
    name: String<LONGEST>,
    octets: Vec<u8, SIZE>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Free,
    Arriving,
    Complete,
}

/// A file in a slot that is being read.
pub struct Reading {
    slot: usize,
    generation: u32,
    rest: Range<usize>,
}

impl<const FILES: usize, const SIZE: usize> Slots<FILES, SIZE> {
    /// No files.
    pub const fn new() -> Self {
        Self {
            slots: [const { RefCell::new(Slot::new()) }; FILES],
        }
    }

    fn find(&self, name: &str) -> Option<usize> {
        self.slots.iter().position(|slot| {
            let slot = slot.borrow();
            slot.state == State::Complete && slot.name == name
        })
    }

    fn slot(&self, index: usize) -> Result<&RefCell<Slot<SIZE>>, Problem> {
        self.slots.get(index).ok_or(Problem::Failed)
    }
}

impl<const FILES: usize, const SIZE: usize> Default for Slots<FILES, SIZE> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const SIZE: usize> Slot<SIZE> {
    const fn new() -> Self {
        Self {
            state: State::Free,
            generation: 0,
            name: String::new(),
            octets: Vec::new(),
        }
    }

    fn clear(&mut self) {
        self.state = State::Free;
        self.generation = self.generation.wrapping_add(1);
        self.name.clear();
        self.octets.clear();
    }
}

impl<const FILES: usize, const SIZE: usize> Storage for Slots<FILES, SIZE> {
    /// The slot.
    type Upload = usize;
    type Download = Reading;

    fn each(&self, visit: &mut dyn FnMut(&str, u64)) -> Result<(), Problem> {
        for slot in &self.slots {
            let slot = slot.borrow();
            if slot.state == State::Complete {
                visit(&slot.name, slot.octets.len() as u64);
            }
        }
        Ok(())
    }

    fn create(&self, name: &Name) -> Result<usize, Problem> {
        let mut slots = self.slots.iter();
        let free = slots.position(|slot| slot.borrow().state == State::Free);
        let free = free.ok_or(Problem::Full)?;
        let mut slot = self.slot(free)?.borrow_mut();
        slot.name = String::try_from(&**name).map_err(|_| Problem::WrongName)?;
        slot.state = State::Arriving;
        Ok(free)
    }

    fn write(&self, upload: &mut usize, octets: &[u8]) -> Result<(), Problem> {
        let mut slot = self.slot(*upload)?.borrow_mut();
        let written = slot.octets.extend_from_slice(octets);
        written.map_err(|_| Problem::TooLarge)
    }

    fn commit(&self, upload: usize) -> Result<bool, Problem> {
        let mut slot = self.slot(upload)?.borrow_mut();
        let mut is_new = true;
        for (index, other) in self.slots.iter().enumerate() {
            if index == upload {
                continue;
            }
            let mut other = other.borrow_mut();
            if other.state == State::Complete && other.name == slot.name {
                other.clear();
                is_new = false;
            }
        }
        slot.state = State::Complete;
        Ok(is_new)
    }

    fn discard(&self, upload: usize) {
        if let Ok(slot) = self.slot(upload) {
            slot.borrow_mut().clear();
        }
    }

    fn open(
        &self,
        name: &Name,
        head: &RequestHead<'_>,
        response: Response<'_>,
        opened: &mut Option<Reading>,
    ) -> Result<(), AnswerError> {
        let found = self
            .find(name)
            .and_then(|index| Some((index, self.slots.get(index)?)));
        let Some((index, slot)) = found else {
            let response = response.status(Status::NOT_FOUND);
            return response.text(Problem::NotFound.reason());
        };
        let slot = slot.borrow();
        let mut tag = String::<40>::new();
        // There is room for every number.
        let _ = write!(tag, "\"{index}-{}\"", slot.generation);
        let representation = Representation {
            length: slot.octets.len() as u64,
            content_type: Some(content_type(name)),
            entity_tag: Some(&tag),
            cache_control: Some("no-cache"),
            ..Representation::default()
        };
        representation.respond(head, response, |response, part| {
            let rest = part.start as usize..part.end as usize;
            let length = rest.len();
            *opened = Some(Reading {
                slot: index,
                generation: slot.generation,
                rest,
            });
            response.pulled(Some(length))
        })
    }

    fn read(
        &self,
        download: &mut Reading,
        room: usize,
        send: &mut dyn FnMut(&[u8]),
    ) -> Result<(), Problem> {
        let slot = self.slot(download.slot)?.borrow();
        if slot.generation != download.generation {
            return Err(Problem::NotFound);
        }
        let rest = slot.octets.get(download.rest.clone());
        let rest = rest.ok_or(Problem::Failed)?;
        let (now, _) = rest.split_at(room.min(rest.len()));
        send(now);
        download.rest.start += now.len();
        Ok(())
    }

    fn remove(&self, name: &Name) -> Result<(), Problem> {
        let index = self.find(name).ok_or(Problem::NotFound)?;
        self.slot(index)?.borrow_mut().clear();
        Ok(())
    }
}
