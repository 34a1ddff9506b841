//! A strict WebSocket client over any link.

use super::event::Event;
use super::frame::Frame;
use super::link::{Link, Received};
use super::receiver::Receiver;
use super::response::Response;
use std::time::{Duration, Instant};

/// A client of `/echo`. Whatever the server does that RFC 6455 forbids is an
/// error of the call that sees it.
pub struct Client<L> {
    link: L,
    /// What has come so far.
    pub receiver: Receiver,
    end: Option<Ended>,
}

/// How the server ended the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// It ended its side.
    InOrder,
    /// It reset the connection.
    Reset,
}

impl<L: Link> Client<L> {
    /// Opens a WebSocket without extensions.
    ///
    /// # Errors
    ///
    /// An answer that is not a handshake's, or that has extensions.
    pub fn plain(link: L) -> Result<Self, String> {
        match Self::open(link, None)? {
            (client, None) => Ok(client),
            (_, Some(answer)) => Err(format!("accepted {answer:?}, which was not offered")),
        }
    }

    /// Opens a WebSocket, offering extensions if there are any; returns what
    /// the server answered to those.
    ///
    /// # Errors
    ///
    /// An answer that is not a handshake's.
    pub fn open(link: L, extensions: Option<&str>) -> Result<(Self, Option<String>), String> {
        let (client, response) = Self::request(link, &request(extensions))?;
        response.check(ACCEPT)?;
        let extensions = response.extensions()?.map(str::to_owned);
        if response.value("Sec-WebSocket-Protocol").is_some() {
            return Err("a protocol that was not offered".into());
        }
        Ok((client, extensions))
    }

    /// Sends a head, whatever it is, and awaits the head of the response.
    ///
    /// # Errors
    ///
    /// Octets that are not a response.
    pub fn request(mut link: L, head: &str) -> Result<(Self, Response), String> {
        link.send(head.as_bytes())?;
        let deadline = Instant::now() + ANSWER_TIME;
        let mut octets = Vec::new();
        let end = loop {
            if let Some(end) = octets.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
            match link.receive(deadline)? {
                Received::Octets(more) => octets.extend(more),
                other => return Err(format!("{other:?} instead of a response")),
            }
        };
        let rest = octets.split_off(end);
        let response = Response::read(&octets)?;
        let mut receiver = Receiver::default();
        if response.status == 101 {
            receiver.push(&rest)?;
        }
        let client = Self {
            link,
            receiver,
            end: None,
        };
        Ok((client, response))
    }

    /// Writes octets as they are.
    ///
    /// # Errors
    ///
    /// As [`Link::send`].
    pub fn write(&mut self, octets: &[u8]) -> Result<(), String> {
        self.link.send(octets)
    }

    /// Whether the server has ended the connection, which costs no waiting.
    ///
    /// # Errors
    ///
    /// As [`Client::end_within`].
    pub fn has_ended(&mut self) -> Result<bool, String> {
        while self.end.is_none() && self.read(Instant::now())? {}
        Ok(self.end.is_some())
    }

    /// Waits until the server has sent so many messages and control frames in
    /// all, or has closed the connection.
    ///
    /// # Errors
    ///
    /// A violation, or a server that takes longer than `time`.
    pub fn events_within(&mut self, count: usize, time: Duration) -> Result<(), String> {
        let deadline = Instant::now() + time;
        while self.receiver.events.len() < count && self.end.is_none() {
            if !self.read(deadline)? {
                let events = self.receiver.events.len();
                return Err(format!("{events} of {count} events within {time:?}"));
            }
        }
        Ok(())
    }

    /// The next event, which leaves none behind.
    ///
    /// # Errors
    ///
    /// As [`Client::events_within`]; an end, or more than one event.
    pub fn event_within(&mut self, time: Duration) -> Result<Event, String> {
        self.events_within(1, time)?;
        let mut events = std::mem::take(&mut self.receiver.events).into_iter();
        match (events.next(), events.next()) {
            (Some(event), None) => Ok(event),
            (None, _) => Err(format!("closed: {:?}", self.receiver.close)),
            (_, Some(more)) => Err(format!("more than was awaited: {more:?}")),
        }
    }

    /// Waits until the server has ended the connection.
    ///
    /// # Errors
    ///
    /// A violation, or a server that takes longer than `time`.
    pub fn end_within(&mut self, time: Duration) -> Result<Ended, String> {
        let deadline = Instant::now() + time;
        loop {
            if let Some(end) = self.end {
                return Ok(end);
            }
            if !self.read(deadline)? {
                return Err(format!("the server has not ended it within {time:?}"));
            }
        }
    }

    /// Sends a close frame, and awaits the answer and the end.
    ///
    /// # Errors
    ///
    /// An end that is not in order.
    pub fn close(mut self) -> Result<(), String> {
        self.write(&Frame::close(1000, "").octets())?;
        let end = self.end_within(CLOSE_TIME)?;
        match &self.receiver.close {
            _ if end == Ended::Reset => Err("reset instead of an end".into()),
            None => Err("no close frame in answer".into()),
            Some(close) if !matches!(close.code, None | Some(1000)) => {
                Err(format!("close 1000 was answered with {close:?}"))
            }
            Some(_) => self.link.finish(),
        }
    }

    /// Ends the client's side, after the server has ended its own.
    ///
    /// # Errors
    ///
    /// As [`Link::finish`].
    pub fn finish(&mut self) -> Result<(), String> {
        self.link.finish()
    }

    /// Reads once; false when there was nothing until the deadline.
    fn read(&mut self, deadline: Instant) -> Result<bool, String> {
        match self.link.receive(deadline)? {
            Received::Octets(octets) => self.receiver.push(&octets)?,
            Received::Nothing => return Ok(false),
            Received::Reset => self.end = Some(Ended::Reset),
            Received::End if self.receiver.unread() > 0 => {
                return Err("the server ended inside a frame".into());
            }
            Received::End => self.end = Some(Ended::InOrder),
        }
        Ok(true)
    }
}

fn request(extensions: Option<&str>) -> String {
    let extensions = extensions.map(|value| format!("Sec-WebSocket-Extensions: {value}\r\n"));
    let extensions = extensions.unwrap_or_default();
    format!(
        "GET /echo HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {KEY}\r\n{extensions}\r\n"
    )
}

/// The key and its answer that RFC 6455 section 1.3 has as an example.
const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
const ACCEPT: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

/// For the answer to a handshake.
const ANSWER_TIME: Duration = Duration::from_secs(10);

/// For the end of a connection after a close frame.
pub const CLOSE_TIME: Duration = Duration::from_secs(1);
