//! Flash images, and whether a chip would take them.

use super::chip::Chip;
use super::{Setting, build, elf, version};
use crate::install;
use crate::run::{check, command};
use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::Path;

/// How large a firmware is, in octets.
pub(super) struct Figures {
    /// In flash memory.
    pub(super) image: u64,
    /// Instructions that run from RAM.
    pub(super) code: usize,
    /// Variables, the heap's part of them included.
    pub(super) data: usize,
    /// What is left for the stack.
    pub(super) stack: usize,
}

/// Links the firmware, makes its image, and validates it.
pub(super) fn make(chip: Chip, settings: &[Setting]) -> Result<Figures> {
    let mut settings = settings.to_vec();
    // Lines of the source for backtraces, which nobody reads here.
    settings.push(("CARGO_PROFILE_RELEASE_DEBUG", "false"));
    let linked = build::link(chip, &settings)?;
    let image = build::target_folder().join(format!("{}.bin", chip.name()));
    let mut esptool = command(install::esptool()?, &["--silent", "--chip", chip.name()]);
    esptool.args(["elf2image", "--flash-mode", "dio", "--flash-size", "4MB"]);
    esptool.args(["--flash-freq", chip.flash_clock(), "-o"]);
    check(esptool.arg(&image).arg(&linked))?;
    validate(chip, &image)?;
    let figures = measure(&linked, &image)?;
    ensure!(
        figures.stack >= SMALLEST_STACK,
        "{}: {} octets are left for the stack, less than {SMALLEST_STACK}: lower the options \
         connections, receive_ring, send_ring or message_limit",
        chip.name(),
        figures.stack
    );
    Ok(figures)
}

/// The checksum and the hash that the bootloader looks at, and the description
/// of the program that it and update tools look at.
fn validate(chip: Chip, image: &Path) -> Result<()> {
    let mut esptool = command(install::esptool()?, &["image-info"]);
    let output = esptool.arg(image).output().context("cannot run esptool")?;
    let report = String::from_utf8_lossy(&output.stdout);
    ensure!(
        output.status.success(),
        "esptool refuses the image:\n{report}"
    );
    let name = chip.name().to_uppercase().replacen("ESP32", "ESP32-", 1);
    let type_line = format!("Detected image type: {}", name.trim_end_matches('-'));
    let project = format!("Project name: {}", build::PROGRAM);
    let version = format!("App version: {}", version()?);
    for expected in [&type_line, &project, &version] {
        ensure!(
            report.lines().any(|line| line == expected),
            "no line {expected:?} in:\n{report}"
        );
    }
    for signed in ["Checksum: ", "Validation hash: "] {
        let line = report.lines().find(|line| line.starts_with(signed));
        let valid = line.is_some_and(|line| line.ends_with("(valid)"));
        ensure!(valid, "no valid {signed:?} in:\n{report}");
    }
    Ok(())
}

fn measure(linked: &Path, image: &Path) -> Result<Figures> {
    let sections = elf::sections(&fs::read(linked)?)?;
    let sum = |names: &[&str]| {
        let named = sections
            .iter()
            .filter(|section| names.contains(&section.name.as_str()));
        named.map(|section| section.size).sum()
    };
    Ok(Figures {
        image: fs::metadata(image)?.len(),
        code: sum(CODE),
        data: sum(DATA),
        stack: sum(&[".stack"]),
    })
}

/// Sections of instructions in RAM.
const CODE: &[&str] = &[".trap", ".rwtext", ".rwtext.wifi"];

/// Sections of variables.
const DATA: &[&str] = &[".data", ".data.wifi", ".bss", ".noinit"];

/// What the main task, below which all of Dunlin runs, has to be left.
const SMALLEST_STACK: usize = 16 * 1024;
