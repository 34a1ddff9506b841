//! The example on Linux: the files of a directory.
#![forbid(unsafe_code)]

mod folder;

use clap::Parser;
use file_server::FileServer;
use folder::Folder;
use run::Flags;
use std::path::PathBuf;
use std::process::ExitCode;

/// Uploads, downloads and deletes the files of a directory.
#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    flags: Flags,
    /// The directory; it is made if it is not there
    #[arg(long, default_value = "files")]
    directory: PathBuf,
    /// Octets of the largest file
    #[arg(long, default_value_t = 1 << 30)]
    max_size: u64,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let folder = match Folder::open(&arguments.directory) {
        Ok(folder) => folder,
        Err(error) => {
            eprintln!("{}: {error}", arguments.directory.display());
            return ExitCode::FAILURE;
        }
    };
    arguments.flags.serve(dunlin_linux::Config::default(), |_| {
        FileServer::new(folder, arguments.max_size)
    })
}
