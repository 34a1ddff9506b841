//! A WebSocket as a handler sees it.

use crate::compression::{Deflating, send_frame};
use crate::hub::TopicRequest;
use crate::{App, ConnectionId, Event, Hub, Output, Topic, UnknownTopic, hooks};
use core::net::SocketAddr;
use dunlin_proto::output::Full;
use dunlin_proto::websocket::{
    CloseCode, MAX_CONTROL_PAYLOAD, Message, MessageKind, Opcode, write_frame,
};

/// The WebSocket a handler was called for: sends to its peer.
///
/// Sending is all or nothing. When a message handler is called there is room
/// to answer with a message of the same length.
pub struct WebSocket<'w, A: App> {
    pub(crate) app: &'w A,
    pub(crate) session: &'w mut A::Session,
    pub(crate) output: &'w mut dyn Output,
    /// Where messages may be sent compressed.
    pub(crate) deflating: Deflating<'w>,
    /// A message is being sent in parts.
    pub(crate) sending: &'w mut bool,
    pub(crate) hub: Hub<'w>,
    pub(crate) id: ConnectionId,
}

impl<'w, A: App> WebSocket<'w, A> {
    /// Sends a whole message; compressed where that was negotiated and makes it
    /// shorter.
    ///
    /// # Errors
    ///
    /// [`Full`] when it does not fit now, or while a message sent in parts is
    /// unfinished; nothing was sent. The `writable` hook tells when to try
    /// again.
    pub fn send(&mut self, message: Message<'_>) -> Result<(), Full> {
        let kind = message.kind();
        let payload = message.as_bytes();
        let sent = if *self.sending {
            Err(Full)
        } else {
            send_frame(self.output, &mut self.deflating, kind.into(), payload)
        };
        self.tell(sent, kind, payload.len(), true)
    }

    /// Sends the next part of a message as a fragment; `last` ends it. The
    /// kind counts with the first part only. Parts of a text need not end
    /// between characters; together they must be UTF-8. They are sent as they
    /// are, also where compression was negotiated.
    ///
    /// # Errors
    ///
    /// [`Full`] when it does not fit now; nothing was sent.
    pub fn send_part(&mut self, kind: MessageKind, data: &[u8], last: bool) -> Result<(), Full> {
        let opcode = if *self.sending {
            Opcode::Continuation
        } else {
            kind.into()
        };
        let sent = write_frame(self.output, opcode, last, data);
        if sent.is_ok() {
            *self.sending = !last;
        }
        self.tell(sent, kind, data.len(), last)
    }

