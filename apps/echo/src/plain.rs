//! `/echo`: what conformance suites and benchmarks talk to.

use crate::Echo;
use dunlin::{Close, Message, WebSocket};

pub(crate) fn message(
    _: &Echo,
    ws: &mut WebSocket<'_, Echo>,
    message: Message<'_>,
) -> Result<(), Close> {
    Ok(ws.send(message)?)
}
