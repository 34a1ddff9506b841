//! The document that shows what the suites found.

use super::Row;
use std::fmt::Write;

/// The whole document: the same rows make the same text.
pub(super) fn document(rows: &[Row]) -> String {
    let mut text = INTRODUCTION.to_owned();
    text += &summary(rows);
    text += &deviations(rows);
    let mut sorted: Vec<&Row> = rows.iter().collect();
    sorted.sort_by_key(|row| (&row.suite, order(&row.section)));
    for group in sorted.chunk_by(|left, right| group(left) == group(right)) {
        text += &table(group);
    }
    text
}

/// A line for each suite, with the behaviours of each level.
fn summary(rows: &[Row]) -> String {
    let mut text = String::from("| suite | behaviours |");
    for outcome in OUTCOMES {
        let _ = write!(text, " {outcome} |");
    }
    text += " MUST | SHOULD | MAY |\n|---|";
    text += &"---:|".repeat(OUTCOMES.len() + 4);
    text.push('\n');
    for suite in rows.chunk_by(|left, right| left.suite == right.suite) {
        let count = |is: &dyn Fn(&Row) -> bool| suite.iter().filter(|row| is(row)).count();
        let name = suite.first().map_or("", |row| &row.suite);
        let _ = write!(text, "| {name} | {} |", suite.len());
        for outcome in OUTCOMES {
            let _ = write!(text, " {} |", count(&|row| row.outcome == *outcome));
        }
        for level in ["MUST", "SHOULD", "MAY"] {
            // What is informational demands nothing.
            let all = count(&|row| row.level == level && row.outcome != "informational");
            let passed = count(&|row| row.level == level && row.outcome == "passed");
            let _ = write!(text, " {passed} of {all} |");
        }
        text.push('\n');
    }
    text
}

/// What a reader looks for first: what is not as demanded.
fn deviations(rows: &[Row]) -> String {
    let mut text = String::new();
    for row in rows.iter().filter(|row| row.outcome == "deviates") {
        let Row { section, level, .. } = row;
        let (name, answer) = (name(&row.name), cell(&row.answer));
        let _ = writeln!(text, "- {name} ({section}, {level}). Here: {answer}.");
    }
    if text.is_empty() {
        return text;
    }
    format!(
        "\n## Deviations\n\nWhere the server decided against what a section asks for:\n\n{text}"
    )
}

fn table(rows: &[&Row]) -> String {
    let Some(first) = rows.first() else {
        return String::new();
    };
    let (document, section) = group(first);
    let mut text = format!("\n## {document}, section {section}\n\n");
    text +=
        "| behaviour | level | section | ways | outcome | answer |\n|---|---|---|---|---|---|\n";
    for row in rows {
        let (name, answer) = (name(&row.name), cell(&row.answer));
        let section = row.section.strip_prefix(document).unwrap_or(&row.section);
        let Row { level, outcome, .. } = row;
        let ways = row.ways.join(", ");
        let section = section.trim();
        let _ = writeln!(
            text,
            "| {name} | {level} | {section} | {ways} | {outcome} | {answer} |"
        );
    }
    text
}

/// The document and the first number of a section: `RFC 9112` and `3`.
fn group(row: &Row) -> (&str, &str) {
    let (document, section) = row.section.rsplit_once(' ').unwrap_or((&row.section, ""));
    (document, section.split('.').next().unwrap_or_default())
}

/// The newest document of a suite first; in it by numbers, not by letters.
fn order(section: &str) -> (std::cmp::Reverse<String>, Vec<u32>) {
    let (document, section) = section.rsplit_once(' ').unwrap_or((section, ""));
    let numbers = section.split('.').map(|number| number.parse().unwrap_or(0));
    (std::cmp::Reverse(document.to_owned()), numbers.collect())
}

/// An identifier as such, and a sentence as text.
fn name(text: &str) -> String {
    if text.contains(' ') {
        cell(text)
    } else {
        format!("`{text}`")
    }
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace(['\n', '\r'], " ")
}

const OUTCOMES: &[&str] = &[
    "passed",
    "non-strict",
    "informational",
    "unimplemented",
    "deviates",
    "failed",
];

const INTRODUCTION: &str = "\
# Conformance

    cargo xtask conformance          # runs the suites and writes this file
    cargo xtask conformance --check  # fails when it is not what the suites show

Each behaviour is demanded by a section of an RFC and shown by one request or several, in `tests/conformance`. It is run in three ways:

- **whole**: in memory, in simulated time, in one piece;
- **cut**: the same, cut in two at every octet, and octet by octet; the answers have to be the same to the octet
  (frames above 4 KiB: cut around every header and end, and at each 211th octet);
- **sockets**: against the running program, over TCP.

Over sockets, HTTP has to be answered as in memory, but for the date; what needs time to pass is run in memory alone. In a request above
2 KiB the octets in the middle are cut at each 61st.

A case of HTTP also shows what was executed: a request behind it sets a mark, and where a framing is in doubt, another is hidden in the body.
After a refusal no mark may be set; else it is set once, by the request behind. `open` and `closed` tell what became of the
connection, and `waits` that nothing is answered before the request is complete.

A case of WebSocket fails where anything is received that is not expected, and where the connection fails later than it could: a message in front
of a violation is answered first, and a text is refused at the octet that makes it invalid, while the rest of it is withheld.

";

#[cfg(test)]
mod tests {
    use super::{Row, document};

    fn row(section: &str, outcome: &str) -> Row {
        Row {
            suite: "http".into(),
            section: section.into(),
            name: "a_name".into(),
            level: "MUST".into(),
            ways: vec!["whole".into(), "cut".into()],
            outcome: outcome.into(),
            answer: "400 | closed".into(),
        }
    }

    #[test]
    fn sections_are_sorted_by_their_numbers() {
        let rows = ["RFC 9110 15.1", "RFC 9110 5", "RFC 9112 11", "RFC 9112 9.3"];
        let text = document(&rows.map(|section| row(section, "passed")));
        let headings: Vec<&str> = text
            .lines()
            .filter(|line| line.starts_with("## "))
            .collect();
        let sorted = [
            "RFC 9112, section 9",
            "RFC 9112, section 11",
            "RFC 9110, section 5",
            "RFC 9110, section 15",
        ];
        assert_eq!(headings, sorted.map(|heading| format!("## {heading}")));
    }

    #[test]
    fn a_deviation_is_counted_and_named() {
        let text = document(&[row("RFC 9112 2", "deviates"), row("RFC 9112 2", "passed")]);
        assert!(
            text.contains("| http | 2 | 1 | 0 | 0 | 0 | 1 | 0 | 1 of 2 | 0 of 0 | 0 of 0 |"),
            "{text}"
        );
        assert!(
            text.contains("- `a_name` (RFC 9112 2, MUST). Here: 400 \\| closed."),
            "{text}"
        );
        assert!(
            text.contains("| `a_name` | MUST | 2 | whole, cut | passed | 400 \\| closed |"),
            "{text}"
        );
    }
}
