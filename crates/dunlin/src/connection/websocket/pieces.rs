//! Messages, parts and control frames that come in pieces.

use super::{Frames, MESSAGE_TOO_BIG, received};
use crate::compression::Compression;
use crate::connection::{Context, Flow, Shared};
use crate::route::Receive;
use crate::uses::Uses;
use crate::{App, Assembly, Close, Control, Message, Part};
use dunlin_proto::websocket::{CloseCode, MessageKind, Opcode, ProtocolError, write_frame};

impl<A: App, C: Compression> Frames<A, C> {
    /// Puts a message together and delivers it when it is whole.
    pub(super) fn assemble_message<S: Assembly>(
        &mut self,
        shared: &mut Shared<A, C>,
        assembly: &mut S,
        cx: &mut Context<'_, A>,
        part: Part<'_>,
    ) -> Flow<A> {
        if assembly.append(part.data).is_err() {
            return Flow::Fail(&MESSAGE_TOO_BIG);
        }
        if !part.last {
            return Flow::Again;
        }
        self.deliver_assembled(shared, assembly, cx, part.kind)
    }

    /// Delivers the message that the assembly buffer holds.
    #[inline]
    pub(super) fn deliver_assembled<S: Assembly>(
        &mut self,
        shared: &mut Shared<A, C>,
        assembly: &mut S,
        cx: &mut Context<'_, A>,
        kind: MessageKind,
    ) -> Flow<A> {
        let octets = assembly.as_slice();
        let message = match kind {
            MessageKind::Binary => Message::Binary(octets),
            MessageKind::Text => match core::str::from_utf8(octets) {
                Ok(text) => Message::Text(text),
                Err(_) => return Flow::Fail(ProtocolError::InvalidUtf8.close()),
            },
        };
        let flow = self.whole(shared, cx, message);
        assembly.clear();
        flow
    }

    /// Puts a part of the size that was asked for together and delivers it.
    pub(super) fn assemble_part<S: Assembly>(
        &mut self,
        shared: &mut Shared<A, C>,
        assembly: &mut S,
        cx: &mut Context<'_, A>,
        part: Part<'_>,
        size: usize,
    ) -> Flow<A> {
        let begun = assembly.len();
        let length = begun + part.data.len();
        let complete = length >= size || part.frame_left == part.data.len() as u64;
        if complete && begun == 0 {
            return self.deliver_part(shared, cx, part);
        }
        if begun == 0 {
            self.part_first = part.first;
        }
        if assembly.append(part.data).is_err() {
            return Flow::Fail(&PART_TOO_BIG);
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
        let flow = self.deliver_part(shared, cx, whole);
        assembly.clear();
        flow
    }

    pub(super) fn deliver_part(
        &mut self,
        shared: &mut Shared<A, C>,
        cx: &mut Context<'_, A>,
        part: Part<'_>,
    ) -> Flow<A> {
        let handler = match &self.route.receive {
            Receive::Parts { handler, .. } if Uses::<A>::PARTS => handler,
            _ => return Flow::Again,
        };
        received(cx, part.kind, part.data.len(), part.last);
        let result = handler(cx.app, &mut self.handle(shared, cx), part);
        self.concluded(shared, cx, result)
    }

    /// Takes a piece of a control payload. One that comes in pieces is put
    /// together behind what the assembly buffer holds of a message.
    pub(super) fn control<S: Assembly>(
        &mut self,
        shared: &mut Shared<A, C>,
        assembly: &mut S,
        cx: &mut Context<'_, A>,
        opcode: Opcode,
        data: &[u8],
        last: bool,
    ) -> Flow<A> {
        if last && self.control_length == 0 {
            return self.control_complete(shared, cx, opcode, data);
        }
        if assembly.append(data).is_err() {
            return Flow::Fail(&NO_CONTROL_ROOM);
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
        let flow = self.control_complete(shared, cx, opcode, payload);
        if message_length == 0 {
            assembly.clear();
        } else {
            assembly.truncate(message_length);
        }
        flow
    }

    fn control_complete(
        &mut self,
        shared: &mut Shared<A, C>,
        cx: &mut Context<'_, A>,
        opcode: Opcode,
        payload: &[u8],
    ) -> Flow<A> {
        if opcode == Opcode::Close {
            return self.peer_closed(shared, cx, payload);
        }
        if self.is_closing() {
            return Flow::Again;
        }
        let control = match opcode {
            Opcode::Ping => Control::Ping(payload),
            _ => Control::Pong(payload),
        };
        let result = match (self.route.control, control) {
            (Some(handler), control) if Uses::<A>::CONTROL => {
                handler(cx.app, &mut self.handle(shared, cx), control)
            }
            (_, Control::Ping(payload)) => {
                write_frame(cx.output, Opcode::Pong, true, payload).map_err(Close::from)
            }
            (_, Control::Pong(_)) => Ok(()),
        };
        self.concluded(shared, cx, result)
    }
}

pub(super) const PART_TOO_BIG: Close = Close::new(CloseCode::MESSAGE_TOO_BIG, "part too big");

const NO_CONTROL_ROOM: Close =
    Close::new(CloseCode::MESSAGE_TOO_BIG, "no room for a control frame");
