//! Goes wrong in the way that is typed, for the tests of the board itself:
//! `panic`, `overflow`. Any other line is only logged.
#![no_std]
#![no_main]
#![forbid(unsafe_code)]

use core::hint::black_box;
use dunlin_qemu_virt::console;
use log::LevelFilter;

#[riscv_rt::entry]
fn main() -> ! {
    dunlin_qemu_virt::run(LevelFilter::Info, |spawner| {
        spawner.spawn(listen().expect("it is spawned once"));
    })
}

#[embassy_executor::task]
async fn listen() {
    console::start::<Faults>();
    log::info!(target: TAG, "ready on the console");
}

struct Faults;

impl console::Console for Faults {
    fn line(line: &[u8]) {
        match line {
            b"panic" => panic!("as it was told"),
            b"overflow" => log::info!(target: TAG, "{} deep", recurse(0)),
            line => {
                let text = core::str::from_utf8(line).unwrap_or("not UTF-8");
                log::info!(target: TAG, "{text}");
            }
        }
    }
}

#[allow(unconditional_recursion, reason = "this is the fault")]
fn recurse(depth: u32) -> u32 {
    let frame = black_box([depth; 16]);
    recurse(depth + 1) + black_box(frame)[0]
}

const TAG: &str = "faults";
