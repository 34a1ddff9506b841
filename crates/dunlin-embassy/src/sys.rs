//! What no safe function of `embassy-net` gives.

use crate::bells::Bells;
use core::mem::MaybeUninit;
use core::pin::pin;
use core::task::{Context, Poll, RawWaker, RawWakerVTable, Waker};
use embassy_net::tcp::TcpSocket;

/// Lends the octets at the front of a socket's receive ring, as far as they lie
/// together, along with the socket to write to; then takes as many octets as
/// `action` returns from the ring. Returns that number, 0 for an empty ring.
#[allow(unsafe_code)]
pub(crate) fn with_input<'d>(
    socket: &mut TcpSocket<'d>,
    action: impl FnOnce(&mut TcpSocket<'d>, &mut [u8]) -> usize,
) -> usize {
    let peeked = once(socket.read_with(|octets| (0, core::ptr::from_mut(octets))));
    let Some(Ok(octets)) = peeked else {
        return 0;
    };
    // SAFETY: the pointer was made from the only reference to these octets, in
    // the receive ring of this socket. The ring's memory outlives the socket,
    // and the socket is borrowed here. The octets belong to nobody else until
    // they are taken from the ring: the stack writes behind them only, and only
    // when the network task is polled, which cannot be while this function
    // runs, for a stack and its sockets stay on one thread. `action` is given
    // the socket to write to; writing touches the send ring alone. The
    // reference made here ends before the ring is used again.
    let used = action(socket, unsafe { &mut *octets });
    if used > 0 {
        let _ = once(socket.read_with(|octets| (used.min(octets.len()), ())));
    }
    used
}

/// Gives every place of a slice a value.
#[allow(unsafe_code)]
#[inline(never)]
pub(crate) fn fill<T>(places: &mut [MaybeUninit<T>], value: impl Fn() -> T) -> &mut [T] {
    for place in &mut *places {
        place.write(value());
    }
    // SAFETY: each place was given a value right above.
    unsafe { places.assume_init_mut() }
}

/// A waker that rings a bell: a pointer to the bells whose lowest bits are the
/// bell's number, for which their alignment leaves room.
pub(crate) fn bell_waker(bells: &'static Bells, bell: u32) -> Waker {
    let number = bell as usize & NUMBER;
    let pointer = core::ptr::from_ref(bells).map_addr(|address| address | number);
    // SAFETY: the functions of the table keep the contract of `RawWaker`: they
    // may be called from anywhere, for the bells live for ever and are `Sync`;
    // and a copy of the pointer is a clone, with nothing to free.
    #[allow(unsafe_code)]
    unsafe {
        Waker::new(pointer.cast(), &RING)
    }
}

static RING: RawWakerVTable =
    RawWakerVTable::new(|data| RawWaker::new(data, &RING), ring, ring, |_| ());

fn ring(data: *const ()) {
    let number = data.addr() & NUMBER;
    let bells = data.cast::<Bells>().map_addr(|address| address & !NUMBER);
    // SAFETY: without the number this is the pointer that `bell_waker` made of a
    // reference that is valid for ever.
    #[allow(unsafe_code)]
    let bells = unsafe { &*bells };
    bells.ring(number as u32);
}

/// The bits of a pointer to [`Bells`] that are free for the number of a bell.
const NUMBER: usize = align_of::<Bells>() - 1;

/// What a future gives at once, if it does.
pub(crate) fn once<F: Future>(future: F) -> Option<F::Output> {
    poll_with(future, &mut Context::from_waker(Waker::noop()))
}

/// Polls a future for its result, or for the wake-up that it asks for.
pub(crate) fn poll_with<F: Future>(future: F, cx: &mut Context<'_>) -> Option<F::Output> {
    match pin!(future).poll(cx) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}
