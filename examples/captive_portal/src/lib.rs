//! A portal that every name leads to: what a device shows to those who join its
//! own network.
//!
//! [`dns::answer`] gives every name the portal's address. Whatever is asked for
//! there, by any name, is answered with a redirection to the portal's page, so that
//! telephones and computers, which ask for known places to see whether they are
//! online, show the page. Once the user has agreed on the page, the known places
//! are answered as they are on the Internet.
//!
//! | request | answer |
//! |---|---|
//! | `GET /` to the portal | the page |
//! | `POST /agree` | from now on this client is let through |
//! | `POST /leave` | from now on it is not |
//! | `GET /api` | the state of this client, as RFC 8908 has it |
//! | the places of [`probes`] | 302 to the page; to who has agreed what they look for |
//! | anything else, by any name | 302 to the page; 303 for what is no GET |
#![cfg_attr(not(test), no_std)]
#![forbid(unsafe_code)]

pub mod dns;
pub mod probes;

use core::cell::Cell;
use core::fmt::Write;
use core::net::IpAddr;
use dunlin::{AnswerError, App, Hooks, Method, Request, RequestView, Response, Route, Status};
use heapless::String;

/// The application.
pub struct CaptivePortal {
    /// Where the portal is: host and port.
    authority: Authority,
    agreed: [Cell<Option<IpAddr>>; CLIENTS],
    /// The place that is taken next.
    next: Cell<usize>,
}

/// A host, and a port if it is not 80.
pub type Authority = String<64>;

impl CaptivePortal {
    /// A portal at an address; who asks for another host is sent there.
    pub fn new(address: IpAddr, port: u16) -> Self {
        let mut authority = String::new();
        // There is room for every address.
        let _ = match address {
            IpAddr::V4(address) => write!(authority, "{address}"),
            IpAddr::V6(address) => write!(authority, "[{address}]"),
        };
        if port != 80 {
            let _ = write!(authority, ":{port}");
        }
        Self {
            authority,
            agreed: [const { Cell::new(None) }; CLIENTS],
            next: Cell::new(0),
        }
    }

    fn has_agreed(&self, request: &Request<'_, Self>) -> bool {
        let client = request.peer().map(|peer| peer.ip());
        client.is_some() && self.agreed.iter().any(|agreed| agreed.get() == client)
    }

    fn forget(&self, client: IpAddr) {
        for place in &self.agreed {
            if place.get() == Some(client) {
                place.set(None);
            }
        }
    }

    /// With all places taken, who has agreed first has to do it again.
    fn remember(&self, client: IpAddr) {
        self.forget(client);
        let next = self.next.get();
        if let Some(place) = self.agreed.get(next) {
            place.set(Some(client));
        }
        self.next.set((next + 1) % CLIENTS);
    }

    /// Whether a request is for the portal, and not for a host that its client
    /// takes it for.
    fn is_meant(&self, request: &RequestView<'_>) -> bool {
        let host = request.header("Host").unwrap_or_default();
        host.eq_ignore_ascii_case(&self.authority)
    }

    fn url(&self, path: &str) -> String<96> {
        let mut url = String::new();
        // There is room for those that are asked for.
        let _ = write!(url, "http://{}{path}", self.authority);
        url
    }
}

impl App for CaptivePortal {
    type Session = ();

    const ROUTES: &'static [Route<Self>] = &[
        Route::get("/", page),
        Route::get("/style.css", style),
        Route::get("/api", api),
        Route::post("/agree", agree),
        Route::post("/leave", leave),
        Route::get("/*", probe),
        Route::any("/*", redirect),
    ];

    /// Else a device would not tell clients apart.
    const HOOKS: Hooks<Self> = Hooks::new().connections();
}

type Answer = Result<(), AnswerError>;

fn page(
    app: &CaptivePortal,
    request: Request<'_, CaptivePortal>,
    response: Response<'_>,
) -> Answer {
    if !app.is_meant(&request) {
        return probe(app, request, response);
    }
    pages::send(response, include_bytes!("page.html"))
}

fn style(
    app: &CaptivePortal,
    request: Request<'_, CaptivePortal>,
    response: Response<'_>,
) -> Answer {
    if !app.is_meant(&request) {
        return redirect(app, request, response);
    }
    pages::style(app, request, response)
}

/// What a client can be told of by DHCP (RFC 8910), so that it need not probe.
fn api(app: &CaptivePortal, request: Request<'_, CaptivePortal>, response: Response<'_>) -> Answer {
    if !app.is_meant(&request) {
        return redirect(app, request, response);
    }
    let mut json = String::<128>::new();
    let captive = !app.has_agreed(&request);
    let url = app.url("/");
    let written = write!(json, r#"{{"captive":{captive},"user-portal-url":"{url}"}}"#);
    written.map_err(|_| AnswerError::Full)?;
    response
        .content_type("application/captive+json")
        .header("Cache-Control", "private, no-store")
        .body(json.as_bytes())
}

fn agree(
    app: &CaptivePortal,
    request: Request<'_, CaptivePortal>,
    response: Response<'_>,
) -> Answer {
    change(app, &request, response, |client| {
        log::info!(target: LOG_TAG, "{client} has agreed");
        app.remember(client);
    })
}

fn leave(
    app: &CaptivePortal,
    request: Request<'_, CaptivePortal>,
    response: Response<'_>,
) -> Answer {
    change(app, &request, response, |client| {
        log::info!(target: LOG_TAG, "{client} has left");
        app.forget(client);
    })
}

fn change(
    app: &CaptivePortal,
    request: &Request<'_, CaptivePortal>,
    response: Response<'_>,
    change: impl FnOnce(IpAddr),
) -> Answer {
    // A page of another site does not agree for the user.
    let same_site = request
        .header("Origin")
        .is_none_or(|origin| origin == app.url("").as_str());
    if !app.is_meant(request) || !same_site {
        return response.status(Status::FORBIDDEN).text(FOREIGN);
    }
    match request.peer() {
        Some(peer) => change(peer.ip()),
        None => return response.status(Status::INTERNAL_SERVER_ERROR).empty(),
    }
    response.redirect(Status::SEE_OTHER, &app.url("/"))
}

/// Answers a client that looks whether it is online.
fn probe(
    app: &CaptivePortal,
    request: Request<'_, CaptivePortal>,
    response: Response<'_>,
) -> Answer {
    match probes::find(request.path()) {
        Some(probe) if app.has_agreed(&request) => {
            let response = response
                .status(probe.status)
                .content_type(probe.content_type)
                .header("Cache-Control", "no-store");
            response.body(probe.body.as_bytes())
        }
        _ => redirect(app, request, response),
    }
}

fn redirect(
    app: &CaptivePortal,
    request: Request<'_, CaptivePortal>,
    response: Response<'_>,
) -> Answer {
    let is_read = matches!(request.method(), Method::Get | Method::Head);
    let status = if is_read {
        Status::FOUND
    } else {
        Status::SEE_OTHER
    };
    response
        .status(status)
        .header("Location", &app.url("/"))
        .header("Cache-Control", "no-store")
        // Apple's devices take an answer without a body for none.
        .text("Please look at the portal.")
}

/// The tag of all log lines.
pub const LOG_TAG: &str = "captive_portal";

/// Clients that are remembered.
const CLIENTS: usize = 16;

const FOREIGN: &str = "Only the portal's own page can do this.";

#[cfg(test)]
mod tests;
