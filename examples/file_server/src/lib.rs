//! Files that are uploaded, listed, downloaded and deleted.
//!
//! | request | answer |
//! |---|---|
//! | `GET /` | a page to do it with |
//! | `GET /files` | the names and sizes, as JSON |
//! | `PUT /files/NAME` | 201, or 204 if the file took the place of another |
//! | `GET /files/NAME` | the file, or the part of it that `Range` asks for |
//! | `DELETE /files/NAME` | 204 |
//!
//! No memory is needed for a file: it is written as it arrives, and read as the
//! client takes it. Until all of an upload is there, nobody sees anything of it.
//!
//! Where the files are is the affair of the program: it brings a [`Storage`].
#![no_std]
#![forbid(unsafe_code)]

mod name;
mod slots;
mod storage;

use dunlin::{
    Admission, AnswerError, App, BodyPart, BodyRoute, ConnectionId, Full, Method, PulledBody,
    Request, Response, Route, Status,
};
use dunlin_json::{WriteError, to_str};
use heapless::String;
pub use name::Name;
use serde::Serialize;
pub use slots::Slots;
pub use storage::{Problem, Storage};

/// The application.
pub struct FileServer<S> {
    storage: S,
    /// Octets of the largest file.
    max_size: u64,
}

/// What a connection is at.
#[derive(Default)]
pub enum Transfer<S: Storage> {
    /// Neither of them.
    #[default]
    None,
    /// A file that is being received.
    Upload(S::Upload),
    /// A file that is being sent.
    Download(S::Download),
}

impl<S: Storage> FileServer<S> {
    /// The application; larger files are refused.
    pub const fn new(storage: S, max_size: u64) -> Self {
        Self { storage, max_size }
    }
}

impl<S: Storage> App for FileServer<S> {
    type Session = Transfer<S>;

    const ROUTES: &'static [Route<Self>] = &[
        Route::get("/", page),
        Route::get("/style.css", pages::style),
        Route::get("/files", list),
        Route::get("/files/{name}", download).pulled(send),
        Route::streamed(
            Method::Put,
            "/files/{name}",
            BodyRoute::new(receive, finish)
                .admit(begin)
                .abandoned(abandon),
        ),
        Route::delete("/files/{name}", delete),
    ];
}

type Answer = Result<(), AnswerError>;

fn page<S: Storage>(
    _: &FileServer<S>,
    _: Request<'_, FileServer<S>>,
    response: Response<'_>,
) -> Answer {
    pages::send(response, include_bytes!("page.html"))
}

#[derive(Serialize)]
struct Entry<'e> {
    name: &'e str,
    size: u64,
}

fn list<S: Storage>(
    app: &FileServer<S>,
    _: Request<'_, FileServer<S>>,
    response: Response<'_>,
) -> Answer {
    let mut body = response
        .content_type("application/json")
        .header("Cache-Control", "no-store")
        .chunked()?;
    let mut buffer = [0; ENTRY];
    body.send(b"{\"max_size\":")?;
    body.send(json(&app.max_size, &mut buffer)?.as_bytes())?;
    body.send(b",\"files\":[")?;
    let mut sent: Answer = Ok(());
    let mut comma = "";
    let listed = app.storage.each(&mut |name, size| {
        sent = sent.and_then(|()| {
            body.send(comma.as_bytes())?;
            comma = ",";
            let entry = json(&Entry { name, size }, &mut buffer)?;
            Ok(body.send(entry.as_bytes())?)
        });
    });
    sent?;
    if let Err(problem) = listed {
        // Without its end the client does not take it for the whole list.
        log::warn!(target: LOG_TAG, "the files cannot be listed: {}", problem.reason());
        return Ok(());
    }
    body.send(b"]}")?;
    body.finish()
}

fn json<'b, T: Serialize>(value: &T, buffer: &'b mut [u8]) -> Result<&'b str, AnswerError> {
    to_str(value, buffer).map_err(|_: WriteError| AnswerError::Full)
}

fn download<S: Storage>(
    app: &FileServer<S>,
    mut request: Request<'_, FileServer<S>>,
    response: Response<'_>,
) -> Answer {
    let name = match name(&request) {
        Ok(name) => name,
        Err(problem) => return refuse(response, problem),
    };
    let response = response
        // What was uploaded is not trusted: it runs no scripts of this site, and is
        // nothing else than it says.
        .header("Content-Security-Policy", "sandbox")
        .header("X-Content-Type-Options", "nosniff");
    let mut opened = None;
    let head = request.head();
    app.storage.open(&name, head, response, &mut opened)?;
    *request.session() = opened.map_or(Transfer::None, Transfer::Download);
    Ok(())
}

