//! The chips of the family.

use crate::device::IMC;

/// A chip that the firmware is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Chip {
    Esp32,
    Esp32c2,
    Esp32c3,
    Esp32c6,
    Esp32s2,
    Esp32s3,
}

/// The processor of a chip, with the name of its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Core {
    /// The compiler of the Rust project knows it.
    RiscV(&'static str),
    /// Only Espressif's compiler makes code for it.
    Xtensa(&'static str),
}

impl Chip {
    /// Its name for Cargo, esptool and espflash.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Esp32 => "esp32",
            Self::Esp32c2 => "esp32c2",
            Self::Esp32c3 => "esp32c3",
            Self::Esp32c6 => "esp32c6",
            Self::Esp32s2 => "esp32s2",
            Self::Esp32s3 => "esp32s3",
        }
    }

    pub(crate) fn core(self) -> Core {
        match self {
            Self::Esp32c2 | Self::Esp32c3 => Core::RiscV(IMC),
            Self::Esp32c6 => Core::RiscV("riscv32imac-unknown-none-elf"),
            Self::Esp32 => Core::Xtensa("xtensa-esp32-none-elf"),
            Self::Esp32s2 => Core::Xtensa("xtensa-esp32s2-none-elf"),
            Self::Esp32s3 => Core::Xtensa("xtensa-esp32s3-none-elf"),
        }
    }

    /// The clock of its flash memory.
    pub(crate) fn flash_clock(self) -> &'static str {
        match self {
            Self::Esp32c2 => "60m",
            _ => "80m",
        }
    }
}
