//! Files that are part of the program.

use crate::representation::{NO_FIELD, answer_status};
use crate::{AnswerError, Representation, RequestHead, Response, Status};
use dunlin_proto::http::{percent_eq, prefers_coding};

/// A file in flash, or in the program, with all that a client is told of it.
///
/// The crate `dunlin-assets` makes a table of them from a folder when a program is
/// built. By hand one is
///
/// ```
/// use dunlin::Asset;
///
/// const ICON: Asset = Asset::new("/icon.svg", "image/svg+xml", b"<svg/>")
///     .entity_tag("\"icon-1\"")
///     .cache_control("max-age=3600");
/// ```
///
/// Whether it has a date of modification is part of its type: where no file has
/// one, the program has no code for dates.
#[derive(Clone, Copy, Debug)]
pub struct Asset<const DATED: bool = false> {
    path: &'static str,
    content_type: &'static str,
    plain: Form,
    gzip: Option<Form>,
    cache_control: Option<&'static str>,
    /// Without a meaning where it is not dated.
    last_modified: u64,
}

/// A file as it is, or as a coding made it.
#[derive(Clone, Copy, Debug)]
struct Form {
    body: &'static [u8],
    entity_tag: Option<&'static str>,
}

impl Asset {
    /// A file with its path, which begins with `/` and is not percent-encoded, and
    /// its `Content-Type`.
    pub const fn new(path: &'static str, content_type: &'static str, body: &'static [u8]) -> Self {
        Self {
            path,
            content_type,
            plain: Form {
                body,
                entity_tag: None,
            },
            gzip: None,
            cache_control: None,
            last_modified: 0,
        }
    }

    /// Sets `Last-Modified`, in seconds since 1970-01-01 00:00:00 UTC.
    #[must_use]
    pub const fn last_modified(self, seconds: u64) -> Asset<true> {
        Asset {
            path: self.path,
            content_type: self.content_type,
            plain: self.plain,
            gzip: self.gzip,
            cache_control: self.cache_control,
            last_modified: seconds,
        }
    }
}

impl<const DATED: bool> Asset<DATED> {
    /// Sets `ETag`, quotes included. It has to change with every octet of the file
    /// (RFC 9110 section 8.8.3); clients keep the file by it.
    #[must_use]
    pub const fn entity_tag(mut self, tag: &'static str) -> Self {
        self.plain.entity_tag = Some(tag);
        self
    }

    /// Adds the file as gzip made it, for clients that decode it. Its `ETag` is
    /// another one than that of the plain file (RFC 9110 section 8.8.3.3).
    #[must_use]
    pub const fn gzip(mut self, body: &'static [u8], entity_tag: &'static str) -> Self {
        self.gzip = Some(Form {
            body,
            entity_tag: Some(entity_tag),
        });
        self
    }

    /// Sets `Cache-Control` (RFC 9111 section 5.2).
    #[must_use]
    pub const fn cache_control(mut self, value: &'static str) -> Self {
        self.cache_control = Some(value);
        self
    }

    /// The path.
    pub const fn path(&self) -> &'static str {
        self.path
    }

    /// The file, not compressed.
    pub const fn body(&self) -> &'static [u8] {
        self.plain.body
    }

    /// Answers a request for this file as [`Representation::respond`] does, with
    /// the form that the client's `Accept-Encoding` prefers.
    ///
    /// # Errors
    ///
    /// [`AnswerError`] when not even the head fits, or for a field that is not
    /// valid; then nothing was sent.
    pub fn respond(
        &self,
        head: &RequestHead<'_>,
        response: Response<'_>,
    ) -> Result<(), AnswerError> {
        let accepted = |_: &Form| prefers_coding(head.fields(), "gzip");
        let gzip = self.gzip.filter(accepted);
        let form = gzip.unwrap_or(self.plain);
        let representation = Representation {
            length: form.body.len() as u64,
            content_type: Some(self.content_type),
            content_encoding: gzip.map(|_| "gzip"),
            is_negotiated: self.gzip.is_some(),
            entity_tag: form.entity_tag,
            last_modified: DATED.then_some(self.last_modified),
            // Two forms have one date.
            date_is_strong: self.gzip.is_none(),
            cache_control: self.cache_control,
        };
        representation.respond(head, response, |response, part| {
            let part = part.start as usize..part.end as usize;
            response.asset(form.body.get(part).unwrap_or_default())
        })
    }
}

/// Files that are part of the program, by their paths.
///
/// ```
/// use dunlin::{AnswerError, App, Asset, Assets, Request, Response, Route};
///
/// static ASSETS: Assets = Assets::new(&[
///     Asset::new("/index.html", "text/html; charset=utf-8", b"<h1>Hello</h1>"),
///     Asset::new("/icon.svg", "image/svg+xml", b"<svg/>"),
/// ]);
///
/// struct Device;
///
/// impl App for Device {
///     type Session = ();
///     const ROUTES: &'static [Route<Self>] =
///         &[Route::get("/", asset), Route::get("/icon.svg", asset)];
/// }
///
/// fn asset(_: &Device, request: Request<'_, Device>, response: Response<'_>) -> Result<(), AnswerError> {
///     ASSETS.respond(request.path(), request.head(), response)
/// }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Assets<const DATED: bool = false> {
    assets: &'static [Asset<DATED>],
    index: &'static str,
}

impl<const DATED: bool> Assets<DATED> {
    /// A table of files.
    pub const fn new(assets: &'static [Asset<DATED>]) -> Self {
        Self {
            assets,
            index: "index.html",
        }
    }

    /// Sets the name of the file that stands for its folder; at first it is
    /// `index.html`. With an empty name no file does.
    #[must_use]
    pub const fn index(mut self, name: &'static str) -> Self {
        self.index = name;
        self
    }

    /// The files, in the order of the table.
    pub const fn as_slice(&self) -> &'static [Asset<DATED>] {
        self.assets
    }

    /// The file of a path, which may be percent-encoded and may lack its first `/`.
    ///
    /// A path that is empty or ends with `/` leads to the index of the folder. Paths
    /// are compared and never followed, so that `..` leads nowhere.
    pub fn find(&self, path: &str) -> Option<&'static Asset<DATED>> {
        let path = relative(path);
        self.assets.iter().find(|asset| {
            let own = relative(asset.path);
            let folder = own.strip_suffix(self.index);
            percent_eq(path, own, false)
                || (is_folder(path)
                    && folder.is_some_and(|own| is_folder(own) && percent_eq(path, own, false)))
        })
    }

    /// Answers with the file of a path as [`Asset::respond`] does, and with 404 where
    /// there is none.
    ///
    /// # Errors
    ///
    /// Those of [`Asset::respond`].
    pub fn respond(
        &self,
        path: &str,
        head: &RequestHead<'_>,
        response: Response<'_>,
    ) -> Result<(), AnswerError> {
        match self.find(path) {
            Some(asset) => asset.respond(head, response),
            None => answer_status(response, Status::NOT_FOUND, NO_FIELD),
        }
    }
}

/// A path without its first `/`.
fn relative(path: &str) -> &str {
    path.strip_prefix("/").unwrap_or(path)
}

/// Whether a path without its first `/` names a folder.
fn is_folder(path: &str) -> bool {
    path.is_empty() || path.ends_with('/')
}

#[cfg(test)]
mod tests;
