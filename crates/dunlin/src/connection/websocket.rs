//! Frames of an open WebSocket: messages to the handlers, control frames,
//! closing.

mod closing;
mod inflating;
mod pieces;

use super::{Context, Flow, Shared};
use crate::compression::{Compression, deflating};
use crate::route::Receive;
use crate::trace::debug;
use crate::uses::Uses;
use crate::websocket::{HEADER_ROOM, SMALL_PART};
use crate::{
    App, Assembly, Close, Full, Message, MessageKind, Part, RequestView, Topic, WebSocket,
    WebSocketRoute, hooks,
};
use dunlin_proto::websocket::{
    CloseCode, Decoder, Event, Extension, Frame, MAX_CONTROL_PAYLOAD, Role,
};

/// An open WebSocket.
pub(super) struct Frames<A: App, C: Compression> {
    decoder: Decoder,
    extension: C::Extension,
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

impl<A: App, C: Compression> Frames<A, C> {
    pub(super) const fn new(route: &'static WebSocketRoute<A>, extension: C::Extension) -> Self {
        Self {
            decoder: Decoder::new(Role::Server),
            extension,
            route,
            closing: None,
            sending: false,
            control_length: 0,
            part_first: false,
        }
    }

    /// Calls the open hook.
    pub(super) fn opened(
        &mut self,
        shared: &mut Shared<A, C>,
        cx: &mut Context<'_, A>,
        request: &RequestView<'_>,
    ) -> Flow<A> {
        let Some(open) = self.route.open.filter(|_| Uses::<A>::OPEN) else {
            return Flow::Again;
        };
        let result = open(cx.app, &mut self.handle(shared, cx), request);
        self.concluded(shared, cx, result)
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
        shared: &mut Shared<A, C>,
        assembly: &mut S,
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
            let flow = self.receive_piece(shared, assembly, cx, rest);
            if !matches!(flow, Flow::Again) {
                return flow;
            }
        }
    }

    /// Takes a frame, or the next piece of one, that is not the common case.
    #[cfg_attr(target_pointer_width = "64", inline(never))]
    fn receive_piece<S: Assembly>(
        &mut self,
        shared: &mut Shared<A, C>,
        assembly: &mut S,
        cx: &mut Context<'_, A>,
        rest: &mut &mut [u8],
    ) -> Flow<A> {
        if self.decoder.is_between_frames()
            && let Some(first_octet) = rest.first_mut()
        {
            self.extension.begin_frame(first_octet);
        }
        let frame = match self.decoder.frame(rest) {
            Ok(Some(frame)) => frame,
            Ok(None) => return Flow::Wait,
            Err(error) => return Flow::Fail(error.close()),
        };
        let max = match self.admission(assembly, cx, &frame, rest.len()) {
            Ok(Some(_)) if rest.is_empty() && frame.left > 0 => return Flow::Wait,
            Ok(Some(max)) => max,
            Ok(None) => return Flow::Pause,
            Err(close) => return Flow::Fail(close),
        };
        if frame.left == frame.length {
            debug!(
                "{} frame received: {:?}, {} octets",
                cx.id, frame.opcode, frame.length
            );
        }
        match self.decoder.payload(rest, max) {
            Ok(Event::Whole(message)) if self.extension.compressed().is_some() => {
                self.inflate(shared, assembly, cx, &Part::whole(message))
            }
            Ok(Event::Part(part)) if self.extension.compressed().is_some() => {
                self.inflate(shared, assembly, cx, &part)
            }
            Ok(Event::Whole(message)) => self.whole(shared, cx, message),
            Ok(Event::Part(part)) => self.part(shared, assembly, cx, part),
            Ok(Event::Control { opcode, data, last }) => {
                self.control(shared, assembly, cx, opcode, data, last)
            }
            Err(error) => Flow::Fail(error.close()),
        }
    }

