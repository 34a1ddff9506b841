//! `/ws`: echo with queued jobs and control frames by hand.

use crate::escape::Escaped;
use crate::{Echo, LOG_TAG};
use dunlin::{Close, Control, Message, MessageKind, WebSocket};

pub(crate) fn message(
    _: &Echo,
    ws: &mut WebSocket<'_, Echo>,
    message: Message<'_>,
) -> Result<(), Close> {
    log_message(message);
    if message.text_begins("Trigger async") {
        return Ok(ws.hub().send(ws.id(), Message::text("Async data"))?);
    }
    if message.text_begins("Ping") {
        return Ok(ws.hub().ping(ws.id(), b"")?);
    }
    Ok(ws.send(message)?)
}

pub(crate) fn control(
    _: &Echo,
    ws: &mut WebSocket<'_, Echo>,
    control: Control<'_>,
) -> Result<(), Close> {
    let (opcode, payload) = match control {
        Control::Ping(payload) => (PING, payload),
        Control::Pong(payload) => (PONG, payload),
    };
    log_frame(opcode, payload);
    Ok(ws.pong(payload)?)
}

/// The three lines that the original writes for each message.
pub(crate) fn log_message(message: Message<'_>) {
    let opcode = match message.kind() {
        MessageKind::Text => TEXT,
        MessageKind::Binary => BINARY,
    };
    log_frame(opcode, message.as_bytes());
}

fn log_frame(opcode: u8, payload: &[u8]) {
    log::info!(target: LOG_TAG, "frame len is {}", payload.len());
    if !payload.is_empty() {
        log::info!(target: LOG_TAG, "Got packet with message: {}", Escaped(payload));
    }
    log::info!(target: LOG_TAG, "Packet type: {opcode}");
}

const TEXT: u8 = 1;
const BINARY: u8 = 2;
const PING: u8 = 9;
const PONG: u8 = 10;
