//! `cargo xtask instructions`: what a message costs, in numbers that do not
//! depend on how busy the machine is.

pub(crate) mod client;

use crate::run::{cargo, check, target};
use crate::suite::{echo_binary, start_server};
use anyhow::{Context, Result, bail, ensure};
use client::Client;
use std::process::{Command, Stdio};

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Fail when a figure is above its bound
    #[arg(long)]
    pub(crate) check: bool,
    /// Print JSON instead of a table
    #[arg(long)]
    pub(crate) json: bool,
}

/// One measured figure.
struct Figure {
    what: String,
    unit: &'static str,
    value: f64,
    bound: Option<f64>,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    check(&mut cargo(&["build", "--release", "--quiet"]))?;
    check(&mut cargo(&[
        "build",
        "--release",
        "--quiet",
        "--package",
        "xtask",
        "--bin",
        "core_echo",
    ]))?;
    let mut figures = core_figures()?;
    figures.extend(server_figures()?);
    figures.extend(system_call_figures()?);
    if options.json {
        println!("{}", json(&figures));
    } else {
        print_table(&figures);
    }
    if options.check {
        check_bounds(&figures)?;
    }
    Ok(())
}

/// Fails with every figure that is above its bound.
fn check_bounds(figures: &[Figure]) -> Result<()> {
    let above = |figure: &Figure| {
        let bound = figure.bound.filter(|bound| figure.value > *bound)?;
        let Figure {
            what, unit, value, ..
        } = figure;
        Some(format!("{what}: {value:.2} {unit}, at most {bound}"))
    };
    let above: Vec<String> = figures.iter().filter_map(above).collect();
    if !above.is_empty() {
        bail!("above the bound: {}", above.join("; "));
    }
    Ok(())
}

/// The core alone, in memory.
fn core_figures() -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for (kind, octets, bound) in [
        ("binary", 16, None),
        ("binary", 32, Some(400.0)),
        ("binary", 125, None),
        ("binary", 1024, Some(900.0)),
        ("binary", 16_384, None),
        ("text", 16, None),
        ("text", 32, Some(400.0)),
        ("text", 125, None),
        ("text", 1024, Some(900.0)),
        ("text", 16_384, None),
        ("get", 64, None),
        ("get", 700, None),
    ] {
        let echo = core_cost("echo", kind, octets, (FEW, MORE))?;
        let copy = core_cost("copy", kind, octets, (FEW, MORE))?;
        let what = format!("core, {kind}, {octets} octets");
        figures.push(Figure {
            what,
            unit: "instructions",
            value: echo - copy,
            bound,
        });
    }
    for (octets, bound) in [(1024, 30_000.0), (4096, 120_000.0)] {
        let head = core_cost("echo", "drip", octets, (1, 1))?;
        let what = format!("core, head of {octets} octets, one by one");
        figures.push(Figure {
            what,
            unit: "instructions per octet",
            value: head / octets as f64,
            bound: Some(bound),
        });
    }
    Ok(figures)
}

/// Instructions of one turn of the loop: the difference of two runs, so that
/// starting and ending do not count. `few` turns are in both, `more` in one.
fn core_cost(what: &str, kind: &str, octets: usize, (few, more): (u64, u64)) -> Result<f64> {
    let count = |count: u64| -> Result<u64> {
        let mut valgrind = callgrind();
        valgrind.arg(target().join("release/core_echo"));
        valgrind.args([what, kind, &octets.to_string(), &count.to_string()]);
        let output = valgrind.output().context("cannot run valgrind")?;
        let stderr = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "core_echo failed:\n{stderr}");
        collected(&stderr)
    };
    Ok((count(few + more)? - count(few)?) as f64 / more as f64)
}

/// The whole server, with a client over a socket.
fn server_figures() -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for (binary, octets) in [(true, 32), (true, 1024), (false, 32), (false, 1024)] {
        let count = |count: u64| -> Result<u64> {
            let mut valgrind = callgrind();
            valgrind
                .arg(echo_binary())
                .args(SERVER)
                .stderr(Stdio::piped());
            let stderr = serve(&mut valgrind, binary, octets, count)?;
            collected(&stderr)
        };
        let value = (count(FEW + MORE)? - count(FEW)?) as f64 / MORE as f64;
        let kind = if binary { "binary" } else { "text" };
        let what = format!("server, epoll, {kind}, {octets} octets");
        figures.push(Figure {
            what,
            unit: "instructions",
            value,
            bound: None,
        });
    }
    Ok(figures)
}