    /// Takes the common case: a whole message in one frame, all of it there,
    /// with room to answer it. `None` for every other.
    fn receive_whole(
        &mut self,
        shared: &mut Shared<A, C>,
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
                return Some(Flow::Fail(error.close()));
            }
        };
        debug!(
            "{} frame received: {:?}, {} octets",
            cx.id,
            message.kind(),
            message.len()
        );
        received(cx, message.kind(), message.len(), true);
        let result = handler(cx.app, &mut self.handle(shared, cx), message);
        Some(match result {
            Ok(()) if rest.is_empty() => Flow::Wait,
            Ok(()) => Flow::Again,
            result => self.concluded(shared, cx, result),
        })
    }

    /// How many octets of a frame may be taken: a message, or a control frame,
    /// is only delivered when there is room to answer it with its like. `None`
    /// when an answer of the same length would have none.
    fn admission<S: Assembly>(
        &self,
        assembly: &S,
        cx: &Context<'_, A>,
        frame: &Frame,
        available: usize,
    ) -> Result<Option<usize>, &'static Close> {
        if self.is_closing() {
            return Ok(Some(usize::MAX));
        }
        let begun = assembly.len();
        let room = cx.output.room();
        let mut completes = frame.left <= available as u64;
        let mut octets = usize::MAX;
        let answer = match self.route.receive {
            _ if frame.opcode.is_control() => MAX_CONTROL_PAYLOAD,
            // What it inflates to is not known before.
            Receive::Whole(_) if self.extension.compressed().is_some() => {
                completes &= frame.fin;
                cx.limits.message
            }
            Receive::Parts { size, .. }
                if Uses::<A>::PARTS && self.extension.compressed().is_some() =>
            {
                completes = true;
                octets = inflating::takes(room, size);
                SMALL_PART
            }
            Receive::Parts { size: 0, .. } if Uses::<A>::PARTS => {
                completes = true;
                octets = room.saturating_sub(HEADER_ROOM).max(SMALL_PART);
                SMALL_PART.min(available)
            }
            Receive::Parts { size, .. } if Uses::<A>::PARTS => {
                octets = size.saturating_sub(begun);
                completes |= octets <= available;
                size
            }
            Receive::Whole(_) | Receive::Parts { .. } => {
                if frame.left > cx.limits.message.saturating_sub(begun) as u64 {
                    return Err(&MESSAGE_TOO_BIG);
                }
                completes &= frame.fin;
                begun + frame.left as usize
            }
        };
        // Octets may be taken if they complete nothing, or if an answer with
        // its header has room, or if there cannot be more room than there is.
        let has_room = !completes || room >= answer + HEADER_ROOM || cx.output.is_drained();
        Ok(has_room.then_some(octets))
    }

    fn whole(
        &mut self,
        shared: &mut Shared<A, C>,
        cx: &mut Context<'_, A>,
        message: Message<'_>,
    ) -> Flow<A> {
        if self.is_closing() {
            return Flow::Again;
        }
        if let Receive::Whole(handler) = &self.route.receive {
            received(cx, message.kind(), message.len(), true);
            let result = handler(cx.app, &mut self.handle(shared, cx), message);
            return self.concluded(shared, cx, result);
        }
        self.deliver_part(shared, cx, Part::whole(message))
    }

    #[cfg_attr(target_pointer_width = "32", inline(never))]
    fn part<S: Assembly>(
        &mut self,
        shared: &mut Shared<A, C>,
        assembly: &mut S,
        cx: &mut Context<'_, A>,
        part: Part<'_>,
    ) -> Flow<A> {
        if self.is_closing() || (part.data.is_empty() && !part.last) {
            return Flow::Again;
        }
        match self.route.receive {
            Receive::Parts { size, .. } if Uses::<A>::PARTS => {
                self.assemble_part(shared, assembly, cx, part, size)
            }
            Receive::Whole(_) | Receive::Parts { .. } => {
                self.assemble_message(shared, assembly, cx, part)
            }
        }
    }

    /// Calls the hook that waits for room.
    pub(super) fn writable(
        &mut self,
        shared: &mut Shared<A, C>,
        cx: &mut Context<'_, A>,
    ) -> Flow<A> {
        let Some(writable) = self.route.writable.filter(|_| Uses::<A>::WRITABLE) else {
            return Flow::Again;
        };
        if self.is_closing() {
            return Flow::Again;
        }
        let result = writable(cx.app, &mut self.handle(shared, cx));
        self.concluded(shared, cx, result)
    }

    /// Calls the handler of latest values; `None` where there is none.
    pub(super) fn latest(
        &mut self,
        shared: &mut Shared<A, C>,
        cx: &mut Context<'_, A>,
        topic: Topic,
    ) -> Option<Result<(), Full>> {
        let latest = self.route.latest?;
        Some(latest(cx.app, &mut self.handle(shared, cx), topic))
    }

    fn concluded(
        &mut self,
        shared: &mut Shared<A, C>,
        cx: &mut Context<'_, A>,
        result: Result<(), Close>,
    ) -> Flow<A> {
        match result {
            Ok(()) => Flow::Again,
            Err(close) => self.begin_close(shared, cx, &close),
        }
    }

    #[cfg_attr(target_pointer_width = "32", inline(never))]
    fn handle<'w>(
        &'w mut self,
        shared: &'w mut Shared<A, C>,
        cx: &'w mut Context<'_, A>,
    ) -> WebSocket<'w, A> {
        WebSocket {
            app: cx.app,
            session: &mut shared.session,
            output: cx.output,
            deflating: deflating(&mut shared.compression),
            sending: &mut self.sending,
            hub: cx.hub,
            id: cx.id,
        }
    }
}

/// Tells of a message, or a part of one.
fn received<A: App>(cx: &Context<'_, A>, kind: MessageKind, octets: usize, last: bool) {
    let id = cx.id;
    let event = crate::Event::MessageReceived {
        id,
        kind,
        octets,
        last,
    };
    hooks::tell(cx.app, &event);
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

const MESSAGE_TOO_BIG: Close = Close::new(CloseCode::MESSAGE_TOO_BIG, "message too big");
