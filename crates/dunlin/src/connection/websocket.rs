//! Frames of an open WebSocket: messages to the handlers, control frames,
//! closing.

use super::{Context, Flow, Shared, State};
use crate::route::Receive;
use crate::trace::debug;
use crate::websocket::{control_payload, write_close};
use crate::{
    App, Assembly, Close, Closed, Control, Message, Part, RequestHead, WebSocket, WebSocketRoute,
};
use dunlin_proto::output::{Full, Output};
use dunlin_proto::websocket::{
    CloseCode, Decoder, Event, Frame, MAX_CONTROL_PAYLOAD, MessageKind, Opcode, ProtocolError,
    Role, parse_close, write_frame,
};

/// An open WebSocket.
pub(super) struct Frames<A: App> {
    decoder: Decoder,
    route: &'static WebSocketRoute<A>,
    /// A close frame was sent with this code; only the peer's is awaited.
    closing: Option<CloseCode>,
    /// A message is being sent in parts.
    sending: bool,
    /// Octets of a control payload at the end of the assembly buffer.
    control_length: u8,
    /// The part being put together is the first of its message.
    part_first: bool,
}

/// How far the current frame may be taken from the input now.
enum Admission {
    Octets(usize),
    /// An answer of the same length would have no room.
    Pause,
    TooBig,
}

impl<A: App> Frames<A> {
    pub(super) const fn new(route: &'static WebSocketRoute<A>) -> Self {
        Self {
            decoder: Decoder::new(Role::Server),
            route,
            closing: None,
            sending: false,
            control_length: 0,
            part_first: false,
        }
    }

    /// Calls the open hook. A state is returned when the connection is over.
    pub(super) fn opened(
        &mut self,
        session: &mut A::Session,
        cx: &mut Context<'_, A>,
        head: &RequestHead<'_>,
    ) -> Option<State<A>> {
        let open = self.route.open?;
        let result = open(cx.app, &mut self.handle(session, cx), head);
        match self.concluded(session, cx, result) {
            Flow::Become(state) => Some(state),
            Flow::Again | Flow::Wait | Flow::Pause => None,
        }
    }

    pub(super) fn is_closing(&self) -> bool {
        self.closing.is_some()
    }

    /// True while a message is being sent in parts.
    pub(super) fn is_sending(&self) -> bool {
        self.sending
    }

    /// Takes frames from the input.
    pub(super) fn receive<S: Assembly>(
        &mut self,
        shared: &mut Shared<A, S>,
        cx: &mut Context<'_, A>,
        rest: &mut &mut [u8],
    ) -> Flow<A> {
        loop {
            if rest.is_empty() && self.decoder.current().is_none() {
                return Flow::Wait;
            }
            let room = cx.output.room();
            if room < CLOSE_ROOM && !cx.output.is_drained() {
                // Whatever comes, a close frame must have room.
                return Flow::Pause;
            }
            if let Some(flow) = self.receive_whole(shared, cx, rest, room) {
                match flow {
                    Flow::Again => continue,
                    flow => return flow,
                }
            }
            let frame = match self.decoder.frame(rest) {
                Ok(Some(frame)) => frame,
                Ok(None) => return Flow::Wait,
                Err(error) => return self.fail(&mut shared.session, cx, error),
            };
            let max = match self.admission(shared, cx, &frame, rest.len()) {
                Admission::Octets(_) if rest.is_empty() && frame.left > 0 => return Flow::Wait,
                Admission::Octets(max) => max,
                Admission::Pause => return Flow::Pause,
                Admission::TooBig => {
                    let close = Close::new(CloseCode::MESSAGE_TOO_BIG, "message too big");
                    return self.end(&mut shared.session, cx, &close);
                }
            };
            if frame.left == frame.length {
                debug!(
                    "{} frame received: {:?}, {} octets",
                    cx.id, frame.opcode, frame.length
                );
            }
            let flow = match self.decoder.payload(rest, max) {
                Ok(Event::Whole(message)) => self.whole(&mut shared.session, cx, message),
                Ok(Event::Part(part)) => self.part(shared, cx, part),
                Ok(Event::Control { opcode, data, last }) => {
                    self.control(shared, cx, opcode, data, last)
                }
                Err(error) => self.fail(&mut shared.session, cx, error),
            };
            if !matches!(flow, Flow::Again) {
                return flow;
            }
        }
    }

