//! What a case is.

use crate::report::Level;

/// What a client sends, and what the server must make of it.
#[derive(Debug, Clone)]
pub struct Case {
    /// The section that demands it.
    pub section: &'static str,
    /// The behaviour. Cases that share section and name are one row of the
    /// report.
    pub name: String,
    /// How strongly it is demanded.
    pub level: Level,
    /// What the client sends. Before each part but the first it waits for an
    /// answer to the one before.
    pub sends: Vec<Vec<u8>>,
    /// All answers in order, but that to the request which sets the mark.
    pub answers: Vec<Answer>,
    /// What follows.
    pub end: End,
    /// How often the mark is set, where the connection stays open.
    pub marks: u32,
    /// Whether a 100 may come besides, which depends on whether the body has
    /// already come.
    pub may_continue: bool,
    /// Why the server answers otherwise than the section demands.
    pub deviates: Option<&'static str>,
}

/// How a case goes on behind what the client sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The connection stays open: the request behind is executed, once.
    Open,
    /// The connection is closed: what is behind is never executed.
    Closed,
    /// The request is not complete: nothing is answered, and nothing is once
    /// the client ends its side.
    Unfinished,
    /// The client sends nothing more, until the server ends the connection.
    /// Only in memory, where time need not be waited for.
    Expires,
}

/// What an answer must be, besides what every answer must be.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Another status that does as well.
    pub or: Option<u16>,
    /// Whether the request was HEAD, whose answer has no body.
    pub to_head: bool,
    /// Whether the request was HTTP/1.0.
    pub to_http10: bool,
    /// The body, where it is known.
    pub body: Option<Vec<u8>>,
    /// Fields it must have, with their values.
    pub has: Vec<(&'static str, String)>,
    /// Fields it must not have.
    pub lacks: Vec<&'static str>,
}

impl Case {
    /// A case whose client sends `octets` and gets no answer yet.
    pub fn new(
        level: Level,
        section: &'static str,
        name: &str,
        octets: impl Into<Vec<u8>>,
    ) -> Self {
        Self {
            section,
            name: name.to_owned(),
            level,
            sends: vec![octets.into()],
            answers: Vec::new(),
            end: End::Open,
            marks: 1,
            may_continue: false,
            deviates: None,
        }
    }

    /// The next answer.
    #[must_use]
    pub fn answer(mut self, answer: Answer) -> Self {
        self.answers.push(answer);
        self
    }

    /// What the client sends once it has an answer to each part before.
    #[must_use]
    pub fn then_sends(mut self, octets: impl Into<Vec<u8>>) -> Self {
        self.sends.push(octets.into());
        self
    }

    /// The connection is closed, and what is behind is not executed.
    #[must_use]
    pub fn closed(mut self) -> Self {
        self.end = End::Closed;
        self
    }

    /// The request is refused: a status, and the end.
    #[must_use]
    pub fn refused(self, status: u16) -> Self {
        self.answer(Answer::new(status)).closed()
    }

    /// The request is not complete.
    #[must_use]
    pub fn unfinished(mut self) -> Self {
        self.end = End::Unfinished;
        self
    }

    /// The hidden request is rightly executed too: so often the mark is set.
    #[must_use]
    pub fn marks(mut self, times: u32) -> Self {
        self.marks = times;
        self
    }

    /// The client sends nothing more until the server ends the connection.
    #[must_use]
    pub fn expires(mut self) -> Self {
        self.end = End::Expires;
        self
    }

    /// A 100 may come, or not.
    #[must_use]
    pub fn may_continue(mut self) -> Self {
        self.may_continue = true;
        self
    }

    /// The server knowingly does something else than the section demands: what
    /// is expected is what it does instead.
    #[must_use]
    pub fn deviates(mut self, reason: &'static str) -> Self {
        self.deviates = Some(reason);
        self
    }
}

impl Answer {
    /// An answer with a status.
    pub fn new(status: u16) -> Self {
        Self {
            status,
            or: None,
            to_head: false,
            to_http10: false,
            body: None,
            has: Vec::new(),
            lacks: Vec::new(),
        }
    }

    /// 200 with a body.
    pub fn with_body(body: impl Into<Vec<u8>>) -> Self {
        Self::new(200).body(body)
    }

    /// The page of the application.
    pub fn page() -> Self {
        Self::with_body(conformance_application::PAGE)
            .has("Content-Type", "text/plain; charset=utf-8")
            .has("Content-Length", "16")
            .has("ETag", conformance_application::ENTITY_TAG)
    }

    /// The page, to a HEAD request.
    pub fn page_head() -> Self {
        let mut answer = Self::page();
        answer.body = None;
        answer.to_head()
    }

    /// Another status does as well.
    #[must_use]
    pub fn or(mut self, status: u16) -> Self {
        self.or = Some(status);
        self
    }

    /// It has this body.
    #[must_use]
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// It has a field with a value.
    #[must_use]
    pub fn has(mut self, name: &'static str, value: &str) -> Self {
        self.has.push((name, value.to_owned()));
        self
    }

    /// It does not have a field.
    #[must_use]
    pub fn lacks(mut self, name: &'static str) -> Self {
        self.lacks.push(name);
        self
    }

    /// It answers a HEAD request.
    #[must_use]
    pub fn to_head(mut self) -> Self {
        self.to_head = true;
        self
    }

    /// It answers a request of HTTP/1.0.
    #[must_use]
    pub fn to_http10(mut self) -> Self {
        self.to_http10 = true;
        self
    }
}

impl Case {
    /// The case with a mark of its own, and with the request behind it that
    /// sets the mark.
    pub(super) fn with_mark(&self, mark: usize) -> Self {
        let mut case = self.clone();
        let goes_on = matches!(case.end, End::Open | End::Closed);
        if let (Some(last), true) = (case.sends.last_mut(), goes_on) {
            last.extend_from_slice(HIDDEN);
        }
        if case.end == End::Open {
            let count = case.marks.to_string();
            case.answers.push(Answer::with_body(count));
        }
        let bodies = case.answers.iter_mut();
        let bodies = bodies.filter_map(|answer| answer.body.as_mut());
        for octets in case.sends.iter_mut().chain(bodies) {
            set_mark(octets, mark);
        }
        case
    }
}

/// Puts the number of a mark where a request has its place.
fn set_mark(octets: &mut [u8], mark: usize) {
    let number = format!("{mark:04}");
    let mut at = 0;
    while let Some(found) = octets[at..]
        .windows(PLACE.len())
        .position(|window| window == PLACE)
    {
        at += found;
        octets[at..at + PLACE.len()].copy_from_slice(number.as_bytes());
    }
}

/// The request that sets a mark. It stands behind every case, and hidden in
/// some.
pub(super) const HIDDEN: &[u8] =
    b"POST /mark?n=____ HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n";

/// Where the number of the mark goes.
const PLACE: &[u8] = b"____";
