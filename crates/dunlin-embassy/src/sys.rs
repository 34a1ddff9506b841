//! What no safe function of `embassy-net` gives.

use core::mem::MaybeUninit;
use core::pin::pin;
use core::task::{Context, Poll, Waker};
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
pub(crate) fn fill<T>(places: &mut [MaybeUninit<T>], value: impl Fn() -> T) -> &mut [T] {
    for place in &mut *places {
        place.write(value());
    }
    // SAFETY: each place was given a value right above.
    unsafe { places.assume_init_mut() }
}

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
