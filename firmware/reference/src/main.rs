//! The reference application: what flash is measured on.
#![no_std]
#![no_main]

use dunlin::Slot;
use dunlin_reference::server::Server;

// SAFETY: the name that the start-up code calls, with this signature; nothing
// else has it.
#[unsafe(no_mangle)]
extern "C" fn main() -> ! {
    let mut clients = core::array::from_fn(|_| Slot::new());
    let mut server = Server::new(&mut clients);
    loop {
        server.turn();
    }
}