    /// Takes the common case: a whole message in one frame, all of it there,
    /// with room to answer it. `None` for every other.
    fn receive_whole<S: Assembly>(
        &mut self,
        shared: &mut Shared<A, S>,
        cx: &mut Context<'_, A>,
        rest: &mut &mut [u8],
        room: usize,
    ) -> Option<Flow<A>> {
        let Receive::Whole(handler) = self.route.receive else {
            return None;
        };
        if self.is_closing() {
            return None;
        }
        let max = cx.limits.message.min(room.saturating_sub(HEADER_ROOM));
        let before = rest.len();
        let message = match self.decoder.whole_message(rest, max)? {
            Ok(message) => message,
            Err(error) => {
                let octets = before - rest.len();
                debug!(
                    "{} frame received: Text, {} octets",
                    cx.id,
                    payload_of(octets)
                );
                return Some(self.fail(&mut shared.session, cx, error));
            }
        };
        debug!(
            "{} frame received: {:?}, {} octets",
            cx.id,
            message.kind(),
            message.len()
        );
        let result = handler(cx.app, &mut self.handle(&mut shared.session, cx), message);
        Some(match result {
            Ok(()) if rest.is_empty() => Flow::Wait,
            Ok(()) => Flow::Again,
            result => self.concluded(&mut shared.session, cx, result),
        })
    }

    /// How much of a frame may be taken: a message, or a control frame, is
    /// only delivered when there is room to answer it with its like.
    fn admission<S: Assembly>(
        &self,
        shared: &Shared<A, S>,
        cx: &Context<'_, A>,
        frame: &Frame,
        available: usize,
    ) -> Admission {
        let completes = frame.left <= available as u64;
        if self.is_closing() {
            return Admission::Octets(usize::MAX);
        }
        if frame.opcode.is_control() {
            return when_room(cx.output, completes, MAX_CONTROL_PAYLOAD, usize::MAX);
        }
        match self.route.receive {
            Receive::Whole(_) => {
                let begun = shared.assembly.len();
                if frame.left > cx.limits.message.saturating_sub(begun) as u64 {
                    return Admission::TooBig;
                }
                let whole = begun + frame.left as usize;
                when_room(cx.output, completes && frame.fin, whole, usize::MAX)
            }
            Receive::Parts { size: 0, .. } => {
                let room = cx.output.room().saturating_sub(HEADER_ROOM);
                when_room(
                    cx.output,
                    true,
                    SMALL_PART.min(available),
                    room.max(SMALL_PART),
                )
            }
            Receive::Parts { size, .. } => {
                let missing = size.saturating_sub(shared.assembly.len());
                let completes = completes || missing <= available;
                when_room(cx.output, completes, size, missing)
            }
        }
    }

    fn whole(
        &mut self,
        session: &mut A::Session,
        cx: &mut Context<'_, A>,
        message: Message<'_>,
    ) -> Flow<A> {
        if self.is_closing() {
            return Flow::Again;
        }
        let result = match &self.route.receive {
            Receive::Whole(handler) => handler(cx.app, &mut self.handle(session, cx), message),
            Receive::Parts { handler, .. } => {
                let data = message.as_bytes();
                let length = data.len() as u64;
                let part = Part {
                    kind: message.kind(),
                    data,
                    first: true,
                    last: true,
                    frame_left: length,
                    frame_length: length,
                };
                handler(cx.app, &mut self.handle(session, cx), part)
            }
        };
        self.concluded(session, cx, result)
    }

    fn part<S: Assembly>(
        &mut self,
        shared: &mut Shared<A, S>,
        cx: &mut Context<'_, A>,
        part: Part<'_>,
    ) -> Flow<A> {
        if self.is_closing() || (part.data.is_empty() && !part.last) {
            return Flow::Again;
        }
        match self.route.receive {
            Receive::Whole(_) => self.assemble_message(shared, cx, part),
            Receive::Parts { size, .. } => self.assemble_part(shared, cx, part, size),
        }
    }

    /// Puts a message together and delivers it when it is whole.
    fn assemble_message<S: Assembly>(
        &mut self,
        shared: &mut Shared<A, S>,
        cx: &mut Context<'_, A>,
        part: Part<'_>,
    ) -> Flow<A> {
        if shared.assembly.append(part.data).is_err() {
            let close = Close::new(CloseCode::MESSAGE_TOO_BIG, "message too big");
            return self.end(&mut shared.session, cx, &close);
        }
        if !part.last {
            return Flow::Again;
        }
        let Shared {
            session, assembly, ..
        } = shared;
        let octets = assembly.as_slice();
        let message = match part.kind {
            MessageKind::Binary => Message::Binary(octets),
            MessageKind::Text => match core::str::from_utf8(octets) {
                Ok(text) => Message::Text(text),
                Err(_) => return self.fail(session, cx, ProtocolError::InvalidUtf8),
            },
        };
        let flow = self.whole(session, cx, message);
        assembly.clear();
        flow
    }

