//! The table that is made of a folder.

use dunlin_assets::{Error, Folder};
use flate2::read::GzDecoder;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

/// A folder of the test's own, empty.
fn empty(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn table(folder: &Folder, out: &Path) -> String {
    folder.write_to(out, "assets.rs").unwrap();
    fs::read_to_string(out.join("assets.rs")).unwrap()
}

/// The rows, by the first argument of each.
fn row<'t>(table: &'t str, path: &str) -> Option<&'t str> {
    let rows = table.split("::dunlin::Asset::new(").skip(1);
    let start = format!("{path:?}, ");
    rows.into_iter().find_map(|row| row.strip_prefix(&start))
}

fn web() -> Folder {
    Folder::new("tests/web")
}

#[test]
fn the_files_of_a_folder_are_rows_in_the_order_of_their_paths() {
    let table = table(&web(), &empty("order"));
    let paths: Vec<_> = table
        .split("::dunlin::Asset::new(\"")
        .skip(1)
        .map(|row| row.split('"').next().unwrap())
        .collect();
    let expected = [
        "/.well-known/security.txt",
        "/app.3f2a9c01.js",
        "/docs/index.html",
        "/docs/two words.txt",
        "/img/dot.svg",
        "/index.html",
        "/style.css",
    ];
    assert_eq!(paths, expected);
}

#[test]
fn hidden_files_and_folders_are_left_out() {
    let out = empty("hidden");
    let sources = web().write_to(&out, "assets.rs").unwrap();
    let is_hidden = |path: &PathBuf| path.ends_with(".env") || path.ends_with(".hidden/key.txt");
    assert_eq!(sources.len(), 7);
    assert!(!sources.iter().any(is_hidden));
    for file in fs::read_dir(out.join("assets.rs.files")).unwrap() {
        assert_ne!(fs::read(file.unwrap().path()).unwrap(), b"secret\n");
    }
}

#[test]
fn a_row_says_all_of_a_file() {
    let out = empty("row");
    let table = table(&web(), &out);
    let row = row(&table, "/index.html").unwrap();
    assert!(row.starts_with("\"text/html; charset=utf-8\", include_bytes!(\"assets.rs.files/"));
    assert!(row.contains(".cache_control(\"no-cache\")"));

    let included = |part: &str| {
        let name = part.split('"').next().unwrap();
        fs::read(out.join(name)).unwrap()
    };
    let mut forms = row.split("include_bytes!(\"").skip(1).map(included);
    let source = fs::read("tests/web/index.html").unwrap();
    assert_eq!(forms.next().as_ref(), Some(&source));
    let gzip = forms.next().unwrap();
    assert!(gzip.len() * 20 <= source.len() * 19);
    let mut decoded = Vec::new();
    GzDecoder::new(&gzip[..]).read_to_end(&mut decoded).unwrap();
    assert_eq!(decoded, source);
}

#[test]
fn a_name_with_a_hash_is_kept_by_clients_for_good() {
    let table = table(&web(), &empty("immutable"));
    let row = row(&table, "/app.3f2a9c01.js").unwrap();
    assert!(row.contains("immutable"), "{row}");
}

#[test]
fn what_does_not_get_smaller_has_no_compressed_form() {
    let table = table(&web(), &empty("small"));
    assert!(!row(&table, "/style.css").unwrap().contains(".gzip("));
    let none = web().uncompressed();
    let table = self::table(&none, &empty("uncompressed"));
    assert!(!table.contains(".gzip("));
}

#[test]
fn options_are_in_the_table() {
    let folder = web()
        .index("home.html")
        .content_type("svg", "image/x-drawing")
        .cache_control(|_| "max-age=7");
    let table = table(&folder, &empty("options"));
    assert!(table.ends_with("])\n.index(\"home.html\")\n"));
    assert!(
        row(&table, "/img/dot.svg")
            .unwrap()
            .starts_with("\"image/x-drawing\"")
    );
    assert_eq!(table.matches(".cache_control(\"max-age=7\")").count(), 7);
}

#[test]
fn the_same_files_in_another_place_give_the_same_table() {
    let copy = empty("copy");
    for (name, octets) in [
        ("b.txt", "second"),
        ("a.html", "first"),
        ("c/d.css", "third"),
    ] {
        let file = copy.join("one").join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, octets).unwrap();
    }
    for (name, octets) in [
        ("c/d.css", "third"),
        ("a.html", "first"),
        ("b.txt", "second"),
    ] {
        let file = copy.join("another").join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, octets).unwrap();
    }
    let one = table(&Folder::new(copy.join("one")), &empty("copy-one"));
    let another = table(&Folder::new(copy.join("another")), &empty("copy-another"));
    assert_eq!(one, another);

    fs::write(copy.join("another/a.html"), "First").unwrap();
    let changed = table(&Folder::new(copy.join("another")), &empty("copy-another"));
    assert_ne!(row(&one, "/a.html"), row(&changed, "/a.html"));
    assert_eq!(row(&one, "/b.txt"), row(&changed, "/b.txt"));
}

#[test]
fn what_was_written_before_does_not_stay() {
    let out = empty("stale");
    let folder = empty("stale-source");
    fs::write(folder.join("a.txt"), "first").unwrap();
    table(&Folder::new(&folder), &out);
    fs::write(folder.join("a.txt"), "second").unwrap();
    table(&Folder::new(&folder), &out);
    assert_eq!(
        fs::read_dir(out.join("assets.rs.files")).unwrap().count(),
        1
    );
}

#[test]
fn a_folder_that_is_missing_is_an_error_that_names_it() {
    let error = Folder::new("tests/nowhere").write_to(&empty("missing"), "assets.rs");
    assert!(matches!(&error, Err(Error::Io { path, .. }) if path.ends_with("tests/nowhere")));
    assert!(
        error
            .unwrap_err()
            .to_string()
            .starts_with("tests/nowhere: ")
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_no_text_is_an_error() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let folder = empty("name");
    fs::write(folder.join(OsStr::from_bytes(b"\xE9.txt")), "").unwrap();
    let error = Folder::new(&folder).write_to(&empty("name-out"), "assets.rs");
    assert!(matches!(error, Err(Error::Name(_))));
}

#[test]
fn a_name_with_quotes_is_still_a_text_of_the_table() {
    let folder = empty("quotes");
    fs::write(folder.join("a\"b\\.txt"), "").unwrap();
    let table = table(&Folder::new(&folder), &empty("quotes-out"));
    assert!(
        table.contains(r#"::dunlin::Asset::new("/a\"b\\.txt", "#),
        "{table}"
    );
}
