//! How long clients keep a file.

/// Kept, and asked for again each time: the answer is 304 while it is the same.
pub const NO_CACHE: &str = "no-cache";

/// Kept for a year and never asked for again: for names that change with what is
/// in the file (RFC 8246).
pub const IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// The `Cache-Control` of a path unless told otherwise: [`IMMUTABLE`] for
/// [fingerprinted](is_fingerprinted) names, else [`NO_CACHE`].
pub fn cache_control(path: &str) -> &'static str {
    if is_fingerprinted(path) {
        IMMUTABLE
    } else {
        NO_CACHE
    }
}

/// Whether the name of a file has a hash of what is in it, as bundlers write it:
/// `app.3f2a9c01.js`, `logo-0a1b2c3d4e.svg`.
///
/// That is a part between dots, hyphens or underscores, behind the first, of at
/// least 8 hexadecimal digits with a letter among them and a digit: neither a
/// date nor a word.
pub fn is_fingerprinted(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let parts = name.split(['.', '-', '_']).skip(1);
    let is_hash = |part: &str| {
        part.len() >= 8
            && part.bytes().all(|octet| octet.is_ascii_hexdigit())
            && part.bytes().any(|octet| octet.is_ascii_digit())
            && part.bytes().any(|octet| octet.is_ascii_alphabetic())
    };
    parts.into_iter().any(is_hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_a_hash_is_kept_for_good() {
        for path in [
            "/app.3f2a9c01.js",
            "/a/logo-0a1b2c3d4e5f.svg",
            "/x_DEADBEE1.css",
        ] {
            assert_eq!(cache_control(path), IMMUTABLE, "{path}");
        }
    }

    #[test]
    fn a_date_a_word_or_a_folder_is_no_hash() {
        for path in [
            "/index.html",
            "/photo-20260731.jpg",
            "/un-defaced.txt",
            "/app.3f2a9c0.js",
            "/3f2a9c01.js",
            "/site-3f2a9c01/index.html",
            "/index-DiwrgTda.js",
        ] {
            assert_eq!(cache_control(path), NO_CACHE, "{path}");
        }
    }
}
