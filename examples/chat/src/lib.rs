//! Rooms, in which all see the same messages in the same order.
//!
//! | request | answer |
//! |---|---|
//! | `GET /` | a page to chat |
//! | `GET /rooms` | the rooms, and how many are in each |
//! | `GET /ws/ROOM?name=NAME` | a WebSocket: what is sent is said in the room, and what is said there arrives as JSON |
//!
//! A room is a topic. What is said goes to the Hub once, whoever is there, and comes
//! from it to each in turn; who says it hears it too, and so knows its place among what
//! others say. One who does not listen is closed, and keeps nobody waiting.
#![no_std]
#![forbid(unsafe_code)]

mod name;

use core::cell::Cell;
use dunlin::{
    AnswerError, App, Close, Closed, ConnectionId, Full, Handshake, Hub, Message, Request,
    RequestView, Response, Route, Status, Topic, WebSocket, WebSocketRoute, origin::is_same_origin,
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
    /// What was sent was not said; only its sender is told.
    Refused { why: &'e str },
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
    let room = ws.session().room;
    ws.subscribe(topic(room))?;
    let people = app.count(room, 1);
    let hub = ws.hub();
    let name = &*ws.session().name;
    log::info!(target: LOG_TAG, "{name:?} has come, {people} are there");
    publish(hub, room, &Event::Joined { name, people }).map_err(Close::from)
}

fn say<H: Reach>(
    _: &Chat<H>,
    ws: &mut WebSocket<'_, Chat<H>>,
    message: Message<'_>,
) -> Result<(), Close> {
    let why = match message.as_text() {
        Some(text) => match speakable(text) {
            Ok(text) => {
                let hub = ws.hub();
                let session = ws.session();
                let name = &*session.name;
                match publish(hub, session.room, &Event::Said { name, text }) {
                    Ok(()) => return Ok(()),
                    Err(Full) => "Too much is being said.",
                }
            }
            Err(why) => why,
        },
        None => "Only text can be said.",
    };
    let mut buffer = [0; EVENT];
    let text = to_str(&Event::Refused { why }, &mut buffer).map_err(|_| Full)?;
    Ok(ws.send(Message::text(text))?)
}

/// What can be said of a text.
fn speakable(text: &str) -> Result<&str, &'static str> {
    let text = text.trim();
    if text.is_empty() {
        return Err("Nothing was said.");
    }
    if text.len() > TEXT || text.contains(char::is_control) {
        return Err("A message has 256 octets at most, and no line breaks.");
    }
    Ok(text)
}

fn leave<H: Reach>(app: &Chat<H>, session: &mut Session, _: ConnectionId, _: Closed) {
    let people = app.count(session.room, -1);
    let name = &*session.name;
    log::info!(target: LOG_TAG, "{name:?} has gone, {people} are there");
    // With the Hub full the others learn of it from those who come later.
    let _ = publish(app.reach.hub(), session.room, &Event::Left { name, people });
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

fn publish(hub: Hub<'_>, room: usize, event: &Event<'_>) -> Result<(), Full> {
    let mut buffer = [0; EVENT];
    let text = to_str(event, &mut buffer).map_err(|_| Full)?;
    hub.publish(topic(room), Message::text(text))
        .map_err(|_| Full)
}

fn topic(room: usize) -> Topic {
    Topic::new(room as u16)
}

/// The tag of all log lines.
pub const LOG_TAG: &str = "chat";

/// The rooms.
pub const ROOMS: [&str; 4] = ["shore", "mudflat", "dunes", "sea"];

/// Octets of what is said.
const TEXT: usize = 256;

/// Octets of an event: a quotation mark takes two.
const EVENT: usize = 2 * (TEXT + name::LONGEST) + 64;
