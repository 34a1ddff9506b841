//! Reading the sections of an ELF file for a 32-bit little-endian machine.

use anyhow::{Context, Result, ensure};

/// A section: its name and its octets.
pub(super) struct Section {
    pub(super) name: String,
    pub(super) size: usize,
}

/// All sections of a file.
pub(super) fn sections(file: &[u8]) -> Result<Vec<Section>> {
    ensure!(file.starts_with(b"\x7fELF\x01\x01"), "no 32-bit ELF file");
    let table = word(file, 0x20)?;
    let size = half(file, 0x2e)?;
    let count = half(file, 0x30)?;
    let names_header = table + half(file, 0x32)? * size;
    let names = word(file, names_header + 0x10)?;
    let read = |index| {
        let header = table + index * size;
        let name = name(file, names + word(file, header)?)?;
        let size = word(file, header + 0x14)?;
        Ok(Section { name, size })
    };
    (0..count).map(read).collect()
}

fn name(file: &[u8], at: usize) -> Result<String> {
    let octets = file.get(at..).context("the ELF file is cut off")?;
    let octets = octets.split(|octet| *octet == 0).next().unwrap_or_default();
    Ok(String::from_utf8_lossy(octets).into_owned())
}

fn word(file: &[u8], at: usize) -> Result<usize> {
    let octets = file.get(at..).and_then(<[u8]>::first_chunk);
    let octets = octets.context("the ELF file is cut off")?;
    Ok(u32::from_le_bytes(*octets) as usize)
}

fn half(file: &[u8], at: usize) -> Result<usize> {
    let octets = file.get(at..).and_then(<[u8]>::first_chunk);
    let octets = octets.context("the ELF file is cut off")?;
    Ok(u16::from_le_bytes(*octets).into())
}
