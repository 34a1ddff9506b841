//! Taking new inputs into the repository.

use super::{engine, folder, kept_corpus, own_folder};
use crate::run::check;
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};

/// Replaces the corpora in the repository by as few inputs as reach the same,
/// those found since included, the smallest first, up to a bound.
pub(super) fn merge(programs: &Path, names: &[String]) -> Result<()> {
    for name in names {
        let kept = kept_corpus(name);
        let found = own_folder("corpus", name)?;
        let merged = folder().join("merged").join(name);
        if merged.exists() {
            fs::remove_dir_all(&merged)?;
        }
        fs::create_dir_all(&merged)?;
        let mut merge = engine(programs, name);
        merge.arg("-merge=1").arg(&merged).arg(&kept).arg(found);
        let log = fs::File::create(own_folder("logs", name)?.join("merge"))?;
        check(merge.stdout(log.try_clone()?).stderr(log))?;
        let (count, octets) = replace(&kept, &merged)?;
        println!("{name:<12}{count} inputs, {octets} octets");
    }
    Ok(())
}

/// Puts the smallest files of one folder into another in place of what is there.
fn replace(kept: &Path, merged: &Path) -> Result<(usize, u64)> {
    let mut inputs = files(merged)?;
    inputs.sort();
    for (_, old) in files(kept)? {
        fs::remove_file(old)?;
    }
    let (mut count, mut octets) = (0, 0);
    for (length, path) in inputs {
        if octets + length > CORPUS || count == INPUTS {
            break;
        }
        let name = path.file_name().context("a file has a name")?;
        fs::copy(&path, kept.join(name))?;
        (count, octets) = (count + 1, octets + length);
    }
    Ok((count, octets))
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

/// Octets of one corpus in the repository.
const CORPUS: u64 = 48 * 1024;

/// Files of one corpus.
const INPUTS: usize = 600;
