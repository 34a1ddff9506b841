//! The WebSocket echo application: what ESP-IDF's `ws_echo_server` example
//! does, for every driver of Dunlin.
//!
//! | endpoint | what it does |
//! |---|---|
//! | `/` | the console, a page to try the others |
//! | `/ws` | echoes; text that begins with `Trigger async` or `Ping` queues a job instead; takes control frames itself |
//! | `/ws_partial` | echoes in fragments of 64 octets |
//! | `/auth?token=valid` | admits by token, greets, then echoes |
//! | `/echo` | echoes, and nothing else |
//! | `/metrics` | what was counted, for Prometheus; with the feature `metrics`, where it is asked for |
#![no_std]
#![forbid(unsafe_code)]

mod auth;
mod escape;
#[cfg(feature = "metrics")]
mod metrics;
mod partial;
mod plain;
mod ws;

use dunlin::{AnswerError, App, Request, Response, Route, WebSocketRoute};

/// The echo application.
#[derive(Debug, Clone, Copy, Default)]
pub struct Echo {
    hooks: Hooks,
    #[cfg(feature = "metrics")]
    counters: Option<&'static dunlin::Counters>,
}

/// Which hooks of `/auth` are in use; the original has them as options too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hooks {
    /// Admit by token before the handshake; without it everyone is admitted.
    pub pre_handshake: bool,
    /// Greet after the handshake.
    pub post_handshake: bool,
}

impl Hooks {
    /// Both.
    pub const ALL: Self = Self {
        pre_handshake: true,
        post_handshake: true,
    };
}

impl Default for Hooks {
    fn default() -> Self {
        Self::ALL
    }
}

impl Echo {
    /// The application, with all hooks.
    pub const fn new() -> Self {
        Self::with_hooks(Hooks::ALL)
    }

    /// The application with some hooks.
    pub const fn with_hooks(hooks: Hooks) -> Self {
        Self {
            hooks,
            #[cfg(feature = "metrics")]
            counters: None,
        }
    }

    /// Counts what happens, and shows it at `/metrics` for Prometheus.
    #[cfg(feature = "metrics")]
    #[must_use]
    pub const fn counting(mut self, counters: &'static dunlin::Counters) -> Self {
        self.counters = Some(counters);
        self
    }
}

impl App for Echo {
    type Session = ();

    const ROUTES: &'static [Route<Self>] = &[
        Route::get("/", console),
        Route::websocket(
            "/ws",
            WebSocketRoute::new(ws::message)
                .control(ws::control)
                .protocols(PROTOCOLS),
        ),
        Route::websocket(
            "/ws_partial",
            WebSocketRoute::streaming(partial::part)
                .parts_of(partial::CHUNK)
                .protocols(PROTOCOLS),
        ),
        Route::websocket(
            "/auth",
            WebSocketRoute::new(auth::message)
                .admit(auth::admit)
                .open(auth::open)
                .protocols(PROTOCOLS),
        ),
        Route::websocket(
            "/echo",
            WebSocketRoute::new(plain::message).protocols(PROTOCOLS),
        ),
        #[cfg(feature = "metrics")]
        Route::get("/metrics", metrics::page),
    ];

    #[cfg(feature = "metrics")]
    const HOOKS: dunlin::Hooks<Self> = dunlin::Hooks::new().event(metrics::count);
}

fn console(_: &Echo, _: Request<'_, Echo>, response: Response<'_>) -> Result<(), AnswerError> {
    response
        .content_type("text/html; charset=utf-8")
        .header("Cache-Control", "no-cache")
        .header("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        .asset(CONSOLE)
}

/// The tag of all log lines, as in the original.
pub const LOG_TAG: &str = "ws_echo_server";

const PROTOCOLS: &[&str] = &["chat"];

const CONSOLE: &[u8] = include_bytes!("console.html");

/// The page is one file and talks to its own server only.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'unsafe-inline'; \
    style-src 'unsafe-inline'; img-src data:; connect-src 'self'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'";
