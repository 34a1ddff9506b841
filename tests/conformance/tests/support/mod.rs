//! Running many cases, and what came of them.

use dunlin_conformance::websocket::case::Case;
use std::sync::Mutex;
use std::thread;

/// What a case shows, where it does not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The behaviour.
    Ok,
    /// That the server does without it, as it may.
    #[expect(dead_code)]
    Unimplemented,
}

/// Runs cases, several at a time; panics with all that fail.
pub(crate) fn run_all<I>(way: &str, cases: I, run: impl Fn(&Case) -> Result<Verdict, String> + Sync)
where
    I: IntoIterator<Item = Case>,
    I::IntoIter: Send,
{
    let cases = Mutex::new(cases.into_iter());
    let failures = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..AT_A_TIME {
            scope.spawn(|| {
                while let Some(case) = next(&cases) {
                    if let Err(error) = run(&case) {
                        let failure = format!("{} {}: {error}", case.group, case.name);
                        failures.lock().expect("no thread panics").push(failure);
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().expect("no thread panics");
    assert!(failures.is_empty(), "{way}:\n{}", failures.join("\n"));
}

fn next<I: Iterator>(items: &Mutex<I>) -> Option<I::Item> {
    items.lock().expect("no thread panics").next()
}

/// Whether everything is to be run that takes long.
pub(crate) fn is_long() -> bool {
    std::env::var_os("DUNLIN_CONFORMANCE_LONG").is_some()
}

const AT_A_TIME: usize = 4;
