//! A directory, as clients see it.

use dunlin::{AnswerError, App, Limits, Request, Response, Route, Status};
use dunlin_linux::Directory;
use dunlin_linux::directory::{Entry, FileBody};
use dunlin_memory::Client;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Serves the path in the query, so that one route serves them all.
struct Site(Directory);

impl App for Site {
    type Session = ();
    const ROUTES: &'static [Route<Self>] = &[
        Route::any("/files/at", file),
        Route::get("/sent", |site, request, response| {
            site.0.respond("digits.txt", request.head(), response)
        }),
    ];
}

type Answer = Result<(), AnswerError>;

fn file(site: &Site, request: Request<'_, Site>, response: Response<'_>) -> Answer {
    let path = request.query().unwrap_or_default();
    site.0.respond_with(path, request.head(), response, send)
}

fn send(response: Response<'_>, mut body: FileBody) -> Answer {
    let mut octets = vec![0; body.length() as usize];
    match body.read(&mut octets) {
        Ok(_) => response.body(&octets),
        Err(_) => response.status(Status::INTERNAL_SERVER_ERROR).empty(),
    }
}

/// 1994-11-06 08:49:37 UTC.
const TIME: u64 = 784_111_777;
const DATE: &str = "Sun, 06 Nov 1994 08:49:37 GMT";

/// A directory of the test's own.
fn place(name: &str) -> PathBuf {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&place);
    fs::create_dir_all(place.join("docs")).unwrap();
    fs::create_dir_all(place.join("empty")).unwrap();
    for (name, octets) in [
        ("index.html", "<h1>Home</h1>"),
        ("digits.txt", "0123456789"),
        ("docs/index.html", "<h1>Docs</h1>"),
        ("docs/app.js", "let a;"),
        ("docs/app.js.gz", "(gzip)"),
        ("docs/<b>.txt", ""),
        (".env", "secret"),
    ] {
        put(&place.join(name), octets, TIME);
    }
    place
}

fn put(path: &Path, octets: &str, time: u64) {
    fs::write(path, octets).unwrap();
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(time);
    File::options()
        .write(true)
        .open(path)
        .unwrap()
        .set_modified(time)
        .unwrap();
}

struct Got {
    status: u16,
    head: String,
    body: String,
}

impl Got {
    fn field(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(own, _)| *own == name).map(|(_, value)| value)
    }

    fn is(&self, status: u16, body: &str) {
        assert_eq!(
            (self.status, self.body.as_str()),
            (status, body),
            "{}",
            self.head
        );
    }
}

fn ask(directory: Directory, method: &str, path: &str, fields: &[(&str, &str)]) -> Got {
    let mut client = Client::new(Site(directory), Limits::LINUX);
    let mut head = format!("{method} /files/at?{path} HTTP/1.1\r\nHost: a\r\n");
    for (name, value) in fields {
        head += &format!("{name}: {value}\r\n");
    }
    client.send((head + "\r\n").as_bytes());
    let answer = String::from_utf8(client.take()).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    Got {
        status: head[9..12].parse().unwrap(),
        head: head.to_owned(),
        body: body.to_owned(),
    }
}

#[test]
fn a_file_is_sent_with_all_that_is_known_of_it() {
    let directory = Directory::open(place("known")).unwrap();
    let got = ask(directory, "GET", "/digits.txt", &[]);
    got.is(200, "0123456789");
    for (name, value) in [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Length", "10"),
        ("Last-Modified", DATE),
        ("Cache-Control", "no-cache"),
        ("Accept-Ranges", "bytes"),
    ] {
        assert_eq!(got.field(name), Some(value));
    }
    assert!(got.field("ETag").is_some_and(|tag| tag.starts_with('"')));
    assert_eq!(got.field("Vary"), None);
}

