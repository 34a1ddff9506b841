//! Both directions, with zlib's algorithms.

mod connection;
mod deflater;
mod engine;
mod inflater;

pub use connection::ConnectionDeflate;
pub use engine::{DeflateConfig, Engine};
