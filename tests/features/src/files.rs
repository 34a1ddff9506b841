//! Files that are part of the program.

use crate::{Answer, Features};
use dunlin::{Asset, Assets, Request, Response};

static FILES: Assets = Assets::new(&[
    Asset::new("/file/source.rs", "text/plain; charset=utf-8", SOURCE)
        .entity_tag("\"source\"")
        .cache_control("max-age=3600"),
    Asset::new(
        "/file/bird.svg",
        "image/svg+xml",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>\n",
    )
    .entity_tag("\"bird\""),
]);

/// Longer than the board's memory for what is sent.
const SOURCE: &[u8] = include_bytes!("lib.rs");

pub(crate) fn file(_: &Features, request: Request<'_, Features>, response: Response<'_>) -> Answer {
    FILES.respond(request.path(), request.head(), response)
}
