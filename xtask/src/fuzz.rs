//! `cargo xtask fuzz`: every fuzz target, for a bounded time.

mod corpus;

use crate::run::{cargo, check, command, host, root, target};
use anyhow::{Context, Result, bail, ensure};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::{fs, thread};

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Run only this target; may be repeated
    #[arg(long = "target", value_name = "NAME")]
    targets: Vec<String>,
    /// Look for new inputs for so long, each target
    #[arg(long, default_value_t = 10)]
    seconds: u32,
    /// Run so many targets at once
    #[arg(long, default_value_t = 1)]
    jobs: usize,
    /// Afterwards take what is new into the corpora of the repository
    #[arg(long)]
    merge: bool,
    /// Run only this input, of the target that is named
    #[arg(long, value_name = "INPUT")]
    replay: Option<PathBuf>,
}

/// Every target for a short time. Format and lints are checked here, because
/// the targets are a workspace of their own.
pub(crate) fn test() -> Result<()> {
    let manifest = ["--manifest-path", "fuzz/Cargo.toml"];
    check(cargo(&["fmt", "--check"]).args(manifest))?;
    let mut clippy = cargo_for_targets("clippy")?;
    check(clippy.args(["--all-targets", "--quiet", "--", "-Dwarnings"]))?;
    run(&Options {
        targets: Vec::new(),
        seconds: 5,
        jobs: 1,
        merge: false,
        replay: None,
    })
}