/// System calls of the whole server.
fn system_call_figures() -> Result<Vec<Figure>> {
    let count = |count: u64| -> Result<String> {
        let mut strace = Command::new("strace");
        strace
            .args(["-f", "-c", "-U", "name,calls"])
            .arg(echo_binary())
            .args(SERVER);
        serve(strace.stderr(Stdio::piped()), true, 32, count)
    };
    let (few, more) = (count(FEW)?, count(FEW + MORE)?);
    let figure = |name: &str, calls: &[&str]| Figure {
        what: format!("server, epoll, {name} per message"),
        unit: "calls",
        value: (calls_of(&more, calls) - calls_of(&few, calls)) / MORE as f64,
        bound: Some(1.01),
    };
    Ok(vec![
        figure("receive", &["recvfrom", "recvmsg", "read", "readv"]),
        figure("send", &["sendto", "sendmsg", "write", "writev"]),
        figure("wait", &["epoll_wait", "epoll_pwait", "epoll_pwait2"]),
    ])
}

/// Runs a server for so many round trips and returns what it, or what it runs
/// under, wrote on standard error.
fn serve(command: &mut Command, binary: bool, octets: usize, count: u64) -> Result<String> {
    let (server, url) = start_server(command)?;
    let address = url
        .trim_start_matches("http://")
        .trim_end_matches('/')
        .to_owned();
    let round_trips = Client::connect(&address).and_then(|mut client| {
        (0..count).try_for_each(|_| client.round_trip(binary, octets))?;
        client.close()
    });
    let id = server.id().to_string();
    // The server runs below strace, which forwards no signal to it.
    let children = std::fs::read_to_string(format!("/proc/{id}/task/{id}/children"));
    let children = children.unwrap_or_default();
    let end = children.split_whitespace().next().unwrap_or(&id);
    check(Command::new("kill").args(["-s", "TERM", end]))?;
    let output = server.wait_with_output()?;
    round_trips?;
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    ensure!(output.status.success(), "the server failed:\n{stderr}");
    Ok(stderr)
}

fn callgrind() -> Command {
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
    // Callgrind counts the one instruction `rep movsb`, with which glibc copies
    // long buffers, once per octet.
    valgrind.env(
        "GLIBC_TUNABLES",
        "glibc.cpu.x86_rep_movsb_threshold=1073741824",
    );
    valgrind
}

/// Callgrind's count of instructions.
fn collected(stderr: &str) -> Result<u64> {
    let line = stderr
        .lines()
        .find_map(|line| line.split_once("Collected :"));
    let (_, number) = line.with_context(|| format!("callgrind counted nothing:\n{stderr}"))?;
    Ok(number.trim().parse()?)
}

/// The calls of some system calls in strace's table.
fn calls_of(table: &str, names: &[&str]) -> f64 {
    let row = |line: &str| -> Option<f64> {
        let mut words = line.split_whitespace();
        let (name, calls) = (words.next()?, words.next()?);
        names.contains(&name).then(|| calls.parse().ok())?
    };
    table.lines().filter_map(row).sum()
}

fn print_table(figures: &[Figure]) {
    for figure in figures {
        let bound = figure
            .bound
            .map_or(String::new(), |bound| format!("  (at most {bound})"));
        println!(
            "{:<42}{:>12.2} {}{bound}",
            figure.what, figure.value, figure.unit
        );
    }
}

fn json(figures: &[Figure]) -> serde_json::Value {
    let row = |figure: &Figure| {
        serde_json::json!({
            "what": figure.what,
            "unit": figure.unit,
            "value": figure.value,
            "bound": figure.bound,
        })
    };
    figures.iter().map(row).collect()
}

const SERVER: &[&str] = &["--port", "0", "--log", "off"];

/// Messages of the short run, and of the long one besides.
const FEW: u64 = 100;
const MORE: u64 = 1000;
