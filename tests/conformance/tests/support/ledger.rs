//! What came of each case in all ways, as the rows of the report.

use super::Verdict;
use dunlin_conformance::report::{self, Outcome, Row, Way};
use dunlin_conformance::websocket::groups::Title;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;

/// The numbers of a group, its name, and the position of a case in its list:
/// the order of the report.
type Place = (Vec<u32>, &'static str, usize);

static ROWS: Mutex<BTreeMap<Place, Row>> = Mutex::new(BTreeMap::new());

/// Enters what came of a case in one way.
pub(super) fn enter(position: usize, title: Title, way: Way, verdict: Result<Verdict, String>) {
    let place = (numbers(title.group), title.group, position);
    let mut rows = ROWS.lock().expect("no test panics here");
    let row = rows.entry(place).or_insert_with(|| Row {
        suite: SUITE.into(),
        section: title.section.into(),
        name: title.name,
        level: title.level,
        ways: Vec::new(),
        outcome: Outcome::Unimplemented,
        answer: String::new(),
    });
    match verdict {
        Err(error) => {
            row.outcome = Outcome::Failed;
            row.answer = error;
        }
        Ok(Verdict::Ok(answer)) if row.outcome != Outcome::Failed => {
            // Ways in which the server does without it do not count then.
            let done = row.outcome != Outcome::Unimplemented;
            row.outcome = if title.is_informational {
                Outcome::Informational
            } else {
                Outcome::Passed
            };
            row.answer = answer;
            row.ways.retain(|_| done);
        }
        Ok(Verdict::Unimplemented) if row.outcome == Outcome::Unimplemented => {}
        Ok(_) => return,
    }
    row.ways.push(way);
    row.ways.sort_unstable();
}

/// Writes the rows that there are so far.
pub(super) fn write() {
    let rows = ROWS.lock().expect("no test panics here");
    let rows: Vec<_> = rows.values().cloned().collect();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    report::write(folder, SUITE, &rows).expect("the report can be written");
}

/// `6.12` as numbers, so that it comes behind `6.2`; what is beyond the table
/// comes last.
fn numbers(group: &str) -> Vec<u32> {
    let parts = group
        .split('.')
        .map(|part| part.parse().unwrap_or(u32::MAX));
    parts.collect()
}

const SUITE: &str = "websocket";