    /// Sends a message that may be longer than there is room for: as much of `rest`
    /// as fits, as a fragment, and takes it off `rest`. Keep `rest` in the session
    /// and call this again from the route's `writable` hook until it is `Ok`.
    ///
    /// ```
    /// # use dunlin::{App, Close, Full, Message, MessageKind, Route, WebSocket, WebSocketRoute};
    /// # struct Camera { picture: &'static [u8] }
    /// # impl App for Camera {
    /// type Session = &'static [u8];
    /// # const ROUTES: &'static [Route<Self>] =
    /// #     &[Route::websocket("/picture", WebSocketRoute::new(ask).writable(go_on))];
    /// # }
    /// fn ask(camera: &Camera, ws: &mut WebSocket<'_, Camera>, _: Message<'_>) -> Result<(), Close> {
    ///     *ws.session() = camera.picture;
    ///     go_on(camera, ws)
    /// }
    ///
    /// fn go_on(_: &Camera, ws: &mut WebSocket<'_, Camera>) -> Result<(), Close> {
    ///     let mut rest = *ws.session();
    ///     if !rest.is_empty() {
    ///         let _ = ws.send_as_fits(MessageKind::Binary, &mut rest);
    ///         *ws.session() = rest;
    ///     }
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Full`] while something is left. Meanwhile other messages have no place.
    pub fn send_as_fits(&mut self, kind: MessageKind, rest: &mut &[u8]) -> Result<(), Full> {
        let room = self.room().saturating_sub(HEADER_ROOM);
        if room < rest.len().min(SMALL_PART) {
            return Err(Full);
        }
        let (now, later) = rest.split_at(rest.len().min(room));
        self.send_part(kind, now, later.is_empty())?;
        *rest = later;
        if later.is_empty() { Ok(()) } else { Err(Full) }
    }

    /// Tells of a message that was sent, or was not.
    #[inline]
    fn tell(
        &self,
        sent: Result<(), Full>,
        kind: MessageKind,
        octets: usize,
        last: bool,
    ) -> Result<(), Full> {
        let id = self.id;
        let event = match sent {
            Ok(()) => Event::MessageSent {
                id,
                kind,
                octets,
                last,
            },
            Err(Full) => Event::SendFull(id),
        };
        hooks::tell(self.app, &event);
        sent
    }

    /// Sends a ping with up to 125 octets; more are cut off.
    ///
    /// # Errors
    ///
    /// [`Full`] when it does not fit now; nothing was sent.
    pub fn ping(&mut self, payload: &[u8]) -> Result<(), Full> {
        write_frame(self.output, Opcode::Ping, true, control_payload(payload))
    }

    /// Sends a pong with up to 125 octets; more are cut off.
    ///
    /// # Errors
    ///
    /// [`Full`] when it does not fit now; nothing was sent.
    pub fn pong(&mut self, payload: &[u8]) -> Result<(), Full> {
        write_frame(self.output, Opcode::Pong, true, control_payload(payload))
    }

    /// Subscribes to a topic, until the WebSocket ends or
    /// [`WebSocket::unsubscribe`]. One that subscribes already still does.
    ///
    /// It is sent what is [published](Hub::publish) from now on. Of a topic whose
    /// latest value counts, send the value of now where it is wanted.
    ///
    /// # Errors
    ///
    /// [`UnknownTopic`] where the application has no such topic.
    pub fn subscribe(&mut self, topic: Topic) -> Result<(), UnknownTopic> {
        let request = TopicRequest::Subscribe(topic, self.id);
        self.hub.topics(&request).map_err(|_| UnknownTopic)
    }

    /// Subscribes to a topic no more: what was published before and is not sent
    /// yet may still be.
    pub fn unsubscribe(&mut self, topic: Topic) {
        let request = TopicRequest::Unsubscribe(topic, self.id);
        let _ = self.hub.topics(&request);
    }

    /// Octets that can be sent now, frame headers included.
    pub fn room(&self) -> usize {
        self.output.room()
    }

    /// What the application keeps for this connection.
    pub fn session(&mut self) -> &mut A::Session {
        self.session
    }

    /// The way to this connection from other tasks, threads and interrupts:
    /// give them this id and the Hub.
    pub fn id(&self) -> ConnectionId {
        self.id
    }

    /// The address of the client, where the driver knows it.
    pub fn peer(&self) -> Option<SocketAddr> {
        self.hub.connection(self.id)?.peer
    }

    /// Sends to any connection, later and from anywhere.
    pub fn hub(&self) -> Hub<'w> {
        self.hub
    }
}

/// How a WebSocket ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Closed {
    /// The peer closed it, with this code if it gave one.
    ByPeer(Option<CloseCode>),
    /// This end closed it, with this code.
    ByServer(CloseCode),
    /// The connection was lost without a closing handshake.
    Lost,
}

pub(crate) fn control_payload(payload: &[u8]) -> &[u8] {
    payload.get(..MAX_CONTROL_PAYLOAD).unwrap_or(payload)
}

/// The longest header of a server's frame.
pub(crate) const HEADER_ROOM: usize = 10;

/// The least part of a message that is worth taking, or sending, while there is little
/// room.
pub(crate) const SMALL_PART: usize = 64;

/// Writes a close frame.
pub(crate) fn write_close(
    output: &mut dyn Output,
    close: &dunlin_proto::websocket::Close<'_>,
) -> Result<(), Full> {
    let code = close.code.get().to_be_bytes();
    let reason = close.wire_reason().as_bytes();
    let header = [
        0x80 | Opcode::Close as u8,
        (code.len() + reason.len()) as u8,
    ];
    output.write(&[&header, &code, reason])
}