    /// Puts a part of the size that was asked for together and delivers it.
    fn assemble_part<S: Assembly>(
        &mut self,
        shared: &mut Shared<A, S>,
        cx: &mut Context<'_, A>,
        part: Part<'_>,
        size: usize,
    ) -> Flow<A> {
        let Shared {
            session, assembly, ..
        } = shared;
        let begun = assembly.len();
        let length = begun + part.data.len();
        let complete = length >= size || part.frame_left == part.data.len() as u64;
        if complete && begun == 0 {
            return self.deliver_part(session, cx, part);
        }
        if begun == 0 {
            self.part_first = part.first;
        }
        if assembly.append(part.data).is_err() {
            let close = Close::new(CloseCode::MESSAGE_TOO_BIG, "part too big");
            return self.end(session, cx, &close);
        }
        if !complete {
            return Flow::Again;
        }
        let frame_left = part.frame_left + begun as u64;
        let whole = Part {
            data: assembly.as_slice(),
            first: self.part_first,
            frame_left,
            ..part
        };
        let flow = self.deliver_part(session, cx, whole);
        assembly.clear();
        flow
    }

    fn deliver_part(
        &mut self,
        session: &mut A::Session,
        cx: &mut Context<'_, A>,
        part: Part<'_>,
    ) -> Flow<A> {
        let Receive::Parts { handler, .. } = &self.route.receive else {
            return Flow::Again;
        };
        let result = handler(cx.app, &mut self.handle(session, cx), part);
        self.concluded(session, cx, result)
    }

    /// Takes a piece of a control payload. One that comes in pieces is put
    /// together behind what the assembly buffer holds of a message.
    fn control<S: Assembly>(
        &mut self,
        shared: &mut Shared<A, S>,
        cx: &mut Context<'_, A>,
        opcode: Opcode,
        data: &[u8],
        last: bool,
    ) -> Flow<A> {
        let Shared {
            session, assembly, ..
        } = shared;
        if last && self.control_length == 0 {
            return self.control_complete(session, cx, opcode, data);
        }
        if assembly.append(data).is_err() {
            let close = Close::new(CloseCode::MESSAGE_TOO_BIG, "no room for a control frame");
            return self.end(session, cx, &close);
        }
        self.control_length += data.len() as u8;
        if !last {
            return Flow::Again;
        }
        let message_length = assembly.len() - usize::from(self.control_length);
        self.control_length = 0;
        let payload = assembly
            .as_slice()
            .get(message_length..)
            .unwrap_or_default();
        let flow = self.control_complete(session, cx, opcode, payload);
        if message_length == 0 {
            assembly.clear();
        } else {
            assembly.truncate(message_length);
        }
        flow
    }

    fn control_complete(
        &mut self,
        session: &mut A::Session,
        cx: &mut Context<'_, A>,
        opcode: Opcode,
        payload: &[u8],
    ) -> Flow<A> {
        if opcode == Opcode::Close {
            return self.peer_closed(session, cx, payload);
        }
        if self.is_closing() {
            return Flow::Again;
        }
        let control = match opcode {
            Opcode::Ping => Control::Ping(payload),
            _ => Control::Pong(payload),
        };
        let result = match (self.route.control, control) {
            (Some(handler), control) => handler(cx.app, &mut self.handle(session, cx), control),
            (None, Control::Ping(payload)) => {
                write_frame(cx.output, Opcode::Pong, true, payload).map_err(Close::from)
            }
            (None, Control::Pong(_)) => Ok(()),
        };
        self.concluded(session, cx, result)
    }

    /// Answers the peer's close frame and ends (RFC 6455 section 5.5.1).
    fn peer_closed(
        &mut self,
        session: &mut A::Session,
        cx: &mut Context<'_, A>,
        payload: &[u8],
    ) -> Flow<A> {
        let close = match parse_close(payload) {
            Ok(close) => close,
            Err(error) => return self.fail(session, cx, error),
        };
        let code = close.map(|close| close.code);
        debug!("{} close frame received: {:?}", cx.id, close);
        let closed = match self.closing {
            Some(own) => Closed::ByServer(own),
            None => {
                let echoed = code.map(|code| code.get().to_be_bytes());
                let echoed = echoed.as_ref().map_or(&[][..], |code| &code[..]);
                if write_frame(cx.output, Opcode::Close, true, echoed).is_err() {
                    debug!("{} no room to answer the close frame", cx.id);
                }
                Closed::ByPeer(code)
            }
        };
        self.report(session, cx, closed);
        Flow::Become(State::Finishing)
    }

