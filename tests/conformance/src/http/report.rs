//! From findings to rows.

use super::{Case, Finding};
use crate::report::{Outcome, Row, Way};

/// A row for each name of a section, of all cases that share it.
pub fn rows(cases: &[Case], findings: &[Vec<Finding>]) -> Vec<Row> {
    let mut rows: Vec<(Row, usize)> = Vec::new();
    for (case, findings) in cases.iter().zip(findings) {
        let row = row(case, findings);
        match rows.iter_mut().find(|(there, _)| is_same(there, &row)) {
            Some((there, count)) => {
                *count += 1;
                join(there, row);
            }
            None => rows.push((row, 1)),
        }
    }
    rows.into_iter().map(counted).collect()
}

fn is_same(left: &Row, right: &Row) -> bool {
    left.section == right.section && left.name == right.name
}

/// Of two rows the worse outcome counts.
fn join(there: &mut Row, row: Row) {
    if row.outcome > there.outcome {
        there.outcome = row.outcome;
        there.answer = row.answer;
    } else if row.outcome == there.outcome
        && !there
            .answer
            .split(" or ")
            .any(|answer| answer == row.answer)
    {
        there.answer = format!("{} or {}", there.answer, row.answer);
    }
}

fn counted((mut row, count): (Row, usize)) -> Row {
    if count > 1 {
        row.answer = format!("{count} requests: {}", row.answer);
    }
    row
}

fn row(case: &Case, findings: &[Finding]) -> Row {
    let failed = findings
        .iter()
        .find_map(|finding| Some((finding.way, finding.result.as_ref().err()?)));
    let did = findings
        .iter()
        .find_map(|finding| finding.result.as_ref().ok());
    let (outcome, answer) = match (failed, case.deviates) {
        (Some((way, what)), _) => (Outcome::Failed, format!("{}: {what}", in_words(way))),
        (None, Some(reason)) => {
            let did = did.map(String::as_str).unwrap_or_default();
            (Outcome::Deviates, format!("{did}; {reason}"))
        }
        (None, None) => (Outcome::Passed, did.cloned().unwrap_or_default()),
    };
    Row {
        suite: "http".to_owned(),
        section: case.section.to_owned(),
        name: case.name.clone(),
        level: case.level,
        ways: findings.iter().map(|finding| finding.way).collect(),
        outcome,
        answer,
    }
}

fn in_words(way: Way) -> &'static str {
    match way {
        Way::Whole => "whole",
        Way::Cut => "cut",
        Way::Sockets => "over sockets",
    }
}
