//! Rooms, in which all see the same messages in the same order.
//!
//! | request | answer |
//! |---|---|
//! | `GET /` | a page to chat |
//! | `GET /rooms` | the rooms, and how many are in each |
//! | `GET /ws/ROOM?name=NAME` | a WebSocket: what is sent is said in the room, and what is said there arrives as JSON |
//!
//! A room is a topic. What is said goes to the Hub once, however many are there, and
//! comes from it to each; who says it hears it too, and so knows its place among what
//! others say. One who does not listen is cut off, and keeps nobody waiting.
//!
//! What cannot be said closes the WebSocket: 1003 for what is no text, 1009 for more
//! than [`TEXT`] octets, 1008 for control characters and for nothing at all.
#![no_std]
#![forbid(unsafe_code)]

mod name;

use core::cell::Cell;
use dunlin::{
    AnswerError, App, Close, CloseCode, Closed, ConnectionId, Handshake, Hub, Limits, Message,
    PublishError, Request, RequestView, Response, Route, Status, Topic, WebSocket, WebSocketRoute,
    origin::is_same_origin,
};
use dunlin_json::{JsonResponse, to_str};
use name::Name;
use serde::Serialize;

/// The application.
#[derive(Debug)]
pub struct Chat<H> {
    /// For what is told when somebody has gone, where no handler is given a Hub.
    reach: H,
    /// How many are in each room.
    people: [Cell<u32>; ROOMS.len()],
}

/// The way to the connections, which the program knows.
pub trait Reach: 'static {
    /// The Hub of the server.
    fn hub(&self) -> Hub<'_>;
}

/// Who is at a connection, and where.
#[derive(Debug, Default)]
pub struct Session {
    name: Name,
    room: usize,
}