pub(crate) fn run(options: &Options) -> Result<()> {
    let names = targets(&options.targets)?;
    let programs = build()?;
    if let Some(input) = &options.replay {
        return replay(&programs, &names, input);
    }
    let queue = Mutex::new(names.iter());
    let failed = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..options.jobs.max(1) {
            scope.spawn(|| {
                while let Some(name) = next(&queue) {
                    if let Err(error) = fuzz(&programs, name, options.seconds) {
                        println!("{name:<12}{error:#}");
                        keep(&failed, name);
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap_or_default();
    ensure!(failed.is_empty(), "failed: {}", failed.join(", "));
    if options.merge {
        return corpus::merge(&programs, &names);
    }
    Ok(())
}

fn next<'n>(queue: &Mutex<std::slice::Iter<'n, String>>) -> Option<&'n String> {
    queue.lock().ok()?.next()
}

fn keep(failed: &Mutex<Vec<String>>, name: &str) {
    if let Ok(mut failed) = failed.lock() {
        failed.push(name.to_owned());
    }
}

/// The targets that are asked for, by their files; all if none is.
fn targets(asked: &[String]) -> Result<Vec<String>> {
    let folder = root().join("fuzz/fuzz_targets");
    let files = fs::read_dir(&folder).with_context(|| format!("no folder {folder:?}"))?;
    let stems = files.flatten().filter_map(|file| {
        let path = file.path();
        Some(path.file_stem()?.to_string_lossy().into_owned())
    });
    let mut known: Vec<String> = stems.collect();
    known.sort();
    if let Some(name) = asked.iter().find(|name| !known.contains(name)) {
        bail!("no target is named {name}; there are {}", known.join(", "));
    }
    Ok(if asked.is_empty() {
        known
    } else {
        asked.to_vec()
    })
}

/// Builds the targets and returns the folder they are in.
///
/// The flags are those of cargo-fuzz without a sanitizer, all of them stable.
/// With a target of their own they do not concern build scripts.
fn build() -> Result<PathBuf> {
    check(cargo_for_targets("build")?.args(["--bins", "--quiet"]))?;
    Ok(folder().join(host()?).join("release"))
}

fn cargo_for_targets(subcommand: &str) -> Result<Command> {
    let mut cargo = cargo(&[subcommand, "--manifest-path", "fuzz/Cargo.toml"]);
    cargo.args(["--locked", "--release", "--target", &host()?]);
    cargo.arg("--target-dir").arg(folder());
    cargo.env("CARGO_ENCODED_RUSTFLAGS", INSTRUMENTED.join("\x1f"));
    Ok(cargo)
}

/// Where programs, findings and logs go.
fn folder() -> PathBuf {
    target().join("fuzz")
}

/// The corpus that is in the repository.
fn kept_corpus(name: &str) -> PathBuf {
    root().join("fuzz/corpus").join(name)
}

/// A folder of a target beside the programs.
fn own_folder(kind: &str, name: &str) -> Result<PathBuf> {
    let path = folder().join(kind).join(name);
    fs::create_dir_all(&path).with_context(|| format!("cannot make {path:?}"))?;
    Ok(path)
}

/// Runs a target over its corpora, then with inputs made from them.
fn fuzz(programs: &Path, name: &str, seconds: u32) -> Result<()> {
    let found = own_folder("corpus", name)?;
    let artifacts = own_folder("artifacts", name)?;
    let log = own_folder("logs", name)?.join("log");
    let mut run = engine(programs, name);
    run.arg(format!("-artifact_prefix={}/", artifacts.display()));
    if seconds == 0 {
        run.arg("-runs=0");
    } else {
        run.arg(format!("-max_total_time={seconds}"));
    }
    run.arg(&found).arg(kept_corpus(name));
    let output = fs::File::create(&log)?;
    let shown = format!("{run:?}");
    let status = run
        .stdout(output.try_clone()?)
        .stderr(output)
        .stdin(Stdio::null())
        .status()
        .with_context(|| format!("cannot run {shown}"))?;
    let text = String::from_utf8_lossy(&fs::read(&log)?).into_owned();
    if status.success() {
        println!("{name:<12}{}", summary(&text));
        return Ok(());
    }
    bail!("{}", failure(name, &text, &log));
}

/// libFuzzer with the bounds of one input.
fn engine(programs: &Path, name: &str) -> Command {
    let mut run = command(programs.join(name), &[]);
    run.args(["-timeout=60", "-rss_limit_mb=2048", "-max_len=4096"]);
    run.args(["-print_final_stats=1", "-reload=0"]);
    run.arg(format!(
        "-dict={}",
        root().join("fuzz/tokens.dict").display()
    ));
    run
}

/// How many inputs were run, and what they reached.
fn summary(log: &str) -> String {
    let stat = |name: &str| {
        let line = log.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap_or("?").trim().to_owned()
    };
    let last = log.lines().rfind(|line| line.contains(" cov: "));
    let words: Vec<&str> = last.unwrap_or_default().split_whitespace().collect();
    let after = |word: &str| {
        let place = words.iter().position(|there| *there == word);
        place.and_then(|place| words.get(place + 1)).unwrap_or(&"?")
    };
    format!(
        "{} inputs, {} a second, {} edges, {} inputs in the corpus",
        stat("stat::number_of_executed_units:"),
        stat("stat::average_exec_per_sec:"),
        after("cov:"),
        after("corp:"),
    )
}

/// What a failed run says, and how to see it again.
fn failure(name: &str, log: &str, path: &Path) -> String {
    let panic = log.lines().skip_while(|line| !line.contains("panicked at"));
    let said: Vec<&str> = panic.take(5).collect();
    let marker = "Test unit written to ";
    let input = log.lines().find_map(|line| line.split_once(marker));
    let again = match input {
        Some((_, input)) => {
            format!("input: {input}\nreplay: cargo xtask fuzz --target {name} --replay {input}")
        }
        None => format!("log: {}", path.display()),
    };
    format!("a promise is broken\n{}\n{again}", said.join("\n"))
}

fn replay(programs: &Path, names: &[String], input: &Path) -> Result<()> {
    let [name] = names else {
        bail!("name the target of the input with --target");
    };
    let input = fs::canonicalize(input).with_context(|| format!("no input {input:?}"))?;
    check(engine(programs, name).arg(input))
}

/// What tells the engine which edges an input takes and what it compares.
const INSTRUMENTED: &[&str] = &[
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "--cfg",
    "fuzzing",
];
