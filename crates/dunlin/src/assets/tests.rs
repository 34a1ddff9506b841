use super::*;

const fn file(path: &'static str) -> Asset {
    Asset::new(path, "text/plain", b"")
}

static ASSETS: Assets = Assets::new(&[
    file("/index.html"),
    file("/caf\u{e9} 1.txt"),
    file("/docs/index.html"),
    file("/docs/myindex.html"),
    file("/a+b"),
]);

fn found(path: &str) -> Option<&'static str> {
    ASSETS.find(path).map(Asset::path)
}

#[test]
fn a_path_is_decoded() {
    for path in [
        "/caf%C3%A9%201.txt",
        "/caf%c3%a9%201%2Etxt",
        "/%63af%C3%A9%201.txt",
    ] {
        assert_eq!(found(path), Some("/caf\u{e9} 1.txt"), "{path}");
    }
    assert_eq!(found("/a+b"), Some("/a+b"));
    for path in [
        "/caf%C3%A9+1.txt",
        "/caf%C3%A9%201.tx",
        "/caf%C3%A9%201.txt%00",
        "/a%",
        "/A+b",
    ] {
        assert_eq!(found(path), None, "{path}");
    }
}

#[test]
fn a_folder_leads_to_its_index() {
    assert_eq!(found("/"), Some("/index.html"));
    assert_eq!(found(""), Some("/index.html"));
    assert_eq!(found("/docs/"), Some("/docs/index.html"));
    assert_eq!(found("docs/"), Some("/docs/index.html"));
    for path in [
        "/docs",
        "/do",
        "/docs/my",
        "//",
        "/docs//",
        "/other/",
        "/docs/index.html/",
    ] {
        assert_eq!(found(path), None, "{path}");
    }
}

#[test]
fn the_index_has_a_name_of_choice_or_none() {
    let named = ASSETS.index("myindex.html");
    assert_eq!(
        named.find("/docs/").map(Asset::path),
        Some("/docs/myindex.html")
    );
    assert!(named.find("/").is_none());
    let none = ASSETS.index("");
    assert!(none.find("/").is_none());
    assert!(none.find("/index.html").is_some());
}

#[test]
fn the_first_slash_may_be_missing() {
    assert_eq!(found("a+b"), Some("/a+b"));
    assert_eq!(found("//a+b"), None);
}

#[test]
fn a_path_is_never_followed() {
    for path in [
        "/../index.html",
        "/docs/../index.html",
        "/./index.html",
        "/docs/%2e%2e/index.html",
    ] {
        assert_eq!(found(path), None, "{path}");
    }
}
