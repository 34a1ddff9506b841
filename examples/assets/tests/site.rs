//! The files of the folder, as a browser gets them.

use assets_application::{ASSETS, Site};
use dunlin::Limits;
use dunlin_memory::Client;
use flate2::read::GzDecoder;
use std::io::Read;

/// The head of an answer, and its body.
fn get(path: &str, fields: &str) -> (String, Vec<u8>) {
    let mut client = Client::new(Site, Limits::DEVICE);
    client.send(format!("GET {path} HTTP/1.1\r\nHost: a\r\n{fields}\r\n").as_bytes());
    let answer = client.take();
    let end = answer
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .unwrap();
    let head = String::from_utf8(answer[..end].to_vec()).unwrap();
    (head, answer[end + 4..].to_vec())
}

fn field<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    let mut lines = head.lines().filter_map(|line| line.split_once(": "));
    lines.find(|(own, _)| *own == name).map(|(_, value)| value)
}

#[test]
fn every_file_of_the_folder_is_served() {
    for (path, content_type, octets) in [
        (
            "/",
            "text/html; charset=utf-8",
            &include_bytes!("../web/index.html")[..],
        ),
        (
            "/style.css",
            "text/css; charset=utf-8",
            include_bytes!("../web/style.css"),
        ),
        (
            "/clock.js",
            "text/javascript; charset=utf-8",
            include_bytes!("../web/clock.js"),
        ),
        (
            "/bird.svg",
            "image/svg+xml",
            include_bytes!("../web/bird.svg"),
        ),
    ] {
        let (head, body) = get(path, "");
        assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
        assert_eq!(field(&head, "Content-Type"), Some(content_type));
        assert_eq!(
            field(&head, "Content-Security-Policy"),
            Some("default-src 'self'")
        );
        assert_eq!(body, octets);
    }
    assert_eq!(ASSETS.as_slice().len(), 4);
}

#[test]
fn a_browser_gets_what_gzip_made_of_the_page() {
    let (head, body) = get("/", "Accept-Encoding: gzip, deflate, br, zstd\r\n");
    assert_eq!(field(&head, "Content-Encoding"), Some("gzip"));
    let mut page = Vec::new();
    GzDecoder::new(&body[..]).read_to_end(&mut page).unwrap();
    assert_eq!(page, include_bytes!("../web/index.html"));
    assert!(body.len() < page.len());
}

#[test]
fn a_browser_that_reloads_the_page_is_answered_304() {
    for accept in ["", "Accept-Encoding: gzip\r\n"] {
        let (head, _) = get("/", accept);
        let tag = field(&head, "ETag").unwrap();
        let (again, body) = get("/", &format!("{accept}If-None-Match: {tag}\r\n"));
        assert!(again.starts_with("HTTP/1.1 304 "), "{again}");
        assert_eq!(field(&again, "ETag"), Some(tag));
        assert!(body.is_empty());
    }
}

#[test]
fn the_forms_of_a_page_have_different_tags() {
    let tag = |accept| field(&get("/", accept).0, "ETag").map(str::to_owned);
    assert_ne!(tag(""), tag("Accept-Encoding: gzip\r\n"));
}
