//! The program as a person or a script starts it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dunlin-echo"));
    command.env_clear();
    command
}

fn run(arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    program()
        .args(arguments)
        .envs(environment.iter().copied())
        .output()
        .unwrap()
}

fn file(name: &str, text: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, text).unwrap();
    path
}

/// Asserts exit code 2 and one line on standard error that contains `words`.
fn assert_refused(output: &Output, words: &[&str]) {
    let line = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{line}");
    assert_eq!(line.lines().count(), 1, "one line: {line}");
    for word in words {
        assert!(line.contains(word), "{word:?} in {line}");
    }
}

/// A running server, ended with its test.
struct Running {
    child: Child,
    lines: Vec<String>,
    console: String,
}

impl Running {
    fn start(arguments: &[&str]) -> Self {
        let mut child = program()
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = Vec::new();
        let mut console = String::new();
        for line in BufReader::new(child.stdout.as_mut().unwrap()).lines() {
            let line = line.unwrap();
            if let Some(url) = line.strip_prefix("Console: ") {
                console = url.to_owned();
                break;
            }
            lines.push(line);
        }
        Self {
            child,
            lines,
            console,
        }
    }

    fn address(&self) -> &str {
        self.console
            .trim_start_matches("http://")
            .trim_end_matches('/')
    }

    fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-s", name, &id])
                .status()
                .unwrap()
                .success()
        );
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_wrong_value_is_one_clear_line_and_exit_code_2() {
    assert_refused(&run(&["--port", "many"], &[]), &["--port", "many"]);
    assert_refused(
        &run(&["--bind", "localhost:80"], &[]),
        &["--bind", "localhost:80"],
    );
    assert_refused(
        &run(&["--max-message", "big"], &[]),
        &["--max-message", "64K"],
    );
    assert_refused(&run(&["--head-time", "10"], &[]), &["--head-time", "10s"]);
    assert_refused(&run(&["--log", "loud"], &[]), &["--log", "loud"]);
    assert_refused(&run(&["--no-such-flag"], &[]), &["--no-such-flag"]);
}

#[test]
fn a_wrong_value_in_the_environment_is_named() {
    let output = run(&[], &[("DUNLIN_PORT", "70000")]);
    assert_refused(&output, &["environment variable DUNLIN_PORT", "70000"]);
    let output = run(&[], &[("DUNLIN_MAX_HEAD", "x")]);
    assert_refused(&output, &["environment variable DUNLIN_MAX_HEAD"]);
    let output = run(&[], &[("DUNLIN_LENIENT_HANDSHAKE", "maybe")]);
    assert_refused(&output, &["environment variable DUNLIN_LENIENT_HANDSHAKE"]);
    let output = run(&["--port", "1"], &[("DUNLIN_LOG", "loud")]);
    assert_refused(
        &output,
        &["environment variable DUNLIN_LOG", "debug or trace"],
    );
}

#[test]
fn a_wrong_flag_is_told_before_a_wrong_environment_variable() {
    let output = run(&["--port=many"], &[("DUNLIN_PORT", "70000")]);
    assert_refused(&output, &["invalid value 'many' for '--port"]);
    assert!(!String::from_utf8_lossy(&output.stderr).contains("environment"));
}

#[test]
fn a_line_break_in_a_wrong_value_is_escaped() {
    assert_refused(&run(&["--port", "a\nb"], &[]), &["--port", r"a\nb"]);
}

#[test]
fn a_switch_in_the_environment_is_a_boolean_in_any_spelling() {
    for (text, value) in [("1", true), ("true", true), ("off", false), ("0", false)] {
        let output = run(&["--print-config"], &[("DUNLIN_LENIENT_HANDSHAKE", text)]);
        let printed = String::from_utf8(output.stdout).unwrap();
        assert!(
            printed.contains(&format!("lenient-handshake = {value}\n")),
            "{text}: {printed}"
        );
    }
}

