//! What the documents say of limits and tests is so.

use std::path::Path;

fn read(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    std::fs::read_to_string(root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// What stands between backticks in a text.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[test]
fn each_test_that_a_document_names_is_there() {
    let mut count = 0;
    for document in ["docs/limits.md", "docs/esp_http_server.md", "SECURITY.md"] {
        let text = read(document);
        for (file, name) in quoted(&text).filter_map(|name| name.split_once("::")) {
            if !file.contains('/') {
                continue;
            }
            let source = read(file);
            let definitions = [format!("def {name}("), format!("fn {name}(")];
            let is_there = definitions.iter().any(|there| source.contains(there));
            assert!(is_there, "{document} names {file}::{name}");
            count += 1;
        }
    }
    assert!(count > 20, "only {count} tests are named");
}

#[test]
fn each_limit_has_a_row() {
    let table = read("docs/limits.md");
    for (file, structure) in [
        ("crates/dunlin/src/limits.rs", "pub struct Limits {"),
        ("crates/dunlin-linux/src/config.rs", "pub struct Config {"),
    ] {
        let source = read(file);
        let (_, fields) = source.split_once(structure).unwrap();
        let (fields, _) = fields.split_once("\n}").unwrap();
        let fields = fields
            .lines()
            .filter_map(|line| line.strip_prefix("    pub ")?.split_once(':'));
        for (field, _) in fields.filter(|(field, _)| !OTHERS.contains(field)) {
            let has_row = quoted(&table).any(|name| name == field);
            assert!(has_row, "docs/limits.md has no row for {field} of {file}");
        }
    }
}

/// Fields that bound nothing.
const OTHERS: &[&str] = &["addresses", "interface", "purge_idle", "limits"];
