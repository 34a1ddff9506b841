//! What the examples share on Linux: flags, a log, and serving until a signal.
//!
//! ```no_run
//! # struct Hello;
//! # impl dunlin::App for Hello {
//! #     type Session = ();
//! #     const ROUTES: &'static [dunlin::Route<Self>] = &[];
//! # }
//! use clap::Parser;
//!
//! fn main() -> std::process::ExitCode {
//!     run::Flags::parse().serve(dunlin_linux::Config::default(), |_| Hello)
//! }
//! ```
//!
//! An example with flags of its own flattens [`Flags`] into them.
#![forbid(unsafe_code)]

use clap::Parser;
use dunlin::App;
use dunlin_linux::{Config, Error, HubHandle, Server};
pub use humantime::parse_duration;
use log::LevelFilter;
use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::process::ExitCode;

/// The flags that every example has.
#[derive(Debug, Clone, Parser)]
pub struct Flags {
    /// The address to listen on
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    pub address: IpAddr,
    /// The TCP port; 0 takes a free one
    #[arg(long, default_value_t = 8080)]
    pub port: u16,
    /// What is logged: off, error, warn, info, debug or trace
    #[arg(long, default_value_t = LevelFilter::Info)]
    pub log: LevelFilter,
}

impl Flags {
    /// Serves an application until SIGTERM or SIGINT, and says where as soon as
    /// it listens: `Listening: http://127.0.0.1:8080/`. The addresses of
    /// `config` are those of the flags.
    ///
    /// `app` makes the application. It is given the way to the connections, for
    /// threads of its own.
    ///
    /// The exit code is a failure when the server could not start.
    pub fn serve<A: App>(&self, config: Config, app: impl FnOnce(HubHandle) -> A) -> ExitCode {
        env_logger::Builder::new()
            .filter_level(self.log)
            .target(env_logger::Target::Stdout)
            .init();
        match self.try_to_serve(config, app) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("{error}");
                ExitCode::FAILURE
            }
        }
    }

    fn try_to_serve<A: App>(
        &self,
        config: Config,
        app: impl FnOnce(HubHandle) -> A,
    ) -> Result<(), Error> {
        let config = Config {
            addresses: vec![SocketAddr::from((self.address, self.port))],
            ..config
        };
        let server = Server::bind_with(config, app)?;
        server.stop_on_signals()?;
        for address in server.local_addresses() {
            print(&format!("Listening: http://{address}/\n"));
        }
        server.run()
    }
}

/// Writes to standard output, whose reader may have left.
pub fn print(text: &str) {
    let mut output = std::io::stdout().lock();
    let _ = output
        .write_all(text.as_bytes())
        .and_then(|()| output.flush());
}
