//! What the device budgets are measured with: a small application on Dunlin,
//! and a transport that is not there.
//!
//! Three programs are made of it. `reference` has everything that a real driver
//! calls and is what flash is measured on; `baseline` is the same without
//! Dunlin; `count` runs in QEMU and prints what a request costs in
//! instructions.
#![no_std]

pub mod app;
pub mod output;
pub mod server;
pub mod sys;
