//! Framings that disagree: each pair, with a request hidden where one reading
//! has the body and another has the next request.
//!
//! The hidden request sets the same mark as the one behind the case. It must
//! never be executed, and after a refusal neither must be.

mod chunks;
mod framings;
mod lengths;

use super::{Answer, Case, MUST, post};
use crate::http::case::HIDDEN;
use crate::report::Level;

pub(super) fn cases() -> Vec<Case> {
    [
        framings::cases(),
        lengths::cases(),
        chunks::cases(),
        separators(),
        bodies(),
        options_of_connection(),
    ]
    .concat()
}

const SECTION: &str = "RFC 9112 11.2";

fn case(level: Level, name: &str, octets: Vec<u8>) -> Case {
    Case::new(level, SECTION, name, octets)
}

/// A refusal whose status depends on which of two faults comes first.
fn refusal() -> Answer {
    Answer::new(400).or(501)
}

/// The body of a message that ends at once as chunks, and goes on for the
/// length.
fn ends_as_chunks() -> Vec<u8> {
    [b"0\r\n\r\n", HIDDEN].concat()
}

/// The body of a message that hides the request in a chunk.
fn ends_as_length() -> (usize, Vec<u8>) {
    let size = format!("{:x}\r\n", HIDDEN.len());
    (
        size.len(),
        [size.as_bytes(), HIDDEN, b"\r\n0\r\n\r\n"].concat(),
    )
}

/// What some recipients take for the end of a line, within a value.
fn separators() -> Vec<Case> {
    let body = ends_as_chunks();
    let fields = |separator: &str, order: bool| {
        let length = format!("Content-Length: {}", body.len());
        let coding = "Transfer-Encoding: chunked";
        let (first, second) = if order {
            (&*length, coding)
        } else {
            (coding, &*length)
        };
        format!("X: a{separator}{first}\r\n{second}\r\n").into_bytes()
    };
    let mut cases = Vec::new();
    let controls = [
        "\n", "\r", "\n\r", "\r\r", "\0", "\x0b", "\x0c", "\x1c", "\x1e", "\r\n ", "\r\n\t", "\n ",
    ];
    for separator in controls {
        for order in [false, true] {
            let name = "a_field_behind_no_line_end_is_refused";
            cases.push(case(MUST, name, post(&fields(separator, order), &body)).refused(400));
        }
    }
    // A value may have these, so that only the second field counts.
    for separator in ["\u{85}", "\u{2028}", " ", ",", "\\r\\n", "%0d%0a"] {
        let name = "a_field_in_the_value_of_another_is_none";
        cases.push(
            case(MUST, name, post(&fields(separator, false), &body))
                .answer(Answer::with_body(body.clone())),
        );
        let length = case(MUST, name, post(&fields(separator, true), &body));
        // The chunks have ended, and the hidden request is the next one.
        let hidden = Answer::with_body("1");
        cases.push(length.answer(Answer::with_body("")).answer(hidden).marks(2));
    }
    cases
}

/// A request in the body of a request with each method.
fn bodies() -> Vec<Case> {
    let request = |line: &str, fields: &str| {
        let length = HIDDEN.len();
        let head = format!("{line}\r\nHost: a\r\n{fields}Content-Length: {length}\r\n\r\n");
        [head.as_bytes(), HIDDEN].concat()
    };
    let taken = |name, line, fields, answer| case(MUST, name, request(line, fields)).answer(answer);
    let mut cases = vec![
        taken(
            "a_request_in_a_body_is_not_executed",
            "GET / HTTP/1.1",
            "",
            Answer::page(),
        ),
        taken(
            "a_request_in_a_body_is_not_executed",
            "HEAD / HTTP/1.1",
            "",
            Answer::page_head(),
        ),
        taken(
            "a_request_in_a_body_is_not_executed",
            "POST / HTTP/1.1",
            "",
            Answer::with_body(HIDDEN),
        ),
        taken(
            "a_request_in_a_body_is_not_executed",
            "DELETE /nothing HTTP/1.1",
            "",
            Answer::new(204),
        ),
        taken(
            "a_request_in_a_body_is_not_executed",
            "GET http://a/ HTTP/1.1",
            "",
            Answer::page(),
        ),
        taken(
            "a_request_in_a_body_is_not_executed_for_an_upgrade",
            "GET / HTTP/1.1",
            "Connection: upgrade\r\nUpgrade: h2c\r\n",
            Answer::page(),
        ),
        taken(
            "a_request_in_a_body_is_not_executed_for_an_expectation",
            "POST / HTTP/1.1",
            "Expect: 100-continue\r\n",
            Answer::with_body(HIDDEN),
        )
        .may_continue(),
        taken(
            "a_request_in_a_body_is_not_executed_in_http_1_0",
            "POST / HTTP/1.0",
            "Connection: keep-alive\r\n",
            Answer::with_body(HIDDEN).to_http10(),
        ),
    ];
    for (line, status) in [
        ("PUT / HTTP/1.1", 405),
        ("TRACE / HTTP/1.1", 405),
        ("OPTIONS / HTTP/1.1", 200),
        ("OPTIONS * HTTP/1.1", 200),
        ("POST /nowhere HTTP/1.1", 404),
        ("CONNECT a:80 HTTP/1.1", 501),
        ("FROB / HTTP/1.1", 501),
        ("POST / HTTP/2.0", 505),
    ] {
        for fields in ["", "Expect: 100-continue\r\n", "Connection: keep-alive\r\n"] {
            let name = "a_request_in_a_body_that_is_not_read_is_not_executed";
            cases.push(case(MUST, name, request(line, fields)).refused(status));
        }
    }
    cases
}

/// A client cannot take a field of framing away by naming it in Connection.
fn options_of_connection() -> Vec<Case> {
    let body = ends_as_chunks();
    let length = format!("Content-Length: {}\r\n", body.len());
    let name = "a_field_of_framing_named_in_connection_counts";
    vec![
        case(
            MUST,
            name,
            post(
                format!("Connection: Content-Length\r\n{length}").as_bytes(),
                &body,
            ),
        )
        .answer(Answer::with_body(body.clone())),
        case(
            MUST,
            name,
            post(
                format!("Connection: Transfer-Encoding\r\nTransfer-Encoding: chunked\r\n{length}")
                    .as_bytes(),
                &body,
            ),
        )
        .refused(400),
        case(
            MUST,
            name,
            post(
                format!("Connection: Content-Length\r\nTransfer-Encoding: chunked\r\n{length}")
                    .as_bytes(),
                &body,
            ),
        )
        .refused(400),
    ]
}
