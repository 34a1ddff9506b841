//! An application that serves the files of a folder, which are part of it.
//!
//! It needs neither an allocator nor a file system, and runs on every driver.
#![no_std]
#![forbid(unsafe_code)]

use dunlin::{AnswerError, App, Assets, Request, Response, Route};

/// The files in `web`, as the build script found them.
pub static ASSETS: Assets = include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// The application.
#[derive(Debug)]
pub struct Site;

impl App for Site {
    type Session = ();

    const ROUTES: &'static [Route<Self>] = &[
        Route::get("/", file),
        Route::get("/style.css", file),
        Route::get("/clock.js", file),
        Route::get("/bird.svg", file),
    ];
}

fn file(_: &Site, request: Request<'_, Site>, response: Response<'_>) -> Result<(), AnswerError> {
    let response = response.header("Content-Security-Policy", "default-src 'self'");
    ASSETS.respond(request.path(), request.head(), response)
}

/// Compiles the examples of docs/assets.md.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/assets.md")]
pub struct Document;
