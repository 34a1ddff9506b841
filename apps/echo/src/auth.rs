//! `/auth`: who has the token comes in.

use crate::escape::Escaped;
use crate::{Echo, LOG_TAG, ws};
use dunlin::proto::http::percent_eq;
use dunlin::{AnswerError, Close, Handshake, Message, Request, RequestView, Status, WebSocket};

pub(crate) fn admit(
    app: &Echo,
    request: Request<'_, Echo>,
    handshake: Handshake<'_>,
) -> Result<(), AnswerError> {
    if !app.hooks.pre_handshake {
        return handshake.accept();
    }
    log::info!(target: LOG_TAG, "=== ws_pre_handshake_cb called ===");
    log::info!(target: LOG_TAG, "Requested URI: {}", Escaped(request.head().target().as_bytes()));
    if request
        .query_value("token")
        .is_some_and(|token| percent_eq(token, TOKEN, true))
    {
        log::info!(target: LOG_TAG, "Valid token found, accepting handshake");
        return handshake.accept();
    }
    log::info!(target: LOG_TAG, "No valid token found, rejecting handshake");
    let refusal = handshake.refuse(Status::UNAUTHORIZED);
    refusal
        .header("WWW-Authenticate", "Token")
        .text("A valid token is needed: /auth?token=...\n")
}

pub(crate) fn open(
    app: &Echo,
    ws: &mut WebSocket<'_, Echo>,
    request: &RequestView<'_>,
) -> Result<(), Close> {
    if !app.hooks.post_handshake {
        return Ok(());
    }
    log::info!(target: LOG_TAG, "=== ws_post_handshake_cb called ===");
    let target = Escaped(request.target().as_bytes());
    log::info!(target: LOG_TAG, "WebSocket connection established for URI: {target}");
    Ok(ws.send(Message::text(WELCOME))?)
}

pub(crate) fn message(
    _: &Echo,
    ws: &mut WebSocket<'_, Echo>,
    message: Message<'_>,
) -> Result<(), Close> {
    ws::log_message(message);
    Ok(ws.send(message)?)
}

const TOKEN: &str = "valid";

const WELCOME: &str = "Welcome to the WebSocket Echo Server (post-handshake)!";
