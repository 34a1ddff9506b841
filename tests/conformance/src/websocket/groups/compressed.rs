//! Beyond the table: compressed messages in every form that RFC 7692 allows,
//! and what it forbids.

use super::deflate::RSV1;
use super::framing::LIMIT;
use crate::websocket::case::{Case, End, Step};
use crate::websocket::event::Event;
use crate::websocket::frame::{Frame, TEXT, fragments};
use crate::websocket::inflate::Deflater;
use flate2::FlushCompress;

/// The cases; each runs after an offer without parameters, so that the client
/// may use any window and keep its context.
pub fn cases() -> Vec<Case> {
    let mut cases = forms_of_a_text();
    cases.extend(forms_of_messages());
    cases.extend(contexts());
    cases.extend(around_fragments());
    cases.extend(wrong_bits());
    cases.extend(wrong_data());
    cases
}

/// A frame that begins a compressed message.
fn compressed(opcode: u8, octets: impl Into<Vec<u8>>) -> Frame {
    Frame::new(opcode, octets).reserved(RSV1)
}

/// A text in every kind of block; the octets are those that RFC 7692 section
/// 7.2.3 has as examples.
fn forms_of_a_text() -> Vec<Case> {
    let forms: [(&str, &[u8]); 5] = [
        ("in a fixed block", &HELLO),
        ("in a stored block", b"\x00\x05\x00\xfa\xffHello\x00"),
        (
            "in two blocks",
            b"\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00",
        ),
        (
            "in a block that is marked as the last",
            b"\xf3\x48\xcd\xc9\xc9\x07\x00\x00",
        ),
        (
            "behind three empty blocks",
            b"\x02\x08\x00\x00\x00\xff\xff\xf2\x48\xcd\xc9\xc9\x07\x00",
        ),
    ];
    forms
        .map(|(what, octets)| {
            good(&format!("a compressed text {what} is echoed"))
                .write(&[compressed(TEXT, octets)])
                .expect(Event::text("Hello"))
        })
        .into()
}

fn forms_of_messages() -> Vec<Case> {
    let long = "Dies ist ein langer Satz, der sich oft wiederholt. ".repeat(400);
    let dynamic = Deflater::new(15, false).message(long.as_bytes());
    let mut blocks = Deflater::new(15, false).flushed(long.as_bytes(), FlushCompress::Sync);
    blocks.extend(Deflater::new(15, false).message(b"Ende"));
    let stored = Deflater::new(8, false).message(long.as_bytes());
    vec![
        good("an empty compressed text, one octet, is echoed")
            .write(&[compressed(TEXT, [0])])
            .expect(Event::text("")),
        good("a long compressed text is echoed")
            .write(&[compressed(TEXT, dynamic)])
            .expect(Event::text(&*long)),
        good("a long text in stored blocks is echoed")
            .write(&[compressed(TEXT, stored)])
            .expect(Event::text(&*long)),
        good("a long text that was flushed in its midst is echoed")
            .write(&[compressed(TEXT, blocks)])
            .expect(Event::text(format!("{long}Ende"))),
        good("a message that is not compressed is echoed where compression was agreed on")
            .write(&[Frame::text("plain"), compressed(TEXT, HELLO)])
            .expect(Event::text("plain"))
            .expect(Event::text("Hello")),
    ]
}

fn contexts() -> Vec<Case> {
    let mut deflater = Deflater::new(15, true);
    let [first, second] = [(), ()].map(|()| deflater.message(CONTEXT.as_bytes()));
    let last = Deflater::new(15, false).final_message(CONTEXT.as_bytes());
    let again = Deflater::new(15, false).message(CONTEXT.as_bytes());
    vec![
        good("a message that refers to the one before is echoed")
            .write_each(&[compressed(TEXT, first), compressed(TEXT, &*second)])
            .expect(Event::text(CONTEXT))
            .expect(Event::text(CONTEXT)),
        good("a message behind a block that is marked as the last is echoed")
            .write_each(&[compressed(TEXT, last), compressed(TEXT, again)])
            .expect(Event::text(CONTEXT))
            .expect(Event::text(CONTEXT)),
        wrong("a message that refers to what was never sent fails the connection")
            .write(&[compressed(TEXT, second)])
            .end(End::Fails(BROKEN)),
    ]
}

