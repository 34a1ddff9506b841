//! Paths of requests as paths of files.

use dunlin::proto::http::percent_decode;

/// A path that is safe to be opened beneath a directory.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct RelativePath {
    /// Its parts with `/` between them; empty for the directory itself.
    pub(super) relative: String,
    /// Whether it ends with `/`, or is the directory itself.
    pub(super) is_folder: bool,
}

impl RelativePath {
    /// Decodes a path; `None` for one that names no file.
    ///
    /// It is taken apart before it is decoded, so that an encoded slash separates
    /// nothing, and no rule about paths is got around with one.
    pub(super) fn decode(path: &str, hidden: bool) -> Option<Self> {
        let path = path.strip_prefix('/').unwrap_or(path);
        let (parts, is_folder) = match path.strip_suffix('/') {
            Some(parts) => (parts, true),
            None => (path, path.is_empty()),
        };
        let mut relative = String::with_capacity(parts.len());
        // The directory itself has no part, not an empty one.
        if !path.is_empty() {
            for part in parts.split('/') {
                if !relative.is_empty() {
                    relative.push('/');
                }
                relative.push_str(&decode_part(part, hidden)?);
            }
        }
        Some(Self {
            relative,
            is_folder,
        })
    }

    /// The path of a folder as it is shown.
    pub(super) fn shown(&self) -> String {
        if self.relative.is_empty() {
            String::new()
        } else {
            format!("{}/", self.relative)
        }
    }
}

fn decode_part(part: &str, hidden: bool) -> Option<String> {
    let mut octets = vec![0; part.len()];
    let octets = percent_decode(part, &mut octets, false).ok()?;
    let part = std::str::from_utf8(octets).ok()?;
    let is_name = !matches!(part, "" | "." | "..") && !part.contains(['/', '\0']);
    (is_name && (hidden || !is_hidden(part))).then(|| part.to_owned())
}

/// Whether a name is not shown unless asked for.
pub(super) fn is_hidden(name: &str) -> bool {
    name.starts_with('.') && name != ".well-known"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(path: &str) -> Option<(String, bool)> {
        let path = RelativePath::decode(path, false)?;
        Some((path.relative, path.is_folder))
    }

    #[test]
    fn a_path_is_decoded_part_by_part() {
        for (path, relative, is_folder) in [
            ("/", "", true),
            ("", "", true),
            ("/a", "a", false),
            ("a", "a", false),
            ("/a/b.txt", "a/b.txt", false),
            ("/a/", "a", true),
            ("/caf%C3%A9%20au/l%61it", "caf\u{e9} au/lait", false),
            ("/a+b", "a+b", false),
            ("/a%5Cb", "a\\b", false),
            ("/%25", "%", false),
            ("/.well-known/x", ".well-known/x", false),
        ] {
            let expected = (relative.to_owned(), is_folder);
            assert_eq!(decoded(path), Some(expected), "{path}");
        }
    }

    #[test]
    fn what_could_lead_elsewhere_names_nothing() {
        for path in [
            "/..",
            "/../",
            "/../a",
            "/a/../b",
            "/a/..",
            "/%2e%2e/a",
            "/.%2E/a",
            "/.",
            "/./a",
            "/a/./b",
            "//",
            "//a",
            "/a//b",
            "/a//",
            "/a%2Fb",
            "/%2Fetc/passwd",
            "/a%00",
            "/a%00.txt",
            "/%",
            "/a%2",
            "/%zz",
            "/%FF",
        ] {
            assert_eq!(decoded(path), None, "{path}");
            assert_eq!(RelativePath::decode(path, true), None, "{path}");
        }
    }

    #[test]
    fn hidden_names_have_to_be_asked_for() {
        for path in ["/.env", "/.git/config", "/a/.hidden/b", "/%2Eenv", "/..."] {
            assert_eq!(decoded(path), None, "{path}");
            assert!(RelativePath::decode(path, true).is_some(), "{path}");
        }
    }
}
