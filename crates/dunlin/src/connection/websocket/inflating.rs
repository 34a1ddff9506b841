//! Compressed messages.

use super::pieces::PART_TOO_BIG;
use super::{Frames, MESSAGE_TOO_BIG};
use crate::compression::{Compression, InflateError, Inflated};
use crate::connection::{Context, Flow, Shared};
use crate::route::Receive;
use crate::uses::Uses;
use crate::websocket::HEADER_ROOM;
use crate::{App, Assembly, Close, Part};
use dunlin_proto::websocket::{CloseCode, Extension, InvalidUtf8, MessageKind, ProtocolError};

impl<A: App, C: Compression> Frames<A, C> {
    /// Inflates a piece of a compressed message and delivers what it holds.
    pub(super) fn inflate<S: Assembly>(
        &mut self,
        shared: &mut Shared<A, C>,
        assembly: &mut S,
        cx: &mut Context<'_, A>,
        piece: &Part<'_>,
    ) -> Flow<A> {
        if self.is_closing() {
            return Flow::Again;
        }
        let Some(kind) = self.extension.compressed() else {
            return Flow::Again;
        };
        let piece = Part { kind, ..*piece };
        match self.route.receive {
            Receive::Parts { size, .. } if Uses::<A>::PARTS => {
                self.inflate_parts(shared, assembly, cx, &piece, size)
            }
            _ => self.inflate_message(shared, assembly, cx, &piece),
        }
    }

    /// Puts a message together and delivers it when it is whole.
    fn inflate_message<S: Assembly>(
        &mut self,
        shared: &mut Shared<A, C>,
        assembly: &mut S,
        cx: &mut Context<'_, A>,
        piece: &Part<'_>,
    ) -> Flow<A> {
        let mut input = piece.data;
        let limit = cx.limits.message;
        // One octet more shows a message that is larger.
        let most = (limit + 1).saturating_sub(assembly.len());
        let inflated = shared
            .compression
            .inflate(&mut input, piece.last, assembly, most);
        match inflated {
            Err(InflateError::Corrupt) => Flow::Fail(&CORRUPT),
            Err(InflateError::Full) | Ok(Inflated::More) => Flow::Fail(&MESSAGE_TOO_BIG),
            Ok(Inflated::Done) if assembly.len() > limit => Flow::Fail(&MESSAGE_TOO_BIG),
            Ok(Inflated::Done) if piece.last => {
                self.deliver_assembled(shared, assembly, cx, piece.kind)
            }
            Ok(Inflated::Done) => Flow::Again,
        }
    }

    /// Delivers parts of a size, of which the last one of a message may be
    /// shorter; or without a size what has arrived. A full part stays until it
    /// is known whether more comes, however the input is cut.
    fn inflate_parts<S: Assembly>(
        &mut self,
        shared: &mut Shared<A, C>,
        assembly: &mut S,
        cx: &mut Context<'_, A>,
        piece: &Part<'_>,
        size: usize,
    ) -> Flow<A> {
        let mut input = piece.data;
        self.part_first |= piece.first;
        let as_it_arrives = size == 0;
        let size = if as_it_arrives { PART_SIZE } else { size };
        loop {
            let most = size.saturating_sub(assembly.len());
            let inflated = shared
                .compression
                .inflate(&mut input, piece.last, assembly, most);
            let done = match inflated {
                Ok(inflated) => inflated == Inflated::Done,
                Err(error) => return self.fail_inflating(assembly, piece.kind, error),
            };
            let last = done && piece.last;
            if last || !done || (as_it_arrives && !assembly.is_empty()) {
                let flow = self.deliver_inflated(shared, assembly, cx, piece.kind, last);
                if self.is_closing() || !matches!(flow, Flow::Again) {
                    return flow;
                }
            }
            if done {
                return Flow::Again;
            }
        }
    }

    /// What is wrong with a message of which the assembly buffer holds a part. A
    /// text may have been wrong before.
    fn fail_inflating<S: Assembly>(
        &mut self,
        assembly: &S,
        kind: MessageKind,
        error: InflateError,
    ) -> Flow<A> {
        if kind == MessageKind::Text
            && let Err(InvalidUtf8) = self.extension.check_text(assembly.as_slice(), false)
        {
            return Flow::Fail(ProtocolError::InvalidUtf8.close());
        }
        match error {
            InflateError::Corrupt => Flow::Fail(&CORRUPT),
            InflateError::Full => Flow::Fail(&PART_TOO_BIG),
        }
    }

    /// Delivers the part that the assembly buffer holds.
    fn deliver_inflated<S: Assembly>(
        &mut self,
        shared: &mut Shared<A, C>,
        assembly: &mut S,
        cx: &mut Context<'_, A>,
        kind: MessageKind,
        last: bool,
    ) -> Flow<A> {
        let data = assembly.as_slice();
        if kind == MessageKind::Text
            && let Err(InvalidUtf8) = self.extension.check_text(data, last)
        {
            return Flow::Fail(ProtocolError::InvalidUtf8.close());
        }
        let length = data.len() as u64;
        let part = Part {
            kind,
            data,
            first: core::mem::take(&mut self.part_first),
            last,
            frame_left: length,
            frame_length: length,
        };
        let flow = self.deliver_part(shared, cx, part);
        assembly.clear();
        flow
    }
}

/// Octets of a compressed message that may be taken where its parts of a size
/// are delivered: so few that an answer to all they may hold has room.
pub(super) fn takes(room: usize, size: usize) -> usize {
    let size = if size == 0 { PART_SIZE } else { size };
    let answer = (MAX_RATIO * (size + HEADER_ROOM)).div_ceil(size);
    (room / 2 / answer).max(1)
}

const CORRUPT: Close = Close::new(CloseCode::INVALID_PAYLOAD, "compressed data is corrupt");

/// Octets of a part at most where the route leaves its size open; the assembly
/// buffer of a device is small.
const PART_SIZE: usize = if cfg!(target_pointer_width = "32") {
    512
} else {
    16 * 1024
};

/// Octets that one octet of DEFLATE data holds at most: four matches of 258.
const MAX_RATIO: usize = 4 * 258;
