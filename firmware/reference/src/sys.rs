//! The board, and a transport behind it of which the compiler knows nothing:
//! its registers are read and written as volatile memory, so that nothing that
//! depends on them can be left out.

use core::arch::{asm, global_asm};
use core::cell::UnsafeCell;
use core::ptr;

/// Memory of the transport.
struct Registers<const N: usize>(UnsafeCell<[u8; N]>);

// SAFETY: there is one hart and no interrupt, and every access is volatile and
// of one octet.
unsafe impl<const N: usize> Sync for Registers<N> {}

impl<const N: usize> Registers<N> {
    const fn new() -> Self {
        Self(UnsafeCell::new([0; N]))
    }

    fn read(&self, at: usize) -> u8 {
        // SAFETY: the remainder is within the array, and no reference to its
        // octets exists.
        unsafe { ptr::read_volatile(self.0.get().cast::<u8>().add(at % N)) }
    }

    fn write(&self, at: usize, octet: u8) {
        // SAFETY: as in `read`.
        unsafe { ptr::write_volatile(self.0.get().cast::<u8>().add(at % N), octet) }
    }
}

/// A register of a word.
struct Word(UnsafeCell<u32>);

// SAFETY: there is one hart and no interrupt, and every access is volatile.
unsafe impl Sync for Word {}

/// A socket by its number.
#[derive(Clone, Copy)]
pub struct Socket(pub usize);

/// What happened at a socket.
#[derive(Clone, Copy)]
pub struct Events(u8);

impl Events {
    /// It can be used no more.
    pub fn failed(self) -> bool {
        self.0 & 1 != 0
    }

    /// The server stops.
    pub fn stopping(self) -> bool {
        self.0 & 2 != 0
    }

    /// The peer has taken octets.
    pub fn writable(self) -> bool {
        self.0 & 4 != 0
    }

    /// The peer sends nothing more.
    pub fn ended(self) -> bool {
        self.0 & 8 != 0
    }
}

impl Socket {
    /// What happened.
    pub fn events(self) -> Events {
        Events(EVENTS.read(self.0))
    }

    /// Receives octets into a buffer and returns how many.
    #[inline(never)]
    pub fn receive(self, buffer: &mut [u8]) -> usize {
        let length = buffer.len().min(LENGTHS.read(self.0).into());
        for (at, octet) in buffer.iter_mut().take(length).enumerate() {
            *octet = WIRE.read(at);
        }
        length
    }

    /// Sends octets and returns how many.
    #[inline(never)]
    pub fn send(self, octets: &[u8]) -> usize {
        let length = octets.len().min(LENGTHS.read(self.0).into());
        for (at, octet) in octets.iter().take(length).enumerate() {
            WIRE.write(at, *octet);
        }
        length
    }

    /// Ends the sending side.
    pub fn end(self) {
        EVENTS.write(self.0, 1);
    }

    /// Closes.
    pub fn close(self) {
        EVENTS.write(self.0, 2);
    }
}

/// A queue that other tasks write to.
pub struct Queue;

impl Queue {
    /// Octets that still fit.
    pub fn room() -> usize {
        LENGTHS.read(QUEUE).into()
    }

    /// Appends octets.
    #[inline(never)]
    pub fn append(octets: &[u8]) {
        Socket(QUEUE).send(octets);
    }

    /// Takes what was appended and returns its length.
    pub fn take(buffer: &mut [u8]) -> usize {
        Socket(QUEUE).receive(buffer)
    }
}

/// Whether a connection was accepted.
pub fn has_accepted() -> bool {
    EVENTS.read(QUEUE) != 0
}

/// Milliseconds since the start, as the transport counts them.
pub fn clock() -> u32 {
    // SAFETY: the address of a word that is there for as long as the program.
    unsafe { ptr::read_volatile(CLOCK.0.get()) }
}

/// Instructions the hart has retired.
pub fn instructions() -> u32 {
    let count: u32;
    // SAFETY: reads a counter.
    unsafe { asm!("csrr {}, minstret", out(reg) count, options(nostack)) };
    count
}

/// Prints text.
pub fn print(text: &str) {
    for octet in text.bytes() {
        // SAFETY: the transmit register of the board's UART.
        unsafe { ptr::write_volatile(UART, octet) };
    }
}

/// Ends the emulation with an exit code.
pub fn exit(code: u16) -> ! {
    let value = match code {
        0 => 0x5555,
        code => u32::from(code) << 16 | 0x3333,
    };
    // SAFETY: the register of the board's test device.
    unsafe { ptr::write_volatile(TEST_DEVICE, value) };
    loop {}
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    exit(1)
}

global_asm!(
    ".section .init, \"ax\"",
    ".global _start",
    "_start:",
    "la sp, __stack_top",
    "la t0, __bss_start",
    "la t1, __bss_end",
    "1: bgeu t0, t1, 2f",
    "sw zero, 0(t0)",
    "addi t0, t0, 4",
    "j 1b",
    "2: j main",
);

static EVENTS: Registers<16> = Registers::new();
static LENGTHS: Registers<16> = Registers::new();
static CLOCK: Word = Word(UnsafeCell::new(0));
static WIRE: Registers<4096> = Registers::new();

/// What the queue is among the sockets.
const QUEUE: usize = 15;

const UART: *mut u8 = 0x1000_0000 as *mut u8;
const TEST_DEVICE: *mut u32 = 0x10_0000 as *mut u32;
