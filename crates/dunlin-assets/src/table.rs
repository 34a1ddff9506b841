//! The table as source text, with the octets beside it.

use crate::Error;
use crate::file::{File, fingerprint};
use std::fmt::Write;
use std::fs;
use std::path::Path;

/// Writes the table, and the octets into a folder of nearly its name.
pub(crate) fn write(files: &[File], index: &str, folder: &Path, name: &str) -> Result<(), Error> {
    let octets_name = format!("{name}.files");
    let octets = folder.join(&octets_name);
    if octets.exists() {
        fs::remove_dir_all(&octets).map_err(Error::io(&octets))?;
    }
    fs::create_dir_all(&octets).map_err(Error::io(&octets))?;
    let forms = Forms {
        folder: &octets,
        name: &octets_name,
    };
    let mut text = String::from("::dunlin::Assets::new(&[\n");
    for file in files {
        let row = row(file, &forms)?;
        text.push_str(&row);
    }
    let _ = write!(text, "])\n.index({index:?})\n");
    let path = folder.join(name);
    fs::write(&path, text).map_err(Error::io(&path))
}

fn row(file: &File, forms: &Forms<'_>) -> Result<String, Error> {
    let File {
        path, content_type, ..
    } = file;
    let (plain, tag) = forms.put(&file.plain)?;
    let mut row = format!("    ::dunlin::Asset::new({path:?}, {content_type:?}, {plain})\n");
    let _ = writeln!(row, "        .entity_tag({tag:?})");
    if let Some(gzip) = &file.gzip {
        let (gzip, tag) = forms.put(gzip)?;
        let _ = writeln!(row, "        .gzip({gzip}, {tag:?})");
    }
    let _ = writeln!(row, "        .cache_control({:?}),", file.cache_control);
    Ok(row)
}

/// Where octets are put.
struct Forms<'f> {
    folder: &'f Path,
    /// Of the folder, seen from the table.
    name: &'f str,
}

impl Forms<'_> {
    /// Puts octets into a file of their own, and returns the expression that includes
    /// them with their entity tag.
    fn put(&self, octets: &[u8]) -> Result<(String, String), Error> {
        let fingerprint = fingerprint(octets);
        let path = self.folder.join(&fingerprint);
        fs::write(&path, octets).map_err(Error::io(&path))?;
        let place = format!("{}/{fingerprint}", self.name);
        Ok((
            format!("include_bytes!({place:?})"),
            format!("\"{fingerprint}\""),
        ))
    }
}
