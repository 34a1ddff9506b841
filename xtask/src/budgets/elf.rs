//! Sizes in an ELF file.

use anyhow::{Context, Result};
use object::read::elf::ElfFile32;
use object::{Endianness, Object, ObjectSection, ObjectSymbol, SectionFlags, SectionKind, elf};
use std::fs;
use std::path::Path;

/// What a program takes of a device.
pub(super) struct Sizes {
    /// Octets of flash: text, constants, and the initial values of data.
    pub(super) flash: u64,
    /// Octets of RAM that are taken from the start, without the stack.
    pub(super) ram: u64,
}

/// A symbol with the octets it takes.
pub(super) struct Symbol {
    pub(super) name: String,
    pub(super) octets: u64,
}

pub(super) fn sizes(path: &Path) -> Result<Sizes> {
    let octets = read(path)?;
    let file = parse(&octets, path)?;
    let mut sizes = Sizes { flash: 0, ram: 0 };
    for section in file.sections() {
        let SectionFlags::Elf { sh_flags } = section.flags() else {
            continue;
        };
        let has = |flag: u32| sh_flags & u64::from(flag) != 0;
        if !has(elf::SHF_ALLOC) {
            continue;
        }
        if section.kind() != SectionKind::UninitializedData {
            sizes.flash += section.size();
        }
        if has(elf::SHF_WRITE) && section.name() != Ok(".stack") {
            sizes.ram += section.size();
        }
    }
    Ok(sizes)
}

/// The symbols that take flash, the largest first.
pub(super) fn symbols(path: &Path) -> Result<Vec<Symbol>> {
    let octets = read(path)?;
    let file = parse(&octets, path)?;
    let in_flash = |symbol: &object::read::elf::ElfSymbol32<'_, '_, Endianness>| {
        let index = symbol.section_index()?;
        let section = file.section_by_index(index).ok()?;
        let kind = section.kind();
        matches!(
            kind,
            SectionKind::Text | SectionKind::ReadOnlyData | SectionKind::Data
        )
        .then_some(())
    };
    let mut symbols = Vec::new();
    for symbol in file.symbols().filter(|symbol| symbol.size() > 0) {
        if in_flash(&symbol).is_some() {
            let name = symbol.name().unwrap_or_default();
            symbols.push(Symbol {
                name: format!("{:#}", rustc_demangle::demangle(name)),
                octets: symbol.size(),
            });
        }
    }
    symbols.sort_by_key(|symbol| std::cmp::Reverse(symbol.octets));
    Ok(symbols)
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

fn parse<'d>(octets: &'d [u8], path: &Path) -> Result<ElfFile32<'d, Endianness>> {
    ElfFile32::parse(octets).with_context(|| format!("{} is no ELF file", path.display()))
}
