//! What is in a directory, for a page about it.

use super::path::is_hidden;
use rustix::fs::{AtFlags, Dir, FileType, statat};
use rustix::io::Errno;
use std::os::fd::OwnedFd;

/// A file or directory in a directory.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Its name, neither encoded for a URL nor escaped for HTML.
    pub name: String,
    /// Whether it is a directory, so that a link to it ends with `/`.
    pub is_directory: bool,
}

/// The files and directories in a directory by name. Symbolic links, devices and
/// names that are not UTF-8 are left out.
pub(super) fn read(directory: &OwnedFd, hidden: bool) -> Result<Vec<Entry>, Errno> {
    let mut entries = Vec::new();
    for entry in Dir::read_from(directory)? {
        let entry = entry?;
        let Ok(name) = entry.file_name().to_str() else {
            continue;
        };
        if matches!(name, "." | "..") || (is_hidden(name) && !hidden) {
            continue;
        }
        let mut kind = entry.file_type();
        if kind == FileType::Unknown {
            // Not every file system says it here.
            let status = statat(directory, name, AtFlags::SYMLINK_NOFOLLOW);
            kind = status.map_or(kind, |status| FileType::from_raw_mode(status.st_mode));
        }
        if matches!(kind, FileType::RegularFile | FileType::Directory) {
            entries.push(Entry {
                name: name.to_owned(),
                is_directory: kind == FileType::Directory,
            });
        }
    }
    entries.sort();
    Ok(entries)
}
