//! Building for a microcontroller.

use crate::run::{cargo, check, command, printed, target};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Builds the core, the server API, JSON and the driver for embassy-net for
/// riscv32imc with nothing but `core`, so that a use of `alloc` or `std` fails the build.
pub(crate) fn build() -> Result<()> {
    let mut build = cargo_without_alloc(IMC, "build")?;
    for package in ["dunlin-proto", "dunlin", "dunlin-json"] {
        build.args(["--package", package]);
    }
    build.args([
        "--package",
        "dunlin-embassy",
        "--features",
        "ipv4,ipv6,transport",
    ]);
    build
        .args(["--no-default-features", "--release", "--target", IMC])
        .arg("--target-dir")
        .arg(target().join("device"));
    build.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "s");
    check(&mut build)
}

/// Whether the toolchain in use has the target.
pub(crate) fn is_target_installed(triple: &str) -> bool {
    target_libraries(triple).is_ok_and(|folder| folder.exists())
}

/// A subcommand of Cargo with a toolchain that has `core`, and nothing else,
/// for a target.
pub(crate) fn cargo_without_alloc(triple: &str, subcommand: &str) -> Result<Command> {
    if !is_target_installed(triple) {
        return debian_cargo(triple, subcommand, "core");
    }
    let mut build = cargo(&[subcommand]);
    let sysroot = sysroot_without_alloc(triple)?;
    build.env(
        "CARGO_ENCODED_RUSTFLAGS",
        format!("--sysroot\x1f{}", sysroot.display()),
    );
    Ok(build)
}

/// A subcommand of Cargo with a toolchain that has `core` and `alloc` for a
/// target: the one in use if the target was added to it, else Debian's.
pub(crate) fn cargo_with_alloc(triple: &str, subcommand: &str) -> Result<Command> {
    if is_target_installed(triple) {
        return Ok(cargo(&[subcommand]));
    }
    debian_cargo(triple, subcommand, "core,alloc")
}

/// Debian's Cargo, which builds the libraries of a target from source.
pub(crate) fn debian_cargo(triple: &str, subcommand: &str, libraries: &str) -> Result<Command> {
    if !Path::new(DEBIAN_RUSTC).exists() {
        bail!(
            "no compiler for {triple}: `rustup target add {triple}`, or on Debian \
             `apt-get install rustc-web cargo-web rust-web-src`"
        );
    }
    let build_std = format!("-Zbuild-std={libraries}");
    let mut build = command("/usr/bin/cargo", &[subcommand, &build_std]);
    build.env("RUSTC", DEBIAN_RUSTC).env("RUSTC_BOOTSTRAP", "1");
    without_toolchain(&mut build);
    Ok(build)
}

/// Takes from a command's environment what would have it use the toolchain
/// that runs this program.
pub(crate) fn without_toolchain(command: &mut Command) {
    for of_the_host in [
        "RUSTUP_TOOLCHAIN",
        "CARGO",
        "RUSTC_WRAPPER",
        "RUSTC_WORKSPACE_WRAPPER",
        "RUSTFLAGS",
        "CARGO_ENCODED_RUSTFLAGS",
        "LD_LIBRARY_PATH",
    ] {
        command.env_remove(of_the_host);
    }
}

/// A copy of what the target has, without `alloc`, which a target of rustup
/// always brings.
fn sysroot_without_alloc(triple: &str) -> Result<PathBuf> {
    let sysroot = target().join("device/sysroot");
    let libraries = sysroot.join("lib/rustlib").join(triple).join("lib");
    fs::create_dir_all(&libraries)?;
    for entry in fs::read_dir(target_libraries(triple)?)? {
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
fn target_libraries(triple: &str) -> Result<PathBuf> {
    let mut rustc = command("rustc", &["--print", "target-libdir", "--target", triple]);
    Ok(PathBuf::from(printed(&mut rustc)?))
}

/// The instruction set of the ESP32-C2 and C3.
pub(crate) const IMC: &str = "riscv32imc-unknown-none-elf";

const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
