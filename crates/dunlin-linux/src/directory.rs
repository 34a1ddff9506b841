//! Serving the files of a directory.
//!
//! ```
//! use dunlin::{AnswerError, App, Request, Response, Route};
//! use dunlin_linux::Directory;
//!
//! struct Site {
//!     files: Directory,
//! }
//!
//! impl App for Site {
//!     type Session = ();
//!     const ROUTES: &'static [Route<Self>] = &[Route::get("/", file)];
//! }
//!
//! fn file(site: &Site, request: Request<'_, Site>, response: Response<'_>) -> Result<(), AnswerError> {
//!     site.files.respond(request.path(), request.head(), response)
//! }
//!
//! # fn main() -> std::io::Result<()> {
//! let site = Site { files: Directory::open(".")?.precompressed() };
//! # Ok(())
//! # }
//! ```
//!
//! The kernel sends the files (`sendfile`), as their clients take them: no file, however
//! large, is in the server's memory. Opening and reading may have to wait for the
//! disk, and every connection of the loop waits with it.

mod body;
mod listing;
mod path;
mod resolve;

pub use body::FileBody;
pub use listing::Entry;

use dunlin::proto::http::prefers_coding;
use dunlin::{AnswerError, Method, Representation, RequestHead, Response, Status};
use path::RelativePath;
use resolve::{Opened, Root};
use rustix::io::Errno;
use std::io;
use std::path::Path;
use std::time::SystemTime;

/// A directory whose files are served.
///
/// No path leads out of it: a path is decoded once, parts of it that are empty, `.`
/// or `..`, or that have a NUL or an encoded slash are refused, and the kernel is
/// told to stay beneath the directory. Only regular files are sent, and names that
/// begin with a dot are not there, but for `.well-known` (RFC 8615).
#[derive(Debug)]
pub struct Directory {
    root: Root,
    index: String,
    hidden: bool,
    precompressed: bool,
    cache_control: fn(&str) -> &'static str,
    content_type: fn(&str) -> Option<&'static str>,
    listing: Option<ListingHook>,
}

/// Makes a page, in HTML, of what is in a directory: its decoded path, which ends
/// with `/`, and its entries by name. What it puts into the page it has to escape.
pub type ListingHook = fn(&str, &[Entry]) -> String;

/// What becomes of symbolic links.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Symlinks {
    /// A path that has one is answered 404.
    #[default]
    Refuse,
    /// One is followed while it stays beneath the directory. Where the kernel
    /// has no `openat2`, or a sandbox refuses it, all are refused.
    Beneath,
    /// All are followed, wherever they lead: only for a directory in which nobody
    /// else can make one.
    Follow,
}

impl Directory {
    /// A directory, which is opened once: it may be moved while it is served.
    ///
    /// # Errors
    ///
    /// What the system says; the path has to be that of a directory.
    pub fn open(path: impl AsRef<Path>) -> io::Result<Self> {
        Ok(Self {
            root: Root::open(path.as_ref())?,
            index: "index.html".to_owned(),
            hidden: false,
            precompressed: false,
            cache_control: |_| "no-cache",
            content_type: |_| None,
            listing: None,
        })
    }

    /// Sets the name of the file that stands for its directory; at first it is
    /// `index.html`. With an empty name no file does.
    #[must_use]
    pub fn index(mut self, name: &str) -> Self {
        name.clone_into(&mut self.index);
        self
    }

    /// Sets what becomes of symbolic links; at first they are refused.
    #[must_use]
    pub fn symlinks(mut self, symlinks: Symlinks) -> Self {
        self.root.symlinks = symlinks;
        self
    }

    /// Serves names that begin with a dot too.
    #[must_use]
    pub fn hidden_files(mut self) -> Self {
        self.hidden = true;
        self
    }

    /// Sends `name.gz` for `name` to clients that prefer it, where it lies beside it
    /// and is not older.
    #[must_use]
    pub fn precompressed(mut self) -> Self {
        self.precompressed = true;
        self
    }

