//! Connects that wait for a socket.

mod syn;

use core::cell::RefCell;
use core::sync::atomic::{AtomicBool, Ordering};
use core::task::{Context, Waker};
use embassy_net_driver::{Capabilities, Driver, HardwareAddress, LinkState, RxToken};
use embassy_sync::blocking_mutex::CriticalSectionMutex;
use embassy_sync::waitqueue::AtomicWaker;
use syn::{MAX_FRAME, Syn};

/// Keeps up to `CONNECTS` connects that arrive while no socket listens, as the
/// backlog of a listening socket does elsewhere. `embassy-net` has none: it
/// answers such a connect with a reset.
///
/// It stands between the device and the stack and watches for the first segment
/// of a TCP connection to the server's port. One that comes when every
/// listening socket is spoken for is kept, 100 octets each, and given to the
/// stack when a socket listens again. With all places taken it is dropped, and
/// the peer's system sends it again after a second or so.
///
/// It also tells the server at once when the link goes down.
pub struct Backlog<const CONNECTS: usize> {
    queue: CriticalSectionMutex<RefCell<Queue<CONNECTS>>>,
    /// Wakes the network task: connects can be given to the stack.
    stack: AtomicWaker,
    /// Wakes the server: connects wait, or the link has changed.
    server: AtomicWaker,
    /// A connect that waits can be given to the stack.
    has_next: AtomicBool,
    link_down: AtomicBool,
}

struct Queue<const CONNECTS: usize> {
    frames: [Frame; CONNECTS],
    waiting: usize,
    /// The port that is watched; 0 before a server runs.
    port: u16,
    /// Listening sockets that no connect has been given to the stack for.
    free: usize,
}

#[derive(Clone, Copy)]
struct Frame {
    octets: [u8; MAX_FRAME],
    length: u8,
}

/// Who lets in the connects that wait: a [`Backlog`] of any size.
pub trait Waiting {
    /// Says how many sockets listen on `port`, and who is to be woken when that
    /// is not enough; returns how many connects wait.
    fn admit(&self, port: u16, listening: usize, server: &Waker) -> usize;
}

/// A device behind its backlog; what [`Backlog::device`] makes.
pub struct BacklogDevice<'b, D, const CONNECTS: usize> {
    device: D,
    backlog: &'b Backlog<CONNECTS>,
}

impl<const CONNECTS: usize> Backlog<CONNECTS> {
    /// A backlog that nobody waits in.
    pub const fn new() -> Self {
        let queue = Queue {
            frames: [Frame::EMPTY; CONNECTS],
            waiting: 0,
            port: 0,
            free: 0,
        };
        Self {
            queue: CriticalSectionMutex::new(RefCell::new(queue)),
            stack: AtomicWaker::new(),
            server: AtomicWaker::new(),
            has_next: AtomicBool::new(false),
            link_down: AtomicBool::new(false),
        }
    }

    /// Puts the backlog in front of a device: give the result to
    /// `embassy_net::new`.
    pub const fn device<D: Driver>(&self, device: D) -> BacklogDevice<'_, D, CONNECTS> {
        BacklogDevice {
            device,
            backlog: self,
        }
    }

    /// Connects that wait.
    pub fn waiting(&self) -> usize {
        self.with(|queue| queue.waiting)
    }

    fn with<R>(&self, action: impl FnOnce(&mut Queue<CONNECTS>) -> R) -> R {
        self.queue.lock(|queue| {
            let mut queue = queue.borrow_mut();
            let result = action(&mut queue);
            let has_next = queue.waiting > 0 && queue.free > 0;
            self.has_next.store(has_next, Ordering::SeqCst);
            result
        })
    }

    /// Whether a connect that waits can be given to the stack.
    fn has_next(&self) -> bool {
        self.has_next.load(Ordering::SeqCst)
    }

    /// Takes a frame that waits, for the socket that was found free for it.
    fn take_next(&self) -> Frame {
        self.with(Queue::take)
    }

    /// Whether the stack may have this frame; one it may not have is kept.
    fn pass(&self, frame: &[u8], has_ethernet_header: bool) -> bool {
        let Some(syn) = Syn::parse(frame, has_ethernet_header) else {
            return true;
        };
        let pass = self.with(|queue| queue.pass(frame, &syn, has_ethernet_header));
        if !pass {
            self.server.wake();
        }
        pass
    }

    fn link(&self, state: LinkState) -> LinkState {
        let down = state == LinkState::Down;
        if self.link_down.load(Ordering::SeqCst) != down {
            self.link_down.store(down, Ordering::SeqCst);
            self.server.wake();
        }
        state
    }
}

impl<const CONNECTS: usize> Default for Backlog<CONNECTS> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const CONNECTS: usize> Waiting for Backlog<CONNECTS> {
    fn admit(&self, port: u16, listening: usize, server: &Waker) -> usize {
        self.server.register(server);
        let waiting = self.with(|queue| {
            queue.port = port;
            queue.free = listening;
            queue.waiting
        });
        if waiting > 0 && listening > 0 {
            self.stack.wake();
        }
        waiting
    }
}

