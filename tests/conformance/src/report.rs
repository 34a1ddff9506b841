//! What a suite found, a line of JSON for each case.

use serde::{Deserialize, Serialize};
use std::fs;
use std::io;
use std::path::Path;

/// What became of one case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The suite: `http` or `websocket`.
    pub suite: String,
    /// The section that demands it, such as `RFC 9112 3.2`.
    pub section: String,
    /// The behaviour, such as `a_bare_lf_ends_no_line`.
    pub name: String,
    /// How strongly it is demanded.
    pub level: Level,
    /// How the case was run.
    pub ways: Vec<Way>,
    /// What became of it.
    pub outcome: Outcome,
    /// What the server did, in words; what was wrong, where it failed.
    pub answer: String,
}

/// How strongly a behaviour is demanded (RFC 2119).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Level {
    /// It is required.
    Must,
    /// It is required unless there is a reason.
    Should,
    /// It is one of the choices that the server has.
    May,
}

/// A way to run a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Way {
    /// In memory, in one piece.
    Whole,
    /// In memory, cut at every octet.
    Cut,
    /// Over sockets, against the running program.
    Sockets,
}

/// What became of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// As expected, in every way it was run.
    Passed,
    /// Allowed, but later or less exactly than the strictest reading wants it.
    NonStrict,
    /// Nothing is demanded; what the server did is told.
    Informational,
    /// An optional part of the protocol that the server does not have.
    Unimplemented,
    /// The server decided against what is demanded, with a reason.
    Deviates,
    /// Not as expected.
    Failed,
}

/// Writes the rows of a suite to `conformance/SUITE.jsonl` in Cargo's target
/// folder, given the folder that Cargo names to tests, `CARGO_TARGET_TMPDIR`.
///
/// # Errors
///
/// When the file cannot be written.
pub fn write(temporary: &Path, suite: &str, rows: &[Row]) -> io::Result<()> {
    let folder = temporary.parent().unwrap_or(temporary).join("conformance");
    fs::create_dir_all(&folder)?;
    let mut text = String::new();
    for row in rows {
        text += &serde_json::to_string(row)?;
        text.push('\n');
    }
    fs::write(folder.join(format!("{suite}.jsonl")), text)
}

/// Reads the rows that [`write()`] wrote, from the text of the file.
///
/// # Errors
///
/// When a line is not a row.
pub fn read(text: &str) -> serde_json::Result<Vec<Row>> {
    text.lines().map(serde_json::from_str).collect()
}

#[cfg(test)]
mod tests {
    use super::{Level, Outcome, Row, Way, read};

    #[test]
    fn a_row_is_one_line_of_json() {
        let row = Row {
            suite: "http".into(),
            section: "RFC 9112 2.2".into(),
            name: "a_bare_lf_ends_no_line".into(),
            level: Level::Must,
            ways: vec![Way::Whole, Way::Cut],
            outcome: Outcome::Passed,
            answer: "400,\nclosed".into(),
        };
        let line = serde_json::to_string(&row).unwrap();
        assert_eq!(line.lines().count(), 1);
        assert!(line.contains(r#""level":"MUST""#), "{line}");
        assert_eq!(
            read(&format!("{line}\n{line}\n")).unwrap(),
            [row.clone(), row]
        );
    }
}
