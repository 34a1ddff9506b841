//! Installing what the steps of `cargo xtask test` need.

use crate::run::{check, command, is_installed, printed, root, target};
use anyhow::{Result, bail};
use std::path::{Path, PathBuf};

/// Installs Debian packages, and the packages of the Python and Node.js tests.
pub(crate) fn install() -> Result<()> {
    install_packages(&missing_packages())?;
    install_python("venv", "tests/requirements.txt")?;
    install_python("venv", ESPTOOL)?;
    install_node("tests/node")?;
    install_node("tests/browser")
}

/// The program that makes and reads flash images, installed if it is missing.
pub(crate) fn esptool() -> Result<PathBuf> {
    let esptool = target().join("venv/bin/esptool");
    if !esptool.exists() {
        install_python("venv", ESPTOOL)?;
    }
    Ok(esptool)
}

/// Installs Python packages in an environment below the build folder.
pub(crate) fn install_python(environment: &str, requirements: &str) -> Result<()> {
    let venv = target().join(environment);
    if !venv.join("bin/pip").exists() {
        check(command("python3", &["-m", "venv"]).arg(&venv))?;
    }
    let mut pip = command(venv.join("bin/pip"), &["install", "--quiet"]);
    check(pip.args(["--disable-pip-version-check", "-r", requirements]))
}

/// Installs what the lock file of a folder names.
pub(crate) fn install_node(folder: &str) -> Result<()> {
    let mut npm = command("npm", &["ci", "--silent", "--no-audit", "--no-fund"]);
    check(npm.current_dir(root().join(folder)))
}

fn missing_packages() -> Vec<&'static str> {
    let packages = PACKAGES.iter().chain(DEVICE_PACKAGES);
    let missing = packages.filter(|(there, _)| !is_there(there));
    let mut missing: Vec<&str> = missing.map(|(_, package)| *package).collect();
    if printed(&mut command("python3", &["-m", "ensurepip", "--version"])).is_err() {
        missing.push("python3-venv");
    }
    missing
}

fn install_packages(packages: &[&str]) -> Result<()> {
    if packages.is_empty() {
        return Ok(());
    }
    let is_root = printed(&mut command("id", &["-u"])).is_ok_and(|id| id == "0");
    if !is_root || !is_installed("apt-get") {
        let packages = packages.join(" ");
        bail!(
            "please install what the Debian packages {packages} contain, or run this as root on Debian"
        );
    }
    println!("    installing {}", packages.join(", "));
    check(&mut command("apt-get", &["update", "-qq"]))?;
    let mut install = command("apt-get", &["install", "-y", "-qq"]);
    install.arg("--no-install-recommends").args(packages);
    check(install.env("DEBIAN_FRONTEND", "noninteractive"))
}

fn is_there(program_or_path: &str) -> bool {
    Path::new(program_or_path).exists() || is_installed(program_or_path)
}

/// A program or a file, and the Debian package that brings it.
const PACKAGES: &[(&str, &str)] = &[
    ("python3", "python3"),
    ("curl", "curl"),
    ("node", "nodejs"),
    ("npm", "npm"),
    ("/usr/bin/chromium", "chromium"),
    ("valgrind", "valgrind"),
    // The engine of the fuzz targets is C++.
    ("c++", "g++"),
    // The tools of the compiler's LLVM, for coverage.
    ("llvm-cov-22", "llvm-22"),
    ("strace", "strace"),
    ("slowhttptest", "slowhttptest"),
    ("dig", "bind9-dnsutils"),
    ("qemu-system-riscv32", "qemu-system-misc"),
];

/// For builds for devices whose targets rustup lacks; it always lacks that by
/// which the firmware is type-checked for Xtensa.
const DEVICE_PACKAGES: &[(&str, &str)] = &[
    ("/usr/bin/rustc", "rustc-web"),
    ("/usr/bin/cargo", "cargo-web"),
    (
        "/usr/lib/rustlib/src/rust/library/core/Cargo.toml",
        "rust-web-src",
    ),
    ("ld.lld-22", "lld-22"),
];

/// What the checks of the ESP32 firmware's images need.
const ESPTOOL: &str = "firmware/esp32/requirements.txt";
