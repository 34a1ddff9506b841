//! Running many cases, and what came of them.

mod ledger;

use dunlin_conformance::report::Way;
use dunlin_conformance::websocket::groups::Titled;
use std::sync::Mutex;
use std::thread;

/// What a case shows, where it does not fail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The behaviour; what the server did in words.
    Ok(String),
    /// That the server does without it, as it may.
    Unimplemented,
}

/// Runs cases, several at a time; panics with all that fail.
pub(crate) fn run_all<T: Titled, I>(
    way: Way,
    cases: I,
    run: impl Fn(&T) -> Result<Verdict, String> + Sync,
) where
    I: IntoIterator<Item = T>,
    I::IntoIter: Send,
{
    run_at_a_time(AT_A_TIME, way, cases, run);
}

/// Runs cases, one after the other; panics with all that fail.
pub(crate) fn run_each<T: Titled, I>(
    way: Way,
    cases: I,
    run: impl Fn(&T) -> Result<Verdict, String> + Sync,
) where
    I: IntoIterator<Item = T>,
    I::IntoIter: Send,
{
    run_at_a_time(1, way, cases, run);
}

fn run_at_a_time<T: Titled, I>(
    count: usize,
    way: Way,
    cases: I,
    run: impl Fn(&T) -> Result<Verdict, String> + Sync,
) where
    I: IntoIterator<Item = T>,
    I::IntoIter: Send,
{
    let cases = Mutex::new(cases.into_iter().enumerate());
    let failures = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..count {
            scope.spawn(|| {
                while let Some((position, case)) = next(&cases) {
                    let title = case.title();
                    let verdict = run(&case);
                    if let Err(error) = &verdict {
                        let failure = format!("{} {}: {error}", title.group, title.name);
                        failures.lock().expect("no thread panics").push(failure);
                    }
                    ledger::enter(position, title, way, verdict);
                }
            });
        }
    });
    ledger::write();
    let failures = failures.into_inner().expect("no thread panics");
    assert!(failures.is_empty(), "{way:?}:\n{}", failures.join("\n"));
}

fn next<I: Iterator>(items: &Mutex<I>) -> Option<I::Item> {
    items.lock().expect("no thread panics").next()
}

/// Whether everything is to be run that takes long.
pub(crate) fn is_long() -> bool {
    std::env::var_os("DUNLIN_CONFORMANCE_LONG").is_some()
}

const AT_A_TIME: usize = 4;
