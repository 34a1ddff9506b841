//! The conformance application on Linux.
#![forbid(unsafe_code)]

use clap::Parser;
use conformance_application::Conformance;
use dunlin_linux::{Config, Server};
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;

/// Shows a client how its requests were read.
#[derive(Parser)]
#[command(name = "conformance")]
struct Arguments {
    /// The TCP port on 127.0.0.1; 0 takes a free one
    #[arg(long, default_value_t = 8080)]
    port: u16,
}

fn main() -> ExitCode {
    match serve(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("conformance: {error}");
            ExitCode::FAILURE
        }
    }
}

fn serve(arguments: &Arguments) -> Result<(), dunlin_linux::Error> {
    let config = Config {
        addresses: vec![SocketAddr::from((Ipv4Addr::LOCALHOST, arguments.port))],
        ..Config::default()
    };
    let server = Server::bind(Conformance::new(), config)?;
    server.stop_on_signals()?;
    for address in server.local_addresses() {
        print(&format!("Listening: http://{address}/\n"));
    }
    server.run()
}

/// Writes to standard output, whose reader may have left.
fn print(text: &str) {
    let mut output = std::io::stdout().lock();
    let _ = output
        .write_all(text.as_bytes())
        .and_then(|()| output.flush());
}
