//! `cargo xtask test`: everything, in one command.

use crate::board::Board;
use crate::install::install;
use crate::run::{cargo, check, command, root, target};
use crate::{
    board, budgets, clients, conformance, coverage, device, esp32, examples, fuzz, instructions,
};
use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Run only this step; may be repeated
    #[arg(long)]
    only: Vec<String>,
    /// Leave this step out; may be repeated
    #[arg(long)]
    skip: Vec<String>,
    /// List the steps
    #[arg(long)]
    list: bool,
}

type Step = (&'static str, &'static str, fn() -> Result<()>);

const STEPS: &[Step] = &[
    ("install", "what a fresh machine lacks", install),
    ("format", "rustfmt", format),
    ("clippy", "lints, warnings are errors", clippy),
    ("unit", "unit, property and documentation tests", unit),
    (
        "conformance",
        "what HTTP and WebSocket demand, in memory and over sockets",
        conformance::test,
    ),
    (
        "fuzz",
        "every fuzz target over its corpus, then for a short time",
        fuzz::test,
    ),
    (
        "coverage",
        "the lines of the protocol crate that tests run",
        coverage::test,
    ),
    ("doc", "rustdoc without warnings", doc),
    (
        "device",
        "the core for riscv32imc, without alloc",
        device::build,
    ),
    (
        "firmware",
        "the firmware for the emulated board",
        board::check_and_build,
    ),
    (
        "board",
        "what the emulated board promises",
        board::check_board,
    ),
    (
        "board-defmt",
        "what the emulated board logs through defmt",
        board::check_defmt,
    ),
    (
        "esp32",
        "the firmware for the ESP32-C3, linked and validated, and the S3, type-checked",
        esp32::test,
    ),
    (
        "budgets",
        "flash, RAM and instructions of the device build, against their budgets",
        budgets::check_all,
    ),
    ("release", "the echo server", release),
    (
        "e2e",
        "real clients in Python, and octets no library would send",
        e2e,
    ),
    ("node", "a real client in Node.js", node),
    (
        "examples",
        "every example, with real clients",
        examples::test,
    ),
    (
        "features",
        "what applications can do, with real clients",
        features,
    ),
    (
        "browser",
        "the console and the examples' pages in headless Chromium",
        browser,
    ),
    ("clients", "independent WebSocket clients", clients::test),
    (
        "board-e2e",
        "the clients in Python against the emulated board",
        board_e2e,
    ),
    (
        "board-node",
        "the client in Node.js against the emulated board",
        board_node,
    ),
    (
        "board-browser",
        "the console in Chromium against the emulated board",
        board_browser,
    ),
    (
        "board-examples",
        "the examples on the emulated board",
        examples::test_board,
    ),
    (
        "board-features",
        "what applications can do, on the emulated board",
        board_features,
    ),
    (
        "board-clients",
        "the independent clients against the emulated board",
        clients::test_board,
    ),
    (
        "instructions",
        "instructions and system calls per message",
        check_instructions,
    ),
];

pub(crate) fn run(options: &Options) -> Result<()> {
    if options.list {
        STEPS
            .iter()
            .for_each(|(name, about, _)| println!("{name:<14}{about}"));
        return Ok(());
    }
    let known = |name: &String| STEPS.iter().any(|(step, ..)| step == name);
    if let Some(name) = options
        .only
        .iter()
        .chain(&options.skip)
        .find(|name| !known(name))
    {
        bail!("no step is named {name}; see --list");
    }
    let chosen = |name: &str| {
        let named = |names: &[String]| names.iter().any(|there| there == name);
        (options.only.is_empty() || named(&options.only)) && !named(&options.skip)
    };
    let mut passed = 0;
    for (name, about, step) in STEPS.iter().filter(|(name, ..)| chosen(name)) {
        println!("==> {name}: {about}");
        let start = Instant::now();
        if let Err(error) = step() {
            println!("==> {name} failed: {error:#}");
            println!("{passed} passed, 1 failed");
            std::process::exit(1);
        }
        println!(
            "==> {name} passed in {:.1} s",
            start.elapsed().as_secs_f32()
        );
        passed += 1;
    }
    println!("{passed} passed, 0 failed");
    Ok(())
}

fn format() -> Result<()> {
    check(&mut cargo(&["fmt", "--all", "--check"]))
}

fn clippy() -> Result<()> {
    check(&mut cargo(&[
        "clippy",
        "--workspace",
        "--all-targets",
        "--",
        "-Dwarnings",
    ]))
}

fn unit() -> Result<()> {
    // The suites have a step of their own.
    let mut test = cargo(&["test", "--workspace", "--quiet"]);
    check(test.args(["--exclude", conformance::PACKAGE]))?;
    // What a feature puts in the place of something else is tested both ways.
    for (package, feature) in [("dunlin-json", "std"), ("dunlin-embassy", "transport")] {
        let with_feature = ["--package", package, "--features", feature];
        check(cargo(&["test", "--quiet"]).args(with_feature))?;
    }
    Ok(())
}

