//! What the pages of the examples share: one style, and the fields they are
//! sent with.
//!
//! A page is an HTML file beside the code of its example. It links
//! `/style.css` and needs nothing from anywhere else.
#![no_std]
#![forbid(unsafe_code)]

use dunlin::{AnswerError, App, Request, Response};

/// Answers with a page.
///
/// # Errors
///
/// [`AnswerError`]; then nothing was sent.
pub fn send(response: Response<'_>, page: &'static [u8]) -> Result<(), AnswerError> {
    response
        .content_type("text/html; charset=utf-8")
        .header("Cache-Control", "no-cache")
        .header("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        .asset(page)
}

/// Answers with the style of all pages: the handler of `/style.css`.
///
/// # Errors
///
/// [`AnswerError`]; then nothing was sent.
pub fn style<A: App>(_: &A, _: Request<'_, A>, response: Response<'_>) -> Result<(), AnswerError> {
    response
        .content_type("text/css; charset=utf-8")
        .header("Cache-Control", "no-cache")
        .asset(STYLE)
}

const STYLE: &[u8] = include_bytes!("style.css");

/// A page talks to its own server only.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'unsafe-inline'; \
    style-src 'self'; img-src data:; connect-src 'self'; base-uri 'none'; \
    form-action 'self'; frame-ancestors 'none'";
