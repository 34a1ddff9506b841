//! What a board writes to its console.

use anyhow::{Result, bail};
use std::collections::VecDeque;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::process::ChildStdout;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// The lines of a console, read by a thread of their own.
pub(super) struct Console(Arc<Shared>);

#[derive(Default)]
struct Shared {
    lines: Mutex<Lines>,
    changed: Condvar,
}

#[derive(Default)]
struct Lines {
    /// Those that nobody looked at yet.
    waiting: VecDeque<String>,
    ended: bool,
}

impl Console {
    pub(super) fn read(output: ChildStdout, log: Option<File>, print: bool) -> Self {
        let shared = Arc::new(Shared::default());
        let reader = Arc::clone(&shared);
        thread::spawn(move || {
            reader.read(BufReader::new(output), log, print);
            reader.lock().ended = true;
            reader.changed.notify_all();
        });
        Self(shared)
    }

    pub(super) fn wait_for_line(&self, text: &str, longest: Duration) -> Result<String> {
        let end = Instant::now() + longest;
        let mut lines = self.0.lock();
        loop {
            while let Some(line) = lines.waiting.pop_front() {
                if line.contains(text) {
                    return Ok(line);
                }
            }
            if lines.ended {
                bail!("the board ended before it said {text:?}");
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                bail!("the board did not say {text:?} within {longest:?}");
            }
            let waited = self.0.changed.wait_timeout(lines, left);
            lines = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Waits until the last line has been read.
    pub(super) fn wait_for_end(&self) {
        let lines = self.0.lock();
        let ended = self.0.changed.wait_while(lines, |lines| !lines.ended);
        drop(ended.unwrap_or_else(PoisonError::into_inner));
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read(&self, mut output: impl BufRead, mut log: Option<File>, print: bool) {
        let mut octets = Vec::new();
        while output
            .read_until(b'\n', &mut octets)
            .is_ok_and(|read| read > 0)
        {
            if let Some(log) = &mut log {
                // A full disk must not stop the board.
                let _ = log.write_all(&octets);
            }
            let line = String::from_utf8_lossy(&octets).trim_end().to_owned();
            octets.clear();
            if print {
                println!("{line}");
            }
            let mut lines = self.lock();
            if lines.waiting.len() == LINES {
                lines.waiting.pop_front();
            }
            lines.waiting.push_back(line);
            self.changed.notify_all();
        }
    }
}

/// Lines that are kept for a look; of more, the first are forgotten.
const LINES: usize = 1 << 16;
