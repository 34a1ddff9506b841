//! What a request says, shown; routes that come and go; other places.

use crate::{Answer, Features, lines};
use dunlin::{
    Method, RegisterError, Request, Response, Route, SetCookie, Status, percent_decode_str,
};

/// Sets a cookie, and shows those that came.
pub(crate) fn cookies(
    _: &Features,
    request: Request<'_, Features>,
    response: Response<'_>,
) -> Answer {
    let mut buffer = [0; 64];
    let cookie = SetCookie::new("bird", "dunlin")
        .path("/cookies")
        .http_only();
    let response = response.header("Set-Cookie", cookie.write(&mut buffer)?);
    lines(response, |line| {
        for (name, value) in request.cookies() {
            line(format_args!("{name}={value}"));
        }
    })
}

pub(crate) fn form(_: &Features, request: Request<'_, Features>, response: Response<'_>) -> Answer {
    pairs(response, request.form_pairs())
}

pub(crate) fn query(
    _: &Features,
    request: Request<'_, Features>,
    response: Response<'_>,
) -> Answer {
    pairs(response, request.query_pairs())
}

fn pairs<'r>(response: Response<'_>, pairs: impl Iterator<Item = (&'r str, &'r str)>) -> Answer {
    lines(response, |line| {
        for (key, value) in pairs {
            let (key, value) = (&mut Decoded::new(key, true), &mut Decoded::new(value, true));
            line(format_args!("{}={}", key.text(), value.text()));
        }
    })
}

pub(crate) fn user(_: &Features, request: Request<'_, Features>, response: Response<'_>) -> Answer {
    let name = request.parameter("name").unwrap_or_default();
    response.text(Decoded::new(name, false).text())
}

pub(crate) fn tree(_: &Features, request: Request<'_, Features>, response: Response<'_>) -> Answer {
    response.text(request.wildcard().unwrap_or_default())
}

static PLUGIN: Route<Features> = Route::get("/plugin/{name}", |_, request, response| {
    response.text(request.parameter("name").unwrap_or_default())
});

static OTHER_PLUGIN: Route<Features> =
    Route::get("/other", |_, _, response| response.text("other"));

static THIRD_PLUGIN: Route<Features> =
    Route::get("/third", |_, _, response| response.text("third"));

static TAKEN: Route<Features> = Route::get("/counts", |_, _, response| response.text("never"));

/// Adds the route that the body names.
pub(crate) fn register(
    app: &Features,
    request: Request<'_, Features>,
    response: Response<'_>,
) -> Answer {
    let route = match request.body() {
        b"plugin" => &PLUGIN,
        b"other" => &OTHER_PLUGIN,
        b"third" => &THIRD_PLUGIN,
        b"taken" => &TAKEN,
        _ => return response.status(Status::NOT_FOUND).empty(),
    };
    match app.state.plugins.register(route) {
        Ok(()) => response.status(Status::CREATED).empty(),
        Err(RegisterError::Exists) => response.status(Status::CONFLICT).empty(),
        Err(RegisterError::Full) => response.status(Status::SERVICE_UNAVAILABLE).empty(),
    }
}

/// Takes out all that were added.
pub(crate) fn unregister(
    app: &Features,
    _: Request<'_, Features>,
    response: Response<'_>,
) -> Answer {
    for path in ["/plugin/{name}", "/other", "/third"] {
        app.state.plugins.unregister(Method::Get, path);
    }
    response.status(Status::NO_CONTENT).empty()
}

pub(crate) fn moved(_: &Features, _: Request<'_, Features>, response: Response<'_>) -> Answer {
    response.redirect(Status::MOVED_PERMANENTLY, "/")
}

pub(crate) fn again(_: &Features, _: Request<'_, Features>, response: Response<'_>) -> Answer {
    response.redirect(Status::TEMPORARY_REDIRECT, "/upload")
}

/// Text that was percent-encoded.
struct Decoded<'e> {
    encoded: &'e str,
    has_plus: bool,
    buffer: [u8; 64],
}

impl<'e> Decoded<'e> {
    const fn new(encoded: &'e str, has_plus: bool) -> Self {
        Self {
            encoded,
            has_plus,
            buffer: [0; 64],
        }
    }

    fn text(&mut self) -> &str {
        let decoded = percent_decode_str(self.encoded, &mut self.buffer, self.has_plus);
        decoded.unwrap_or("malformed or too long")
    }
}
