//! HTTP/1.1: every case in memory, whole and cut at every octet, and over
//! sockets against the running program.

use dunlin_conformance::http::case::End;
use dunlin_conformance::http::{Case, Finding, Program, all, rows, run_in_memory};
use dunlin_conformance::report::{Outcome, write};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

#[test]
fn the_server_does_what_http_demands() {
    let cases = all();
    assert!(
        cases.len() <= conformance_application::MARKS,
        "a mark for each case"
    );
    let program = Program::start().unwrap();
    let findings = run_all(&cases, |case, mark| {
        let mut findings = run_in_memory(case, mark);
        // What fails in memory would only be waited for over sockets.
        let right = findings.iter().all(|finding| finding.result.is_ok());
        if right && case.end != End::Expires {
            findings.push(program.run(case, mark));
        }
        findings
    });
    let rows = rows(&cases, &findings);
    write(Path::new(env!("CARGO_TARGET_TMPDIR")), "http", &rows).unwrap();
    let failed = rows.iter().filter(|row| row.outcome == Outcome::Failed);
    let failed: Vec<String> = failed
        .map(|row| format!("{} {}: {}", row.section, row.name, row.answer))
        .collect();
    println!("{} cases in {} rows", cases.len(), rows.len());
    assert!(
        failed.is_empty(),
        "{} failed:\n{}",
        failed.len(),
        failed.join("\n")
    );
}

/// Runs all cases on a few threads; the findings are in the order of the cases.
fn run_all(cases: &[Case], run: impl Fn(&Case, usize) -> Vec<Finding> + Sync) -> Vec<Vec<Finding>> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let mark = next.fetch_add(1, Ordering::Relaxed);
            let Some(case) = cases.get(mark) else {
                return done;
            };
            done.push((mark, run(case, mark)));
        }
    };
    let mut findings: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(work)).collect();
        threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap())
            .collect()
    });
    findings.sort_by_key(|(mark, _)| *mark);
    findings.into_iter().map(|(_, findings)| findings).collect()
}

/// A few connections at a time.
const THREADS: usize = 4;