#[test]
fn a_wrong_file_is_named_with_its_line() {
    for (name, text, words) in [
        (
            "unknown.toml",
            "port = 1\ncolour = 3\n",
            ["line 2", "colour"],
        ),
        ("value.toml", "\nmax-message = \"big\"\n", ["line 2", "64K"]),
        ("syntax.toml", "port =\n", ["line 1", "syntax.toml"]),
        ("kind.toml", "max-head = true\n", ["line 1", "command line"]),
        (
            "level.toml",
            "log = \"loud\"\n",
            ["line 1", "debug or trace"],
        ),
        ("time.toml", "head-time = 10\n", ["line 1", "10s"]),
        ("nowhere.toml", "bind = []\n", ["line 1", "address"]),
        (
            "host.toml",
            "bind = [\"localhost\"]\n",
            ["line 1", "localhost"],
        ),
        (
            "double.toml",
            "max_head = 1\nmax-head = 1\n",
            ["line", "duplicate"],
        ),
    ] {
        let path = file(name, text);
        let output = run(&["--config", path.to_str().unwrap()], &[]);
        assert_refused(&output, &words);
        assert_refused(&output, &[path.to_str().unwrap()]);
    }
    assert_refused(
        &run(&["--config", "/no/such/file"], &[]),
        &["/no/such/file"],
    );
}

#[test]
fn one_address_in_the_file_needs_no_list() {
    let path = file("one.toml", "bind = \"::1\"\n");
    let output = run(&["--print-config", "--config", path.to_str().unwrap()], &[]);
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(printed.contains("bind = [\"::1\"]\n"), "{printed}");
}

#[test]
fn a_flag_outranks_the_environment_and_that_outranks_the_file() {
    let path = file(
        "order.toml",
        "port = 1\nmax-fields = 11\nmax-head = \"2K\"\n",
    );
    let path = path.to_str().unwrap();
    let environment = [
        ("DUNLIN_PORT", "2"),
        ("DUNLIN_MAX_FIELDS", "22"),
        ("DUNLIN_CONFIG", path),
    ];
    let output = run(&["--port", "3", "--print-config"], &environment);
    let text = String::from_utf8(output.stdout).unwrap();
    for line in [
        "port = 3",
        "max-fields = 22",
        "max-head = \"2K\"",
        "max-body = \"1M\"",
    ] {
        assert!(text.lines().any(|there| there == line), "{line} in {text}");
    }
}

#[test]
fn the_printed_configuration_is_accepted_as_a_file() {
    let flags = [
        "--bind",
        "::1,127.0.0.1",
        "--lenient-handshake",
        "--log",
        "debug",
        "--print-config",
    ];
    let printed = run(&flags, &[]).stdout;
    let path = file("printed.toml", std::str::from_utf8(&printed).unwrap());
    let again = run(&["--config", path.to_str().unwrap(), "--print-config"], &[]).stdout;
    assert_eq!(String::from_utf8(again), String::from_utf8(printed));
}

#[test]
fn help_explains_every_limit() {
    let text = String::from_utf8(run(&["--help"], &[]).stdout).unwrap();
    for words in [
        "--max-message",
        "1009",
        "408",
        "414",
        "431",
        "503",
        "DUNLIN_PORT",
    ] {
        assert!(text.contains(words), "{words}");
    }
}

#[test]
fn a_port_in_use_is_one_line_and_exit_code_1() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let output = run(&["--port", &port], &[]);
    let line = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(line.lines().count(), 1, "{line}");
    assert!(
        line.contains(&format!("cannot listen on 127.0.0.1:{port}")),
        "{line}"
    );
}

#[test]
fn a_free_port_is_told_and_serves_the_console() {
    let server = Running::start(&["--port", "0"]);
    assert!(server.lines[0].starts_with("I ("), "{:?}", server.lines);
    assert!(server.lines[0].ends_with(") ws_echo_server: Starting server on port: '0'"));
    assert!(server.lines[1].ends_with(") ws_echo_server: Registering URI handlers"));
    let mut stream = TcpStream::connect(server.address()).unwrap();
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        .unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    assert!(response.starts_with("HTTP/1.1 200 OK\r\n"));
    assert!(response.ends_with("</html>\n"));
}

#[test]
fn ipv6_is_served_by_choice() {
    let server = Running::start(&["--port", "0", "--bind", "::1"]);
    assert!(server.address().starts_with("[::1]:"), "{}", server.console);
    TcpStream::connect(server.address()).unwrap();
}

#[test]
fn sigterm_and_sigint_end_it_with_exit_code_0() {
    for signal in ["TERM", "INT"] {
        let mut server = Running::start(&["--port", "0"]);
        let mut idle = TcpStream::connect(server.address()).unwrap();
        server.signal(signal);
        assert_eq!(server.child.wait().unwrap().code(), Some(0), "{signal}");
        assert_eq!(
            idle.read(&mut [0; 1]).unwrap(),
            0,
            "the idle connection is closed in order"
        );
    }
}
