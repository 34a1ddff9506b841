//! The application on Linux.
#![forbid(unsafe_code)]

use assets_application::Site;
use dunlin_linux::{Config, Error};
use std::net::{Ipv4Addr, SocketAddr};

fn main() -> Result<(), Error> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 8080));
    let config = Config {
        addresses: vec![address],
        ..Config::default()
    };
    println!("Listening: http://{address}/");
    dunlin_linux::serve(Site, config)
}
