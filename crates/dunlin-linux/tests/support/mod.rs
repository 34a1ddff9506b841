//! A server for a test, and curl.
#![allow(dead_code, reason = "no test file uses all of it")]

use dunlin::App;
use dunlin_linux::{Config, HubHandle, Server};
use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

/// A configuration with a free port.
pub(crate) fn config() -> Config {
    Config {
        addresses: vec![SocketAddr::from((Ipv4Addr::LOCALHOST, 0))],
        stop_time: Duration::from_millis(500),
        ..Config::default()
    }
}

/// Serves while `test` runs; it is given the address and the way to the server.
pub(crate) fn serving<A: App + Send>(
    app: impl FnOnce(HubHandle) -> A,
    config: Config,
    test: impl FnOnce(SocketAddr, HubHandle),
) {
    let server = Server::bind_with(config, app).unwrap();
    let address = server.local_addresses()[0];
    let stopping = Stopping(server.hub());
    thread::scope(|scope| {
        let served = scope.spawn(|| server.run());
        let hub = stopping.0.clone();
        // Dropped however the test ends, so that the scope does.
        let stopping = stopping;
        test(address, hub);
        drop(stopping);
        served.join().unwrap().unwrap();
    });
}

struct Stopping(HubHandle);

impl Drop for Stopping {
    fn drop(&mut self) {
        self.0.stop();
    }
}

/// A client whose reads end.
pub(crate) fn connect(address: SocketAddr) -> TcpStream {
    let client = TcpStream::connect(address).unwrap();
    client
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    client
}

/// Sends octets and returns all that come until the end.
pub(crate) fn exchange(address: SocketAddr, octets: &str) -> String {
    let mut client = connect(address);
    client.write_all(octets.as_bytes()).unwrap();
    let mut answer = Vec::new();
    client.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

/// What the real client prints; it must succeed.
pub(crate) fn curl(arguments: &[&str]) -> String {
    let (success, output) = try_curl(arguments);
    assert!(success, "{output}");
    output
}

/// Whether the real client succeeds, and what it prints.
pub(crate) fn try_curl(arguments: &[&str]) -> (bool, String) {
    let output = Command::new("curl")
        .args(["--silent", "--show-error", "--max-time", "100"])
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .expect("curl is installed");
    let text = [output.stdout, output.stderr].concat();
    (
        output.status.success(),
        String::from_utf8_lossy(&text).into_owned(),
    )
}

/// An empty directory of the test's own, that is gone behind it.
pub(crate) struct Place(pub(crate) PathBuf);

impl Place {
    pub(crate) fn new(name: &str) -> Self {
        let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&place);
        fs::create_dir_all(&place).unwrap();
        Self(place)
    }

    /// The path of a file in it.
    pub(crate) fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Octets in which every place looks different.
pub(crate) fn octets(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_u32;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state.to_le_bytes()
    };
    let mut octets: Vec<u8> = (0..length / 4 + 1).flat_map(|_| next()).collect();
    octets.truncate(length);
    octets
}

/// The most memory that this process has had resident since
/// [`forget_peak_memory`], in octets.
pub(crate) fn peak_memory() -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .unwrap();
    let kibibytes: usize = line.trim().trim_end_matches(" kB").parse().unwrap();
    kibibytes * 1024
}

/// Begins to measure anew from what is resident now (proc(5), clear_refs).
pub(crate) fn forget_peak_memory() {
    fs::write("/proc/self/clear_refs", "5").unwrap();
}
