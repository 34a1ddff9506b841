//! Lines of a report, without those of tests.

use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// A source file with what of it was not run.
pub(super) struct File {
    /// Below the folder that is measured.
    pub(super) name: String,
    /// Lines with code.
    pub(super) lines: usize,
    /// The numbers of those that were not run.
    pub(super) missing: Vec<usize>,
}

/// The files below a folder, out of a report in lcov's format. Tests are left
/// out: files named for them, and what is behind `#[cfg(test)]`.
pub(super) fn files(report: &str, folder: &Path) -> Result<Vec<File>> {
    let mut files = Vec::new();
    for (path, counts) in counts(report, folder)? {
        let is_test = path.ends_with("tests.rs") || path.contains("/tests/");
        if is_test {
            continue;
        }
        let source = fs::read_to_string(folder.join(&path)).with_context(|| path.clone())?;
        let end = source.lines().position(|line| line == "#[cfg(test)]");
        let code = counts.range(..=end.unwrap_or(usize::MAX));
        let (lines, missing) = code.fold((0, Vec::new()), |(lines, mut missing), line| {
            if *line.1 == 0 {
                missing.push(*line.0);
            }
            (lines + 1, missing)
        });
        if lines > 0 {
            files.push(File {
                name: path,
                lines,
                missing,
            });
        }
    }
    Ok(files)
}

/// How often the lines of each file were run.
type Counts = BTreeMap<String, BTreeMap<usize, u64>>;

fn counts(report: &str, folder: &Path) -> Result<Counts> {
    let mut counts = Counts::new();
    let mut current = None;
    for line in report.lines() {
        if let Some(path) = line.strip_prefix("SF:") {
            let below = Path::new(path).strip_prefix(folder).ok();
            current = below.map(|path| path.to_string_lossy().into_owned());
        } else if let (Some(data), Some(path)) = (line.strip_prefix("DA:"), &current) {
            let (number, count) = data.split_once(',').context("a number and a count")?;
            let lines = counts.entry(path.clone()).or_default();
            *lines.entry(number.parse()?).or_default() += count.parse::<u64>()?;
        }
    }
    Ok(counts)
}
