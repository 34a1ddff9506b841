//! Taking new inputs into the repository.

use super::{engine, folder, kept_corpus, own_folder};
use crate::run::check;
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};

/// Adds to the corpora in the repository as few inputs as reach every edge that
/// their named inputs do not, the smallest first, up to a bound; those added
/// before are weighed again.
pub(super) fn merge(programs: &Path, names: &[String]) -> Result<()> {
    for name in names {
        let kept = kept_corpus(name);
        let found = own_folder("corpus", name)?;
        let merged = folder().join("merged").join(name);
        if merged.exists() {
            fs::remove_dir_all(&merged)?;
        }
        fs::create_dir_all(&merged)?;
        for (_, named) in files(&kept)?.iter().filter(|(_, path)| !is_added(path)) {
            copy(named, &merged)?;
        }
        let mut merge = engine(programs, name);
        // Edges, not how often they are taken: those would be too many inputs.
        merge.args(["-merge=1", "-use_counters=0"]);
        merge.arg(&merged).arg(&kept).arg(found);
        let log = fs::File::create(own_folder("logs", name)?.join("merge"))?;
        check(merge.stdout(log.try_clone()?).stderr(log))?;
        let (count, octets) = replace(&kept, &merged)?;
        println!("{name:<12}{count} inputs, {octets} octets added");
    }
    Ok(())
}

/// Puts the smallest inputs that were added to one folder into another, in place
/// of those that had been added there.
fn replace(kept: &Path, merged: &Path) -> Result<(usize, u64)> {
    let mut added = files(merged)?;
    added.retain(|(_, path)| is_added(path));
    added.sort();
    for (_, old) in files(kept)?.iter().filter(|(_, path)| is_added(path)) {
        fs::remove_file(old)?;
    }
    let (mut count, mut octets) = (0, 0);
    for (length, path) in added {
        if octets + length > MOST {
            break;
        }
        copy(&path, kept)?;
        (count, octets) = (count + 1, octets + length);
    }
    Ok((count, octets))
}

/// Whether the engine named the file, after its octets.
fn is_added(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().as_encoded_bytes();
    name.len() == 40 && name.iter().all(u8::is_ascii_hexdigit)
}

fn copy(file: &Path, folder: &Path) -> Result<()> {
    let name = file.file_name().context("a file has a name")?;
    fs::copy(file, folder.join(name))?;
    Ok(())
}

/// The files of a folder behind their lengths.
fn files(folder: &Path) -> Result<Vec<(u64, PathBuf)>> {
    let files = fs::read_dir(folder).with_context(|| format!("no folder {folder:?}"))?;
    files
        .map(|file| {
            let file = file?;
            Ok((file.metadata()?.len(), file.path()))
        })
        .collect()
}

/// Octets that may be added to one corpus.
const MOST: u64 = 40 * 1024;
