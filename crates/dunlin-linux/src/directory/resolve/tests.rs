use super::*;
use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::PathBuf;

/// A directory `root` with files, and a file beside it that nobody may get.
struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Self {
        let place = std::env::temp_dir().join(format!("dunlin-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&place);
        fs::create_dir_all(place.join("root/inner/deep")).unwrap();
        fs::write(place.join("secret.txt"), "secret").unwrap();
        fs::write(place.join("root/a.txt"), "a").unwrap();
        fs::write(place.join("root/inner/deep/b.txt"), "bb").unwrap();
        Self(place)
    }

    /// The directory, with `openat2` and without it.
    fn roots(&self, symlinks: Symlinks) -> [Root; 2] {
        [false, true].map(|refused| {
            let mut root = Root::open(&self.0.join("root")).unwrap();
            root.symlinks = symlinks;
            root.refused = AtomicBool::new(refused);
            root
        })
    }

    fn link(&self, to: &str, name: &str) {
        symlink(to, self.0.join("root").join(name)).unwrap();
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The octets of a file, or what else the path leads to.
fn opened(root: &Root, path: &str) -> String {
    match root.open_beneath(path) {
        Ok(Opened::File(mut file)) => {
            let mut octets = vec![0; 64];
            let length = file.read(&mut octets).unwrap();
            String::from_utf8(octets[..length].to_vec()).unwrap()
        }
        Ok(Opened::Directory(_)) => "a directory".to_owned(),
        Ok(Opened::Other) => "something else".to_owned(),
        Err(errno) if super::super::is_absent(errno) => "nothing".to_owned(),
        Err(errno) => format!("{errno:?}"),
    }
}

#[test]
fn files_and_directories_are_found() {
    let place = Place::new("found");
    for symlinks in [Symlinks::Refuse, Symlinks::Beneath, Symlinks::Follow] {
        for root in place.roots(symlinks) {
            for (path, expected) in [
                ("a.txt", "a"),
                ("inner/deep/b.txt", "bb"),
                ("inner", "a directory"),
                ("", "a directory"),
                ("b.txt", "nothing"),
                ("a.txt/b", "nothing"),
                ("inner/none/b.txt", "nothing"),
            ] {
                assert_eq!(opened(&root, path), expected, "{path} {root:?}");
            }
            assert_eq!(opened(&root, &"x".repeat(300)), "nothing");
        }
    }
}

#[test]
fn nothing_above_the_directory_is_reached_even_if_a_path_says_so() {
    let place = Place::new("above");
    let absolute = place.0.join("secret.txt");
    for symlinks in [Symlinks::Refuse, Symlinks::Beneath, Symlinks::Follow] {
        for root in place.roots(symlinks) {
            for path in [
                "../secret.txt",
                "inner/../../secret.txt",
                absolute.to_str().unwrap(),
            ] {
                assert_eq!(opened(&root, path), "nothing", "{path} {root:?}");
            }
        }
    }
}

#[test]
fn links_are_refused_at_first() {
    let place = Place::new("refused");
    place.link("a.txt", "file");
    place.link("inner", "folder");
    place.link("../secret.txt", "out");
    place.link("out", "chain");
    place.link("..", "up");
    for root in place.roots(Symlinks::default()) {
        for path in [
            "file",
            "folder",
            "out",
            "chain",
            "folder/deep/b.txt",
            "up/secret.txt",
            "up/root/a.txt",
        ] {
            assert_eq!(opened(&root, path), "nothing", "{path} {root:?}");
        }
    }
}

#[test]
fn links_are_followed_beneath_the_directory_only() {
    let place = Place::new("beneath");
    place.link("a.txt", "file");
    place.link("inner", "folder");
    place.link("../a.txt", "inner/up");
    place.link("../secret.txt", "out");
    place.link("..", "outside");
    place.link("loop", "loop");
    place.link(place.0.join("root/a.txt").to_str().unwrap(), "absolute");
    place.link("/proc/self/root", "magic");
    let [root, without] = place.roots(Symlinks::Beneath);
    let has_openat2 = opened(&root, "a.txt") == "a" && !root.refused.load(Ordering::Relaxed);
    for path in ["file", "inner/up"] {
        let expected = if has_openat2 { "a" } else { "nothing" };
        assert_eq!(opened(&root, path), expected, "{path}");
        assert_eq!(opened(&without, path), "nothing", "{path}");
    }
    for root in [&root, &without] {
        for path in [
            "out",
            "outside/secret.txt",
            "loop",
            "absolute",
            "magic",
            "magic/etc/passwd",
        ] {
            assert_eq!(opened(root, path), "nothing", "{path}");
        }
    }
}

#[test]
fn links_are_followed_anywhere_where_that_is_wanted() {
    let place = Place::new("follow");
    place.link("../secret.txt", "out");
    for root in place.roots(Symlinks::Follow) {
        assert_eq!(opened(&root, "out"), "secret");
    }
}

#[test]
fn what_is_no_file_is_not_waited_for() {
    let place = Place::new("special");
    let _socket = UnixListener::bind(place.0.join("root/socket")).unwrap();
    let folder = open(place.0.join("root"), OFlags::PATH, Mode::empty()).unwrap();
    let mode = Mode::RUSR | Mode::WUSR;
    rustix::fs::mknodat(&folder, "pipe", FileType::Fifo, mode, 0).unwrap();
    for root in place.roots(Symlinks::Refuse) {
        assert_eq!(opened(&root, "pipe"), "something else");
        assert_eq!(opened(&root, "socket"), "nothing");
    }
}

#[test]
fn a_directory_that_was_moved_is_served_on() {
    let place = Place::new("moved");
    let roots = place.roots(Symlinks::Refuse);
    fs::rename(place.0.join("root"), place.0.join("elsewhere")).unwrap();
    for root in roots {
        assert_eq!(opened(&root, "a.txt"), "a");
    }
}

#[test]
fn only_a_directory_can_be_served() {
    let place = Place::new("only");
    assert!(Root::open(&place.0.join("root/a.txt")).is_err());
    assert!(Root::open(&place.0.join("nowhere")).is_err());
}