    /// Fails the connection (RFC 6455 section 7.1.7).
    fn fail(
        &mut self,
        session: &mut A::Session,
        cx: &mut Context<'_, A>,
        error: ProtocolError,
    ) -> Flow<A> {
        self.end(session, cx, &Close::new(error.close_code(), error.reason()))
    }

    /// Sends a close frame, if none was sent, and takes nothing more.
    fn end(&mut self, session: &mut A::Session, cx: &mut Context<'_, A>, close: &Close) -> Flow<A> {
        if self.closing.is_none() {
            debug!("{} closing: {} {}", cx.id, close.code.get(), close.reason);
            if write_close(cx.output, close).is_err() {
                debug!("{} no room for the close frame", cx.id);
            }
        }
        self.report(
            session,
            cx,
            Closed::ByServer(self.closing.unwrap_or(close.code)),
        );
        Flow::Become(State::Finishing)
    }

    /// Begins the closing handshake: sends a close frame and awaits the peer's.
    pub(super) fn begin_close(
        &mut self,
        session: &mut A::Session,
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
                self.report(session, cx, Closed::ByServer(close.code));
                Flow::Become(State::Closed)
            }
        }
    }

    /// Pings into the silence.
    pub(super) fn ping<S: Assembly>(&self, shared: &mut Shared<A, S>, cx: &mut Context<'_, A>) {
        debug!("{} ping sent: the peer is silent", cx.id);
        // Without room for it the send deadline watches already.
        let _ = write_frame(cx.output, Opcode::Ping, true, control_payload(b""));
        shared.pinged = true;
        shared.since = cx.now;
    }

    /// Calls the hook that waits for room.
    pub(super) fn writable<S: Assembly>(
        &mut self,
        shared: &mut Shared<A, S>,
        cx: &mut Context<'_, A>,
    ) -> Flow<A> {
        let Some(writable) = self.route.writable else {
            return Flow::Again;
        };
        if self.is_closing() {
            return Flow::Again;
        }
        let result = writable(cx.app, &mut self.handle(&mut shared.session, cx));
        self.concluded(&mut shared.session, cx, result)
    }

    /// Tells the application that it is over.
    pub(super) fn report(&self, session: &mut A::Session, cx: &Context<'_, A>, closed: Closed) {
        debug!("{} websocket ended: {closed:?}", cx.id);
        if let Some(hook) = self.route.closed {
            hook(cx.app, session, cx.id, closed);
        }
    }

    fn concluded(
        &mut self,
        session: &mut A::Session,
        cx: &mut Context<'_, A>,
        result: Result<(), Close>,
    ) -> Flow<A> {
        match result {
            Ok(()) => Flow::Again,
            Err(close) => self.begin_close(session, cx, &close),
        }
    }

    fn handle<'w>(
        &'w mut self,
        session: &'w mut A::Session,
        cx: &'w mut Context<'_, A>,
    ) -> WebSocket<'w, A> {
        WebSocket {
            session,
            output: cx.output,
            sending: &mut self.sending,
            hub: cx.hub,
            id: cx.id,
        }
    }
}

/// Octets may be taken if they complete nothing, or if `answer` octets with
/// their header have room, or if there cannot be more room than there is.
fn when_room(output: &dyn Output, completes: bool, answer: usize, octets: usize) -> Admission {
    if !completes || output.room() >= answer + HEADER_ROOM || output.is_drained() {
        Admission::Octets(octets)
    } else {
        Admission::Pause
    }
}

/// The payload of a client's frame of up to 64 KiB that takes so many octets.
fn payload_of(frame: usize) -> usize {
    let header = if frame > 6 + MAX_CONTROL_PAYLOAD {
        8
    } else {
        6
    };
    frame - header
}

/// The longest control frame: what a violation is answered with.
const CLOSE_ROOM: usize = 2 + MAX_CONTROL_PAYLOAD;

/// The longest header of a server's frame.
const HEADER_ROOM: usize = 10;

/// The least part that is worth taking while there is little room.
const SMALL_PART: usize = 64;
