//! Files in flash, as clients get them.

use dunlin::{AnswerError, App, Asset, Assets, Limits, Request, Response, Route};
use dunlin_memory::Client;

struct Files;

impl App for Files {
    type Session = ();
    const ROUTES: &'static [Route<Self>] = &[
        Route::get("/", file),
        Route::any("/index.html", file),
        Route::any("/digits", file),
        Route::get("/dated", dated),
        Route::get("/dated-gzip", dated),
        Route::get("/bare", file),
        Route::get("/empty", file),
        Route::get("/large", file),
        Route::get("/a%20file", file),
        Route::get("/missing", file),
        Route::get("/guarded", guarded),
        Route::get("/overloaded", overloaded),
    ];
}

/// 1994-11-06 08:49:37 UTC.
const TIME: u64 = 784_111_777;
const DATE: &str = "Sun, 06 Nov 1994 08:49:37 GMT";

static LARGE: [u8; 200_000] = [b'x'; 200_000];

static ASSETS: Assets = Assets::new(&[
    Asset::new("/index.html", "text/html", b"<h1>plain</h1>")
        .entity_tag("\"i\"")
        .gzip(b"(gzip)", "\"i-gzip\"")
        .cache_control("no-cache"),
    Asset::new("/digits", "text/plain", b"0123456789").entity_tag("\"d\""),
    Asset::new("/bare", "text/plain", b"bare"),
    Asset::new("/empty", "text/plain", b"").entity_tag("\"e\""),
    Asset::new("/large", "application/octet-stream", &LARGE).entity_tag("\"l\""),
    Asset::new("/a file", "text/plain", b"a blank"),
]);

static DATED: Assets<true> = Assets::new(&[
    Asset::new("/dated", "text/plain", b"dated").last_modified(TIME),
    Asset::new("/dated-gzip", "text/plain", b"dated")
        .last_modified(TIME)
        .gzip(b"(gz)", "\"z\""),
    Asset::new("/full", "text/plain", b"all fields")
        .last_modified(TIME)
        .entity_tag("\"f\"")
        .gzip(b"all fields", "\"f-gzip\"")
        .cache_control("no-cache"),
]);

type Answer = Result<(), AnswerError>;

fn file(_: &Files, request: Request<'_, Files>, response: Response<'_>) -> Answer {
    ASSETS.respond(request.path(), request.head(), response)
}

fn dated(_: &Files, request: Request<'_, Files>, response: Response<'_>) -> Answer {
    DATED.respond(request.path(), request.head(), response)
}

fn guarded(_: &Files, request: Request<'_, Files>, response: Response<'_>) -> Answer {
    let response = response
        .header("Content-Security-Policy", "default-src 'self'")
        .header("X-Content-Type-Options", "nosniff");
    DATED.respond("/full", request.head(), response)
}

fn overloaded(_: &Files, request: Request<'_, Files>, response: Response<'_>) -> Answer {
    let response = response.header("A", "1").header("B", "2").header("C", "3");
    DATED.respond("/full", request.head(), response)
}

/// The answer to a request with these fields, behind which another is answered.
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
}

fn ask(line: &str, fields: &[(&str, &str)]) -> Got {
    let mut client = Client::new(Files, Limits::LINUX);
    let mut head = format!("{line} HTTP/1.1\r\nHost: a\r\n");
    for (name, value) in fields {
        head += &format!("{name}: {value}\r\n");
    }
    client.send((head + "\r\n").as_bytes());
    let answer = String::from_utf8(client.take()).unwrap();
    client.send(b"GET /bare HTTP/1.1\r\nHost: a\r\n\r\n");
    assert!(client.take().ends_with(b"bare"), "the connection goes on");

    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let got = Got {
        status: head[9..12].parse().unwrap(),
        head: head.to_owned(),
        body: body.to_owned(),
    };
    let length = got
        .field("Content-Length")
        .map(|text| text.parse().unwrap());
    let told = if line.starts_with("HEAD ") {
        None
    } else {
        length
    };
    assert_eq!(told.unwrap_or(0), body.len(), "{answer}");
    got
}

fn get(path: &str, fields: &[(&str, &str)]) -> Got {
    ask(&format!("GET {path}"), fields)
}

#[test]
fn a_file_is_answered_with_all_that_is_known_of_it() {
    let got = get("/index.html", &[]);
    assert_eq!((got.status, got.body.as_str()), (200, "<h1>plain</h1>"));
    for (name, value) in [
        ("Content-Type", "text/html"),
        ("ETag", "\"i\""),
        ("Cache-Control", "no-cache"),
        ("Vary", "Accept-Encoding"),
        ("Accept-Ranges", "bytes"),
    ] {
        assert_eq!(got.field(name), Some(value));
    }
    for name in ["Content-Encoding", "Content-Range", "Last-Modified"] {
        assert_eq!(got.field(name), None);
    }
}

