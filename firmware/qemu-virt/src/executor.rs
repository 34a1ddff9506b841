//! Runs tasks, sleeps when none has anything to do, and counts what they cost.

use core::cell::Cell;
use core::sync::atomic::{AtomicBool, Ordering};
use critical_section::Mutex;
use embassy_executor::{Spawner, raw};
use riscv::register::minstret;
use static_cell::StaticCell;

/// Runs tasks for ever: those that `spawn` spawns, and those that they spawn.
///
/// # Panics
///
/// When it is called again.
pub(crate) fn run(spawn: impl FnOnce(Spawner)) -> ! {
    let executor: &'static raw::Executor = EXECUTOR.init(raw::Executor::new(core::ptr::null_mut()));
    spawn(executor.spawner());
    loop {
        // SAFETY: only this loop polls the executor, and never from inside a task.
        unsafe { executor.poll() };
        critical_section::with(|token| {
            if READY.load(Ordering::Acquire) {
                READY.store(false, Ordering::Release);
                return;
            }
            // An interrupt ends the sleep, and is served behind this section.
            let since = minstret::read64();
            riscv::asm::wfi();
            let asleep = ASLEEP.borrow(token);
            asleep.set(asleep.get() + (minstret::read64() - since));
        });
    }
}

/// Instructions that were executed since the start, in tasks and interrupts.
///
/// They are exact only if QEMU counts them, with `-icount shift=0`; else this is
/// the host's clock while the board was awake.
pub fn instructions() -> u64 {
    critical_section::with(|token| minstret::read64() - ASLEEP.borrow(token).get())
}

/// Called when a task has become ready.
// SAFETY: this is the name, and these are the arguments, by which
// embassy-executor calls it; nothing else has this name.
#[unsafe(export_name = "__pender")]
fn task_is_ready(_: *mut ()) {
    READY.store(true, Ordering::Release);
}

static EXECUTOR: StaticCell<raw::Executor> = StaticCell::new();

static READY: AtomicBool = AtomicBool::new(false);

/// What QEMU's count went on by while the core slept: it counts time then.
static ASLEEP: Mutex<Cell<u64>> = Mutex::new(Cell::new(0));