/// What happens in a room.
#[derive(Debug, Serialize)]
#[serde(rename_all = "lowercase", tag = "what")]
enum Event<'e> {
    /// Somebody has said something.
    Said { name: &'e str, text: &'e str },
    /// Somebody has come; so many are there now.
    Joined { name: &'e str, people: u32 },
    /// Somebody has gone; so many are there now.
    Left { name: &'e str, people: u32 },
    /// Too much waits to be said: this text was not, as its sender alone is told.
    Unsaid { text: &'e str },
}

#[derive(Serialize)]
struct Room {
    room: &'static str,
    people: u32,
}

impl<H: Reach> App for Chat<H> {
    type Session = Session;

    const TOPICS: usize = ROOMS.len();

    const ROUTES: &'static [Route<Self>] = &[
        Route::get("/", page),
        Route::get("/style.css", pages::style),
        Route::get("/rooms", rooms),
        Route::websocket(
            "/ws/{room}",
            WebSocketRoute::new(say)
                .admit(admit)
                .open(join)
                .closed(leave),
        ),
    ];
}

type Answer = Result<(), AnswerError>;

fn page<H: Reach>(_: &Chat<H>, _: Request<'_, Chat<H>>, response: Response<'_>) -> Answer {
    pages::send(response, include_bytes!("page.html"))
}

fn rooms<H: Reach>(app: &Chat<H>, _: Request<'_, Chat<H>>, response: Response<'_>) -> Answer {
    let rooms: [Room; ROOMS.len()] = core::array::from_fn(|index| Room {
        room: ROOMS.get(index).copied().unwrap_or_default(),
        people: app.people.get(index).map_or(0, Cell::get),
    });
    response
        .header("Cache-Control", "no-store")
        .write_json(&rooms, &mut [0; 256])
}

/// Lets in who has a name and goes to a room that there is.
fn admit<H: Reach>(
    _: &Chat<H>,
    mut request: Request<'_, Chat<H>>,
    handshake: Handshake<'_>,
) -> Answer {
    if !is_same_origin(request.head()) {
        let response = handshake.refuse(Status::FORBIDDEN);
        return response.text("Only pages of this site chat here.");
    }
    let Some(room) = room_of(&request) else {
        return handshake
            .refuse(Status::NOT_FOUND)
            .text("There is no such room.");
    };
    let Some(name) = Name::decode(request.query_value("name").unwrap_or_default()) else {
        return handshake.refuse(Status::BAD_REQUEST).text(name::WRONG);
    };
    *request.session() = Session { name, room };
    handshake.accept()
}

fn room_of(request: &RequestView<'_>) -> Option<usize> {
    let asked = request.parameter("room")?;
    ROOMS.iter().position(|room| *room == asked)
}

fn join<H: Reach>(
    app: &Chat<H>,
    ws: &mut WebSocket<'_, Chat<H>>,
    _: &RequestView<'_>,
) -> Result<(), Close> {
    let (id, hub) = (ws.id(), ws.hub());
    let room = ws.session().room;
    ws.subscribe(topic(room))?;
    let people = app.count(room, 1);
    let name = &*ws.session().name;
    log::info!(target: LOG_TAG, "{id} has come as {name:?}, {people} are there");
    Ok(publish(hub, room, &Event::Joined { name, people })?)
}

fn say<H: Reach>(
    _: &Chat<H>,
    ws: &mut WebSocket<'_, Chat<H>>,
    message: Message<'_>,
) -> Result<(), Close> {
    let text = speakable(message)?;
    let hub = ws.hub();
    let Session { name, room } = ws.session();
    if publish(hub, *room, &Event::Said { name, text }).is_err() {
        let mut buffer = [0; EVENT];
        ws.send(json(&Event::Unsaid { text }, &mut buffer))?;
    }
    Ok(())
}

/// What can be said of a message.
fn speakable(message: Message<'_>) -> Result<&str, Close> {
    let text = message.as_text().ok_or(Close::new(
        CloseCode::UNSUPPORTED_DATA,
        "only text can be said",
    ))?;
    if text.len() > TEXT {
        return Err(Close::new(CloseCode::MESSAGE_TOO_BIG, "too long"));
    }
    if text.trim().is_empty() || text.contains(char::is_control) {
        let reason = "not a line that can be seen";
        return Err(Close::new(CloseCode::POLICY_VIOLATION, reason));
    }
    Ok(text)
}

fn leave<H: Reach>(app: &Chat<H>, session: &mut Session, id: ConnectionId, _: Closed) {
    let Session { name, room } = session;
    let (name, people) = (&**name, app.count(*room, -1));
    log::info!(target: LOG_TAG, "{id} has gone, {people} are there");
    if publish(app.reach.hub(), *room, &Event::Left { name, people }).is_err() {
        log::warn!(target: LOG_TAG, "too many jobs wait; nobody is told that {name:?} has gone");
    }
}

impl<H> Chat<H> {
    /// The application, with nobody there.
    pub const fn new(reach: H) -> Self {
        let people = [const { Cell::new(0) }; ROOMS.len()];
        Self { reach, people }
    }

    /// Counts who comes or goes, and returns how many are there.
    fn count(&self, room: usize, by: i32) -> u32 {
        let Some(people) = self.people.get(room) else {
            return 0;
        };
        people.set(people.get().saturating_add_signed(by));
        people.get()
    }
}

fn publish(hub: Hub<'_>, room: usize, event: &Event<'_>) -> Result<(), PublishError> {
    hub.publish(topic(room), json(event, &mut [0; EVENT]))
}

fn json<'b>(event: &Event<'_>, buffer: &'b mut [u8; EVENT]) -> Message<'b> {
    // There is room for every event.
    Message::text(to_str(event, buffer).unwrap_or_default())
}

fn topic(room: usize) -> Topic {
    Topic::new(room as u16)
}

/// Limits with which no message is received that is too long to be said.
pub const fn limits(limits: Limits) -> Limits {
    Limits {
        message: TEXT,
        ..limits
    }
}

/// The rooms.
pub const ROOMS: [&str; 3] = ["shore", "mudflat", "sea"];

/// Octets of what is said, at most.
pub const TEXT: usize = 256;

/// The tag of all log lines.
pub const LOG_TAG: &str = "chat";

/// Octets of an event, at most: in JSON a quotation mark takes two.
const EVENT: usize = 2 * (TEXT + name::LONGEST) + 64;