#[test]
fn what_is_not_known_of_a_file_is_not_said() {
    let got = get("/bare", &[("Accept-Encoding", "gzip")]);
    assert_eq!((got.status, got.body.as_str()), (200, "bare"));
    for name in [
        "ETag",
        "Last-Modified",
        "Cache-Control",
        "Vary",
        "Content-Encoding",
    ] {
        assert_eq!(got.field(name), None);
    }
}

#[test]
fn a_folder_is_answered_with_its_index() {
    assert_eq!(get("/", &[]).body, "<h1>plain</h1>");
}

#[test]
fn an_encoded_path_is_decoded() {
    assert_eq!(get("/a%20file", &[]).body, "a blank");
}

#[test]
fn an_unknown_path_is_answered_404() {
    let got = get(
        "/missing",
        &[("If-None-Match", "*"), ("Range", "bytes=0-1")],
    );
    assert_eq!((got.status, got.body.as_str()), (404, "Not Found"));
}

#[test]
fn a_method_that_does_not_read_is_answered_405() {
    let got = ask("DELETE /digits", &[("If-Match", "\"other\"")]);
    assert_eq!(got.status, 405);
    assert_eq!(got.field("Allow"), Some("GET, HEAD"));
}

#[test]
fn a_client_that_decodes_gets_the_compressed_form_with_a_tag_of_its_own() {
    let got = get("/index.html", &[("Accept-Encoding", "br, gzip")]);
    assert_eq!((got.status, got.body.as_str()), (200, "(gzip)"));
    assert_eq!(got.field("Content-Encoding"), Some("gzip"));
    assert_eq!(got.field("ETag"), Some("\"i-gzip\""));
    assert_eq!(got.field("Vary"), Some("Accept-Encoding"));
    assert_eq!(got.field("Content-Type"), Some("text/html"));
    let refuses = get("/index.html", &[("Accept-Encoding", "gzip;q=0")]);
    assert_eq!(refuses.body, "<h1>plain</h1>");
}

#[test]
fn head_is_answered_as_get_without_the_body() {
    for fields in [
        &[][..],
        &[("Accept-Encoding", "gzip")],
        &[("If-None-Match", "*")],
    ] {
        let (head, get) = (ask("HEAD /index.html", fields), get("/index.html", fields));
        assert_eq!(head.head, get.head);
        assert_eq!(head.body, "");
    }
    let range = ask("HEAD /digits", &[("Range", "bytes=2-4")]);
    assert_eq!(range.status, 200);
    assert_eq!(range.field("Content-Length"), Some("10"));
}

#[test]
fn a_client_that_has_the_file_is_answered_304() {
    let got = get("/index.html", &[("If-None-Match", "\"i\"")]);
    assert_eq!((got.status, got.body.as_str()), (304, ""));
    assert_eq!(got.field("ETag"), Some("\"i\""));
    assert_eq!(got.field("Cache-Control"), Some("no-cache"));
    assert_eq!(got.field("Vary"), Some("Accept-Encoding"));
    for name in [
        "Content-Length",
        "Content-Type",
        "Accept-Ranges",
        "Transfer-Encoding",
    ] {
        assert_eq!(got.field(name), None);
    }
}

#[test]
fn the_tag_of_one_form_does_not_name_the_other() {
    let gzip = ("Accept-Encoding", "gzip");
    let status = |fields: &[_]| get("/index.html", fields).status;
    assert_eq!(status(&[gzip, ("If-None-Match", "\"i-gzip\"")]), 304);
    assert_eq!(status(&[gzip, ("If-None-Match", "\"i\"")]), 200);
    assert_eq!(status(&[("If-None-Match", "\"i-gzip\"")]), 200);
}

#[test]
fn a_file_without_a_tag_is_known_by_its_date() {
    let got = get("/dated", &[("If-Modified-Since", DATE)]);
    assert_eq!(got.status, 304);
    assert_eq!(got.field("Last-Modified"), Some(DATE));
    let older = get(
        "/dated",
        &[("If-Modified-Since", "Sun, 06 Nov 1994 08:49:36 GMT")],
    );
    assert_eq!((older.status, older.body.as_str()), (200, "dated"));
    assert_eq!(older.field("Last-Modified"), Some(DATE));
}

