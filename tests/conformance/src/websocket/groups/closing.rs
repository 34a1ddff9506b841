//! Group 7: the closing handshake.

use crate::websocket::case::{Case, End};
use crate::websocket::event::Event;
use crate::websocket::frame::{CLOSE, Frame};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = around_close();
    cases.extend(payloads());
    cases.extend(GOOD_CODES.map(|(code, answers)| {
        let name = format!("close code {code} is answered with itself or 1000");
        Case::new("7.7", "RFC 6455 7.4", name)
            .write(&[Frame::close(code, "")])
            .end(End::Closed(answers))
    }));
    cases.extend(BAD_CODES.map(|code| {
        let name = format!("close code {code}, which none may send, fails the connection");
        Case::new("7.9", "RFC 6455 7.4", name)
            .write(&[Frame::close(code, "")])
            .end(End::Fails(&[1002]))
    }));
    cases.extend([5000, 65_535].map(|code| {
        let name = format!("close code {code}, which has no meaning, ends the connection");
        Case::new("7.13", "RFC 6455 7.4", name)
            .write(&[Frame::close(code, "")])
            .end(End::InOrder)
    }));
    cases
}

/// What stands before and behind the close frame.
fn around_close() -> Vec<Case> {
    let close = || Frame::close(1000, "");
    let case = |group, name: &str| Case::new(group, "RFC 6455 5.5.1", name);
    let text = "Hello World!";
    let mut cases = vec![
        case("7.1.1", "a text is echoed before the close is answered")
            .write(&[Frame::text(text)])
            .expect(Event::text(text)),
    ];
    let behind = [
        ("7.1.2", "a second close frame", close()),
        ("7.1.3", "a ping", Frame::ping("")),
        ("7.1.4", "a text", Frame::text(text)),
    ];
    cases.extend(behind.map(|(group, what, frame)| {
        case(group, &format!("{what} behind the close frame is ignored"))
            .write_each(&[close(), frame])
            .end(End::Closed(&[1000]))
    }));
    cases.push(
        case("7.1.5", "a close inside a message is answered at once")
            .write_each(&[
                Frame::text("fragment1").unfinished(),
                close(),
                Frame::last("fragment2"),
            ])
            .end(End::Closed(&[1000])),
    );
    let long = vec![b'*'; 256 * 1024];
    cases.push(
        case(
            "7.1.6",
            "a long text, a short one, a close and a ping end in order",
        )
        .write_each(&[
            Frame::text(&*long),
            Frame::text(text),
            close(),
            Frame::ping(""),
        ])
        .expect(Event::text(long))
        .expect(Event::text(text))
        .end(End::InOrder),
    );
    cases
}

/// What a close frame carries.
fn payloads() -> Vec<Case> {
    let answered = [
        ("7.3.1", "without a payload", Frame::new(CLOSE, "")),
        ("7.3.3", "with a code", Frame::close(1000, "")),
        ("7.3.4", "with a reason", Frame::close(1000, "Hello World!")),
        (
            "7.3.5",
            "with a reason of 123 octets",
            Frame::close(1000, [b'*'; 123]),
        ),
    ];
    let mut cases: Vec<_> = answered
        .into_iter()
        .map(|(group, what, frame)| {
            let name = format!("a close frame {what} is answered");
            Case::new(group, "RFC 6455 5.5.1", name)
                .write(&[frame])
                .end(End::Closed(&[1000]))
        })
        .collect();
    let failing = [
        (
            "7.3.2",
            "with half a code",
            Frame::new(CLOSE, "a"),
            PROTOCOL,
        ),
        (
            "7.3.6",
            "of 126 octets",
            Frame::close(1000, [b'*'; 124]),
            PROTOCOL,
        ),
        (
            "7.5.1",
            "with a reason that is not UTF-8",
            Frame::close(1000, b"\xce\xba\xe1\xbd\xb9\xcf\x83\xed\xa0\x80edited"),
            &[1002, 1007],
        ),
    ];
    cases.extend(failing.map(|(group, what, frame, codes)| {
        let name = format!("a close frame {what} fails the connection");
        Case::new(group, "RFC 6455 5.5.1", name)
            .write(&[frame])
            .end(End::Fails(codes))
    }));
    cases
}

const PROTOCOL: &[u16] = &[1002];

/// Codes that an endpoint may send, and what they may be answered with.
const GOOD_CODES: [(u16, &[u16]); 13] = [
    (1000, &[1000]),
    (1001, &[1000, 1001]),
    (1002, &[1000, 1002]),
    (1003, &[1000, 1003]),
    (1007, &[1000, 1007]),
    (1008, &[1000, 1008]),
    (1009, &[1000, 1009]),
    (1010, &[1000, 1010]),
    (1011, &[1000, 1011]),
    (3000, &[1000, 3000]),
    (3999, &[1000, 3999]),
    (4000, &[1000, 4000]),
    (4999, &[1000, 4999]),
];

/// Codes that are reserved, or that no one has registered.
const BAD_CODES: [u16; 9] = [0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999];