fn doc() -> Result<()> {
    let mut doc = cargo(&[
        "doc",
        "--workspace",
        "--no-deps",
        "--document-private-items",
    ]);
    check(doc.env("RUSTDOCFLAGS", "-Dwarnings"))
}

pub(crate) fn release() -> Result<()> {
    check(&mut cargo(&["build", "--release"]))
}

/// The echo server that [`release`] built.
pub(crate) fn echo_binary() -> PathBuf {
    target().join("release/dunlin-echo")
}

fn e2e() -> Result<()> {
    let mut pytest = pytest(&["tests/e2e"]);
    // It would take the place of the program.
    pytest.env_remove("DUNLIN_BOARD_ELF");
    check(pytest.env("DUNLIN_ECHO_BINARY", echo_binary()))
}

fn board_e2e() -> Result<()> {
    let tcp_echo = board::build(board::Image::TcpEcho.name())?;
    check(
        pytest(&["tests/e2e"])
            .env("DUNLIN_BOARD_ELF", board::build_echo()?)
            .env("DUNLIN_BOARD_DEFLATE_ELF", board::build_with("deflate")?)
            .env("DUNLIN_BOARD_TCP_ECHO_ELF", tcp_echo),
    )
}

fn features() -> Result<()> {
    check(&mut cargo(&["build", "--package", "dunlin-features"]))?;
    let mut pytest = pytest(&["tests/features"]);
    // It would take the place of the program.
    pytest.env_remove("DUNLIN_BOARD_FEATURES_ELF");
    check(pytest.env("DUNLIN_FEATURES", target().join("debug/features")))
}

fn board_features() -> Result<()> {
    let elf = board::build_features()?;
    check(pytest(&["tests/features"]).env("DUNLIN_BOARD_FEATURES_ELF", elf))
}

/// The end-to-end tests in Python, or some of them.
pub(crate) fn pytest(tests: &[&str]) -> Command {
    let options = ["-q", "-p", "no:cacheprovider"];
    let mut pytest = command(target().join("venv/bin/pytest"), &options);
    pytest.args(tests);
    pytest
}

fn node() -> Result<()> {
    with_server(|url| check(&mut node_test("tests/node", url, "linux")))
}

fn browser() -> Result<()> {
    let examples = examples::build()?;
    let example = ["--package", "dunlin-linux", "--example", "same_origin"];
    check(cargo(&["build", "--quiet"]).args(example))?;
    let mut door = Command::new(target().join("debug/examples/same_origin"));
    let (mut door, door_url) = start_server(&mut door)?;
    let result = with_server(|url| {
        let mut node = node_test("tests/browser", url, "linux");
        node.env("DUNLIN_EXAMPLES", &examples);
        check(node.env("DUNLIN_SAME_ORIGIN_URL", &door_url))
    });
    door.kill().and_then(|()| door.wait())?;
    result
}

fn board_node() -> Result<()> {
    with_board(|url| check(&mut node_test("tests/node", url, "device")))
}

fn board_browser() -> Result<()> {
    with_board(|url| check(&mut node_test("tests/browser", url, "device")))
}

/// Node's own test runner over the test files of a folder, against a server
/// with the limits of a kind.
fn node_test(folder: &str, url: &str, limits: &str) -> Command {
    let mut node = command("node", &["--test"]);
    let folder = root().join(folder);
    let files = std::fs::read_dir(&folder).into_iter().flatten().flatten();
    let names = files.map(|file| file.path());
    node.args(names.filter(|path| path.to_string_lossy().ends_with(".test.mjs")));
    node.env("DUNLIN_URL", url).env("DUNLIN_LIMITS", limits);
    node.current_dir(folder);
    node
}

fn check_instructions() -> Result<()> {
    instructions::run(&instructions::Options {
        check: true,
        json: false,
    })
}

/// Runs `test` against a server of its own, given its URL.
fn with_server(test: impl FnOnce(&str) -> Result<()>) -> Result<()> {
    let mut echo = Command::new(echo_binary());
    let (mut server, url) = start_server(echo.args(["--port", "0", "--log", "off"]))?;
    let result = test(&url);
    server.kill().and_then(|()| server.wait())?;
    result
}

/// Runs `test` against a board of its own, given its URL.
fn with_board(test: impl FnOnce(&str) -> Result<()>) -> Result<()> {
    let port = board::Image::Echo.port();
    let board = Board::boot(&board::Options {
        forwards: vec![(0, port)],
        ..board::Options::new(board::build_echo()?)
    })?;
    let result = test(&format!("http://127.0.0.1:{}/", board.port(port)));
    result.and(board.quit())
}

/// Starts a server and waits until it says where it listens.
pub(crate) fn start_server(command: &mut Command) -> Result<(Child, String)> {
    let shown = format!("{command:?}");
    let mut server = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot run {shown}"))?;
    let output = server.stdout.take().context("no standard output")?;
    for line in BufReader::new(output).lines() {
        if let Some(url) = line?.strip_prefix("Console: ") {
            return Ok((server, url.to_owned()));
        }
    }
    bail!("{shown} ended before it listened: {}", server.wait()?);
}
