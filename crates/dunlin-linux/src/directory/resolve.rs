//! Opening what a path names, beneath a directory and nowhere else.

use super::{FileBody, Symlinks};
use rustix::fs::{FileType, Mode, OFlags, ResolveFlags, fstat, open, openat, openat2};
use rustix::io::Errno;
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

/// The directory beneath which everything is.
#[derive(Debug)]
pub(super) struct Root {
    directory: OwnedFd,
    pub(super) symlinks: Symlinks,
    /// `openat2` is not there: the kernel is older than 5.6, or a sandbox refuses
    /// what it does not know.
    refused: AtomicBool,
}

/// What a path names.
pub(super) enum Opened {
    File(FileBody),
    Directory(OwnedFd),
    /// A device, a socket or a pipe.
    Other,
}

impl Root {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        Ok(Self {
            directory: open(path, flags, Mode::empty())?,
            symlinks: Symlinks::default(),
            refused: AtomicBool::new(false),
        })
    }

    /// Opens a path; the empty one is the directory itself. One that is absolute, or
    /// has a part `..`, leads nowhere.
    pub(super) fn open_beneath(&self, relative: &str) -> Result<Opened, Errno> {
        let is_name = |part| !matches!(part, "" | "..");
        let path = if relative.is_empty() {
            "."
        } else if relative.split('/').all(is_name) {
            relative
        } else {
            // Not every way below would refuse it.
            return Err(Errno::XDEV);
        };
        let file = match self.symlinks {
            Symlinks::Follow => openat(&self.directory, path, READ, Mode::empty())?,
            Symlinks::Refuse => self.resolve(path, ResolveFlags::NO_SYMLINKS)?,
            Symlinks::Beneath => self.resolve(path, ResolveFlags::empty())?,
        };
        let status = fstat(&file)?;
        Ok(match FileType::from_raw_mode(status.st_mode) {
            FileType::RegularFile => Opened::File(FileBody::new(File::from(file), &status)),
            FileType::Directory => Opened::Directory(file),
            _ => Opened::Other,
        })
    }

    fn resolve(&self, path: &str, symlinks: ResolveFlags) -> Result<OwnedFd, Errno> {
        if !self.refused.load(Ordering::Relaxed) {
            let rules = ResolveFlags::BENEATH | ResolveFlags::NO_MAGICLINKS | symlinks;
            let mut attempts = ATTEMPTS;
            loop {
                match openat2(&self.directory, path, READ, Mode::empty(), rules) {
                    Err(Errno::NOSYS | Errno::PERM) => break,
                    // Something was renamed meanwhile, so that the kernel is not sure.
                    Err(Errno::AGAIN | Errno::INTR) if attempts > 0 => attempts -= 1,
                    opened => return opened,
                }
            }
            self.refused.store(true, Ordering::Relaxed);
        }
        walk(self.directory.as_fd(), path)
    }
}

/// Opens a path part by part, and no symbolic link.
fn walk(root: BorrowedFd<'_>, path: &str) -> Result<OwnedFd, Errno> {
    let mut within: Option<OwnedFd> = None;
    let mut rest = path;
    while let Some((part, behind)) = rest.split_once('/') {
        let at = within.as_ref().map_or(root, AsFd::as_fd);
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        within = Some(openat(at, part, flags, Mode::empty())?);
        rest = behind;
    }
    let at = within.as_ref().map_or(root, AsFd::as_fd);
    openat(at, rest, READ | OFlags::NOFOLLOW, Mode::empty())
}

/// A pipe without a writer, or a terminal, is opened without waiting for it or
/// becoming its owner; what it is shows afterwards.
const READ: OFlags = OFlags::RDONLY
    .union(OFlags::CLOEXEC)
    .union(OFlags::NONBLOCK)
    .union(OFlags::NOCTTY);

/// How often a path is tried while it changes.
const ATTEMPTS: u32 = 8;

#[cfg(test)]
mod tests;
