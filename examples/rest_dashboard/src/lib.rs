//! A device with an interface of JSON, and a page that is always up to date.
//!
//! | request | answer |
//! |---|---|
//! | `GET /` | the page |
//! | `GET /api/v1/system/info` | what runs here, since when, and for how many |
//! | `GET`, `POST /api/v1/light/brightness` | the colour of the light; the new one |
//! | `GET /api/v1/temp/raw` | the temperature |
//! | `GET /ws` | a WebSocket with the latest temperature and colour |
//!
//! Each sample of the temperature marks a topic, and so does each change of the
//! light. Whoever subscribes is sent what the value is when there is room for it:
//! a slow page gets fewer samples, never an old one.
#![no_std]
#![forbid(unsafe_code)]

use core::cell::Cell;
use core::sync::atomic::{AtomicU32, Ordering};
use dunlin::{
    AnswerError, App, Close, Full, Hooks, Hub, Message, Request, RequestView, Response, Route,
    Topic, WebSocket, WebSocketRoute, same_origin,
};
use dunlin_json::{JsonRequest, JsonResponse, to_str};
use serde::{Deserialize, Serialize};

/// The application.
pub struct Dashboard {
    sensor: &'static Sensor,
    about: About,
    light: Cell<Light>,
}

/// What an application cannot know by itself.
#[derive(Debug, Clone, Copy)]
pub struct About {
    /// What it runs on.
    pub platform: &'static str,
    /// How many cores that has.
    pub cores: u32,
    /// Seconds since the start.
    pub uptime: fn() -> u64,
}

/// A sensor, which anybody may read, also from an interrupt.
///
/// It is simulated, on Linux and on the board alike, which have none: its
/// temperatures are those of a day at the shore, over and over.
#[derive(Debug, Default)]
pub struct Sensor {
    samples: AtomicU32,
}

/// The colour of the light, 0 to 255 of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Light {
    red: u8,
    green: u8,
    blue: u8,
}

#[derive(Serialize)]
struct Info {
    version: &'static str,
    platform: &'static str,
    cores: u32,
    uptime: u64,
    connections: u32,
}

/// Hundredths of a degree Celsius, and how many were measured.
#[derive(Serialize)]
struct Temperature {
    raw: i32,
    samples: u32,
}

/// What is sent to pages: one of the two.
#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum News {
    Temperature(Temperature),
    Light(Light),
}

impl Sensor {
    /// A sensor that has measured nothing.
    pub const fn new() -> Self {
        Self {
            samples: AtomicU32::new(0),
        }
    }

    /// Measures, and has all pages told; to be called by a clock.
    pub fn sample(&self, hub: Hub<'_>) {
        let samples = self.samples.load(Ordering::Relaxed);
        self.samples
            .store(samples.wrapping_add(1), Ordering::Relaxed);
        hub.mark(TEMPERATURE);
    }

    /// It rises and falls, with a little wind.
    fn temperature(&self) -> Temperature {
        let samples = self.samples.load(Ordering::Relaxed);
        let place = (samples % PERIOD) as i32;
        let half = (PERIOD / 2) as i32;
        let rise = if place < half {
            place
        } else {
            2 * half - place
        };
        let wind = (samples.wrapping_mul(2_654_435_761) >> 27) as i32;
        Temperature {
            raw: 1200 + rise * 25 + wind,
            samples,
        }
    }
}

impl Dashboard {
    /// The application with its sensor.
    pub const fn new(sensor: &'static Sensor, about: About) -> Self {
        Self {
            sensor,
            about,
            light: Cell::new(Light {
                red: 20,
                green: 96,
                blue: 106,
            }),
        }
    }
}

impl App for Dashboard {
    type Session = ();

    const TOPICS: usize = 2;

    // A device shows its connections to applications that ask for it.
    const HOOKS: Hooks<Self> = Hooks::new().connections();

    const ROUTES: &'static [Route<Self>] = &[
        Route::get("/", page),
        Route::get("/style.css", pages::style),
        Route::get("/api/v1/system/info", info),
        Route::get("/api/v1/light/brightness", light),
        Route::post("/api/v1/light/brightness", set_light),
        Route::get("/api/v1/temp/raw", temperature),
        Route::websocket(
            "/ws",
            WebSocketRoute::new(ignore)
                .admit(same_origin)
                .open(join)
                .latest(show),
        ),
    ];
}

type Answer = Result<(), AnswerError>;

fn page(_: &Dashboard, _: Request<'_, Dashboard>, response: Response<'_>) -> Answer {
    pages::send(response, include_bytes!("page.html"))
}

fn info(app: &Dashboard, request: Request<'_, Dashboard>, response: Response<'_>) -> Answer {
    let mut connections = 0;
    request.hub().each_connection(&mut |_| connections += 1);
    let info = Info {
        version: env!("CARGO_PKG_VERSION"),
        platform: app.about.platform,
        cores: app.about.cores,
        uptime: (app.about.uptime)(),
        connections,
    };
    fresh(response).write_json(&info, &mut [0; JSON])
}

fn light(app: &Dashboard, _: Request<'_, Dashboard>, response: Response<'_>) -> Answer {
    fresh(response).write_json(&app.light.get(), &mut [0; JSON])
}

fn set_light(app: &Dashboard, request: Request<'_, Dashboard>, response: Response<'_>) -> Answer {
    let light = match request.read_json::<Light>(&mut []) {
        Ok(light) => light,
        Err(error) => return response.status(error.status()).text(error.reason()),
    };
    log::info!(target: LOG_TAG, "the light is {light:?}");
    app.light.set(light);
    request.hub().mark(LIGHT);
    fresh(response).write_json(&light, &mut [0; JSON])
}

fn temperature(app: &Dashboard, _: Request<'_, Dashboard>, response: Response<'_>) -> Answer {
    fresh(response).write_json(&app.sensor.temperature(), &mut [0; JSON])
}

/// An answer that is another one the next time.
fn fresh(response: Response<'_>) -> Response<'_> {
    response.header("Cache-Control", "no-store")
}

/// Sends a page all there is, and then what is new.
fn join(
    app: &Dashboard,
    ws: &mut WebSocket<'_, Dashboard>,
    _: &RequestView<'_>,
) -> Result<(), Close> {
    for topic in VALUES {
        ws.subscribe(topic)?;
        show(app, ws, topic)?;
    }
    Ok(())
}

/// Sends the value that a topic has now.
fn show(app: &Dashboard, ws: &mut WebSocket<'_, Dashboard>, topic: Topic) -> Result<(), Full> {
    let news = if topic == TEMPERATURE {
        News::Temperature(app.sensor.temperature())
    } else {
        News::Light(app.light.get())
    };
    let mut buffer = [0; JSON];
    let text = to_str(&news, &mut buffer).map_err(|_| Full)?;
    ws.send(Message::text(text))
}

/// A page has nothing to say here.
fn ignore(_: &Dashboard, _: &mut WebSocket<'_, Dashboard>, _: Message<'_>) -> Result<(), Close> {
    Ok(())
}

/// The tag of all log lines.
pub const LOG_TAG: &str = "rest_dashboard";

/// All topics.
pub const VALUES: [Topic; Dashboard::TOPICS] = [TEMPERATURE, LIGHT];

const TEMPERATURE: Topic = Topic::new(0);

const LIGHT: Topic = Topic::new(1);

/// Samples of a day.
const PERIOD: u32 = 96;

/// Octets of the longest JSON text.
const JSON: usize = 192;
