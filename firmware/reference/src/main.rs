//! The reference application: what flash is measured on.
#![no_std]
#![no_main]

use dunlin_reference::server::Server;

#[unsafe(no_mangle)]
extern "C" fn main() -> ! {
    let mut server = Server::new();
    loop {
        server.turn();
    }
}
