//! Reads the console of a board, and shows what its program logs through defmt:
//! `defmt-lines ELF < console`. Other lines are shown as they are.
#![forbid(unsafe_code)]

use anyhow::{Context, Result, ensure};
use defmt_decoder::{DecodeError, StreamDecoder, Table};
use std::io::{BufRead, Write};
use std::{env, fs, io};

fn main() -> Result<()> {
    let elf = env::args_os().nth(1).context("usage: defmt-lines ELF")?;
    let elf = fs::read(&elf).with_context(|| format!("cannot read {}", elf.display()))?;
    let table = Table::parse(&elf)?.context("the program logs nothing through defmt")?;
    let mut decoder = table.new_stream_decoder();
    let mut output = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let line = line?;
        match line.strip_prefix(FRAME) {
            Some(digits) => show(&mut *decoder, &octets(digits)?, &mut output)?,
            None => writeln!(output, "{line}")?,
        }
    }
    Ok(())
}

/// Shows what can be decoded by now.
fn show(
    decoder: &mut (dyn StreamDecoder + Send + Sync),
    octets: &[u8],
    output: &mut impl Write,
) -> Result<()> {
    decoder.received(octets);
    loop {
        match decoder.decode() {
            Ok(frame) => writeln!(output, "{}", frame.display(false))?,
            Err(DecodeError::UnexpectedEof) => return Ok(()),
            Err(DecodeError::Malformed) => writeln!(output, "(malformed)")?,
        }
    }
}

/// The octets of a line of hexadecimal digits.
fn octets(digits: &str) -> Result<Vec<u8>> {
    ensure!(digits.len() % 2 == 0, "half an octet: {digits}");
    let pairs = digits.as_bytes().chunks(2);
    let octets = pairs.map(|pair| Ok(u8::from_str_radix(str::from_utf8(pair)?, 16)?));
    let octets: Result<Vec<u8>> = octets.collect();
    octets.with_context(|| format!("no hexadecimal digits: {digits}"))
}

/// What stands before a frame.
const FRAME: &str = "defmt: ";
