//! `cargo xtask coverage`: the lines of `dunlin-proto` that its tests and the
//! fuzz corpora run.

mod lines;

use crate::run::{cargo, check, command, host, is_installed, printed, root, target};
use anyhow::{Context, Result, bail, ensure};
use lines::File;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Fail when less than 95 % of the lines are run
    #[arg(long)]
    check: bool,
    /// Show the numbers of the lines that are not run
    #[arg(long)]
    missing: bool,
}

/// The figure, against its bound.
pub(crate) fn test() -> Result<()> {
    run(&Options {
        check: true,
        missing: false,
    })
}

pub(crate) fn run(options: &Options) -> Result<()> {
    let tools = Tools::find()?;
    let folder = target().join("coverage");
    let profiles = folder.join("profiles");
    if profiles.exists() {
        fs::remove_dir_all(&profiles)?;
    }
    let mut programs = Vec::new();
    for arguments in TESTS {
        programs.extend(run_tests(arguments, &folder, &profiles)?);
    }
    let profile = merge(&tools, &folder, &profiles)?;
    let report = export(&tools, &programs, &profile)?;
    let files = lines::files(&report, &root().join(CRATE))?;
    print_table(&files, options.missing);
    let share = share(&files);
    ensure!(
        !options.check || share >= LEAST,
        "{share:.2} % of the lines are run, at least {LEAST} % have to be"
    );
    Ok(())
}

/// The tools of the LLVM that the compiler was made with.
struct Tools {
    profdata: PathBuf,
    cov: PathBuf,
}

impl Tools {
    /// Those of rustup's component, else Debian's of the same number.
    fn find() -> Result<Self> {
        let sysroot = PathBuf::from(printed(&mut command("rustc", &["--print", "sysroot"]))?);
        let folder = sysroot.join("lib/rustlib").join(host()?).join("bin");
        if folder.join("llvm-cov").exists() {
            return Ok(Self {
                profdata: folder.join("llvm-profdata"),
                cov: folder.join("llvm-cov"),
            });
        }
        let number = llvm_number()?;
        let [profdata, cov] = ["llvm-profdata", "llvm-cov"].map(|name| format!("{name}-{number}"));
        if !is_installed(&cov) {
            bail!(
                "no {cov}: `rustup component add llvm-tools`, or on Debian \
                 `apt-get install llvm-{number}`"
            );
        }
        Ok(Self {
            profdata: profdata.into(),
            cov: cov.into(),
        })
    }
}

fn llvm_number() -> Result<String> {
    let version = printed(&mut command("rustc", &["-vV"]))?;
    let line = version
        .lines()
        .find_map(|line| line.strip_prefix("LLVM version: "));
    let number = line.and_then(|version| version.split('.').next());
    Ok(number.context("rustc does not tell its LLVM")?.to_owned())
}

/// Runs tests that count what they run, and returns their programs.
fn run_tests(arguments: &[&str], folder: &Path, profiles: &Path) -> Result<Vec<String>> {
    let tests = |more: &[&str]| {
        let mut test = cargo(&["test", "--locked"]);
        test.args(arguments).args(more);
        test.arg("--target-dir").arg(folder);
        test.env("CARGO_ENCODED_RUSTFLAGS", "-Cinstrument-coverage");
        test.env("LLVM_PROFILE_FILE", profiles.join("%m-%p.profraw"));
        test
    };
    let mut build = tests(&["--no-run", "--message-format=json"]);
    let programs = programs(&mut build)?;
    check(tests(&["--quiet"]).stdout(Stdio::null()))?;
    Ok(programs)
}

/// The programs that Cargo says it has built.
fn programs(build: &mut Command) -> Result<Vec<String>> {
    let output = build.stderr(Stdio::inherit()).output()?;
    ensure!(output.status.success(), "the tests do not build");
    let text = String::from_utf8(output.stdout)?;
    let mut programs = Vec::new();
    for line in text.lines() {
        let message: serde_json::Value = serde_json::from_str(line)?;
        if let Some(program) = message["executable"].as_str() {
            programs.push(program.to_owned());
        }
    }
    Ok(programs)
}

fn merge(tools: &Tools, folder: &Path, profiles: &Path) -> Result<PathBuf> {
    let profile = folder.join("tests.profdata");
    let mut merge = command(&tools.profdata, &["merge", "--sparse", "--output"]);
    merge.arg(&profile).arg(profiles);
    check(&mut merge)?;
    Ok(profile)
}

/// How often each line was run, as lcov writes it.
fn export(tools: &Tools, programs: &[String], profile: &Path) -> Result<String> {
    let mut export = command(&tools.cov, &["export", "--format=lcov"]);
    export.arg("--instr-profile").arg(profile);
    let [first, rest @ ..] = programs else {
        bail!("no tests were built");
    };
    export.arg(first);
    for program in rest {
        export.arg("--object").arg(program);
    }
    printed(&mut export)
}

fn print_table(files: &[File], missing: bool) {
    println!("{:<44}{:>7}{:>7}{:>9}", "file", "lines", "run", "share");
    for file in files {
        print_row(&file.name, file.lines, file.lines - file.missing.len());
        if missing && !file.missing.is_empty() {
            println!("    not run: {:?}", file.missing);
        }
    }
    let (lines, run) = total(files);
    print_row("in all", lines, run);
}

fn print_row(name: &str, lines: usize, run: usize) {
    println!("{name:<44}{lines:>7}{run:>7}{:>7.2} %", percent(run, lines));
}

fn share(files: &[File]) -> f64 {
    let (lines, run) = total(files);
    percent(run, lines)
}

fn total(files: &[File]) -> (usize, usize) {
    let lines = files.iter().map(|file| file.lines).sum();
    let missing: usize = files.iter().map(|file| file.missing.len()).sum();
    (lines, lines - missing)
}

fn percent(run: usize, lines: usize) -> f64 {
    run as f64 / lines.max(1) as f64 * 100.0
}

/// What is measured.
const CRATE: &str = "crates/dunlin-proto/src";

/// What it is measured with.
const TESTS: &[&[&str]] = &[
    &["--package", "dunlin-proto", "--tests"],
    &["--package", "dunlin-proto", "--tests", "--features", "simd"],
    &[
        "--manifest-path",
        "fuzz/Cargo.toml",
        "--no-default-features",
        "--test",
        "corpus",
    ],
];

/// Percent of the lines that have to be run.
const LEAST: f64 = 95.0;
