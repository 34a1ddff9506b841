//! Bodies of any length, both ways.

use crate::work::{PART, Work};
use crate::{Answer, Features, text};
use core::fmt::Write;
use dunlin::{
    Admission, AnswerError, BodyPart, ConnectionId, Full, PulledBody, Request, Response, Status,
};
use heapless::{String, Vec};
use sha2::{Digest, Sha256};

/// What is kept for a connection: at most one body.
#[derive(Default)]
pub enum Session {
    /// None.
    #[default]
    Nothing,
    /// One that is being received, as far as it came.
    Upload(Digested),
    /// One that is being sent.
    Pattern {
        /// Octets that were sent.
        sent: usize,
        /// Octets in all.
        length: usize,
    },
    /// A stream of events, behind the one with this number.
    Events(u32),
}

/// Octets by their number and their hash.
#[derive(Default)]
pub struct Digested {
    length: u64,
    hash: Sha256,
}

impl Digested {
    pub(crate) fn take(&mut self, octets: &[u8]) {
        self.length += octets.len() as u64;
        self.hash.update(octets);
    }

    /// `LENGTH HASH`, in hexadecimal digits.
    pub(crate) fn finish(self) -> String<DIGESTED> {
        text(|text| {
            write!(text, "{} ", self.length)?;
            let hash = self.hash.finalize();
            hash.iter()
                .try_for_each(|octet| write!(text, "{octet:02x}"))
        })
    }
}

pub(crate) fn upload(
    _: &Features,
    part: &mut BodyPart<'_, Features>,
    octets: &[u8],
) -> Result<usize, Status> {
    if part.received() == 0 {
        *part.session() = Session::Upload(Digested::default());
    }
    if let Session::Upload(digested) = part.session() {
        digested.take(octets);
    }
    Ok(octets.len())
}

pub(crate) fn uploaded(
    _: &Features,
    mut request: Request<'_, Features>,
    response: Response<'_>,
) -> Answer {
    match core::mem::take(request.session()) {
        Session::Upload(digested) => response.text(&digested.finish()),
        // It was empty.
        _ => response.text(&Digested::default().finish()),
    }
}

pub(crate) fn abandoned(app: &Features, session: &mut Session, _: ConnectionId) {
    app.state.counts.abandoned();
    *session = Session::Nothing;
}

/// One at a time: there is one worker.
pub(crate) fn admit_paced(
    app: &Features,
    _: Request<'_, Features>,
    admission: Admission<'_>,
) -> Result<(), AnswerError> {
    if app.state.paced.replace(true) {
        return admission
            .refuse(Status::SERVICE_UNAVAILABLE)
            .text("The worker is busy.");
    }
    app.state.pauses.set(0);
    admission.accept()
}

/// Gives the worker as much as it has room for; it resumes the body when there is
/// more. The last place is for the end.
pub(crate) fn paced(
    app: &Features,
    part: &mut BodyPart<'_, Features>,
    octets: &[u8],
) -> Result<usize, Status> {
    let mut taken = 0;
    while taken < octets.len() && app.program.room() > 1 {
        let rest = octets.get(taken..).unwrap_or_default();
        let piece = rest.get(..PART).unwrap_or(rest);
        app.program.give(Work::Part {
            is_first: part.received() == 0 && taken == 0,
            octets: Vec::from_slice(piece).unwrap_or_default(),
            resume: part.resume(),
        });
        taken += piece.len();
    }
    if taken < octets.len() {
        app.state.pauses.set(app.state.pauses.get() + 1);
    }
    Ok(taken)
}

pub(crate) fn paced_to_the_end(
    app: &Features,
    _: Request<'_, Features>,
    response: Response<'_>,
) -> Answer {
    app.state.paced.set(false);
    if app.program.room() == 0 {
        return response.status(Status::SERVICE_UNAVAILABLE).empty();
    }
    app.program.give(Work::End {
        pauses: app.state.pauses.get(),
        ticket: response.ticket(),
    });
    Ok(())
}

pub(crate) fn abandoned_paced(app: &Features, session: &mut Session, id: ConnectionId) {
    app.state.paced.set(false);
    abandoned(app, session, id);
}

pub(crate) fn pattern(
    _: &Features,
    mut request: Request<'_, Features>,
    response: Response<'_>,
) -> Answer {
    let Some(length) = request
        .parameter("length")
        .and_then(|text| text.parse().ok())
    else {
        return response.status(Status::BAD_REQUEST).empty();
    };
    let announced = request.query() != Some("chunked");
    *request.session() = Session::Pattern { sent: 0, length };
    let response = response.content_type("application/octet-stream");
    response.pulled(announced.then_some(length))
}

pub(crate) fn pull_pattern(_: &Features, body: &mut PulledBody<'_, Features>) -> Result<(), Full> {
    let Session::Pattern { mut sent, length } = *body.session() else {
        body.abort();
        return Ok(());
    };
    let mut piece = [0; 256];
    while sent < length && body.room() > 0 {
        let octets = piece.len().min(body.room()).min(length - sent);
        let piece = piece.get_mut(..octets).unwrap_or_default();
        for (at, octet) in piece.iter_mut().enumerate() {
            *octet = octet_at(sent + at);
        }
        body.send(piece)?;
        sent += octets;
        *body.session() = Session::Pattern { sent, length };
    }
    if sent == length {
        body.finish();
    }
    Ok(())
}

/// The octet of the pattern at a place.
const fn octet_at(place: usize) -> u8 {
    (place ^ place >> 8 ^ place >> 16) as u8
}

/// Octets of a length and a hash as text, and of the number of pauses behind them.
pub(crate) const DIGESTED: usize = 20 + 1 + 64 + 1 + 20;
