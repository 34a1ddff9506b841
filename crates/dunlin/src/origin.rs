//! Who may open a WebSocket, as far as a browser tells: origins and hosts.
//!
//! A browser lets every page open a WebSocket to every server, with the cookies
//! of that server, and says in `Origin` whose page it is (RFC 6455 section
//! 10.2). A route that trusts cookies, or the network it is reached on, has to
//! look at it:
//!
//! ```
//! use dunlin::{App, Close, Message, Route, WebSocket, WebSocketRoute};
//!
//! struct Door;
//!
//! impl App for Door {
//!     type Session = ();
//!     const ROUTES: &'static [Route<Self>] = &[Route::websocket(
//!         "/door",
//!         WebSocketRoute::new(open).admit(dunlin::same_origin),
//!     )];
//! }
//!
//! fn open(_: &Door, ws: &mut WebSocket<'_, Door>, message: Message<'_>) -> Result<(), Close> {
//!     Ok(ws.send(message)?)
//! }
//! ```
//!
//! An `admit` handler of its own asks the predicates. This one lets in the pages
//! of two servers, and nobody who reached this one by a strange name:
//!
//! ```
//! use dunlin::origin::{is_host_among, is_origin_among};
//! # use dunlin::{AnswerError, App, Handshake, Request, Status};
//! # struct Door;
//! # impl App for Door {
//! #     type Session = ();
//! #     const ROUTES: &'static [dunlin::Route<Self>] = &[];
//! # }
//!
//! fn admit(_: &Door, request: Request<'_, Door>, handshake: Handshake<'_>) -> Result<(), AnswerError> {
//!     let head = request.head();
//!     if is_origin_among(head, &["https://home.example", "https://app.example:8443"])
//!         && is_host_among(head, &["door.example", "192.0.2.7"])
//!     {
//!         return handshake.accept();
//!     }
//!     handshake.refuse(Status::FORBIDDEN).text("not from here\n")
//! }
//! ```
//!
//! Who is no browser can send any `Origin`, or none. None of this tells who
//! somebody is.

use crate::{AnswerError, App, Handshake, Request, RequestHead, Status};

/// An [`AdmitHandler`](crate::AdmitHandler) that accepts what
/// [`is_same_origin`] lets in and refuses the rest with 403.
///
/// # Errors
///
/// [`AnswerError::Full`] when there is no room for the response.
pub fn same_origin<A: App>(
    _: &A,
    request: Request<'_, A>,
    handshake: Handshake<'_>,
) -> Result<(), AnswerError> {
    if is_same_origin(request.head()) {
        return handshake.accept();
    }
    let refusal = handshake.refuse(Status::FORBIDDEN);
    refusal.text("This origin may not open a WebSocket here.\n")
}

/// Whether a request comes from a page of this server, or from no browser.
///
/// True without `Origin`, which browsers send with every handshake. Else it must
/// be one origin (RFC 6454 section 7) whose host and port are those the request
/// is for. A port that is not told is the default of the origin's scheme, since
/// a server behind a proxy for TLS cannot know its own. The origin `null`, of
/// pages that belong nowhere, is never the same.
///
/// It does not keep out a page whose name was made to lead to this server (DNS
/// rebinding), for then both are that name: see [`is_host_among`].
pub fn is_same_origin(head: &RequestHead<'_>) -> bool {
    has_origin(head, |origin| is_of_host(origin, head.host()))
}

/// Whether a request comes from a page of one of these origins, or from no
/// browser.
///
/// True without `Origin`. Each is as browsers write it: a scheme, `://`, a host,
/// and a port unless it is the scheme's default, such as
/// `https://app.example:8443`. Case does not matter. Nothing else is understood:
/// neither wildcards nor a path.
pub fn is_origin_among(head: &RequestHead<'_>, origins: &[&str]) -> bool {
    has_origin(head, |origin| is_among(origin, origins))
}

/// Whether a request is for one of these hosts, on any port.
///
/// Each is a name or an address, in brackets for IP version 6. Case does not
/// matter. A server that is reached without authentication, on a local network
/// or on the same machine, keeps pages of other names out with it.
pub fn is_host_among(head: &RequestHead<'_>, hosts: &[&str]) -> bool {
    is_among(split_port(head.host()).0, hosts)
}

/// Whether there is no `Origin`, or one that passes a test.
fn has_origin(head: &RequestHead<'_>, test: impl FnOnce(&str) -> bool) -> bool {
    let mut origins = head.fields().get_all("origin");
    match (origins.next(), origins.next()) {
        (None, _) => true,
        (Some(origin), None) => core::str::from_utf8(origin).is_ok_and(test),
        _ => false,
    }
}

fn is_of_host(origin: &str, host: &str) -> bool {
    let Some((scheme, authority)) = origin.split_once("://") else {
        return false;
    };
    let default = match scheme {
        _ if scheme.eq_ignore_ascii_case("http") => 80,
        _ if scheme.eq_ignore_ascii_case("https") => 443,
        _ => return false,
    };
    let (name, port) = split_port(authority);
    let (own_name, own_port) = split_port(host);
    let port = port_number(port, default);
    !name.is_empty()
        && name.eq_ignore_ascii_case(own_name)
        && port.is_some()
        && port == port_number(own_port, default)
}

fn is_among(text: &str, list: &[&str]) -> bool {
    list.iter().any(|one| one.eq_ignore_ascii_case(text))
}

/// A host and the digits of its port, which may be missing. The colons of an
/// address in brackets are not before a port.
fn split_port(authority: &str) -> (&str, &str) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, port),
        _ => (authority, ""),
    }
}

fn port_number(digits: &str, default: u16) -> Option<u16> {
    if digits.is_empty() {
        return Some(default);
    }
    // By itself the standard library also takes a sign.
    let all_digits = digits.bytes().all(|octet| octet.is_ascii_digit());
    digits.parse().ok().filter(|_| all_digits)
}

#[cfg(test)]
mod tests;
