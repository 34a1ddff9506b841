//! A directory of Linux as a storage.
//!
//! An upload is a file whose name begins with a dot, which is neither listed nor
//! sent. When it is complete it is renamed: whoever reads the file it takes the
//! place of reads on in that one.

use dunlin::{AnswerError, RequestHead, Response};
use dunlin_linux::Directory;
use dunlin_linux::directory::FileBody;
use file_server::{LOG_TAG, Name, Problem, Storage};
use std::cell::{Cell, RefCell};
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

pub(crate) struct Folder {
    path: PathBuf,
    files: Directory,
    /// Counts the uploads.
    uploads: Cell<u64>,
    /// What is read of files at a time, for all connections.
    buffer: RefCell<Box<[u8]>>,
}

/// A file that is being written.
pub(crate) struct Upload {
    file: File,
    here: PathBuf,
    there: PathBuf,
}

impl Folder {
    /// Opens a directory, and deletes what is left of uploads that were under way
    /// when a server ended.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        fs::create_dir_all(path)?;
        for entry in fs::read_dir(path)? {
            let entry = entry?;
            if entry.file_name().to_string_lossy().starts_with(UPLOAD) {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(Self {
            // Wherever the program goes.
            path: path.canonicalize()?,
            files: Directory::open(path)?.index(""),
            uploads: Cell::new(0),
            buffer: RefCell::new(vec![0; BUFFER].into()),
        })
    }
}

impl Storage for Folder {
    type Upload = Upload;
    type Download = FileBody;

    fn each(&self, visit: &mut dyn FnMut(&str, u64)) -> Result<(), Problem> {
        let mut found = Vec::new();
        for entry in fs::read_dir(&self.path).map_err(problem)? {
            let entry = entry.map_err(problem)?;
            let Ok(name) = entry.file_name().into_string() else {
                continue;
            };
            // One that was deleted meanwhile is none.
            if let Ok(metadata) = entry.metadata()
                && metadata.is_file()
                && !name.starts_with('.')
            {
                found.push((name, metadata.len()));
            }
        }
        found.sort();
        for (name, size) in found {
            visit(&name, size);
        }
        Ok(())
    }

    fn create(&self, name: &Name) -> Result<Upload, Problem> {
        let there = self.path.join(&**name);
        if there.is_dir() {
            return Err(Problem::Taken);
        }
        let number = self.uploads.get();
        self.uploads.set(number + 1);
        let here = self.path.join(format!("{UPLOAD}{number}"));
        let file = File::create_new(&here).map_err(problem)?;
        Ok(Upload { file, here, there })
    }

    fn write(&self, upload: &mut Upload, octets: &[u8]) -> Result<(), Problem> {
        upload.file.write_all(octets).map_err(problem)
    }

    fn commit(&self, upload: Upload) -> Result<bool, Problem> {
        let is_new = !upload.there.exists();
        let renamed = fs::rename(&upload.here, &upload.there).map_err(problem);
        if renamed.is_err() {
            self.discard(upload);
        }
        renamed.map(|()| is_new)
    }

    fn discard(&self, upload: Upload) {
        if let Err(error) = fs::remove_file(&upload.here) {
            log::warn!(target: LOG_TAG, "{}: {error}", upload.here.display());
        }
    }

    fn open(
        &self,
        name: &Name,
        head: &RequestHead<'_>,
        response: Response<'_>,
        opened: &mut Option<FileBody>,
    ) -> Result<(), AnswerError> {
        // It decodes the path itself, and the name with it.
        let path = head.path().rsplit('/').next().unwrap_or_default();
        debug_assert_eq!(Name::decode(path).as_ref(), Some(name));
        self.files
            .respond_with(path, head, response, |response, file| {
                let length = usize::try_from(file.length()).map_err(|_| AnswerError::Full)?;
                *opened = Some(file);
                response.pulled(Some(length))
            })
    }

    fn read(
        &self,
        file: &mut FileBody,
        room: usize,
        send: &mut dyn FnMut(&[u8]),
    ) -> Result<(), Problem> {
        let mut buffer = self.buffer.borrow_mut();
        let most = room.min(buffer.len());
        let octets = file.read(&mut buffer[..most]).map_err(problem)?;
        send(&buffer[..octets]);
        Ok(())
    }

    fn remove(&self, name: &Name) -> Result<(), Problem> {
        let path = self.path.join(&**name);
        // What is no file is not the client's business.
        let metadata = path.symlink_metadata().map_err(problem)?;
        if !metadata.is_file() {
            return Err(Problem::NotFound);
        }
        fs::remove_file(path).map_err(problem)
    }
}

fn problem(error: io::Error) -> Problem {
    match error.kind() {
        ErrorKind::NotFound => Problem::NotFound,
        ErrorKind::IsADirectory => Problem::Taken,
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Problem::Full,
        ErrorKind::FileTooLarge => Problem::TooLarge,
        _ => {
            log::warn!(target: LOG_TAG, "{error}");
            Problem::Failed
        }
    }
}

/// What the name of a file begins with that is not complete.
const UPLOAD: &str = ".upload-";

const BUFFER: usize = 64 * 1024;