    /// Sets what `Cache-Control` is for a decoded path, which begins with `/`; at
    /// first it is `no-cache`, with which clients keep a file and ask each time.
    #[must_use]
    pub fn cache_control(mut self, rule: fn(&str) -> &'static str) -> Self {
        self.cache_control = rule;
        self
    }

    /// Sets the content types of decoded paths; for those that have none here it
    /// goes by extension, and a text is taken for UTF-8.
    #[must_use]
    pub fn content_type(mut self, rule: fn(&str) -> Option<&'static str>) -> Self {
        self.content_type = rule;
        self
    }

    /// Answers for a directory without an index with the page that a hook makes; at
    /// first there is none, and the answer 404. The page has to fit the output.
    #[must_use]
    pub fn listing(mut self, hook: ListingHook) -> Self {
        self.listing = Some(hook);
        self
    }

    /// Answers a request with the file of a path: as [`Representation::respond`]
    /// does, 301 for a directory whose path lacks its last `/`, 404 for what is not
    /// there or not to be served, 503 while the system has no file descriptor left,
    /// and 500 when it fails.
    ///
    /// The path may be percent-encoded and may lack its first `/`. A file that gets
    /// shorter while it is sent ends the connection, so that the client notices.
    ///
    /// # Errors
    ///
    /// [`AnswerError`] when a response does not fit; then nothing was sent.
    pub fn respond(
        &self,
        path: &str,
        head: &RequestHead<'_>,
        response: Response<'_>,
    ) -> Result<(), AnswerError> {
        self.respond_with(path, head, response, |response, body| body.send(response))
    }

