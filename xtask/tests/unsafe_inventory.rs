//! The list of all unsafe code in `docs/unsafe.md` is what is there.

use std::collections::BTreeMap;
use std::path::Path;

/// Places by file.
type Inventory = BTreeMap<String, usize>;

#[test]
fn the_list_of_unsafe_code_names_each_place_and_no_other() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut found = Inventory::new();
    search(root, root, &mut found);
    let document = std::fs::read_to_string(root.join("docs/unsafe.md")).unwrap();
    assert_eq!(
        listed(&document),
        found,
        "docs/unsafe.md is not what is there"
    );
}

#[test]
fn every_place_has_its_reason_beside_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut found = Inventory::new();
    search(root, root, &mut found);
    for (file, places) in found {
        let source = std::fs::read_to_string(root.join(&file)).unwrap();
        let reasons = source.matches("SAFETY:").count() + source.matches("# Safety").count();
        assert!(reasons > 0, "{file}: {places} places and no SAFETY comment");
    }
}

/// The files of the table in the document, with the number of places.
fn listed(document: &str) -> Inventory {
    let row = |line: &str| {
        let mut cells = line.split('|').map(str::trim).skip(1);
        let file = cells.next()?.strip_prefix('`')?.strip_suffix('`')?;
        Some((file.to_owned(), cells.next()?.parse().ok()?))
    };
    document.lines().filter_map(row).collect()
}

fn search(root: &Path, folder: &Path, found: &mut Inventory) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        let name = entry.file_name();
        if entry.file_type().unwrap().is_dir() {
            if !OTHERS.iter().any(|other| name == *other) {
                search(root, &path, found);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let places = places(&std::fs::read_to_string(&path).unwrap());
            let file = path.strip_prefix(root).unwrap().to_string_lossy();
            if places > 0 && file != "xtask/tests/unsafe_inventory.rs" {
                found.insert(file.into_owned(), places);
            }
        }
    }
}

/// Lines that have unsafe code, or promise that something is safe.
fn places(source: &str) -> usize {
    let is_place = |line: &&str| {
        let begins = |form: &&&str| line.contains(**form);
        !line.trim_start().starts_with("//") && FORMS.iter().any(|form| begins(&form))
    };
    source.lines().filter(is_place).count()
}

const FORMS: &[&str] = &[
    "unsafe {",
    "unsafe fn",
    "unsafe impl",
    "unsafe trait",
    "unsafe extern",
    "unsafe(",
];

/// Folders with nothing of the project in them.
const OTHERS: &[&str] = &["target", "node_modules", ".git"];
