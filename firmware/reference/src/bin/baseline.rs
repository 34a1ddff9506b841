//! The reference application without Dunlin: start, transport and an echo of
//! octets. What it takes is not Dunlin's.
#![no_std]
#![no_main]

use dunlin::Output;
use dunlin_reference::output::ArrayOutput;
use dunlin_reference::sys::{self, Socket};

struct Client {
    output: ArrayOutput<1460>,
}

fn turn(clients: &mut [Client]) {
    for (number, client) in clients.iter_mut().enumerate() {
        let socket = Socket(number);
        let mut input = [0; 1460];
        let length = socket.receive(&mut input);
        let received = input.get(..length).unwrap_or_default();
        if client.output.write(&[received]).is_err() || socket.events().failed() {
            socket.close();
        }
        let sent = socket.send(client.output.as_slice());
        client.output.drop_front(sent);
    }
    if sys::has_accepted() && sys::clock() > 0 {
        Socket(0).end();
    }
}

#[unsafe(no_mangle)]
extern "C" fn main() -> ! {
    let mut clients = [const {
        Client {
            output: ArrayOutput::new(),
        }
    }; 8];
    loop {
        turn(&mut clients);
    }
}
