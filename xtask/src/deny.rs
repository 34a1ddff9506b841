//! `cargo xtask deny`: licences and sources of everything that is built in.

use crate::run::{cargo, check, command, printed, root, target};
use anyhow::{Result, ensure};

/// Checks the dependencies of every workspace against `deny.toml`, with
/// cargo-deny, which is built first if it is missing.
///
/// Known vulnerabilities are a matter of the network: the workflow of the forge
/// looks for them, with the same file.
pub(crate) fn run() -> Result<()> {
    let tools = target().join("tools");
    let program = tools.join("bin/cargo-deny");
    if !program.exists() {
        let mut install = cargo(&["install", "--quiet", "--locked", "cargo-deny"]);
        check(install.args(["--version", VERSION, "--root"]).arg(&tools))?;
    }
    let locks = printed(&mut command(
        "git",
        &["ls-files", "Cargo.lock", "*/Cargo.lock"],
    ))?;
    ensure!(!locks.is_empty(), "no workspace is known to git");
    for lock in locks.lines() {
        println!("    {lock}");
        let manifest = root().join(lock).with_extension("toml");
        let mut deny = command(&program, &["--log-level", "error", "--config"]);
        deny.arg(root().join("deny.toml"))
            .arg("--manifest-path")
            .arg(manifest);
        check(deny.args(["check", "licenses", "bans", "sources"]))?;
    }
    Ok(())
}

const VERSION: &str = "0.20.2";
