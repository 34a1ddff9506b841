//! The examples: building their programs, and testing them.

use crate::board;
use crate::run::{cargo, check, root, target};
use crate::suite::pytest;
use anyhow::Result;
use std::path::PathBuf;

/// Tests the examples on this machine.
pub(crate) fn test() -> Result<()> {
    let mut pytest = pytest(&["tests/examples"]);
    // It would take the place of the programs.
    pytest.env_remove("DUNLIN_BOARD_EXAMPLES");
    check(pytest.env("DUNLIN_EXAMPLES", build()?))
}

/// Tests the examples on the emulated board.
pub(crate) fn test_board() -> Result<()> {
    let programs = board::build_examples()?;
    check(pytest(&["tests/examples"]).env("DUNLIN_BOARD_EXAMPLES", programs))
}

/// Builds all examples for this machine and returns the folder of the programs.
///
/// They are built for development: what is tested is what they do, and optimizing
/// each takes longer than its tests.
pub(crate) fn build() -> Result<PathBuf> {
    let mut build = cargo(&["build", "--quiet"]);
    for name in names()? {
        build.args(["--package", &format!("dunlin-example-{name}")]);
    }
    check(&mut build)?;
    Ok(target().join("debug"))
}

/// The examples that have a program.
pub(crate) fn names() -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(root().join("examples"))? {
        let folder = entry?.path();
        if folder.join("src/main.rs").exists() {
            let name = folder.file_name().unwrap_or_default();
            names.push(name.to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}
