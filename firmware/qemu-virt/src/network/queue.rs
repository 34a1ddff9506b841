//! A queue that a device shares: virtio 1.2, section 2.7, as far as frames need
//! it. Each buffer has one descriptor for good, so nothing is ever chained.

use core::ptr::{self, NonNull};
use core::sync::atomic::{Ordering, fence};

/// The memory of a queue with `N` buffers. `N` is a power of two.
#[repr(C, align(16))]
pub(super) struct Memory<const N: usize> {
    descriptors: [Descriptor; N],
    available: Available<N>,
    used: Used<N>,
    buffers: [[u8; BUFFER]; N],
}

impl<const N: usize> Memory<N> {
    pub(super) const fn new() -> Self {
        const { assert!(N.is_power_of_two() && N < 1 << 15) };
        Self {
            descriptors: [const { Descriptor::EMPTY }; N],
            available: Available {
                flags: 0,
                index: 0,
                buffers: [0; N],
            },
            used: Used {
                flags: 0,
                index: 0,
                buffers: [const { UsedBuffer { id: 0, length: 0 } }; N],
            },
            buffers: [[0; BUFFER]; N],
        }
    }
}

/// Where a queue lies, for the device.
pub(super) struct Place {
    pub(super) length: u32,
    pub(super) descriptors: usize,
    pub(super) available: usize,
    pub(super) used: usize,
}

/// The driver's side of a queue.
///
/// A buffer belongs to the device from [`give_room`](Self::give_room) or
/// [`give_frame`](Self::give_frame) to [`take`](Self::take), and to the driver
/// else.
pub(super) struct Queue<const N: usize> {
    memory: NonNull<Memory<N>>,
    /// Buffers given so far, modulo 2^16.
    given: u16,
    /// Buffers taken back so far, modulo 2^16.
    taken: u16,
}

impl<const N: usize> Queue<N> {
    pub(super) fn new(memory: &'static mut Memory<N>) -> Self {
        Self {
            memory: NonNull::from(memory),
            given: 0,
            taken: 0,
        }
    }

    /// What the device has to be told before the queue is used.
    pub(super) fn place(&self) -> Place {
        let memory = self.memory.as_ptr();
        // SAFETY: the memory is valid and stays so; no reference to it is made.
        let (descriptors, available, used) = unsafe {
            (
                &raw mut (*memory).descriptors,
                &raw mut (*memory).available,
                &raw mut (*memory).used,
            )
        };
        Place {
            length: N as u32,
            descriptors: descriptors.expose_provenance(),
            available: available.expose_provenance(),
            used: used.expose_provenance(),
        }
    }

    /// Gives a buffer of the driver to the device, to put a frame into.
    pub(super) fn give_room(&mut self, buffer: u16) {
        self.give(buffer, BUFFER, DEVICE_WRITES);
    }

    /// Gives a buffer of the driver to the device, with `length` octets to send,
    /// header included.
    pub(super) fn give_frame(&mut self, buffer: u16, length: usize) {
        self.give(buffer, length.min(BUFFER), 0);
    }

    fn give(&mut self, buffer: u16, length: usize, flags: u16) {
        let memory = self.memory.as_ptr();
        let slot = usize::from(self.given) % N;
        let index = usize::from(buffer) % N;
        // SAFETY: all indices are below N. The device does not have this buffer, so
        // it reads neither its descriptor nor this slot until `index` says so.
        unsafe {
            let address = (&raw mut (*memory).buffers[index]).expose_provenance();
            let descriptor = Descriptor {
                address: address as u64,
                length: length as u32,
                flags,
                next: 0,
            };
            (&raw mut (*memory).descriptors[index]).write_volatile(descriptor);
            (&raw mut (*memory).available.buffers[slot]).write_volatile(buffer);
        }
        self.given = self.given.wrapping_add(1);
        // What was written comes before the index that says so.
        fence(Ordering::Release);
        // SAFETY: a valid place that only the driver writes.
        unsafe { (&raw mut (*memory).available.index).write_volatile(self.given) };
    }

    /// Whether the device wants to be told of what was given.
    pub(super) fn wants_notice(&self) -> bool {
        // The index that `give` wrote comes before this read; else both sides
        // could miss each other.
        fence(Ordering::SeqCst);
        // SAFETY: a valid place that the device writes.
        let flags = unsafe { (&raw const (*self.memory.as_ptr()).used.flags).read_volatile() };
        flags & NO_NOTICE == 0
    }

    /// Whether the device has given a buffer back.
    pub(super) fn can_take(&self) -> bool {
        // SAFETY: a valid place that the device writes.
        let index = unsafe { (&raw const (*self.memory.as_ptr()).used.index).read_volatile() };
        index != self.taken
    }

    /// Takes back a buffer that the device is done with, and the octets that the
    /// device wrote to it.
    pub(super) fn take(&mut self) -> Option<(u16, usize)> {
        if !self.can_take() {
            return None;
        }
        // What the device wrote before the index is read after it.
        fence(Ordering::Acquire);
        let slot = usize::from(self.taken) % N;
        // SAFETY: the slot is below N, and the device is done with it.
        let used =
            unsafe { (&raw const (*self.memory.as_ptr()).used.buffers[slot]).read_volatile() };
        self.taken = self.taken.wrapping_add(1);
        Some((used.id as u16, used.length as usize))
    }

    /// The frame in a buffer that is `length` octets with its header. To be
    /// called for buffers that the device does not have.
    pub(super) fn frame(&mut self, buffer: u16, length: usize) -> &mut [u8] {
        let index = usize::from(buffer) % N;
        // SAFETY: the index is below N. The device does not have the buffer, and the
        // borrow of the queue keeps others from it.
        let octets = unsafe { &mut *ptr::addr_of_mut!((*self.memory.as_ptr()).buffers[index]) };
        &mut octets[HEADER..length.clamp(HEADER, BUFFER)]
    }

    /// Whether the device shall interrupt when it gives a buffer back.
    pub(super) fn ask_for_interrupts(&mut self, wanted: bool) {
        let flags = if wanted { 0 } else { NO_INTERRUPT };
        // SAFETY: a valid place that only the driver writes.
        unsafe { (&raw mut (*self.memory.as_ptr()).available.flags).write_volatile(flags) };
        // What is read afterwards is read after this.
        fence(Ordering::SeqCst);
    }
}

#[repr(C, align(16))]
struct Descriptor {
    address: u64,
    length: u32,
    flags: u16,
    next: u16,
}

impl Descriptor {
    const EMPTY: Self = Self {
        address: 0,
        length: 0,
        flags: 0,
        next: 0,
    };
}

#[repr(C, align(2))]
struct Available<const N: usize> {
    flags: u16,
    index: u16,
    buffers: [u16; N],
}

#[repr(C, align(4))]
struct Used<const N: usize> {
    flags: u16,
    index: u16,
    buffers: [UsedBuffer; N],
}

#[repr(C)]
struct UsedBuffer {
    id: u32,
    length: u32,
}

/// What virtio-net puts before each frame; all zero without offloads.
pub(super) const HEADER: usize = 12;

/// The longest Ethernet frame, without its check sequence.
pub(super) const FRAME: usize = 1514;

/// A frame with its header, in whole words.
pub(super) const BUFFER: usize = (HEADER + FRAME).next_multiple_of(4);

const DEVICE_WRITES: u16 = 2;
const NO_NOTICE: u16 = 1;
const NO_INTERRUPT: u16 = 1;
