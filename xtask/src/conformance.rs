//! `cargo xtask conformance`: runs the conformance suites, and keeps the table
//! of what they show.

mod table;

use crate::run::{cargo, check, root, target};
use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use std::fs;
use std::path::PathBuf;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Fail when docs/conformance.md is not what the suites show, instead of writing it
    #[arg(long)]
    check: bool,
}

/// A line of a suite's report. The suites are a crate of their own, which this
/// program is built without, so that it works while they do not.
#[derive(Deserialize)]
struct Row {
    suite: String,
    section: String,
    name: String,
    level: String,
    ways: Vec<String>,
    outcome: String,
    answer: String,
}

/// The step of `cargo xtask test`.
pub(crate) fn test() -> Result<()> {
    run(&Options { check: true })
}

pub(crate) fn run(options: &Options) -> Result<()> {
    let suites: Vec<&str> = SUITES
        .iter()
        .copied()
        .filter(|suite| source(suite).exists())
        .collect();
    // A report of an earlier run must not pass for one of this.
    for suite in &suites {
        let _ = fs::remove_file(report(suite));
    }
    check(&mut cargo(&["test", "--quiet", "--package", PACKAGE]))?;
    let mut rows = Vec::new();
    for suite in &suites {
        rows.extend(read(suite)?);
    }
    let text = table::document(&rows);
    let file = root().join(DOCUMENT);
    if !options.check {
        return fs::write(&file, text).with_context(|| format!("cannot write {DOCUMENT}"));
    }
    let there = fs::read_to_string(&file).with_context(|| format!("cannot read {DOCUMENT}"))?;
    let differs = there
        .lines()
        .zip(text.lines())
        .find(|(old, new)| old != new);
    if let Some((old, new)) = differs {
        println!("{DOCUMENT} has\n{old}\nand the suites show\n{new}");
    }
    ensure!(
        there == text,
        "{DOCUMENT} is not what the suites show: run cargo xtask conformance"
    );
    Ok(())
}

fn read(suite: &str) -> Result<Vec<Row>> {
    let file = report(suite);
    let text =
        fs::read_to_string(&file).with_context(|| format!("the suite {suite} wrote no report"))?;
    text.lines()
        .map(|line| serde_json::from_str(line).with_context(|| format!("no row: {line}")))
        .collect()
}

fn source(suite: &str) -> PathBuf {
    root().join(format!("tests/conformance/tests/{suite}.rs"))
}

fn report(suite: &str) -> PathBuf {
    target().join(format!("conformance/{suite}.jsonl"))
}

/// The package of the suites.
pub(crate) const PACKAGE: &str = "dunlin-conformance";

const SUITES: &[&str] = &["http", "websocket"];

const DOCUMENT: &str = "docs/conformance.md";