/// Sends the next octets of a file.
fn send<S: Storage>(
    app: &FileServer<S>,
    body: &mut PulledBody<'_, FileServer<S>>,
) -> Result<(), Full> {
    let Transfer::Download(mut file) = core::mem::take(body.session()) else {
        body.abort();
        return Ok(());
    };
    let room = body.room();
    let read = app.storage.read(&mut file, room, &mut |octets| {
        // It is not more than there is room for.
        let _ = body.send(octets);
    });
    match read {
        Ok(()) => *body.session() = Transfer::Download(file),
        Err(problem) => {
            log::warn!(target: LOG_TAG, "a file cannot be read: {}", problem.reason());
            body.abort();
        }
    }
    Ok(())
}

/// Decides about an upload before it arrives.
fn begin<S: Storage>(
    app: &FileServer<S>,
    mut request: Request<'_, FileServer<S>>,
    admission: Admission<'_>,
) -> Answer {
    let length = request.header("Content-Length");
    let length = length.and_then(|length| length.parse::<u64>().ok());
    let created = match name(&request) {
        _ if length.is_some_and(|length| length > app.max_size) => Err(Problem::TooLarge),
        Ok(name) => app.storage.create(&name),
        Err(problem) => Err(problem),
    };
    match created {
        Ok(upload) => {
            *request.session() = Transfer::Upload(upload);
            admission.accept()
        }
        Err(problem) => admission.refuse(problem.status()).text(problem.reason()),
    }
}

/// Takes what has arrived.
fn receive<S: Storage>(
    app: &FileServer<S>,
    part: &mut BodyPart<'_, FileServer<S>>,
    octets: &[u8],
) -> Result<usize, Status> {
    let size = part.received().saturating_add(octets.len() as u64);
    if size > app.max_size {
        return Err(Status::CONTENT_TOO_LARGE);
    }
    let Transfer::Upload(upload) = part.session() else {
        return Err(Status::INTERNAL_SERVER_ERROR);
    };
    let written = app.storage.write(upload, octets);
    written.map_err(Problem::status)?;
    Ok(octets.len())
}

/// Shows the file to all, now that it is there.
fn finish<S: Storage>(
    app: &FileServer<S>,
    mut request: Request<'_, FileServer<S>>,
    response: Response<'_>,
) -> Answer {
    let Transfer::Upload(upload) = core::mem::take(request.session()) else {
        return refuse(response, Problem::Failed);
    };
    match app.storage.commit(upload) {
        Ok(is_new) => {
            log::info!(target: LOG_TAG, "{} was uploaded", request.path());
            let status = if is_new {
                Status::CREATED
            } else {
                Status::NO_CONTENT
            };
            response.status(status).empty()
        }
        Err(problem) => refuse(response, problem),
    }
}

/// Forgets an upload that does not arrive whole.
fn abandon<S: Storage>(app: &FileServer<S>, session: &mut Transfer<S>, id: ConnectionId) {
    if let Transfer::Upload(upload) = core::mem::take(session) {
        log::info!(target: LOG_TAG, "{id} has given its upload up");
        app.storage.discard(upload);
    }
}

fn delete<S: Storage>(
    app: &FileServer<S>,
    request: Request<'_, FileServer<S>>,
    response: Response<'_>,
) -> Answer {
    match name(&request).and_then(|name| app.storage.remove(&name)) {
        Ok(()) => {
            log::info!(target: LOG_TAG, "{} was deleted", request.path());
            response.status(Status::NO_CONTENT).empty()
        }
        Err(problem) => refuse(response, problem),
    }
}

fn name<S: Storage>(request: &Request<'_, FileServer<S>>) -> Result<Name, Problem> {
    Name::decode(request.parameter("name").unwrap_or_default()).ok_or(Problem::WrongName)
}

fn refuse(response: Response<'_>, problem: Problem) -> Answer {
    response.status(problem.status()).text(problem.reason())
}

/// The tag of all log lines.
pub const LOG_TAG: &str = "file_server";

/// Octets of an entry of the list: each octet of a name may be escaped with six.
const ENTRY: usize = 6 * name::LONGEST + 64;

/// A content type for a name, by its extension.
///
/// For storages that do not know better.
pub fn content_type(name: &str) -> &'static str {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let mut lower = String::<8>::new();
    for letter in extension.chars() {
        if lower.push(letter.to_ascii_lowercase()).is_err() {
            break;
        }
    }
    match lower.as_str() {
        "html" | "htm" => "text/html; charset=utf-8",
        "txt" | "md" | "log" => "text/plain; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "json" => "application/json",
        "pdf" => "application/pdf",
        "gz" => "application/gzip",
        "zip" => "application/zip",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "ico" => "image/x-icon",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::content_type;

    #[test]
    fn the_type_goes_by_the_extension_in_any_case() {
        assert_eq!(content_type("a.b.TXT"), "text/plain; charset=utf-8");
        assert_eq!(content_type("a.jpeg"), "image/jpeg");
        for name in ["txt", "a.", "a.unknown-extension", "a.txt.x"] {
            assert_eq!(content_type(name), "application/octet-stream", "{name}");
        }
    }
}
