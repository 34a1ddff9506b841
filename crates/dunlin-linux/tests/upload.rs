//! Bodies of requests that are larger than what a server has of memory.
//!
//! One test, so that nothing else is in the memory that it measures.

mod support;

use dunlin::{AnswerError, App, BodyPart, BodyRoute, Method, Request, Response, Route, Status};
use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};
use support::{Place, config, curl, octets, serving};

/// Writes what it is sent into a file.
struct Store(PathBuf);

impl App for Store {
    type Session = Option<File>;
    const ROUTES: &'static [Route<Self>] = &[Route::streamed(
        Method::Put,
        "/data",
        BodyRoute::new(part, end),
    )];
}

fn part(store: &Store, part: &mut BodyPart<'_, Store>, octets: &[u8]) -> Result<usize, Status> {
    let failed = |_: io::Error| Status::INTERNAL_SERVER_ERROR;
    if part.received() == 0 {
        *part.session() = Some(File::create(&store.0).map_err(failed)?);
    }
    let file = part
        .session()
        .as_mut()
        .ok_or(Status::INTERNAL_SERVER_ERROR)?;
    file.write_all(octets).map_err(failed)?;
    Ok(octets.len())
}

fn end(
    _: &Store,
    mut request: Request<'_, Store>,
    response: Response<'_>,
) -> Result<(), AnswerError> {
    *request.session() = None;
    response.status(Status::CREATED).empty()
}

/// A gibibyte is uploaded with a length and in chunks by curl, which waits for
/// `100 Continue`; the file is the same, the server's memory grows by less than 4 MiB,
/// and it takes less than a minute.
#[test]
fn a_gibibyte_is_stored_in_bounded_memory() {
    let place = Place::new("upload");
    let source = place.path("source");
    let marks = octets(4096);
    let file = File::create(&source).unwrap();
    file.set_len(GIBIBYTE).unwrap();
    for index in 0..1024 {
        let at = index * (GIBIBYTE / 1024) + index * 7;
        let number = u32::try_from(index).unwrap().to_le_bytes();
        file.write_all_at(&[&number, &marks[..]].concat(), at)
            .unwrap();
    }
    let stored = place.0.join("stored");
    serving(
        |_| Store(stored.clone()),
        config(),
        |address, _| {
            let url = format!("http://{address}/data");
            support::forget_peak_memory();
            let before = support::peak_memory();
            let begun = Instant::now();
            for framing in ["Expect: 100-continue", "Transfer-Encoding: chunked"] {
                let upload = ["-T", &source, "-H", framing, "-w", "%{http_code}", &url];
                assert_eq!(curl(&upload), "201", "{framing}");
                let compared = Command::new("cmp").arg(&source).arg(&stored).status();
                assert!(compared.unwrap().success(), "{framing}");
                fs::remove_file(&stored).unwrap();
            }
            assert!(begun.elapsed() < Duration::from_secs(60));
            let grown = support::peak_memory() - before;
            assert!(grown < 4 * 1024 * 1024, "{grown} octets");
        },
    );
}

const GIBIBYTE: u64 = 1024 * 1024 * 1024;
