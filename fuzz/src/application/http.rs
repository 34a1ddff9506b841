//! Answers of every form.

use super::{Application, TEXT};
use dunlin::{AnswerError, Request, Response, Status};

/// How a request is answered.
#[derive(Clone, Copy)]
pub(super) enum Form {
    Text,
    Body,
    Json,
    Empty,
    Asset,
    Chunked,
    Ticket,
    Nothing,
    Error,
    BadField,
    Late,
}

impl Form {
    fn chosen(app: &Application, default: Self) -> Self {
        let Some(choice) = app.next() else {
            return default;
        };
        match choice % 12 {
            0 => Self::Text,
            1 => Self::Body,
            2 => Self::Json,
            3 => Self::Empty,
            4 => Self::Asset,
            5 => Self::Chunked,
            6 => Self::Ticket,
            7 => Self::Nothing,
            8 => Self::Error,
            9 => Self::BadField,
            10 => Self::Late,
            _ => default,
        }
    }
}

pub(super) fn answer(
    app: &Application,
    request: Request<'_, Application>,
    response: Response<'_>,
    default: Form,
) -> Result<(), AnswerError> {
    match Form::chosen(app, default) {
        Form::Text => response.text(request.path()),
        Form::Body => response.status(status(app)).body(request.body()),
        Form::Json => with_fields(app, response).json("{}"),
        Form::Empty => response.status(status(app)).empty(),
        Form::Asset => response.status(status(app)).asset(ASSET),
        Form::Chunked => chunked(app, response.status(status(app))),
        Form::Ticket => {
            app.tickets.borrow_mut().push(response.ticket());
            Ok(())
        }
        Form::Nothing => Ok(()),
        Form::Error => Err(AnswerError::Full),
        Form::BadField => response.header("X", "a\r\nSet-Cookie: b").text("never"),
        Form::Late => {
            response.text("told before it failed")?;
            Err(AnswerError::InvalidField)
        }
    }
}

fn chunked(app: &Application, response: Response<'_>) -> Result<(), AnswerError> {
    let mut body = response.chunked()?;
    // Until it is finished it can fail.
    app.unfinished.set(true);
    body.send(b"one ")?;
    for _ in 0..app.octet() % 8 {
        body.send(app.text().as_bytes())?;
    }
    if app.octet() % 4 == 3 {
        return Ok(());
    }
    body.finish()?;
    app.unfinished.set(false);
    Ok(())
}

fn with_fields<'r>(app: &Application, mut response: Response<'r>) -> Response<'r> {
    for _ in 0..app.octet() % 10 {
        response = response.header("X-Text", &TEXT[..10]);
    }
    response.content_type("application/json")
}

/// A final status; 200 where none is chosen.
fn status(app: &Application) -> Status {
    let code = match app.next() {
        Some(octet @ 0..200) => 200 + u16::from(octet) * 2,
        Some(200..220) => 204,
        Some(220..240) => 304,
        _ => 200,
    };
    Status::new(code).unwrap_or(Status::OK)
}

const ASSET: &[u8] = &[b'a'; 5000];
