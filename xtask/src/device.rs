//! Building for a microcontroller.

use crate::run::{cargo, check, command, target};
use anyhow::{Result, bail};
use std::path::Path;
use std::process::Command;

/// Builds the core and the server API for riscv32imc with nothing but `core`,
/// so that a use of `alloc` fails the build where the target is built from
/// source, and a use of `std` everywhere.
pub(crate) fn build() -> Result<()> {
    let mut build = compiler()?;
    build.args(["--package", "dunlin-proto", "--package", "dunlin"]);
    build
        .args(["--release", "--target", TARGET, "--target-dir"])
        .arg(target().join("device"));
    build.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "s");
    check(&mut build)
}

/// `cargo build` of a toolchain that has the target: the one in use if the
/// target was added to it, else Debian's, which can build it from source.
fn compiler() -> Result<Command> {
    let sysroot = Command::new("rustc")
        .args(["--print", "sysroot"])
        .output()?
        .stdout;
    let sysroot = String::from_utf8_lossy(&sysroot).trim().to_owned();
    if Path::new(&sysroot)
        .join("lib/rustlib")
        .join(TARGET)
        .exists()
    {
        return Ok(cargo(&["build"]));
    }
    if !Path::new(DEBIAN_RUSTC).exists() {
        bail!(
            "no compiler for {TARGET}: `rustup target add {TARGET}`, or on Debian \
             `apt-get install rustc-web cargo-web rust-web-src`"
        );
    }
    let mut build = command("/usr/bin/cargo", &["build", "-Zbuild-std=core"]);
    build.env("RUSTC", DEBIAN_RUSTC).env("RUSTC_BOOTSTRAP", "1");
    for set_by_rustup in ["RUSTUP_TOOLCHAIN", "CARGO", "RUSTC_WRAPPER", "RUSTFLAGS"] {
        build.env_remove(set_by_rustup);
    }
    Ok(build)
}

/// The instruction set of the ESP32-C3.
const TARGET: &str = "riscv32imc-unknown-none-elf";

const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
