//! One file, and what a client is told of it.

use flate2::{Compression, write::GzEncoder};
use sha2::{Digest, Sha256};
use std::io::Write;

/// A file as it is served.
pub(crate) struct File {
    /// Begins with `/`.
    pub(crate) path: String,
    pub(crate) content_type: String,
    pub(crate) cache_control: String,
    pub(crate) plain: Vec<u8>,
    /// Where it is worth it.
    pub(crate) gzip: Option<Vec<u8>>,
}

/// The content type of a path. A text that is UTF-8 says so: without that a browser
/// guesses.
pub(crate) fn content_type(path: &str, octets: &[u8]) -> String {
    let guess = mime_guess::from_path(path).first_or_octet_stream();
    let name = match guess.essence_str() {
        // Obsolete (RFC 9239 section 6), but still known for some extensions.
        "application/javascript" => "text/javascript",
        name => name,
    };
    if name.starts_with("text/") && std::str::from_utf8(octets).is_ok() {
        format!("{name}; charset=utf-8")
    } else {
        name.to_owned()
    }
}

/// The octets as gzip makes them, if that is at least a twentieth less.
pub(crate) fn gzip(octets: &[u8]) -> Option<Vec<u8>> {
    // Neither a name nor a time is written, so that the same octets give the same.
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let compressed = encoder
        .write_all(octets)
        .and_then(|()| encoder.finish())
        .ok()?;
    (compressed.len() <= octets.len() - octets.len() / LEAST_GAIN).then_some(compressed)
}

/// What names these octets and no others: 128 bits of their SHA-256, in hexadecimal
/// digits.
pub(crate) fn fingerprint(octets: &[u8]) -> String {
    let digest = Sha256::digest(octets);
    let digits = digest.iter().take(16).map(|octet| format!("{octet:02x}"));
    digits.collect()
}

/// The part of a file that compression has to save: decoding costs the client time.
const LEAST_GAIN: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_says_that_it_is_utf_8() {
        for (path, octets, expected) in [
            ("/a.html", "\u{e9}".as_bytes(), "text/html; charset=utf-8"),
            ("/a.html", b"\xE9", "text/html"),
            ("/a.css", b"", "text/css; charset=utf-8"),
            ("/a.JS", b"", "text/javascript; charset=utf-8"),
            ("/a.mjs", b"", "text/javascript; charset=utf-8"),
            ("/a.json", b"", "application/json"),
            ("/a.svg", b"", "image/svg+xml"),
            ("/a.png", b"", "image/png"),
            ("/a.ico", b"", "image/x-icon"),
            ("/a.wasm", b"", "application/wasm"),
            ("/a.woff2", b"", "font/woff2"),
            ("/a.webmanifest", b"", "application/manifest+json"),
            ("/a", b"", "application/octet-stream"),
        ] {
            assert_eq!(content_type(path, octets), expected, "{path}");
        }
    }

    #[test]
    fn only_what_gets_a_twentieth_smaller_is_compressed() {
        assert!(gzip(&[b'a'; 1000]).is_some_and(|octets| octets.len() < 100));
        assert_eq!(gzip(b""), None);
        assert_eq!(gzip(b"short"), None);
        let noise: Vec<u8> = (0..40_u32)
            .flat_map(|number| Sha256::digest(number.to_be_bytes()).to_vec())
            .collect();
        assert_eq!(gzip(&noise), None);
    }

    #[test]
    fn a_fingerprint_is_the_front_of_the_digest() {
        // FIPS 180-4, the digest of "abc".
        assert_eq!(fingerprint(b"abc"), "ba7816bf8f01cfea414140de5dae2223");
    }
}
