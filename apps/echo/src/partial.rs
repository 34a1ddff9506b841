//! `/ws_partial`: echo in fragments, without a buffer for the message.

use crate::{Echo, LOG_TAG};
use dunlin::{Close, Part, WebSocket};

pub(crate) fn part(_: &Echo, ws: &mut WebSocket<'_, Echo>, part: Part<'_>) -> Result<(), Close> {
    if part.frame_left == part.frame_length {
        log::info!(target: LOG_TAG, "Frame len is {}", part.frame_length);
    }
    let length = part.data.len();
    log::info!(target: LOG_TAG, "Reading chunk: left_len={}, chunk_size={length}", part.frame_left);
    ws.send_part(part.kind, part.data, part.last)?;
    let last = u8::from(part.last);
    log::info!(target: LOG_TAG, "Sent fragmented chunk: len={length}, final={last}");
    Ok(())
}

/// Octets of a fragment.
pub(crate) const CHUNK: usize = 64;
