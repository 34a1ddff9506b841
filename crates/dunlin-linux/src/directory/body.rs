//! A file, or a part of it, as the body of a response.

use dunlin::{AnswerError, Response};
use rustix::fs::{Stat, sendfile};
use rustix::io::Errno;
use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::fd::AsFd;
use std::os::unix::fs::FileExt;
use std::time::{Duration, SystemTime};

/// The octets of an open file that are the body of a response, or what is left of
/// them.
///
/// The file is the one that was opened, even when its name is given to another
/// meanwhile. If it gets shorter while it is sent, both ways to take octets fail, and
/// the connection has to be ended so that the client notices.
#[derive(Debug)]
pub struct FileBody {
    file: File,
    offset: u64,
    length: u64,
    inode: u64,
    modified: Option<Duration>,
}

impl FileBody {
    pub(super) fn new(file: File, status: &Stat) -> Self {
        Self {
            file,
            offset: 0,
            length: u64::try_from(status.st_size).unwrap_or(0),
            inode: status.st_ino,
            modified: u64::try_from(status.st_mtime)
                .ok()
                .map(|seconds| Duration::new(seconds, nanoseconds(status))),
        }
    }

    /// Octets that are left.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// The place in the file of the next octet.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// The file.
    pub fn file(&self) -> &File {
        &self.file
    }

    /// Answers with these octets, which the kernel sends as the peer takes them.
    ///
    /// # Errors
    ///
    /// [`AnswerError`]; then nothing was sent. [`AnswerError::NotByDriver`] where the
    /// driver is not that of this crate.
    pub fn send(self, response: Response<'_>) -> Result<(), AnswerError> {
        response.by_driver(self.length, &mut Some(self))
    }

    /// Takes as many octets as are left and fit the buffer, and returns how many.
    ///
    /// # Errors
    ///
    /// What the system says; [`io::ErrorKind::UnexpectedEof`] if the file got
    /// shorter.
    pub fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.length).unwrap_or(usize::MAX);
        let most = most.min(buffer.len());
        let mut filled = 0;
        while let Some(rest) = buffer.get_mut(filled..most)
            && !rest.is_empty()
        {
            match self.file.read_at(rest, self.offset) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(octets) => {
                    filled += octets;
                    self.advance(octets);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(filled)
    }

    /// Sends octets that are left to a socket with `sendfile`, which copies nothing,
    /// and returns how many it took: none where it has no room, or none are left.
    ///
    /// # Errors
    ///
    /// What the system says of the socket or the file;
    /// [`io::ErrorKind::UnexpectedEof`] if the file got shorter.
    pub fn send_to(&mut self, socket: impl AsFd) -> io::Result<usize> {
        let most = usize::try_from(self.length).unwrap_or(usize::MAX);
        if most == 0 {
            return Ok(0);
        }
        let mut offset = self.offset;
        match sendfile(socket, &self.file, Some(&mut offset), most.min(AT_ONCE)) {
            Ok(0) => Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(octets) => {
                self.advance(octets);
                Ok(octets)
            }
            Err(Errno::AGAIN | Errno::INTR) => Ok(0),
            Err(errno) => Err(errno.into()),
        }
    }

    fn advance(&mut self, octets: usize) {
        self.offset += octets as u64;
        self.length = self.length.saturating_sub(octets as u64);
    }

    /// Leaves only a part of the octets.
    pub(super) fn narrow(&mut self, part: Range<u64>) {
        self.offset += part.start;
        self.length = self.length.min(part.end) - part.start.min(self.length);
    }

    /// What names these octets: the file's number, length and time of modification.
    ///
    /// The clock of a file system ticks in milliseconds, so that a file that was just
    /// written may be written again with the same time. Until that is over the tag is
    /// weak; weakly compared it is the same as the strong one.
    pub(super) fn entity_tag(&self, now: SystemTime) -> String {
        let modified = self.modified.unwrap_or_default();
        let age = since_epoch(now).saturating_sub(modified);
        let weak = if age > SETTLED { "" } else { "W/" };
        let (inode, length) = (self.inode, self.length);
        format!("{weak}\"{inode:x}-{length:x}-{:x}\"", modified.as_nanos())
    }

    /// The second of the last modification; `None` if that is to come (RFC 9110
    /// section 8.8.2.1).
    pub(super) fn last_modified(&self, now: SystemTime) -> Option<u64> {
        let modified = self.modified?.as_secs();
        (modified <= since_epoch(now).as_secs()).then_some(modified)
    }

    pub(super) fn is_older_than(&self, other: &Self) -> bool {
        self.modified < other.modified
    }
}

fn nanoseconds(status: &Stat) -> u32 {
    u32::try_from(status.st_mtime_nsec).unwrap_or(0)
}

fn since_epoch(time: SystemTime) -> Duration {
    time.duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default()
}

/// Octets sent with one call: the other connections of the loop wait for it.
const AT_ONCE: usize = 1024 * 1024;

/// The age from which a time of modification is not given again.
const SETTLED: Duration = Duration::from_secs(2);

#[cfg(test)]
mod tests;
