//! The firmware for the ESP32 family: building, checking and flashing it.

mod build;
mod chip;
mod elf;
mod image;
mod options;

use crate::run::{cargo, check, command, is_installed, root};
use anyhow::{Context, Result, bail};
use chip::{Chip, Core};
use clap::ValueEnum;
use image::Figures;
use std::path::PathBuf;

/// What `cargo xtask esp32` is told.
#[derive(clap::Args)]
pub(crate) struct Chips {
    /// Only this chip; may be repeated
    #[arg(long, value_enum)]
    chip: Vec<Chip>,
    /// Link the ESP32-C3's also as a station, and over Ethernet
    #[arg(long)]
    variants: bool,
}

/// What `cargo xtask flash` is told.
#[derive(clap::Args)]
pub(crate) struct Flash {
    /// The chip of the board
    #[arg(long, value_enum)]
    chip: Chip,
    /// The serial port the board is at, for example /dev/ttyUSB0; espflash
    /// looks for one otherwise
    #[arg(long)]
    port: Option<String>,
}

/// Links and validates the firmware, or type-checks it for a chip whose
/// compiler is not there, and prints how large it is.
pub(crate) fn build(chips: &Chips) -> Result<()> {
    let all = Chip::value_variants();
    let chosen = if chips.chip.is_empty() {
        all
    } else {
        &chips.chip
    };
    let mut table = Table::default();
    for chip in chosen {
        match chip.core() {
            Core::RiscV(_) => table.add(chip.name(), &image::make(*chip, &[])?),
            Core::Xtensa(_) => {
                build::type_check(*chip)?;
                table.add_type_checked(chip.name());
            }
        }
    }
    let variants = if chips.variants { VARIANTS } else { &[] };
    for (what, variant) in variants {
        table.add(what, &image::make(Chip::Esp32c3, variant)?);
    }
    println!("{}", table.lines);
    Ok(())
}

/// What is checked about the firmware with every change: one chip of each core. The
/// others and the variants take some six minutes more: `cargo xtask esp32 --variants`.
pub(crate) fn test() -> Result<()> {
    let mut format = cargo(&["fmt", "--package", "dunlin-esp32", "--package"]);
    format.args(["dunlin-esp32-config", "--check"]);
    check(format.current_dir(folder()))?;
    options::wrong_values_stop_the_build()?;
    build(&Chips {
        chip: vec![Chip::Esp32c3, Chip::Esp32s3],
        variants: false,
    })
}

/// Builds the firmware, writes it to a chip, and shows what the chip logs.
pub(crate) fn flash(flash: &Flash) -> Result<()> {
    if !is_installed("espflash") {
        bail!("espflash is missing: `cargo install espflash --locked`");
    }
    let chip = flash.chip;
    let elf = match chip.core() {
        Core::RiscV(_) => build::link(chip, &[])?,
        Core::Xtensa(_) => build::link_with_espup(chip)?,
    };
    let mut espflash = command("espflash", &["flash", "--monitor", "--chip", chip.name()]);
    if let Some(port) = &flash.port {
        espflash.args(["--port", port]);
    }
    check(espflash.arg(elf))
}

/// The folder of the firmware's workspace.
fn folder() -> PathBuf {
    root().join("firmware/esp32")
}

/// The version in the firmware's manifest.
fn version() -> Result<String> {
    let manifest = folder().join("Cargo.toml");
    let text = std::fs::read_to_string(&manifest)?;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("version = \""));
    let version = line.and_then(|rest| rest.strip_suffix('"'));
    Ok(version.context("the manifest has no version")?.to_owned())
}

/// Sizes of images, one a line.
struct Table {
    lines: String,
}

impl Default for Table {
    fn default() -> Self {
        let head = "firmware                flash image   code in RAM   data in RAM   stack left";
        Self {
            lines: format!("\n{head}\n"),
        }
    }
}

impl Table {
    fn add(&mut self, what: &str, figures: &Figures) {
        let Figures {
            image,
            code,
            data,
            stack,
        } = figures;
        self.lines += &format!("{what:<22}{image:>13}{code:>14}{data:>14}{stack:>13}\n");
    }

    fn add_type_checked(&mut self, what: &str) {
        self.lines += &format!("{what:<22}  type-checked, not linked\n");
    }
}

/// Options of the firmware, as they stand in the environment.
type Setting = (&'static str, &'static str);

/// Programs that differ from that of the default options.
const VARIANTS: &[(&str, &[Setting])] = &[
    (
        "esp32c3, station",
        &[
            ("DUNLIN_CONFIG_WIFI_SSID", "a network"),
            ("DUNLIN_CONFIG_WIFI_PASSWORD", "a password"),
            ("DUNLIN_CONFIG_IPV4", "192.168.1.50/24"),
            ("DUNLIN_CONFIG_IPV4_GATEWAY", "192.168.1.1"),
        ],
    ),
    (
        "esp32c3, ethernet",
        &[("DUNLIN_CONFIG_NETWORK", "ethernet")],
    ),
];
