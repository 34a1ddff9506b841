//! Building for a microcontroller.

use crate::run::{cargo, check, command, printed, target};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Builds the core and the server API for riscv32imc with nothing but `core`,
/// so that a use of `alloc` or `std` fails the build.
pub(crate) fn build() -> Result<()> {
    let mut build = compiler()?;
    build.args(["--package", "dunlin-proto", "--package", "dunlin"]);
    build
        .args(["--no-default-features", "--release", "--target", TARGET])
        .arg("--target-dir")
        .arg(target().join("device"));
    build.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "s");
    check(&mut build)
}

/// Whether the toolchain in use has the target.
pub(crate) fn is_target_installed() -> bool {
    target_libraries().is_ok_and(|folder| folder.exists())
}

/// `cargo build` of a toolchain that has the target: the one in use if the
/// target was added to it, else Debian's, which can build it from source.
fn compiler() -> Result<Command> {
    if is_target_installed() {
        let mut build = cargo(&["build"]);
        let sysroot = sysroot_without_alloc()?;
        build.env(
            "CARGO_ENCODED_RUSTFLAGS",
            format!("--sysroot\x1f{}", sysroot.display()),
        );
        return Ok(build);
    }
    if !Path::new(DEBIAN_RUSTC).exists() {
        bail!(
            "no compiler for {TARGET}: `rustup target add {TARGET}`, or on Debian \
             `apt-get install rustc-web cargo-web rust-web-src`"
        );
    }
    let mut build = command("/usr/bin/cargo", &["build", "-Zbuild-std=core"]);
    build.env("RUSTC", DEBIAN_RUSTC).env("RUSTC_BOOTSTRAP", "1");
    for of_the_host in [
        "RUSTUP_TOOLCHAIN",
        "CARGO",
        "RUSTC_WRAPPER",
        "RUSTC_WORKSPACE_WRAPPER",
        "RUSTFLAGS",
        "CARGO_ENCODED_RUSTFLAGS",
        "LD_LIBRARY_PATH",
    ] {
        build.env_remove(of_the_host);
    }
    Ok(build)
}

/// A copy of what the target has, without `alloc`, which a target of rustup
/// always brings.
fn sysroot_without_alloc() -> Result<PathBuf> {
    let sysroot = target().join("device/sysroot");
    let libraries = sysroot.join("lib/rustlib").join(TARGET).join("lib");
    fs::create_dir_all(&libraries)?;
    for entry in fs::read_dir(target_libraries()?)? {
        let entry = entry?;
        let name = entry.file_name();
        let shown = name.to_string_lossy();
        if shown.starts_with("libcore-") || shown.starts_with("libcompiler_builtins-") {
            let copy = libraries.join(&name);
            fs::copy(entry.path(), &copy)
                .with_context(|| format!("cannot write {}", copy.display()))?;
        }
    }
    Ok(sysroot)
}

/// Where the toolchain in use has, or would have, the target's libraries.
fn target_libraries() -> Result<PathBuf> {
    let mut rustc = command("rustc", &["--print", "target-libdir", "--target", TARGET]);
    Ok(PathBuf::from(printed(&mut rustc)?))
}

/// The instruction set of the ESP32-C3.
const TARGET: &str = "riscv32imc-unknown-none-elf";

const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