    /// As [`Directory::respond`], but with 200 and 206 `send` is given the response
    /// and its body, and has to answer: for an application that changes the octets.
    ///
    /// # Errors
    ///
    /// Those of `send`, and [`AnswerError`] when a response does not fit; then
    /// nothing was sent.
    pub fn respond_with(
        &self,
        path: &str,
        head: &RequestHead<'_>,
        response: Response<'_>,
        send: impl FnOnce(Response<'_>, FileBody) -> Result<(), AnswerError>,
    ) -> Result<(), AnswerError> {
        if !matches!(head.method(), Method::Get | Method::Head) {
            let response = response.header("Allow", "GET, HEAD");
            return answer(response, Status::METHOD_NOT_ALLOWED);
        }
        let Some(path) = RelativePath::decode(path, self.hidden) else {
            return answer(response, Status::NOT_FOUND);
        };
        match self.root.open_beneath(&path.relative) {
            Ok(Opened::File(file)) if !path.is_folder => {
                self.send_file(&path.relative, file, head, response, send)
            }
            Ok(Opened::Directory(_)) if !path.is_folder => redirect(head, response),
            Ok(Opened::Directory(directory)) => {
                match self.open_index(&path.relative) {
                    Ok(Some((index, file))) => {
                        return self.send_file(&index, file, head, response, send);
                    }
                    Ok(None) => {}
                    Err(errno) => return answer_failure(response, &path.relative, errno),
                }
                let Some(hook) = self.listing else {
                    return answer(response, Status::NOT_FOUND);
                };
                match listing::read(&directory, self.hidden) {
                    Ok(entries) => response
                        .content_type("text/html; charset=utf-8")
                        .body(hook(&format!("/{}", path.shown()), &entries).as_bytes()),
                    Err(errno) => answer_failure(response, &path.relative, errno),
                }
            }
            Ok(Opened::File(_) | Opened::Other) => answer(response, Status::NOT_FOUND),
            Err(errno) => answer_failure(response, &path.relative, errno),
        }
    }

    /// The index of a directory, with its path; `None` if there is none.
    fn open_index(&self, folder: &str) -> Result<Option<(String, FileBody)>, Errno> {
        if self.index.is_empty() {
            return Ok(None);
        }
        let path = if folder.is_empty() {
            self.index.clone()
        } else {
            format!("{folder}/{}", self.index)
        };
        match self.root.open_beneath(&path) {
            Ok(Opened::File(file)) => Ok(Some((path, file))),
            Ok(_) => Ok(None),
            Err(errno) if is_absent(errno) => Ok(None),
            Err(errno) => Err(errno),
        }
    }

    fn send_file(
        &self,
        relative: &str,
        plain: FileBody,
        head: &RequestHead<'_>,
        response: Response<'_>,
        send: impl FnOnce(Response<'_>, FileBody) -> Result<(), AnswerError>,
    ) -> Result<(), AnswerError> {
        let path = format!("/{relative}");
        let gzip = self.open_gzip(relative, &plain, head);
        let is_gzip = gzip.is_some();
        let mut file = gzip.unwrap_or(plain);
        let now = SystemTime::now();
        let tag = file.entity_tag(now);
        let content_type = match (self.content_type)(&path) {
            Some(content_type) => content_type.to_owned(),
            None => guess(&path),
        };
        let cache_control = (self.cache_control)(&path);
        let representation = Representation {
            length: file.length(),
            content_type: Some(&content_type),
            content_encoding: is_gzip.then_some("gzip"),
            is_negotiated: self.precompressed,
            entity_tag: Some(&tag),
            last_modified: file.last_modified(now),
            // A file can change twice within a second.
            date_is_strong: false,
            cache_control: (!cache_control.is_empty()).then_some(cache_control),
        };
        representation.respond(head, response, |response, part| {
            file.narrow(part);
            send(response, file)
        })
    }

    /// The compressed form of a file, where the client prefers it. Whatever is wrong
    /// with it, there is the plain one.
    fn open_gzip(
        &self,
        relative: &str,
        plain: &FileBody,
        head: &RequestHead<'_>,
    ) -> Option<FileBody> {
        if !self.precompressed || !prefers_coding(head.fields(), "gzip") {
            return None;
        }
        match self.root.open_beneath(&format!("{relative}.gz")) {
            Ok(Opened::File(gzip)) if !gzip.is_older_than(plain) => Some(gzip),
            _ => None,
        }
    }
}

/// Sends the client to the same path with a `/` behind it.
///
/// The place is told relative to the one that was asked for, so that it cannot lead
/// to another host, and begins with `./`, so that a colon in it makes no scheme.
fn redirect(head: &RequestHead<'_>, response: Response<'_>) -> Result<(), AnswerError> {
    let name = head.path().rsplit('/').next().unwrap_or_default();
    let mut location = format!("./{name}/");
    if let Some(query) = head.query() {
        location.push('?');
        location.push_str(query);
    }
    let response = response.header("Location", &location);
    answer(response, Status::MOVED_PERMANENTLY)
}

fn answer_failure(response: Response<'_>, path: &str, errno: Errno) -> Result<(), AnswerError> {
    if is_absent(errno) {
        return answer(response, Status::NOT_FOUND);
    }
    log::warn!("cannot open {path:?}: {errno}");
    answer(
        response,
        match errno {
            Errno::MFILE | Errno::NFILE | Errno::NOMEM | Errno::AGAIN => {
                Status::SERVICE_UNAVAILABLE
            }
            _ => Status::INTERNAL_SERVER_ERROR,
        },
    )
}

/// Whether a file is not there, or not for the client: that it cannot be read is not
/// the client's business either.
fn is_absent(errno: Errno) -> bool {
    matches!(
        errno,
        Errno::NOENT
            | Errno::NOTDIR
            | Errno::LOOP
            | Errno::XDEV
            | Errno::NAMETOOLONG
            | Errno::ACCESS
            | Errno::INVAL
            | Errno::NXIO
    )
}

fn answer(response: Response<'_>, status: Status) -> Result<(), AnswerError> {
    response.status(status).text(status.reason())
}

/// The content type of a path by its extension.
fn guess(path: &str) -> String {
    let guess = mime_guess::from_path(path).first_or_octet_stream();
    match guess.essence_str() {
        // Obsolete (RFC 9239 section 6), but still known for some extensions.
        "application/javascript" => "text/javascript; charset=utf-8".to_owned(),
        text if text.starts_with("text/") => format!("{text}; charset=utf-8"),
        other => other.to_owned(),
    }
}
