//! The basics: what is in a request, what can be in an answer, and routes that
//! come and go.
//!
//! | request | answer |
//! |---|---|
//! | `GET /` | a page to try the others |
//! | `GET /hello?name=Ada` | a greeting, the query decoded, and some of the request's fields; two fields of its own |
//! | `POST /echo` | the body, with its content type |
//! | `PUT /ctrl` | with the body `0` takes out `/hello` and `/echo`, with `1` puts them back |
//! | `GET /cookie` | how often the client was here, which its cookie tells |
//! | `GET /basic_auth` | who the client is; 401 to strangers |
//! | `GET /sse` | an event each second |
//! | anything to `/any` | the method |
#![no_std]
#![forbid(unsafe_code)]

mod events;

use core::fmt::Write;
use dunlin::{
    AnswerError, App, Hooks, Hub, Request, RequestHead, Response, Route, RouteTable, RunTimeRoutes,
    SameSite, SetCookie, Status, credentials_match, percent_decode_str,
};
use events::{Clock, Told};
use heapless::String;

/// The application.
#[derive(Default)]
pub struct Hello {
    /// Those that come and go.
    routes: RouteTable<Self, 2>,
    clock: Clock,
}

impl Hello {
    /// The application, with all its routes.
    pub fn new() -> Self {
        let hello = Self::default();
        hello.open();
        hello
    }

    fn open(&self) {
        for route in [&HELLO, &ECHO] {
            // One that is there stays there.
            let _ = self.routes.register(route);
        }
    }

    fn close(&self) {
        for route in [&HELLO, &ECHO] {
            self.routes.unregister_path(route.path());
        }
    }
}

impl App for Hello {
    /// What was told to a client that listens to events.
    type Session = Told;

    const ROUTES: &'static [Route<Self>] = &[
        Route::get("/", page),
        Route::get("/style.css", pages::style),
        Route::put("/ctrl", control),
        Route::get("/cookie", cookie),
        Route::get("/basic_auth", basic_auth),
        Route::get("/sse", events::listen).pulled(events::tell),
        Route::any("/any", any),
    ];

    const RUN_TIME_ROUTES: Option<RunTimeRoutes<Self>> = Some(|hello| &hello.routes);

    const HOOKS: Hooks<Self> = Hooks::<Self>::new()
        .error(explain)
        .call(|hello, _, hub| hello.clock.tick(hub));
}

static HELLO: Route<Hello> = Route::get("/hello", hello);

static ECHO: Route<Hello> = Route::post("/echo", echo);

/// To be called each second, from a thread or a task: the listeners are told.
pub fn tick(hub: Hub<'_>) {
    // While the Hub is full a second is left out.
    let _ = hub.call(0);
}

type Answer = Result<(), AnswerError>;

fn page(_: &Hello, _: Request<'_, Hello>, response: Response<'_>) -> Answer {
    pages::send(response, include_bytes!("page.html"))
}

fn hello(_: &Hello, request: Request<'_, Hello>, response: Response<'_>) -> Answer {
    let response = response
        .header("Custom-Header-1", "Custom-Value-1")
        .header("Custom-Header-2", "Custom-Value-2");
    match description(&request) {
        Some(description) => response.text(&description),
        None => response.status(Status::BAD_REQUEST).text(WRONG_QUERY),
    }
}

/// A greeting, and what is in the request; `None` if it is too much, or not
/// decodable.
fn description(request: &Request<'_, Hello>) -> Option<String<DESCRIPTION>> {
    let mut text = String::new();
    let (mut key, mut value) = ([0; VALUE], [0; VALUE]);
    let name = match request.query_value("name") {
        Some(name) => percent_decode_str(name, &mut value, true).ok()?,
        None => "world",
    };
    writeln!(text, "Hello, {name}!").ok()?;
    for pair in request.query_pairs() {
        let key = percent_decode_str(pair.0, &mut key, true).ok()?;
        let value = percent_decode_str(pair.1, &mut value, true).ok()?;
        log::info!(target: LOG_TAG, "query: {key:?} is {value:?}");
        writeln!(text, "{key} = {value}").ok()?;
    }
    for name in SHOWN_FIELDS {
        for value in request.headers(name) {
            writeln!(text, "{name}: {value}").ok()?;
        }
    }
    Some(text)
}