#[test]
fn a_condition_that_does_not_hold_is_answered_412() {
    for (path, name, value) in [
        ("/digits", "If-Match", "\"other\""),
        ("/digits", "If-Match", "W/\"d\""),
        (
            "/dated",
            "If-Unmodified-Since",
            "Sun, 06 Nov 1994 08:49:36 GMT",
        ),
    ] {
        let got = get(path, &[(name, value), ("Range", "bytes=0-1")]);
        assert_eq!(
            (got.status, got.body.as_str()),
            (412, "Precondition Failed"),
            "{value}"
        );
    }
}

#[test]
fn a_range_is_answered_206_with_that_part() {
    for (range, body, told) in [
        ("bytes=2-4", "234", "bytes 2-4/10"),
        ("bytes=8-", "89", "bytes 8-9/10"),
        ("bytes=-3", "789", "bytes 7-9/10"),
        ("bytes=0-999", "0123456789", "bytes 0-9/10"),
    ] {
        let got = get("/digits", &[("Range", range)]);
        assert_eq!((got.status, got.body.as_str()), (206, body));
        assert_eq!(got.field("Content-Range"), Some(told));
        assert_eq!(got.field("ETag"), Some("\"d\""));
        assert_eq!(got.field("Content-Type"), Some("text/plain"));
    }
}

#[test]
fn a_range_of_the_compressed_form_is_of_its_octets() {
    let fields = [("Accept-Encoding", "gzip"), ("Range", "bytes=0-2")];
    let got = get("/index.html", &fields);
    assert_eq!((got.status, got.body.as_str()), (206, "(gz"));
    assert_eq!(got.field("Content-Range"), Some("bytes 0-2/6"));
    assert_eq!(got.field("Content-Encoding"), Some("gzip"));
    assert_eq!(got.field("ETag"), Some("\"i-gzip\""));
}

#[test]
fn a_range_that_is_not_there_is_answered_416_with_the_length() {
    for (path, told) in [("/digits", "bytes */10"), ("/empty", "bytes */0")] {
        let got = get(path, &[("Range", "bytes=10-")]);
        assert_eq!(
            (got.status, got.body.as_str()),
            (416, "Range Not Satisfiable")
        );
        assert_eq!(got.field("Content-Range"), Some(told));
    }
}

#[test]
fn a_range_that_is_not_understood_is_ignored() {
    for range in ["lines=0-1", "bytes=4-2", "bytes=0-1,4-5", "bytes"] {
        let got = get("/digits", &[("Range", range)]);
        assert_eq!(
            (got.status, got.body.as_str()),
            (200, "0123456789"),
            "{range}"
        );
    }
}

#[test]
fn if_range_sends_the_part_only_of_the_same_file() {
    let status = |path, value| get(path, &[("Range", "bytes=0-1"), ("If-Range", value)]).status;
    assert_eq!(status("/digits", "\"d\""), 206);
    assert_eq!(status("/digits", "\"old\""), 200);
    assert_eq!(status("/dated", DATE), 206);
    assert_eq!(status("/dated", "Sun, 06 Nov 1994 08:49:38 GMT"), 200);
    assert_eq!(
        status("/dated-gzip", DATE),
        200,
        "it may be of the other form"
    );
}

#[test]
fn a_file_larger_than_the_room_is_sent_as_room_appears() {
    for fields in [&[][..], &[("Range", "bytes=1-")]] {
        let mut client = Client::new(Files, Limits::LINUX);
        client.set_capacity(4096);
        client.take_at_most(1000);
        let mut head = String::from("GET /large HTTP/1.1\r\nHost: a\r\n");
        for (name, value) in fields {
            head += &format!("{name}: {value}\r\n");
        }
        client.send((head + "\r\n").as_bytes());
        let answer = client.take();
        let expected = LARGE.len() - fields.len();
        assert_eq!(
            answer.iter().filter(|octet| **octet == b'x').count(),
            expected
        );
    }
}

#[test]
fn a_handler_may_add_two_fields_to_whatever_is_answered() {
    for (name, value, status) in [
        ("Accept-Encoding", "gzip", 200),
        ("Range", "bytes=0-1", 206),
        ("If-None-Match", "\"f\"", 304),
        ("If-Match", "\"g\"", 412),
        ("Range", "bytes=99-", 416),
    ] {
        let got = get("/guarded", &[(name, value)]);
        assert_eq!(got.status, status);
        assert_eq!(got.field("X-Content-Type-Options"), Some("nosniff"));
        assert_eq!(
            got.field("Content-Security-Policy"),
            Some("default-src 'self'")
        );
    }
    assert_eq!(get("/overloaded", &[]).status, 200);
    assert_eq!(
        get("/overloaded", &[("Accept-Encoding", "gzip")]).status,
        500
    );
}
