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

const SIOCOUTQ: Opcode = 0x5411;
