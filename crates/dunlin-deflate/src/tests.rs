//! A client of its own against connections in memory.

mod bounds;
mod messages;
mod small;
mod support;
