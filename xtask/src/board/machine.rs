//! A board in QEMU, from boot to end.

use super::console::Console;
use super::qmp::Monitor;
use anyhow::{Context, Result, bail};
use serde_json::json;
use std::fs::File;
use std::io::Write;
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// How a board is booted.
pub(crate) struct Options {
    /// The program, an ELF file.
    pub(crate) elf: PathBuf,
    /// A port of 127.0.0.1, 0 for a free one, and the port of the board that it leads to.
    pub(crate) forwards: Vec<(u16, u16)>,
    /// A file for what the board writes to its console.
    pub(crate) log: Option<PathBuf>,
    /// Whether the console goes to standard output too.
    pub(crate) print: bool,
    /// More arguments for QEMU, such as `-icount shift=0`.
    pub(crate) arguments: Vec<String>,
    /// What the echo program is told, each as `head-time=1s`.
    pub(crate) settings: Vec<String>,
    /// What the line that ends [`Board::boot`] contains.
    pub(crate) ready: String,
}

impl Options {
    /// A board without forwarded ports, silent, that says `ready on`.
    pub(crate) fn new(elf: PathBuf) -> Self {
        Self {
            elf,
            forwards: Vec::new(),
            log: None,
            print: false,
            arguments: Vec::new(),
            settings: Vec::new(),
            ready: "ready on ".to_owned(),
        }
    }
}

/// A board that runs in a QEMU of its own, which ends with this value.
pub(crate) struct Board {
    qemu: Child,
    input: Option<ChildStdin>,
    console: Console,
    monitor: Monitor,
    forwards: Vec<(u16, u16)>,
}

impl Board {
    /// Boots a board and waits until it is ready.
    pub(crate) fn boot(options: &Options) -> Result<Self> {
        let forwards = with_free_ports(&options.forwards)?;
        let monitor = Monitor::at(monitor_socket());
        let mut command = Command::new("qemu-system-riscv32");
        command.args(MACHINE);
        command.arg("-netdev").arg(network(&forwards));
        command.arg("-qmp").arg(monitor.argument());
        command.args(&options.arguments);
        if !options.settings.is_empty() {
            command.arg("-append").arg(options.settings.join(" "));
        }
        command.arg("-kernel").arg(&options.elf);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let log = options.log.as_ref().map(File::create).transpose()?;
        let mut qemu = command.spawn().context(
            "cannot run qemu-system-riscv32; Debian has it in the package qemu-system-misc",
        )?;
        let output = qemu.stdout.take().context("no standard output")?;
        let board = Self {
            input: qemu.stdin.take(),
            qemu,
            console: Console::read(output, log, options.print),
            monitor,
            forwards,
        };
        board.wait_for_line(&options.ready, BOOT_TIME)?;
        Ok(board)
    }

    /// The port of 127.0.0.1 that leads to a port of the board; 0 if none does.
    pub(crate) fn port(&self, of_board: u16) -> u16 {
        let mut forwards = self.forwards.iter();
        forwards
            .find(|(_, guest)| *guest == of_board)
            .map_or(0, |(host, _)| *host)
    }

    /// Types a line on the console.
    pub(crate) fn write_line(&mut self, line: &str) -> Result<()> {
        let input = self.input.as_mut().context("the console was given away")?;
        input.write_all(format!("{line}\n").as_bytes())?;
        Ok(input.flush()?)
    }

    /// Waits for a line of the console that contains `text`, and returns it.
    ///
    /// Lines are looked at once: the next wait begins behind the line that this
    /// one returns.
    pub(crate) fn wait_for_line(&self, text: &str, longest: Duration) -> Result<String> {
        self.console.wait_for_line(text, longest)
    }

    /// Pulls the network cable out, or plugs it in.
    pub(crate) fn set_link(&self, up: bool) -> Result<()> {
        let arguments = json!({ "name": "n0", "up": up });
        self.monitor.execute("set_link", &arguments).map(drop)
    }

    /// QEMU's monitor.
    pub(crate) fn monitor(&self) -> Monitor {
        self.monitor.clone()
    }

    /// What is written to it is typed on the console. [`Board::write_line`]
    /// fails from now on.
    pub(crate) fn take_input(&mut self) -> Result<ChildStdin> {
        self.input.take().context("the console was given away")
    }

    /// Waits until QEMU ends.
    pub(crate) fn wait(&mut self) -> Result<ExitStatus> {
        let status = self.qemu.wait()?;
        self.console.wait_for_end();
        Ok(status)
    }

    /// Has the board switch itself off, and fails unless its exit code is 0.
    pub(crate) fn quit(mut self) -> Result<()> {
        self.write_line("/quit")?;
        let status = self.wait()?;
        if !status.success() {
            bail!("the board ended with {status}");
        }
        Ok(())
    }
}

impl Drop for Board {
    fn drop(&mut self) {
        // Both fail when it has ended, which is what is wanted.
        let _ = self.qemu.kill();
        let _ = self.qemu.wait();
        self.monitor.remove_socket();
    }
}

/// Replaces each port 0. Nothing reserves a port until QEMU listens on it, so
/// another program may take it before; QEMU says so, and does not start.
fn with_free_ports(forwards: &[(u16, u16)]) -> Result<Vec<(u16, u16)>> {
    let mut reserved = Vec::new();
    let mut result = Vec::new();
    for &(host, guest) in forwards {
        let host = match host {
            0 => {
                let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
                let port = listener.local_addr()?.port();
                reserved.push(listener);
                port
            }
            host => host,
        };
        result.push((host, guest));
    }
    Ok(result)
}

fn network(forwards: &[(u16, u16)]) -> String {
    forwards
        .iter()
        .fold("user,id=n0".to_owned(), |network, (host, guest)| {
            format!("{network},hostfwd=tcp:127.0.0.1:{host}-:{guest}")
        })
}

/// A path that no other board has.
fn monitor_socket() -> PathBuf {
    static BOARDS: AtomicU32 = AtomicU32::new(0);
    let number = BOARDS.fetch_add(1, Ordering::Relaxed);
    std::env::temp_dir().join(format!("dunlin-board-{}-{number}", std::process::id()))
}

/// The board: a core like the ESP32-C3's, and a network device.
const MACHINE: &[&str] = &[
    "-M",
    "virt",
    "-cpu",
    "rv32,a=false,f=false,d=false",
    "-smp",
    "1",
    "-m",
    "8M",
    "-bios",
    "none",
    "-display",
    "none",
    "-monitor",
    "none",
    "-serial",
    "stdio",
    "-no-reboot",
    "-global",
    "virtio-mmio.force-legacy=false",
    "-device",
    "virtio-net-device,netdev=n0",
];

/// Far more than a boot takes on a busy machine.
const BOOT_TIME: Duration = Duration::from_secs(30);
