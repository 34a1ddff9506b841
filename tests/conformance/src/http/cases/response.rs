//! What answers look like. Much of it is asked of every answer of every case;
//! here it has its rows.

use super::{Answer, Case, MUST, SHOULD, echo, get};

pub(super) fn cases() -> Vec<Case> {
    let shown = "Host: a\nX: b\n";
    vec![
        Case::new(
            MUST,
            "RFC 9112 4",
            "a_status_line_has_version_code_and_blank",
            get(b""),
        )
        .answer(Answer::page()),
        Case::new(MUST, "RFC 9110 6.6.1", "a_success_has_a_date", get(b"")).answer(Answer::page()),
        Case::new(
            MUST,
            "RFC 9110 6.6.1",
            "a_304_has_a_date",
            get(b"If-None-Match: *\r\n"),
        )
        .answer(Answer::new(304)),
        Case::new(
            MUST,
            "RFC 9110 6.6.1",
            "a_refusal_has_a_date",
            get(b"X\r\n"),
        )
        .refused(400),
        Case::new(
            SHOULD,
            "RFC 9110 15.5",
            "a_refusal_says_what_it_is",
            get(b"X\r\n"),
        )
        .answer(
            Answer::new(400)
                .body("Bad Request")
                .has("Content-Length", "11"),
        )
        .closed(),
        Case::new(SHOULD, "RFC 9110 8.3", "a_body_has_its_type", get(b""))
            .answer(Answer::page().has("Content-Type", "text/plain; charset=utf-8")),
        Case::new(
            SHOULD,
            "RFC 9110 8.6",
            "a_body_of_known_length_says_it",
            get(b""),
        )
        .answer(Answer::page().lacks("Transfer-Encoding")),
        Case::new(
            MUST,
            "RFC 9112 6.1",
            "a_body_of_unknown_length_goes_in_chunks",
            echo(b"X: b\r\n"),
        )
        .answer(
            Answer::with_body(shown)
                .has("Transfer-Encoding", "chunked")
                .lacks("Content-Length"),
        ),
        Case::new(
            MUST,
            "RFC 9112 6.1",
            "no_chunks_go_to_http_1_0",
            "GET /echo HTTP/1.0\r\nHost: a\r\nX: b\r\n\r\n",
        )
        .answer(Answer::with_body(shown).to_http10())
        .closed(),
        Case::new(
            MUST,
            "RFC 9112 9.3",
            "a_body_that_ends_with_the_connection_ends_it_in_spite_of_keep_alive",
            "GET /echo HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
        )
        .answer(Answer::with_body("Connection: keep-alive\n").to_http10())
        .closed(),
        Case::new(
            MUST,
            "RFC 9112 9.6",
            "the_last_answer_says_close",
            get(b"Connection: close\r\n"),
        )
        .answer(Answer::page().has("Connection", "close"))
        .closed(),
        Case::new(
            MUST,
            "RFC 9110 2.5",
            "the_answer_to_http_1_0_is_in_the_version_of_the_server",
            "GET / HTTP/1.0\r\n\r\n",
        )
        .answer(Answer::page().to_http10())
        .closed(),
    ]
}
