//! What no safe function gives: the only unsafe code of the project.
#![allow(unsafe_code)]

use rustix::ioctl::{Getter, Opcode, ioctl};
use std::os::fd::OwnedFd;

/// Octets the kernel holds for the peer of a TCP socket: sent and not
/// acknowledged, or not sent yet.
pub(crate) fn unacknowledged(socket: &OwnedFd) -> Option<u32> {
    // SAFETY: for a TCP socket SIOCOUTQ writes one C int and reads nothing
    // (tcp(7)); for any other file descriptor it fails and writes nothing.
    let octets = unsafe { ioctl(socket, Getter::<SIOCOUTQ, i32>::new()) };
    octets.ok().and_then(|octets| u32::try_from(octets).ok())
}

/// Lets the allocator give large buffers back to the system as soon as they
/// are freed. By itself glibc learns from the first large buffers it frees to
/// keep later ones, and one burst of large messages would stay resident.
pub(crate) fn return_large_buffers() {
    #[cfg(target_env = "gnu")]
    // SAFETY: mallopt may be called at any time, from any thread, and with any
    // value; a value it does not take changes nothing (mallopt(3)).
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, LARGE);
    }
}

/// From so many octets on a buffer is large.
#[cfg(target_env = "gnu")]
const LARGE: i32 = 4 * 1024 * 1024;

const SIOCOUTQ: Opcode = 0x5411;
