//! The WebSocket echo server on Linux.
#![forbid(unsafe_code)]

mod logging;
mod settings;
mod values;

use dunlin::Counters;
use dunlin_echo::{Echo, LOG_TAG};
use dunlin_linux::Server;
use settings::{Settings, Start};
use std::io::Write;
use std::net::SocketAddr;
use std::process::ExitCode;

fn main() -> ExitCode {
    let settings = match Settings::read() {
        Ok(Start::Serve(settings)) => settings,
        Ok(Start::Print(text)) => {
            print(&text);
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprintln!("dunlin-echo: {}", logging::one_line(&error));
            return ExitCode::from(2);
        }
    };
    logging::start(settings.log_level());
    match serve(&settings) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("dunlin-echo: {error}");
            ExitCode::FAILURE
        }
    }
}

fn serve(settings: &Settings) -> Result<(), dunlin_linux::Error> {
    let config = settings.config();
    log::info!(target: LOG_TAG, "Starting server on port: '{}'", settings.port());
    log::info!(target: LOG_TAG, "Registering URI handlers");
    let mut echo = Echo::with_hooks(settings.hooks());
    if settings.metrics() {
        echo = echo.counting(&COUNTERS);
    }
    let server = Server::bind(echo, config)?;
    server.stop_on_signals()?;
    print(&where_to_look(server.local_addresses()));
    server.run()
}

static COUNTERS: Counters = Counters::new();

/// What a person who started it wants to know.
fn where_to_look(addresses: &[SocketAddr]) -> String {
    let mut text = String::new();
    for address in addresses {
        text += &format!("Console: http://{address}/\n");
        for path in ["/ws", "/ws_partial", "/auth?token=valid", "/echo"] {
            text += &format!("         ws://{address}{path}\n");
        }
    }
    text
}

/// Writes to standard output, whose reader may have left.
fn print(text: &str) {
    let mut output = std::io::stdout().lock();
    let _ = output
        .write_all(text.as_bytes())
        .and_then(|()| output.flush());
}
