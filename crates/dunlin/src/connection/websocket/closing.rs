//! How a WebSocket ends.

use super::Frames;
use crate::compression::Compression;
use crate::connection::topics::leave;
use crate::connection::{Context, Flow, Next, Shared};
use crate::trace::debug;
use crate::uses::Uses;
use crate::websocket::{control_payload, write_close};
use crate::{App, Close, Closed, Event, hooks};
use dunlin_proto::output::Full;
use dunlin_proto::websocket::{CloseCode, Opcode, parse_close, write_frame};

impl<A: App, C: Compression> Frames<A, C> {
    /// Answers the peer's close frame and ends (RFC 6455 section 5.5.1).
    pub(super) fn peer_closed(
        &mut self,
        shared: &mut Shared<A, C>,
        cx: &mut Context<'_, A>,
        payload: &[u8],
    ) -> Flow<A> {
        let close = match parse_close(payload) {
            Ok(close) => close,
            Err(error) => return Flow::Fail(error.close()),
        };
        debug!("{} close frame received: {:?}", cx.id, close);
        let closed = match self.closing {
            Some(own) => Closed::ByServer(own),
            None => {
                // The code is echoed, if there is one.
                let code = payload.get(..size_of::<CloseCode>()).unwrap_or_default();
                if write_frame(cx.output, Opcode::Close, true, code).is_err() {
                    debug!("{} no room to answer the close frame", cx.id);
                }
                Closed::ByPeer(close.map(|close| close.code))
            }
        };
        self.report(shared, cx, closed);
        Flow::Become(Next::Finishing)
    }

    /// Fails the connection (RFC 6455 section 7.1.7): sends a close frame, if
    /// none was sent, and takes nothing more.
    pub(in crate::connection) fn fail(
        &self,
        shared: &mut Shared<A, C>,
        cx: &mut Context<'_, A>,
        close: &Close,
    ) {
        if self.closing.is_none() {
            debug!("{} closing: {} {}", cx.id, close.code.get(), close.reason);
            if write_close(cx.output, close).is_err() {
                debug!("{} no room for the close frame", cx.id);
            }
        }
        let code = self.closing.unwrap_or(close.code);
        self.report(shared, cx, Closed::ByServer(code));
    }

    /// Begins the closing handshake: sends a close frame and awaits the peer's.
    pub(in crate::connection) fn begin_close(
        &mut self,
        shared: &mut Shared<A, C>,
        cx: &mut Context<'_, A>,
        close: &dunlin_proto::websocket::Close<'_>,
    ) -> Flow<A> {
        if self.closing.is_some() {
            return Flow::Again;
        }
        debug!("{} closing: {} {:?}", cx.id, close.code.get(), close.reason);
        self.closing = Some(close.code);
        match write_close(cx.output, close) {
            Ok(()) => Flow::Again,
            Err(Full) => {
                // What waits has no reader; closing outranks it.
                self.report(shared, cx, Closed::ByServer(close.code));
                Flow::Become(Next::Closed)
            }
        }
    }

    /// Pings into the silence.
    pub(in crate::connection) fn ping(&self, shared: &mut Shared<A, C>, cx: &mut Context<'_, A>) {
        debug!("{} ping sent: the peer is silent", cx.id);
        // Without room for it the send deadline watches already.
        let _ = write_frame(cx.output, Opcode::Ping, true, control_payload(b""));
        shared.pinged = true;
        shared.since = cx.now;
    }

    /// Tells the application that it is over.
    pub(in crate::connection) fn report(
        &self,
        shared: &mut Shared<A, C>,
        cx: &Context<'_, A>,
        closed: Closed,
    ) {
        debug!("{} websocket ended: {:?}", cx.id, closed);
        shared.compression.end();
        leave(cx);
        let event = Event::WebSocketClosed { id: cx.id, closed };
        hooks::tell(cx.app, &event);
        if Uses::<A>::CLOSED
            && let Some(hook) = self.route.closed
        {
            hook(cx.app, &mut shared.session, cx.id, closed);
        }
    }
}