#[test]
fn a_client_that_has_the_file_is_answered_304_until_it_changes() {
    let place = place("conditional");
    let get = |fields: &[_]| {
        ask(
            Directory::open(&place).unwrap(),
            "GET",
            "/digits.txt",
            fields,
        )
    };
    let tag = get(&[]).field("ETag").unwrap().to_owned();
    get(&[("If-None-Match", &tag)]).is(304, "");
    get(&[("If-Modified-Since", DATE)]).is(304, "");
    get(&[("If-Match", &tag)]).is(200, "0123456789");
    put(&place.join("digits.txt"), "9876543210", TIME + 1);
    get(&[("If-None-Match", &tag)]).is(200, "9876543210");
    get(&[("If-Modified-Since", DATE)]).is(200, "9876543210");
    get(&[("If-Match", &tag)]).is(412, "Precondition Failed");
    get(&[("If-Unmodified-Since", DATE)]).is(412, "Precondition Failed");
}

#[test]
fn a_part_of_a_file_is_sent() {
    let place = place("range");
    let get = |fields: &[_]| {
        ask(
            Directory::open(&place).unwrap(),
            "GET",
            "/digits.txt",
            fields,
        )
    };
    let got = get(&[("Range", "bytes=2-4")]);
    got.is(206, "234");
    assert_eq!(got.field("Content-Range"), Some("bytes 2-4/10"));
    let tag = got.field("ETag").unwrap();
    get(&[("Range", "bytes=-1"), ("If-Range", tag)]).is(206, "9");
    get(&[("Range", "bytes=-1"), ("If-Range", "\"other\"")]).is(200, "0123456789");
    // The file may have changed within that second.
    get(&[("Range", "bytes=-1"), ("If-Range", DATE)]).is(200, "0123456789");
    let beyond = get(&[("Range", "bytes=10-")]);
    beyond.is(416, "Range Not Satisfiable");
    assert_eq!(beyond.field("Content-Range"), Some("bytes */10"));
}

#[test]
fn head_is_answered_as_get_without_the_body() {
    let place = place("head");
    let ask = |method| ask(Directory::open(&place).unwrap(), method, "/digits.txt", &[]);
    let (head, get) = (ask("HEAD"), ask("GET"));
    assert_eq!(head.head, get.head);
    assert_eq!(head.body, "");
}

#[test]
fn a_method_that_does_not_read_is_answered_405() {
    let directory = Directory::open(place("method")).unwrap();
    let got = ask(directory, "DELETE", "/digits.txt", &[]);
    assert_eq!((got.status, got.field("Allow")), (405, Some("GET, HEAD")));
}

#[test]
fn a_folder_is_answered_with_its_index() {
    let place = place("index");
    let get = |path| ask(Directory::open(&place).unwrap(), "GET", path, &[]);
    for path in ["/", "", "/index.html"] {
        get(path).is(200, "<h1>Home</h1>");
    }
    get("/docs/").is(200, "<h1>Docs</h1>");
    get("/empty/").is(404, "Not Found");
    get("/digits.txt/").is(404, "Not Found");
    let named = Directory::open(&place).unwrap().index("digits.txt");
    ask(named, "GET", "/", &[]).is(200, "0123456789");
    let none = Directory::open(&place).unwrap().index("");
    ask(none, "GET", "/", &[]).is(404, "Not Found");
}

#[test]
fn a_folder_without_its_slash_is_redirected_on_the_same_host() {
    let directory = Directory::open(place("redirect")).unwrap();
    let got = ask(directory, "GET", "/docs", &[]);
    assert_eq!(got.status, 301);
    // What is asked for, relative to itself: the test has the path in the query.
    assert_eq!(got.field("Location"), Some("./at/?/docs"));
}

#[test]
fn what_is_not_there_or_not_to_be_served_is_answered_404() {
    let place = place("absent");
    std::os::unix::fs::symlink("digits.txt", place.join("link")).unwrap();
    for path in [
        "/none",
        "/docs/none",
        "/digits.txt/x",
        "/.env",
        "/%2eenv",
        "/../absent/digits.txt",
        "/docs/../digits.txt",
        "/docs%2Fapp.js",
        "/digits.txt%00",
        "/%",
        "//digits.txt",
        "/link",
    ] {
        ask(Directory::open(&place).unwrap(), "GET", path, &[]).is(404, "Not Found");
    }
    let hidden = Directory::open(&place).unwrap().hidden_files();
    ask(hidden, "GET", "/.env", &[]).is(200, "secret");
}

