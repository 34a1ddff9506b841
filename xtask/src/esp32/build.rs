//! Compiling the firmware.

use super::chip::{Chip, Core};
use super::{Setting, folder};
use crate::device;
use crate::run::{check, command, is_installed, printed, target};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// Links the firmware for a chip with a RISC-V core; returns the ELF file.
pub(super) fn link(chip: Chip, settings: &[Setting]) -> Result<PathBuf> {
    let Core::RiscV(triple) = chip.core() else {
        bail!("{} has no RISC-V core", chip.name());
    };
    let mut build = cargo_for(chip, "build", triple)?;
    build.args(["--release", "--bin", PROGRAM]);
    check(build.envs(settings.iter().copied()))?;
    Ok(built(triple))
}

/// Links the firmware for a chip with an Xtensa core, with the compiler that
/// espup installs; returns the ELF file.
pub(super) fn link_with_espup(chip: Chip) -> Result<PathBuf> {
    let Core::Xtensa(triple) = chip.core() else {
        bail!("{} has no Xtensa core", chip.name());
    };
    let toolchains = printed(&mut command("rustup", &["toolchain", "list"])).unwrap_or_default();
    if !toolchains
        .lines()
        .any(|name| name.split(' ').next() == Some("esp"))
    {
        bail!(
            "Espressif's compiler is missing, which {} needs: `cargo install espup --locked && \
             espup install`, then `. ~/export-esp.sh` in this shell",
            chip.name()
        );
    }
    let mut build = command("rustup", &["run", "esp", "cargo", "build"]);
    build.current_dir(folder());
    device::without_toolchain(&mut build);
    build.args(["-Zbuild-std=core,alloc", "--locked", "--release"]);
    build.args(["--bin", PROGRAM, "--features", chip.name()]);
    build.args(["--target", triple, "--target-dir"]);
    check(build.arg(target_folder()))?;
    Ok(built(triple))
}

/// Type-checks the firmware for a chip with an Xtensa core.
///
/// The compiler at hand makes no code for that core. The check runs for a RISC-V
/// target that calls itself Xtensa: all sources, with all that is conditional on
/// the chip and the core, are checked as they are when Espressif's compiler
/// builds them; only code generation, assembly and the link are missing.
pub(super) fn type_check(chip: Chip) -> Result<()> {
    let Core::Xtensa(triple) = chip.core() else {
        bail!("{} has no Xtensa core", chip.name());
    };
    let target = stand_in(triple)?;
    let mut check_types = device::debian_cargo(triple, "check", "core,alloc")?;
    check_types.current_dir(folder());
    check_types.args(["-Zjson-target-spec", "--locked", "--release"]);
    check_types.args(["--bin", PROGRAM, "--features", chip.name()]);
    check_types.arg("--target").arg(target);
    check_types.arg("--target-dir").arg(target_folder());
    let flags = [
        "--cfg=target_arch=\"xtensa\"",
        "-Aexplicit_builtin_cfgs_in_flags",
        "--cap-lints=warn",
    ];
    check_types.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\x1f"));
    // riscv-rt, which crates for this target bring, asks its target for these.
    check_types.env("RISCV_RT_BASE_ISA", "rv32i");
    check_types.env("RISCV_MTVEC_ALIGN", "4");
    check_types.env("RISCV_RT_LLVM_ARCH_PATCH", "rv32imac");
    check(&mut check_types)
}

/// Writes the description of the target that stands in for an Xtensa one: that
/// of riscv32imac, which has the same pointers and atomic instructions, as a file
/// with the other's name, by which crates know the chip.
fn stand_in(triple: &str) -> Result<PathBuf> {
    let mut rustc = command("/usr/bin/rustc", &["-Zunstable-options"]);
    rustc.args(["--print", "target-spec-json", "--target", IMAC]);
    let description = printed(rustc.env("RUSTC_BOOTSTRAP", "1"))?;
    let folder = target_folder().join("targets");
    fs::create_dir_all(&folder)?;
    let file = folder.join(format!("{triple}.json"));
    // Written anew, it would have everything compiled again.
    if fs::read_to_string(&file).ok().as_ref() != Some(&description) {
        fs::write(&file, description).context("cannot write the target")?;
    }
    Ok(file)
}

/// A subcommand of Cargo in the firmware's workspace, for a RISC-V target.
pub(super) fn cargo_for(chip: Chip, subcommand: &str, triple: &str) -> Result<Command> {
    let mut cargo = device::cargo_with_alloc(triple, subcommand)?;
    cargo.current_dir(folder());
    cargo.args(["--locked", "--features", chip.name()]);
    cargo.args(["--target", triple, "--target-dir"]);
    cargo.arg(target_folder());
    let mut flags = "-Dwarnings".to_owned();
    if !device::is_target_installed(triple) {
        if !is_installed(LINKER) {
            bail!("{LINKER} is missing: `apt-get install lld-22`");
        }
        flags += " -Clinker-flavor=ld.lld";
        cargo.env(variable(triple, "LINKER"), LINKER);
    }
    cargo.env(variable(triple, "RUSTFLAGS"), flags);
    Ok(cargo)
}

/// A setting of a target, as an environment variable of Cargo.
fn variable(triple: &str, setting: &str) -> String {
    let triple = triple.to_uppercase().replace('-', "_");
    format!("CARGO_TARGET_{triple}_{setting}")
}

fn built(triple: &str) -> PathBuf {
    target_folder().join(triple).join("release").join(PROGRAM)
}

/// Where builds of the firmware go.
pub(super) fn target_folder() -> PathBuf {
    target().join("firmware-esp32")
}

/// The name of the firmware's program.
pub(super) const PROGRAM: &str = "dunlin-esp32";

/// What goes with Debian's compiler.
const LINKER: &str = "ld.lld-22";

const IMAC: &str = "riscv32imac-unknown-none-elf";
