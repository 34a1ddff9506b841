//! Makes a table of the files in a folder when a [Dunlin] application is built.
//!
//! In `build.rs`:
//!
//! ```no_run
//! fn main() -> Result<(), dunlin_assets::Error> {
//!     dunlin_assets::Folder::new("web").write("assets.rs")
//! }
//! ```
//!
//! In the application:
//!
//! ```ignore
//! static ASSETS: dunlin::Assets = include!(concat!(env!("OUT_DIR"), "/assets.rs"));
//! ```
//!
//! The same files give the same table, octet for octet, on every machine. Nothing
//! in it depends on times, on the order of a folder, or on where it lies.
//!
//! [Dunlin]: https://docs.rs/dunlin
#![forbid(unsafe_code)]

mod error;
mod file;
mod folder;
mod rules;
mod table;

pub use error::Error;
pub use folder::Folder;
pub use rules::{IMMUTABLE, NO_CACHE, cache_control, is_fingerprinted};
