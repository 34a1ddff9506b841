//! Why no table was made.

use std::path::{Path, PathBuf};

/// Why no table was made; each names the file.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// A file or folder could not be read or written.
    Io {
        /// Which one.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// A name is not UTF-8, so that no URL leads to it: rename the file.
    Name(PathBuf),
    /// There is no `OUT_DIR`: this is not a build script. Use
    /// [`Folder::write_to`](crate::Folder::write_to).
    NotInBuild,
}

impl Error {
    pub(crate) fn io(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        |error| Self::Io { path, error }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Io { path, error } => write!(formatter, "{}: {error}", path.display()),
            Self::Name(path) => write!(formatter, "{}: a name is not UTF-8", path.display()),
            Self::NotInBuild => formatter.write_str("OUT_DIR is not set: no build script"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { error, .. } => Some(error),
            Self::Name(_) | Self::NotInBuild => None,
        }
    }
}