impl<const CONNECTS: usize> Queue<CONNECTS> {
    fn pass(&mut self, frame: &[u8], syn: &Syn, has_ethernet_header: bool) -> bool {
        if syn.port != self.port || frame.len() > MAX_FRAME {
            return true;
        }
        if self.free > 0 && self.waiting == 0 {
            self.free -= 1;
            return true;
        }
        self.keep(frame, syn, has_ethernet_header);
        false
    }

    /// Keeps a frame; one sent again takes the place of the first.
    fn keep(&mut self, frame: &[u8], syn: &Syn, has_ethernet_header: bool) {
        let known = self.frames.iter().take(self.waiting);
        let known = known
            .map(|kept| Syn::parse(kept.as_slice(), has_ethernet_header))
            .position(|kept| kept.as_ref() == Some(syn));
        let Some(place) = self.frames.get_mut(known.unwrap_or(self.waiting)) else {
            return;
        };
        let Some(octets) = place.octets.get_mut(..frame.len()) else {
            return;
        };
        octets.copy_from_slice(frame);
        place.length = frame.len() as u8;
        if known.is_none() {
            self.waiting += 1;
        }
    }

    fn take(&mut self) -> Frame {
        let first = self.frames.first().copied().unwrap_or(Frame::EMPTY);
        if self.waiting > 0 {
            self.frames.copy_within(1..self.waiting, 0);
            self.waiting -= 1;
            self.free = self.free.saturating_sub(1);
        }
        first
    }
}

impl Frame {
    const EMPTY: Self = Self {
        octets: [0; MAX_FRAME],
        length: 0,
    };

    fn as_slice(&self) -> &[u8] {
        self.octets
            .get(..usize::from(self.length))
            .unwrap_or_default()
    }
}

impl<D: Driver, const CONNECTS: usize> Driver for BacklogDevice<'_, D, CONNECTS> {
    type RxToken<'a>
        = BacklogRxToken<'a, D::RxToken<'a>, CONNECTS>
    where
        Self: 'a;
    type TxToken<'a>
        = D::TxToken<'a>
    where
        Self: 'a;

    fn receive(&mut self, cx: &mut Context<'_>) -> Option<(Self::RxToken<'_>, Self::TxToken<'_>)> {
        let backlog = self.backlog;
        if backlog.has_next() {
            let transmit = self.device.transmit(cx)?;
            return Some((BacklogRxToken(Source::Backlog(backlog)), transmit));
        }
        let has_ethernet_header = is_ethernet(&self.device);
        let (token, transmit) = self.device.receive(cx)?;
        let source = Source::Device {
            token,
            backlog,
            has_ethernet_header,
        };
        Some((BacklogRxToken(source), transmit))
    }

    fn transmit(&mut self, cx: &mut Context<'_>) -> Option<Self::TxToken<'_>> {
        self.device.transmit(cx)
    }

    /// The stack asks for it each time the network task runs.
    fn link_state(&mut self, cx: &mut Context<'_>) -> LinkState {
        self.backlog.stack.register(cx.waker());
        self.backlog.link(self.device.link_state(cx))
    }

    fn capabilities(&self) -> Capabilities {
        self.device.capabilities()
    }

    fn hardware_address(&self) -> HardwareAddress {
        self.device.hardware_address()
    }
}

fn is_ethernet(device: &impl Driver) -> bool {
    matches!(device.hardware_address(), HardwareAddress::Ethernet(_))
}

/// A frame, from the device or from the backlog.
pub struct BacklogRxToken<'a, T, const CONNECTS: usize>(Source<'a, T, CONNECTS>);

enum Source<'a, T, const CONNECTS: usize> {
    Backlog(&'a Backlog<CONNECTS>),
    Device {
        token: T,
        backlog: &'a Backlog<CONNECTS>,
        has_ethernet_header: bool,
    },
}

impl<T: RxToken, const CONNECTS: usize> RxToken for BacklogRxToken<'_, T, CONNECTS> {
    fn consume<R, F>(self, action: F) -> R
    where
        F: FnOnce(&mut [u8]) -> R,
    {
        match self.0 {
            Source::Backlog(backlog) => {
                let mut frame = backlog.take_next();
                let length = usize::from(frame.length);
                action(frame.octets.get_mut(..length).unwrap_or_default())
            }
            Source::Device {
                token,
                backlog,
                has_ethernet_header,
            } => token.consume(|frame| {
                if backlog.pass(frame, has_ethernet_header) {
                    action(frame)
                } else {
                    // The stack ignores a frame without octets.
                    action(&mut [])
                }
            }),
        }
    }
}

#[cfg(test)]
mod tests;
