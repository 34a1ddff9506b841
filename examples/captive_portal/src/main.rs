//! The example on Linux: the portal, and a thread that is its name server.
#![forbid(unsafe_code)]

use captive_portal::{CaptivePortal, LOG_TAG, dns};
use clap::Parser;
use run::{Flags, print};
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

/// Shows a page to whoever asks for anything, by any name.
#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    flags: Flags,
    /// The UDP port of the name server; 0 takes a free one
    #[arg(long, default_value_t = 8053)]
    dns_port: u16,
    /// The address that every name has
    #[arg(long, default_value_t = Ipv4Addr::LOCALHOST)]
    portal: Ipv4Addr,
}

fn main() -> ExitCode {
    let mut arguments = Arguments::parse();
    if let Err(error) = start(&mut arguments) {
        eprintln!("{error}");
        return ExitCode::FAILURE;
    }
    let Arguments { flags, portal, .. } = arguments;
    flags.serve(dunlin_linux::Config::default(), |_| {
        CaptivePortal::new(IpAddr::V4(portal), flags.port)
    })
}

/// Starts the name server, and chooses the port that the portal tells of itself.
fn start(arguments: &mut Arguments) -> io::Result<()> {
    let address = arguments.flags.address;
    if arguments.flags.port == 0 {
        let free = TcpListener::bind((address, 0))?;
        arguments.flags.port = free.local_addr()?.port();
    }
    let socket = UdpSocket::bind(SocketAddr::new(address, arguments.dns_port))?;
    print(&format!("Name server: {}\n", socket.local_addr()?));
    let portal = arguments.portal;
    thread::spawn(move || resolve(&socket, portal));
    Ok(())
}

/// Ends with the program.
fn resolve(socket: &UdpSocket, portal: Ipv4Addr) -> ! {
    let (mut query, mut buffer) = ([0; 512], [0; 512]);
    loop {
        let received = socket.recv_from(&mut query);
        let answered = received.and_then(|(length, client)| {
            match dns::answer(&query[..length], portal, &mut buffer) {
                Some(answer) => socket.send_to(answer, client).map(drop),
                None => Ok(()),
            }
        });
        if let Err(error) = answered {
            // Such as that a client is not there any more.
            log::warn!(target: LOG_TAG, "name server: {error}");
            thread::sleep(Duration::from_millis(10));
        }
    }
}