fn echo(_: &Hello, request: Request<'_, Hello>, response: Response<'_>) -> Answer {
    let content_type = request.header("Content-Type");
    response
        .content_type(content_type.unwrap_or("application/octet-stream"))
        .body(request.body())
}

fn control(hello: &Hello, request: Request<'_, Hello>, response: Response<'_>) -> Answer {
    match request.body() {
        b"0" => hello.close(),
        b"1" => hello.open(),
        _ => return response.status(Status::BAD_REQUEST).text(WRONG_SWITCH),
    }
    log::info!(target: LOG_TAG, "{} routes at run time", hello.routes.len());
    response.status(Status::NO_CONTENT).empty()
}

/// Answers where there is no route; all other errors have the text of the server.
fn explain(
    _: &Hello,
    status: Status,
    head: Option<&RequestHead<'_>>,
    response: Response<'_>,
) -> Answer {
    if status != Status::NOT_FOUND {
        return Ok(());
    }
    let path = head.map(RequestHead::path).unwrap_or_default();
    let is_out = [HELLO.path(), ECHO.path()].contains(&path);
    response.text(if is_out { TAKEN_OUT } else { NO_PAGE })
}

fn cookie(_: &Hello, request: Request<'_, Hello>, response: Response<'_>) -> Answer {
    let before = request.cookie("visits").and_then(|text| text.parse().ok());
    let visits = before.unwrap_or(0_u32).saturating_add(1);
    let mut text = String::<32>::new();
    // There is room for every number.
    let _ = write!(text, "{visits}");
    let mut buffer = [0; 96];
    let cookie = SetCookie::new("visits", &text)
        .path("/cookie")
        .max_age(3600)
        .http_only()
        .same_site(SameSite::Strict);
    let cookie = cookie.write(&mut buffer)?;
    response
        .header("Set-Cookie", cookie)
        .header("Cache-Control", "no-store")
        .text(&text)
}

fn basic_auth(_: &Hello, request: Request<'_, Hello>, response: Response<'_>) -> Answer {
    let mut buffer = [0; 64];
    let given = request.basic_auth(&mut buffer);
    if given.is_some_and(|given| credentials_match(given, (USER, PASSWORD))) {
        return response.json(r#"{"authenticated":true,"user":"dunlin"}"#);
    }
    response
        .status(Status::UNAUTHORIZED)
        .header(
            "WWW-Authenticate",
            r#"Basic realm="Hello", charset="UTF-8""#,
        )
        .text("Who are you?")
}

fn any(_: &Hello, request: Request<'_, Hello>, response: Response<'_>) -> Answer {
    response.text(request.method().as_str())
}

/// The tag of all log lines.
pub const LOG_TAG: &str = "hello";

/// The user that is let in.
pub const USER: &str = "dunlin";

/// The password of the user.
pub const PASSWORD: &str = "Calidris alpina";

/// Fields of a request that are shown.
const SHOWN_FIELDS: &[&str] = &["Host", "Test-Header-1", "Test-Header-2"];

/// Octets of a key or a value, decoded.
const VALUE: usize = 64;

const DESCRIPTION: usize = 512;

const WRONG_QUERY: &str = "A name, a key and a value have 64 octets of UTF-8 at most, \
    percent-encoded, and all that is shown has 512.";

const WRONG_SWITCH: &str = "The body must be 0 or 1.";

const TAKEN_OUT: &str = "This route was taken out. PUT 1 to /ctrl puts it back.";

const NO_PAGE: &str = "There is no such page.";