fn around_fragments() -> Vec<Case> {
    let [first, last] = [&HELLO[..3], &HELLO[3..]];
    let first = compressed(TEXT, first).unfinished();
    let mut single = fragments(TEXT, &HELLO, 1);
    single[0].reserved = RSV1;
    let empty = compressed(TEXT, "").unfinished();
    vec![
        good("a compressed text in frames of one octet is echoed")
            .write_each(&single)
            .expect(Event::text("Hello")),
        good("a compressed text behind an empty fragment is echoed")
            .write_each(&[empty, Frame::last(HELLO)])
            .expect(Event::text("Hello")),
        good("a ping inside a compressed text is answered at once")
            .write_each(&[first.clone(), Frame::ping("now")])
            .step(Step::Await(1))
            .write(&[Frame::last(last)])
            .expect(Event::pong("now"))
            .expect(Event::text("Hello")),
        good("a close inside a compressed text is answered at once")
            .write_each(&[first.clone(), Frame::close(1000, "")])
            .end(End::Closed(&[1000])),
        wrong("a fragment marked as compressed inside a message fails the connection")
            .write_each(&[first, Frame::last(last).reserved(RSV1)])
            .end(PROTOCOL),
        wrong("a fragment marked as compressed inside a plain message fails the connection")
            .write_each(&[
                Frame::text("Hello").unfinished(),
                Frame::last(HELLO).reserved(RSV1),
            ])
            .end(PROTOCOL),
    ]
}

fn wrong_bits() -> Vec<Case> {
    let control = [
        ("ping", Frame::ping("")),
        ("pong", Frame::pong("")),
        ("close frame", Frame::close(1000, "")),
    ];
    let mut cases: Vec<_> = control
        .into_iter()
        .map(|(what, frame)| {
            wrong(&format!(
                "a {what} marked as compressed fails the connection"
            ))
            .write(&[frame.reserved(RSV1)])
            .end(PROTOCOL)
        })
        .collect();
    cases.extend([2, 1].map(|bit| {
        let bits = RSV1 | bit;
        let name = format!("a compressed text with reserved bits {bits:03b} fails the connection");
        wrong(&name)
            .write(&[Frame::text(HELLO).reserved(bits)])
            .end(PROTOCOL)
    }));
    cases
}

fn wrong_data() -> Vec<Case> {
    let mut deflater = Deflater::new(15, false);
    let not_text = deflater.message(b"\xce\xba\xed\xa0\x80edited");
    let half = deflater.message("½".as_bytes().get(..1).unwrap_or_default());
    vec![
        wrong("a compressed text with a surrogate fails the connection")
            .write(&[compressed(TEXT, not_text)])
            .end(End::Fails(&[1007])),
        wrong("a compressed text that ends inside a character fails the connection")
            .write(&[compressed(TEXT, half)])
            .end(End::Fails(&[1007])),
        wrong("compressed data with a reserved kind of block fails the connection")
            .write(&[compressed(TEXT, [0xff; 16])])
            .end(End::Fails(BROKEN)),
        wrong("a stored block whose lengths disagree fails the connection")
            .write(&[compressed(TEXT, b"\x00\x05\x00\x00\x00Hello\x00")])
            .end(End::Fails(BROKEN)),
        wrong("only the message before broken data is echoed")
            .write(&[
                compressed(TEXT, HELLO),
                compressed(TEXT, [0xff; 16]),
                Frame::ping(""),
            ])
            .expect(Event::text("Hello"))
            .end(End::Fails(BROKEN)),
    ]
}

/// Messages whose length shows only when they are decompressed: of the longest
/// kind, and of one octet, 1 MiB and 64 MiB more.
pub fn limits() -> Vec<Case> {
    let longest = vec![b' '; LIMIT];
    let message = Deflater::new(15, false).message(&longest);
    let mut cases = vec![
        Case::new(
            "limits",
            REFUSAL,
            "a compressed text of 16 MiB, the limit, is echoed",
        )
        .write(&[compressed(TEXT, message)])
        .expect(Event::text(longest)),
    ];
    cases.extend([1, 1 << 20, 64 << 20].map(bomb));
    cases
}

/// A message of some KiB that decompresses to more than the limit, by so many
/// octets.
fn bomb(beyond: usize) -> Case {
    let octets = vec![b' '; LIMIT + beyond];
    let name = format!("a compressed text of {beyond} octets more than the limit is refused");
    let message = Deflater::new(15, false).message(&octets);
    Case::new("limits", REFUSAL, name)
        .write(&[compressed(TEXT, message)])
        .end(End::Fails(&[1009]))
}

fn good(name: &str) -> Case {
    Case::new("compressed", "RFC 7692 7.2", name)
}

fn wrong(name: &str) -> Case {
    Case::new("not compressed", "RFC 7692 6", name)
}

/// What data that cannot be decompressed is answered with: the RFC names no
/// code.
const BROKEN: &[u16] = &[1002, 1007];

const PROTOCOL: End = End::Fails(&[1002]);

/// `Hello` in a fixed block.
const HELLO: [u8; 7] = [0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00];

const CONTEXT: &str = "What was said before need not be said again.";

const REFUSAL: &str = "RFC 6455 7.4.1";