#[test]
fn a_compressed_form_beside_a_file_is_sent_where_that_is_wanted() {
    let place = place("gzip");
    let open = || Directory::open(&place).unwrap().precompressed();
    let gzip = [("Accept-Encoding", "gzip")];
    let compressed = ask(open(), "GET", "/docs/app.js", &gzip);
    compressed.is(200, "(gzip)");
    assert_eq!(compressed.field("Content-Encoding"), Some("gzip"));
    assert_eq!(
        compressed.field("Content-Type"),
        Some("text/javascript; charset=utf-8")
    );
    let plain = ask(open(), "GET", "/docs/app.js", &[]);
    plain.is(200, "let a;");
    assert_ne!(plain.field("ETag"), compressed.field("ETag"));
    for got in [&plain, &compressed] {
        assert_eq!(got.field("Vary"), Some("Accept-Encoding"));
    }
    ask(open(), "GET", "/digits.txt", &gzip).is(200, "0123456789");
    let directory = Directory::open(&place).unwrap();
    ask(directory, "GET", "/docs/app.js", &gzip).is(200, "let a;");

    put(&place.join("docs/app.js"), "let b;", TIME + 1);
    ask(open(), "GET", "/docs/app.js", &gzip).is(200, "let b;");
}

#[test]
fn rules_say_what_is_told_of_a_path() {
    let place = place("rules");
    let directory = Directory::open(&place)
        .unwrap()
        .cache_control(|path| {
            if path.starts_with("/docs/") {
                "max-age=60"
            } else {
                ""
            }
        })
        .content_type(|path| path.ends_with(".js").then_some("application/x-script"));
    let got = ask(directory, "GET", "/docs/app.js", &[]);
    assert_eq!(got.field("Cache-Control"), Some("max-age=60"));
    assert_eq!(got.field("Content-Type"), Some("application/x-script"));
    let none = Directory::open(&place).unwrap().cache_control(|_| "");
    let got = ask(none, "GET", "/digits.txt", &[]);
    assert_eq!(got.field("Cache-Control"), None);
}

#[test]
fn a_hook_lists_a_folder_without_an_index() {
    fn page(path: &str, entries: &[Entry]) -> String {
        let entry = |entry: &Entry| {
            let mark = if entry.is_directory { "/" } else { "" };
            format!(" {}{mark}", entry.name)
        };
        let entries: String = entries.iter().map(entry).collect();
        format!("{path}:{entries}")
    }
    let place = place("listing");
    let get = |path| {
        let directory = Directory::open(&place).unwrap();
        ask(directory.index("none").listing(page), "GET", path, &[])
    };
    let root = get("/");
    root.is(200, "/: digits.txt docs/ empty/ index.html");
    assert_eq!(root.field("Content-Type"), Some("text/html; charset=utf-8"));
    get("/docs/").is(200, "/docs/: <b>.txt app.js app.js.gz index.html");
    get("/empty/").is(200, "/empty/:");
    get("/none/").is(404, "Not Found");
    let indexed = Directory::open(&place).unwrap().listing(page);
    ask(indexed, "GET", "/", &[]).is(200, "<h1>Home</h1>");
}

#[test]
fn a_file_that_cannot_be_read_is_not_there_for_the_client() {
    use std::os::unix::fs::PermissionsExt;
    let place = place("permissions");
    let path = place.join("digits.txt");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    // Root reads it all the same.
    let expected = if File::open(&path).is_ok() { 200 } else { 404 };
    let directory = Directory::open(&place).unwrap();
    assert_eq!(ask(directory, "GET", "/digits.txt", &[]).status, expected);
}

#[test]
fn where_the_driver_sends_no_files_the_answer_is_500() {
    let directory = Directory::open(place("another-driver")).unwrap();
    let mut client = Client::new(Site(directory), Limits::LINUX);
    client.send(b"GET /sent HTTP/1.1\r\nHost: a\r\n\r\n");
    let answer = String::from_utf8(client.take()).unwrap();
    assert!(answer.starts_with("HTTP/1.1 500 "), "{answer}");
    client.send(b"HEAD /sent HTTP/1.1\r\nHost: a\r\n\r\n");
    assert!(client.take().starts_with(b"HTTP/1.1 200 "));
}
