//! The folder that a table is made of.

use crate::file::{File, content_type, gzip};
use crate::{Error, cache_control, table};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};
use walkdir::{DirEntry, WalkDir};

/// A folder of files to serve, and how.
///
/// Names that begin with a dot are left out, but for `.well-known` (RFC 8615). Links
/// are followed: the folder is the developer's own.
///
/// ```no_run
/// fn main() -> Result<(), dunlin_assets::Error> {
///     dunlin_assets::Folder::new("web")
///         .index("home.html")
///         .content_type("glb", "model/gltf-binary")
///         .cache_control(|path| match path {
///             "/logo.svg" => "max-age=86400",
///             _ => dunlin_assets::cache_control(path),
///         })
///         .write("assets.rs")
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Folder {
    root: PathBuf,
    index: String,
    cache_control: fn(&str) -> &'static str,
    content_types: BTreeMap<String, String>,
    compresses: bool,
}

impl Folder {
    /// A folder, seen from the one that the package's `Cargo.toml` is in.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self {
            root: root.into(),
            index: "index.html".to_owned(),
            cache_control,
            content_types: BTreeMap::new(),
            compresses: true,
        }
    }

    /// Sets the name of the file that stands for its folder; at first it is
    /// `index.html`.
    #[must_use]
    pub fn index(mut self, name: &str) -> Self {
        name.clone_into(&mut self.index);
        self
    }

    /// Sets what `Cache-Control` is for a path; at first it is
    /// [`cache_control`](crate::cache_control()).
    #[must_use]
    pub fn cache_control(mut self, rule: fn(&str) -> &'static str) -> Self {
        self.cache_control = rule;
        self
    }

    /// Sets the content type of an extension, which is given without its dot and in
    /// small letters, where what is guessed is not right.
    #[must_use]
    pub fn content_type(mut self, extension: &str, content_type: &str) -> Self {
        let place = self.content_types.entry(extension.to_owned());
        place.insert_entry(content_type.to_owned());
        self
    }

    /// Leaves compressed forms out, which saves their flash.
    #[must_use]
    pub fn uncompressed(mut self) -> Self {
        self.compresses = false;
        self
    }

    /// Writes the table into a file in `OUT_DIR`, and tells Cargo to run the build
    /// script again when the folder changes. For build scripts.
    ///
    /// What is written is an expression, for
    /// `static ASSETS: dunlin::Assets = include!(concat!(env!("OUT_DIR"), "/assets.rs"));`.
    /// The files are copied beside it, so that what is served is what its tags were
    /// made of.
    ///
    /// # Errors
    ///
    /// [`Error`], which the build script shows when `main` returns it.
    pub fn write(&self, name: &str) -> Result<(), Error> {
        let folder = env::var_os("OUT_DIR").ok_or(Error::NotInBuild)?;
        // The folder tells of files that come and go; the files of changes where
        // a link leads out of it.
        println!("cargo::rerun-if-changed={}", self.root.display());
        for path in self.write_to(Path::new(&folder), name)? {
            println!("cargo::rerun-if-changed={}", path.display());
        }
        Ok(())
    }

    /// Writes the table into a file in a folder, and returns the files that it was
    /// made of.
    ///
    /// # Errors
    ///
    /// [`Error`]; what was written before is of no use then.
    pub fn write_to(&self, folder: &Path, name: &str) -> Result<Vec<PathBuf>, Error> {
        let mut files = Vec::new();
        let mut sources = Vec::new();
        for entry in self.entries() {
            let entry = entry.map_err(|error| {
                let path = error.path().unwrap_or(&self.root).to_owned();
                let error = error.into();
                Error::Io { path, error }
            })?;
            if entry.file_type().is_file() {
                files.push(self.read(entry.path())?);
                sources.push(entry.into_path());
            }
        }
        // The order of whole paths, not of folders within folders.
        files.sort_by(|left, right| left.path.cmp(&right.path));
        table::write(&files, &self.index, folder, name)?;
        Ok(sources)
    }

    fn entries(&self) -> impl Iterator<Item = walkdir::Result<DirEntry>> {
        let is_served = |entry: &DirEntry| {
            let name = entry.file_name().as_encoded_bytes();
            entry.depth() == 0 || !name.starts_with(b".") || name == b".well-known"
        };
        let walk = WalkDir::new(&self.root).follow_links(true);
        walk.sort_by_file_name().into_iter().filter_entry(is_served)
    }

    fn read(&self, source: &Path) -> Result<File, Error> {
        let mut path = String::new();
        for part in source.strip_prefix(&self.root).unwrap_or(source) {
            let part = part
                .to_str()
                .ok_or_else(|| Error::Name(source.to_owned()))?;
            path.push('/');
            path.push_str(part);
        }
        let plain = fs::read(source).map_err(Error::io(source))?;
        let gzip = self.compresses.then(|| gzip(&plain)).flatten();
        let extension = source.extension().and_then(|extension| extension.to_str());
        let extension = extension.unwrap_or_default().to_ascii_lowercase();
        let known = self.content_types.get(&extension).cloned();
        Ok(File {
            content_type: known.unwrap_or_else(|| content_type(&path, &plain)),
            cache_control: (self.cache_control)(&path).to_owned(),
            path,
            plain,
            gzip,
        })
    }
}
