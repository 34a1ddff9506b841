//! Group 6: texts, and what is none (RFC 6455 section 8.1, RFC 3629).

mod sequences;

use crate::websocket::case::{Case, End, Step};
use crate::websocket::event::Event;
use crate::websocket::frame::{Frame, TEXT, fragments};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = empty_texts().to_vec();
    cases.extend(valid_texts());
    cases.extend(invalid_in_the_middle());
    cases.extend(invalid_before_the_end());
    cases.extend(sequences::cases());
    cases
}

fn empty_texts() -> [Case; 3] {
    let case = |name| Case::new("6.1", "RFC 6455 5.6", name);
    let three = |middle: &str| {
        [
            Frame::text("").unfinished(),
            Frame::middle(middle),
            Frame::last(""),
        ]
    };
    [
        case("an empty text is echoed")
            .write(&[Frame::text("")])
            .expect(Event::text("")),
        case("three empty fragments are echoed as an empty text")
            .write_each(&three(""))
            .expect(Event::text("")),
        case("a fragment between two empty ones is echoed as the text")
            .write_each(&three("middle frame payload"))
            .expect(Event::text("middle frame payload")),
    ]
}

fn valid_texts() -> [Case; 4] {
    let case = |name, text: &str| Case::new("6.2", UTF8, name).expect(Event::text(text));
    let octets = MIXED.as_bytes();
    let (front, rest) = octets.split_at(MIXED.find('ß').unwrap_or_default());
    [
        case("characters of two and three octets are echoed", MIXED).write(&[Frame::text(MIXED)]),
        case("a text cut between two characters is echoed", MIXED)
            .write_each(&[Frame::text(front).unfinished(), Frame::last(rest)]),
        case("a text in frames of one octet is echoed", MIXED)
            .write_each(&fragments(TEXT, octets, 1)),
        case("a Greek text in frames of one octet is echoed", GREEK).write_each(&fragments(
            TEXT,
            GREEK.as_bytes(),
            1,
        )),
    ]
}

fn invalid_in_the_middle() -> [Case; 2] {
    let text = [GREEK.as_bytes(), b"\xed\xa0\x80", b"edited"].concat();
    let case = |name| Case::new("6.3", UTF8, name).end(FAILS);
    [
        case("a surrogate in a text fails the connection").write(&[Frame::text(&*text)]),
        case("a surrogate in frames of one octet fails the connection")
            .write_each(&fragments(TEXT, &text, 1)),
    ]
}

/// The third part of each text is never sent: what fails the connection is in
/// the second, and the server must not wait for more.
fn invalid_before_the_end() -> Vec<Case> {
    let cuts = [
        ("behind the character", GREEK.len(), GREEK.len() + 4),
        ("behind the octet", GREEK.len() + 1, GREEK.len() + 2),
    ];
    let mut cases = Vec::new();
    for (place, first, second) in cuts {
        let name = format!("an invalid text cut into frames {place} that shows it fails at once");
        let text = [GREEK.as_bytes(), BEYOND_UNICODE, b"edited"].concat();
        let frames = [
            Frame::text(&text[..first]).unfinished(),
            Frame::middle(&text[first..second]),
        ];
        let case = Case::new("6.4", UTF8, name).end(FAILS);
        cases.push(
            case.write(&frames[..1])
                .step(Step::StillOpen)
                .write(&frames[1..]),
        );
    }
    for (place, first, second) in cuts {
        let name =
            format!("an invalid text cut inside its frame {place} that shows it fails at once");
        let text = [GREEK.as_bytes(), BEYOND_UNICODE, b"edited"].concat();
        let frame = Frame::text(&*text).octets();
        let header = frame.len() - text.len();
        let (first, second) = (header + first, header + second);
        cases.push(
            Case::new("6.4", UTF8, name)
                .step(Step::Write(frame[..first].to_vec()))
                .step(Step::StillOpen)
                .step(Step::Write(frame[first..second].to_vec()))
                .end(FAILS),
        );
    }
    cases
}

const UTF8: &str = "RFC 6455 8.1";
const FAILS: End = End::Fails(&[1007]);

/// Characters of one, two and three octets.
const MIXED: &str = "Grüße aus Köln: 5 €, ½ Maß, →";

/// Five letters, the second of three octets and the others of two.
const GREEK: &str = "\u{3ba}\u{1f79}\u{3c3}\u{3bc}\u{3b5}";

/// What would be U+110000. Its second octet shows it.
const BEYOND_UNICODE: &[u8] = b"\xf4\x90\x80\x80";
