//! A case: what the client does, and what the server must show.

use super::client::{CLOSE_TIME, Client, Ended};
use super::event::Event;
use super::frame::{Frame, octets_of};
use super::link::Link;
use std::fmt;
use std::time::Duration;

/// One behaviour of a server.
#[derive(Debug, Clone)]
pub struct Case {
    /// Its number in the table of behaviours.
    pub group: &'static str,
    /// Where it is written, such as `RFC 6455 5.5.2`.
    pub section: &'static str,
    /// The behaviour.
    pub name: String,
    /// What the client does.
    pub steps: Vec<Step>,
    /// What it receives, exactly.
    pub expected: Vec<Event>,
    /// How the connection ends.
    pub end: End,
    /// For all that is expected to come.
    pub time: Duration,
}

/// What a client does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Writes octets at once.
    Write(Vec<u8>),
    /// Writes octets in pieces of a size.
    Chopped(Vec<u8>, usize),
    /// Writes nothing more until so many events have come in all.
    Await(usize),
    /// Looks whether the server still keeps the connection. Over a socket this
    /// is a glance that may come too early; in memory it is certain.
    StillOpen,
}

/// How a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// When all has come, the client closes with 1000; the server answers with
    /// that or no code, and ends the connection.
    Clean,
    /// A close frame among the steps is answered with one of these codes or
    /// none, and the server ends the connection.
    Closed(&'static [u16]),
    /// The server ends the connection, with one of these codes, no code, or no
    /// close frame.
    Fails(&'static [u16]),
    /// The server ends the connection, whatever it has sent of what is
    /// expected.
    InOrder,
}

impl Case {
    /// A case without steps, in which nothing is received, and which ends
    /// clean.
    pub fn new(group: &'static str, section: &'static str, name: impl Into<String>) -> Self {
        Self {
            group,
            section,
            name: name.into(),
            steps: Vec::new(),
            expected: Vec::new(),
            end: End::Clean,
            time: EVENT_TIME,
        }
    }

    /// The frames are written at once.
    #[must_use]
    pub fn write(mut self, frames: &[Frame]) -> Self {
        self.steps.push(Step::Write(octets_of(frames)));
        self
    }

    /// The frames are written in pieces of so many octets.
    #[must_use]
    pub fn chopped(mut self, frames: &[Frame], size: usize) -> Self {
        self.steps.push(Step::Chopped(octets_of(frames), size));
        self
    }

    /// Each frame is written by itself.
    #[must_use]
    pub fn write_each(mut self, frames: &[Frame]) -> Self {
        let writes = frames.iter().map(|frame| Step::Write(frame.octets()));
        self.steps.extend(writes);
        self
    }

    /// The frames are written in one of three ways.
    #[must_use]
    pub fn write_as(self, frames: &[Frame], writing: Writing) -> Self {
        match writing {
            Writing::AtOnce => self.write(frames),
            Writing::PerFrame => self.write_each(frames),
            Writing::PerOctet => self.chopped(frames, 1),
        }
    }

    /// One more step.
    #[must_use]
    pub fn step(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    /// One more event is expected.
    #[must_use]
    pub fn expect(mut self, event: Event) -> Self {
        self.expected.push(event);
        self
    }

    /// The connection ends in this way.
    #[must_use]
    pub fn end(mut self, end: End) -> Self {
        self.end = end;
        self
    }

    /// All that is expected comes within this time.
    #[must_use]
    pub fn within(mut self, time: Duration) -> Self {
        self.time = time;
        self
    }

    /// The octets of all steps, and of the client's close frame if it sends
    /// one: what the same case is when the client awaits nothing.
    pub fn octets(&self) -> Vec<u8> {
        let mut octets = Vec::new();
        for step in &self.steps {
            match step {
                Step::Write(more) | Step::Chopped(more, _) => octets.extend_from_slice(more),
                Step::Await(_) | Step::StillOpen => {}
            }
        }
        if self.end == End::Clean {
            Frame::close(1000, "").append_to(&mut octets);
        }
        octets
    }

    /// Runs the case as it is written, with a WebSocket that is open.
    ///
    /// # Errors
    ///
    /// How the server differs from what it must show.
    pub fn run<L: Link>(&self, mut client: Client<L>) -> Result<Shown, String> {
        for step in &self.steps {
            self.take(step, &mut client)?;
        }
        if self.end != End::Clean {
            return self.judge_end(&mut client);
        }
        client.events_within(self.expected.len(), self.time)?;
        self.judge_events(&client.receiver.events)?;
        client.write(&Frame::close(1000, "").octets())?;
        self.judge_end(&mut client)
    }

    /// Runs the case with a WebSocket that is open, with all its octets in the
    /// pieces given, and awaits nothing.
    ///
    /// # Errors
    ///
    /// As [`Case::run`].
    pub fn run_cut<'o, L: Link>(
        &self,
        mut client: Client<L>,
        pieces: impl IntoIterator<Item = &'o [u8]>,
    ) -> Result<Shown, String> {
        for piece in pieces {
            client.write(piece)?;
        }
        self.judge_end(&mut client)
    }

    fn take<L: Link>(&self, step: &Step, client: &mut Client<L>) -> Result<(), String> {
        match step {
            Step::Write(octets) => client.write(octets),
            Step::Chopped(octets, size) => octets
                .chunks(*size)
                .try_for_each(|piece| client.write(piece)),
            Step::Await(count) => client.events_within(*count, self.time),
            Step::StillOpen if client.has_ended()? => Err("ended too early".into()),
            Step::StillOpen => Ok(()),
        }
    }

    /// Looks at how the connection ends, and at what came before.
    fn judge_end<L: Link>(&self, client: &mut Client<L>) -> Result<Shown, String> {
        let ended = client.end_within(self.time_to_end());
        let events = &client.receiver.events;
        if self.end == End::InOrder {
            if !self.expected.starts_with(events) {
                return Err(format!("received {events:?}"));
            }
        } else {
            self.judge_events(events)?;
        }
        let ended = ended?;
        let close = client.receiver.close.clone();
        match (&close, ended) {
            (None, _) if matches!(self.end, End::Fails(_) | End::InOrder) => {}
            (None, _) => return Err("ended without a close frame".into()),
            (_, Ended::Reset) if !matches!(self.end, End::Fails(_)) => {
                return Err("reset instead of an end".into());
            }
            (Some(close), _) => {
                if !close.code.is_none_or(|code| self.end.allows(code)) {
                    return Err(format!("{close:?} where {:?} was expected", self.end));
                }
            }
        }
        client.finish()?;
        Ok(Shown {
            events: client.receiver.events.len(),
            code: close.and_then(|close| close.code),
            ended,
        })
    }

    fn time_to_end(&self) -> Duration {
        match self.end {
            End::Clean | End::Fails(_) => CLOSE_TIME,
            End::Closed(_) | End::InOrder => self.time,
        }
    }

    fn judge_events(&self, events: &[Event]) -> Result<(), String> {
        if events == self.expected {
            return Ok(());
        }
        let expected = &self.expected;
        Err(format!("received {events:?}, expected {expected:?}"))
    }
}

/// What a server showed in a case that it passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// How many messages and control frames it sent.
    pub events: usize,
    /// The code of its close frame, if it sent one that has a code.
    pub code: Option<u16>,
    /// How it ended the connection.
    pub ended: Ended,
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.events {
            0 => {}
            1 => write!(f, "an answer, ")?,
            events => write!(f, "{events} answers, ")?,
        }
        match self.code {
            Some(code) => write!(f, "close {code}"),
            None => write!(f, "closed"),
        }
    }
}

/// How frames are cut when they are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writing {
    /// All frames in one write.
    AtOnce,
    /// A write for each frame.
    PerFrame,
    /// A write for each octet.
    PerOctet,
}

impl Writing {
    /// All three.
    pub const ALL: [Self; 3] = [Self::AtOnce, Self::PerFrame, Self::PerOctet];

    /// The words for it in the name of a case.
    pub const fn words(self) -> &'static str {
        match self {
            Self::AtOnce => "in one write",
            Self::PerFrame => "in a write per frame",
            Self::PerOctet => "octet by octet",
        }
    }
}

impl End {
    fn allows(self, code: u16) -> bool {
        match self {
            Self::Clean => code == 1000,
            Self::Closed(codes) | Self::Fails(codes) => codes.contains(&code),
            Self::InOrder => true,
        }
    }
}

/// For what a case expects, where it says no time itself.
const EVENT_TIME: Duration = Duration::from_secs(10);
