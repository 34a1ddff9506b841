//! All the memory of a server, in one value.

use crate::client::Client;
use crate::mailbox::HeldJobs;
use core::mem::MaybeUninit;
use dunlin::{App, Compression, NoCompression, Slot};

/// The memory of a server: everything it will ever use.
///
/// | parameter | what it is |
/// |---|---|
/// | `SOCKETS` | TCP sockets, 2 to 31: one more than connections served at a time |
/// | `RECEIVE` | octets of a socket's receive ring; the TCP window |
/// | `SEND` | octets of a socket's send ring; the longest response head, and the longest message with its frame header of 2 or 4 octets, that can be sent at once |
/// | `ASSEMBLY` | octets, per socket, for what arrives in pieces: the larger of [`Limits::head`](dunlin::Limits::head) + [`Limits::body`](dunlin::Limits::body) and [`Limits::message`](dunlin::Limits::message) + 125 |
/// | `HUB` | octets of queued jobs, as the [`Mailbox`](crate::Mailbox) has; each takes 28 besides its payload |
/// | `C` | the [`Compression`] of messages; without it there is none |
///
/// It lies in a `static`, such as a `ConstStaticCell` of the crate
/// `static_cell`, where it takes RAM but no flash.
pub struct Memory<
    A: App,
    const SOCKETS: usize,
    const RECEIVE: usize,
    const SEND: usize,
    const ASSEMBLY: usize,
    const HUB: usize,
    C: Compression = NoCompression,
> {
    pub(crate) rings: [Rings<RECEIVE, SEND>; SOCKETS],
    /// Without a value until a server has them, so that a static memory is all
    /// zeros and takes no flash.
    pub(crate) slots: [MaybeUninit<Slot<Client<A, ASSEMBLY, C>>>; SOCKETS],
    pub(crate) jobs: HeldJobs<HUB>,
}

/// What a socket receives to and sends from.
pub(crate) struct Rings<const RECEIVE: usize, const SEND: usize> {
    pub(crate) receive: [u8; RECEIVE],
    pub(crate) send: [u8; SEND],
}

impl<
    A: App,
    const SOCKETS: usize,
    const RECEIVE: usize,
    const SEND: usize,
    const ASSEMBLY: usize,
    const HUB: usize,
    C: Compression,
> Memory<A, SOCKETS, RECEIVE, SEND, ASSEMBLY, HUB, C>
{
    /// Octets of state for each socket beside its rings and its assembly
    /// buffer.
    pub const STATE_PER_SOCKET: usize =
        size_of::<Slot<Client<A, ASSEMBLY, C>>>() - ASSEMBLY + crate::client::SOCKET_STATE;

    /// Memory that is not in use.
    pub const fn new() -> Self {
        const {
            assert!(
                SOCKETS >= 2 && SOCKETS <= 31,
                "SOCKETS is one more than connections, and 31 at most"
            );
        }
        Self {
            rings: [const {
                Rings {
                    receive: [0; RECEIVE],
                    send: [0; SEND],
                }
            }; SOCKETS],
            slots: [const { MaybeUninit::uninit() }; SOCKETS],
            jobs: HeldJobs::new(),
        }
    }
}

impl<
    A: App,
    const SOCKETS: usize,
    const RECEIVE: usize,
    const SEND: usize,
    const ASSEMBLY: usize,
    const HUB: usize,
    C: Compression,
> Default for Memory<A, SOCKETS, RECEIVE, SEND, ASSEMBLY, HUB, C>
{
    fn default() -> Self {
        Self::new()
    }
}
