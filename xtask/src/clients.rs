//! `cargo xtask clients`: WebSocket clients of other projects against the echo
//! server.

use crate::install::{install_node, install_python};
use crate::run::{cargo, check, command, printed, root, target};
use crate::{board, suite};
use anyhow::Result;
use std::path::PathBuf;
use std::process::Command;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Fail if a client cannot be installed, instead of leaving it out
    #[arg(long)]
    strict: bool,
    /// Run against the emulated board
    #[arg(long)]
    board: bool,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    install(options.strict)?;
    let mut pytest = if options.board {
        on_board()?
    } else {
        suite::release()?;
        on_linux()
    };
    if options.strict {
        pytest.arg(EVERY_CLIENT);
    }
    check(&mut pytest)
}

/// The step: every client, against the server that was built before.
pub(crate) fn test() -> Result<()> {
    install(true)?;
    check(on_linux().arg(EVERY_CLIENT))
}

/// The same against the emulated board.
pub(crate) fn test_board() -> Result<()> {
    install(true)?;
    check(on_board()?.arg(EVERY_CLIENT))
}

/// Installs the clients. Without `strict` what fails is told, and the rest is
/// installed all the same.
fn install(strict: bool) -> Result<()> {
    let steps: [fn() -> Result<()>; 3] = [python, node, websocat];
    for step in steps {
        match step() {
            Err(error) if strict => return Err(error),
            Err(error) => println!("    not installed: {error:#}"),
            Ok(()) => {}
        }
    }
    Ok(())
}

/// All at once, or one by one if a client stands in the way of the others.
fn python() -> Result<()> {
    let all = install_python(ENVIRONMENT, PYTHON);
    if all.is_err() {
        let requirements = std::fs::read_to_string(root().join(PYTHON))?;
        for requirement in requirements.lines() {
            let mut pip = command(environment("pip"), &["install", "--quiet", requirement]);
            if let Err(error) = check(&mut pip) {
                println!("    not installed: {error:#}");
            }
        }
    }
    all
}

fn node() -> Result<()> {
    install_node("tests/clients/node")
}

/// Debian has no package of it. Without TLS it takes less than a minute to build.
fn websocat() -> Result<()> {
    let version = printed(&mut command(tool("websocat"), &["--version"]));
    if version.is_ok_and(|line| line.ends_with(&format!(" {WEBSOCAT}"))) {
        return Ok(());
    }
    let mut install = cargo(&["install", "websocat", "--version", WEBSOCAT, "--locked"]);
    // It takes half as long to build it so, and it is not what is measured.
    install.args(["--quiet", "--debug", "--no-default-features", "--root"]);
    check(install.arg(target().join("tools")))
}

fn on_linux() -> Command {
    let mut pytest = pytest();
    // It would take the place of the program.
    pytest.env_remove("DUNLIN_BOARD_ELF");
    pytest.env("DUNLIN_ECHO_BINARY", suite::echo_binary());
    pytest
}

fn on_board() -> Result<Command> {
    let mut pytest = pytest();
    let with_compression = board::build_with("deflate")?;
    pytest.env("DUNLIN_BOARD_DEFLATE_ELF", with_compression);
    pytest.env("DUNLIN_BOARD_ELF", board::build_echo()?);
    Ok(pytest)
}

fn pytest() -> Command {
    let mut pytest = command(environment("pytest"), &["-q", "tests/clients"]);
    pytest.args(["-p", "no:cacheprovider"]);
    let websocat = tool("websocat");
    if websocat.exists() {
        pytest.env("DUNLIN_WEBSOCAT", websocat);
    }
    pytest
}

/// A program of the Python environment that the clients are installed in.
fn environment(program: &str) -> PathBuf {
    target().join(ENVIRONMENT).join("bin").join(program)
}

/// A program that was installed from crates.io.
fn tool(program: &str) -> PathBuf {
    target().join("tools/bin").join(program)
}

const ENVIRONMENT: &str = "venv-clients";
const PYTHON: &str = "tests/clients/python/requirements.txt";
const WEBSOCAT: &str = "1.14.1";
/// Makes a client that does not start a failure.
const EVERY_CLIENT: &str = "--every-client";
