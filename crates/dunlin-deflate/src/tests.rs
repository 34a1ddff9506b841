//! A client of its own against connections in memory.

mod bounds;
mod messages;
mod shared;
mod small;
mod support;
