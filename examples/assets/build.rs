//! Makes the table of the files in `web`.

fn main() -> Result<(), dunlin_assets::Error> {
    dunlin_assets::Folder::new("web").write("assets.rs")
}
