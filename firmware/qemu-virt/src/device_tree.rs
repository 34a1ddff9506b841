//! The device tree that QEMU leaves in its DRAM, outside the board's memory, for
//! what QEMU was given with `-append`: Devicetree Specification 0.4, chapter 5.

use crate::register::Register;
use heapless::Vec;

/// What QEMU was given with `-append`; nothing without it. `tree` is the address
/// of the device tree: the second argument of a program's entry.
///
/// # Errors
///
/// Its length, if it has more octets than `N`.
pub fn command_line<const N: usize>(tree: usize) -> Result<Vec<u8, N>, usize> {
    let Some(place) = find(tree, b"bootargs") else {
        return Ok(Vec::new());
    };
    // A zero is behind the text.
    let length = place.length.saturating_sub(1);
    if length > N {
        return Err(length);
    }
    Ok((0..length).map(|at| octet(place.start + at)).collect())
}

/// The value of a property.
struct Place {
    start: usize,
    length: usize,
}

/// The first property with a name.
fn find(tree: usize, name: &[u8]) -> Option<Place> {
    if word(tree) != MAGIC {
        return None;
    }
    let names = tree + word(tree + NAMES) as usize;
    let mut at = tree + word(tree + STRUCTURE) as usize;
    loop {
        let token = word(at);
        at += 4;
        match token {
            BEGIN_NODE => at += aligned(text_length(at) + 1),
            PROPERTY => {
                let length = word(at) as usize;
                let start = at + 8;
                if is_text(names + word(at + 4) as usize, name) {
                    return Some(Place { start, length });
                }
                at = start + aligned(length);
            }
            END_NODE | NOTHING => {}
            _ => return None,
        }
    }
}

/// Whether a text, with a zero behind it, is at an address.
fn is_text(address: usize, text: &[u8]) -> bool {
    text_length(address) == text.len() && (address..).zip(text).all(|(at, b)| octet(at) == *b)
}

/// Octets before the next zero.
fn text_length(address: usize) -> usize {
    (address..).take_while(|at| octet(*at) != 0).count()
}

fn aligned(length: usize) -> usize {
    length.next_multiple_of(4)
}

fn word(address: usize) -> u32 {
    u32::from_be_bytes(core::array::from_fn(|at| octet(address + at)))
}

fn octet(address: usize) -> u8 {
    // SAFETY: the board's DRAM can be read everywhere, and reading changes nothing.
    unsafe { Register::<u8>::at(address) }.read()
}

const MAGIC: u32 = 0xd00d_feed;

/// Where the header tells where the tree is, and where the names of properties.
const STRUCTURE: usize = 8;
const NAMES: usize = 12;

const BEGIN_NODE: u32 = 1;
const END_NODE: u32 = 2;
const PROPERTY: u32 = 3;
const NOTHING: u32 = 4;
